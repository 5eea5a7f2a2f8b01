"""Compiles the project with dbt and writes the steps that `workshop.py` runs.

Run as a program, ``python -m tests.oracle.compiling <file>``, in the environment of dbt.
"""

import json
import os
import sys
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner

from tests.oracle.workshop import LANDING, WANTED


def main(out: Path) -> int:
    """Compile everything that the wanted models need; return the exit code of dbt."""
    options = ["--target", "night", "--quiet", "--log-level-file", "none"]
    selection = [f"+{name}" for name in WANTED]
    manifest = dbtRunner().invoke(["parse", *options]).result
    done = dbtRunner(manifest=manifest).invoke(["compile", *options, "--select", *selection])
    if not done.success:
        print(done.exception or [result.message for result in done.result])
        return 1
    compiled = [result.node for result in done.result.results]
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
    sys.exit(main(Path(sys.argv[1])))
