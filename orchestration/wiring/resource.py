"""A night as a resource of a run that Dagster starts: opened for the first step, closed after all.

The steps run in one process, so they share it. `make nightly` hands in a night of its own.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from orchestration.ops.exits import NightError
from orchestration.ops.lifecycle import opened_night, prepare
from orchestration.ops.progress import Reporter
from orchestration.ops.run import Night
from orchestration.ops.settings import Settings


def night_resource(
    settings: Settings, manifest: Mapping[str, Any], asset_keys: frozenset[dg.AssetKey]
) -> dg.ResourceDefinition:
    """Return the resource.

    ``asset_keys`` are those of a whole night, and no fewer are run; ``manifest`` is the dbt
    project as Dagster has loaded it.
    """

    @dg.resource(description="The night: lock, generation, record")
    def night(context: dg.InitResourceContext) -> Iterator[Night]:
        selection = context.run.asset_selection if context.run else None
        if selection and not asset_keys <= selection:
            raise dg.Failure(
                "a night is built as a whole: launch the job `nightly`", allow_retries=False
            )
        run_id = context.run.run_id if context.run else ""
        if _has_ended(context, run_id):
            yield Night(settings)  # some tools make the resources once more to show the results
            return
        opened = False
        try:
            with opened_night(settings, Reporter(), run_id) as night:
                prepare(night)
                if night.manifest["nodes"].keys() != manifest["nodes"].keys():
                    raise NightError(
                        "the dbt project has changed since Dagster loaded it: reload the code "
                        "location and launch the job again"
                    )
                opened = True
                yield night
        except NightError as error:
            raise dg.Failure(str(error), allow_retries=False) from error
        if not opened:
            raise dg.Failure("\n".join(night.failure_lines), allow_retries=False)

    return night


def _has_ended(context: dg.InitResourceContext, run_id: str) -> bool:
    run = context.instance.get_run_by_id(run_id) if context.instance else None
    return run is not None and run.is_finished
