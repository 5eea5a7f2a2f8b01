"""Compiles or builds the project with dbt and writes the steps that `workshop.py` runs.

Run as a program, ``python -m tests.oracle.compiling compile|build <file>``, in the environment of
dbt. What is built stays in the warehouse of that environment.
"""

import json
import os
import sys
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner

from tests.oracle.workshop import LANDING, WANTED


def main(command: str, out: Path) -> int:
    """Compile or build all that the wanted models need; return the exit code of dbt."""
    options = ["--target", "night", "--quiet", "--log-level-file", "none"]
    selection = [f"+{name}" for name in WANTED]
    manifest: Any = dbtRunner().invoke(["parse", *options]).result
    if command == "build":
        options += ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
    done = dbtRunner(manifest=manifest).invoke([command, *options, "--select", *selection])
    outcome: Any = done.result
    if not done.success:
        print(done.exception or [result.message for result in outcome])
        return 1
    compiled: list[Any] = [result.node for result in outcome.results]
    nodes = {node.unique_id: node for node in compiled if node.resource_type == "model"}
    needs = {name: list(node.depends_on.nodes) for name, node in nodes.items()}
    nodes |= {
        name: manifest.nodes[name]
        for names in needs.values()
        for name in names
        if name.startswith("seed.")
    }
    needs = {name: [item for item in names if item in nodes] for name, names in needs.items()}
    landing = str(Path(os.environ["WAREHOUSE"]) / "work" / "landing" / "extracts")
    steps = [_step(nodes[name], landing) for name in TopologicalSorter(needs).static_order()]
    out.write_text(json.dumps(steps), "utf-8")
    return 0


def _step(node: Any, landing: str) -> list[Any]:
    relation = f"{node.schema}.{node.alias}"
    if node.resource_type == "seed":
        path = Path(node.root_path or "") / node.original_file_path
        own = "reference" not in path.parts
        columns = [[name, column.data_type] for name, column in node.columns.items()]
        return [relation, "seed", columns, path.name if own else str(path)]
    kind = "view" if node.config.materialized == "view" else "table"
    columns = [[name, column.data_type] for name, column in node.columns.items()]
    enforced = node.config.contract.enforced
    text = node.compiled_code.replace(landing, f"{LANDING}/extracts")
    return [relation, kind, columns if enforced and kind == "table" else [], text]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
