"""The dbt manifest as Dagster reads it: each data test belongs to one asset.

dagster-dbt shows a test as a check of an asset if it can tell which one. A singular test that
reads several models may name its asset under `meta: dagster: ref`; the others get theirs here.
"""

from collections.abc import Mapping
from typing import Any

from orchestration.ops.dbt_calls import in_core_call


def with_attached_tests(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the manifest with an asset for each data test.

    A test that reads several belongs to the one that it names, or else to the last of them that
    has to be built. That is the one with the longest way from a source, so that the check stands
    where the test runs, after all that it reads.
    """
    nodes = dict(manifest["nodes"])
    depths: dict[str, int] = {}
    for node_id, node in manifest["nodes"].items():
        parents = [name for name in _parents(node) if name in manifest["nodes"]]
        if node["resource_type"] != "test" or node.get("attached_node") or len(parents) < 2:
            continue
        meta = (node.get("config") or {}).get("meta") or node.get("meta") or {}
        named = ((meta.get("dagster") or {}).get("ref") or {}).get("name")
        last = max(
            parents,
            key=lambda name: (
                manifest["nodes"][name]["name"] == named,
                not in_core_call(manifest["nodes"][name]),
                _depth(manifest["nodes"], name, depths),
                name,
            ),
        )
        owner = manifest["nodes"][last]
        reference = {"name": owner["name"], "version": owner.get("version")}
        config = {**(node.get("config") or {}), "meta": {**meta, "dagster": {"ref": reference}}}
        nodes[node_id] = {**node, "config": config}
    return {**manifest, "nodes": nodes}


def _depth(nodes: Mapping[str, Any], name: str, known: dict[str, int]) -> int:
    """Return the length of the longest way from a source to a node."""
    if name not in known:
        parents = [parent for parent in _parents(nodes[name]) if parent in nodes]
        known[name] = 1 + max((_depth(nodes, parent, known) for parent in parents), default=0)
    return known[name]


def _parents(node: Mapping[str, Any]) -> list[str]:
    return list((node.get("depends_on") or {}).get("nodes") or ())
