"""How a dbt node is called and grouped in Dagster."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator

LANDING = "landing"
EXTRACTS = "extracts"


def landed_key(system: str, table: str) -> dg.AssetKey:
    """Return the key of a landed table."""
    return dg.AssetKey([LANDING, system, table])


def extract_key(system: str, table: str) -> dg.AssetKey:
    """Return the key of a delivered table."""
    return dg.AssetKey([EXTRACTS, system, table])


class ProjectTranslator(DagsterDbtTranslator):
    """dbt's sources are landed tables; groups are the project's folders."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Return schema and name of a model or seed, the landed table of a source.

        A version does not show: readers find the latest one under the model's own name.
        """
        if dbt_resource_props["resource_type"] == "source":
            return landed_key(dbt_resource_props["source_name"], dbt_resource_props["name"])
        return super().get_asset_key({**dbt_resource_props, "version": None})

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """Return the folder: `core`, `marts_costing`, `seeds_reference`, `assumptions` ..."""
        kind = dbt_resource_props["resource_type"]
        if kind == "source":
            return LANDING
        if kind == "seed":
            path = str(dbt_resource_props.get("original_file_path", ""))
            return "seeds_reference" if "seeds/reference/" in path else "assumptions"
        folders = str(dbt_resource_props.get("path", "")).split("/")[:-1]
        return "_".join(folders) or None
