"""The two dbt calls of a night: which seeds, models and data tests are done in which."""

from collections.abc import Mapping
from typing import Any

# Everything up to core; what is left over is the second call. With cautious selection a test
# belongs to the first call only if all that it reads does.
UP_TO_CORE = "source:* resource_type:seed path:models/staging path:models/core"
CORE_CALL = "core"
MARTS_CALL = "marts"
CALLS = (CORE_CALL, MARTS_CALL)


def step_of(node: Mapping[str, Any]) -> str:
    """Return the step that a dbt node belongs to."""
    kind = node.get("resource_type")
    if kind == "seed":
        return "seeds"
    if kind == "test":
        return "data tests"
    folder = str(node.get("path", "")).partition("/")[0]
    return folder if folder in {"staging", "core"} else "marts"


def in_core_call(node: Mapping[str, Any]) -> bool:
    """Return whether the first dbt call builds a seed or model."""
    return step_of(node) in {"seeds", "staging", "core"}


def call_nodes(manifest: Mapping[str, Any], call: str) -> list[str]:
    """Return the nodes that a call should finish, tests with those whose parents it builds."""
    nodes = {
        node_id: node
        for node_id, node in manifest["nodes"].items()
        if (node.get("config") or {}).get("enabled") is not False
    }
    first = {
        node_id
        for node_id, node in nodes.items()
        if node["resource_type"] != "test" and in_core_call(node)
    }
    chosen = []
    for node_id, node in nodes.items():
        if node["resource_type"] == "test":
            parents = [
                parent
                for parent in (node.get("depends_on") or {}).get("nodes", [])
                if not parent.startswith("source.")
            ]
            in_first = bool((node.get("depends_on") or {}).get("nodes")) and first.issuperset(
                parents
            )
        else:
            in_first = node_id in first
        if in_first == (call == CORE_CALL) and (node.get("config") or {}).get(
            "materialized"
        ) != "ephemeral":
            chosen.append(node_id)
    return chosen
