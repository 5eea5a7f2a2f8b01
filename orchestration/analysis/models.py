"""The models as their YAML declares them: schema, columns, and the columns that make a row.

Read without dbt, so that a comparison of two databases needs no parsed project. What is in the
databases is not looked at here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
PROJECT = "customer_accounting"


@dataclass(frozen=True, slots=True)
class ModelColumn:
    """A declared column; ``additivity`` is empty where it is not a measure."""

    name: str
    data_type: str
    description: str
    additivity: str


@dataclass(frozen=True, slots=True)
class Model:
    """A declared model. ``key`` lists the columns that its key test names, none if it has none."""

    name: str
    schema: str
    columns: tuple[ModelColumn, ...]
    key: tuple[str, ...]


def read_models(project_root: Path) -> dict[str, Model]:
    """Return every model that the YAML below ``models/`` declares, by name."""
    project = yaml.safe_load((project_root / "dbt_project.yml").read_text("utf-8"))
    tree = project["models"][PROJECT]
    models = {}
    for path in sorted((project_root / "models").rglob("*.yml")):
        content = yaml.load(path.read_text("utf-8"), Loader=_LOADER) or {}
        folders = path.relative_to(project_root / "models").parts[:-1]
        for node in content.get("models") or []:
            columns = node.get("columns") or []
            models[node["name"]] = Model(
                name=node["name"],
                schema=_schema(tree, folders),
                columns=tuple(_column(column) for column in columns),
                key=_key(node, columns),
            )
    return models


def _schema(tree: Mapping[str, Any], folders: tuple[str, ...]) -> str:
    """Return the schema of a folder: that of the nearest folder above that names one."""
    schema = str(tree.get("+schema", "main"))
    for folder in folders:
        tree = tree.get(folder) or {}
        schema = str(tree.get("+schema", schema))
    return schema


def _column(column: Mapping[str, Any]) -> ModelColumn:
    meta = (column.get("config") or {}).get("meta") or {}
    return ModelColumn(
        name=column["name"],
        data_type=str(column.get("data_type", "")),
        description=str(column.get("description", "")).strip(),
        additivity=str(meta.get("additivity", "")),
    )


def _key(node: Mapping[str, Any], columns: list[Mapping[str, Any]]) -> tuple[str, ...]:
    for test in node.get("data_tests") or []:
        if isinstance(test, dict) and "unique_combination" in test:
            return tuple(test["unique_combination"]["arguments"]["columns"])
    for column in columns:
        if "unique" in (column.get("data_tests") or []):
            return (str(column["name"]),)
    return ()
