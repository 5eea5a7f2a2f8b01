"""The dbt project as Dagster's tools load it, without getting in the way of a night.

A night keeps the manifest of the project as it read it. If the project has changed since, or no
night has run yet, it is parsed in a target folder of its own.
"""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from orchestration.landing.assumptions import compose
from orchestration.ops.dbt import NightDbt
from orchestration.ops.settings import Settings
from orchestration.publishing.lock import run_lock

_TARGET = Path("target/dagster")


def load_manifest(settings: Settings) -> dict[str, Any]:
    """Return the manifest of the project as it stands; parses only if no night has read it."""
    os.chdir(settings.project_root)  # dbt's folders are relative to the project
    kept = NightDbt(settings, "", Path()).kept_manifest()
    if kept is not None:
        return kept
    place = _TARGET / settings.company
    apart = replace(settings, dbt_target=place / "target", assumptions=place / "assumptions")
    dbt = NightDbt(apart, "", Path())
    with run_lock(dbt.target, {"pid": os.getpid()}, patience=120):
        compose(apart.company, apart.absolute(apart.assumptions), apart.project_root)
        return dbt.manifest()
