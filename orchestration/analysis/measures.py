"""The table of measures in `docs/bi.md`, from the models' YAML.

``python -m orchestration.analysis.measures`` writes it anew after a change; a test compares it.
"""

import re
import sys
from pathlib import Path

from orchestration.analysis.models import Model, read_models
from orchestration.ops.settings import PROJECT_ROOT

PAGE = Path("docs") / "bi.md"
SCHEMAS = ("marts", "governance", "core")
_HEADER = "| Table | additive | semi-additive | not additive |"
_TABLE = re.compile(rf"^{re.escape(_HEADER)}\n(\|.*\n)+", re.MULTILINE)


def measures(project_root: Path) -> str:
    """Return the table: a row for each model that has measures."""
    models = sorted(read_models(project_root).values(), key=lambda model: model.name)
    rows = [
        _row(model)
        for schema in SCHEMAS
        for model in models
        if model.schema == schema and any(column.additivity for column in model.columns)
    ]
    return "\n".join([_HEADER, "|---|---|---|---|", *rows]) + "\n"


def shown(page: str) -> str:
    """Return the table as a page shows it, nothing if it has none."""
    found = _TABLE.search(page)
    return found[0] if found else ""


def _row(model: Model) -> str:
    cells = [
        ", ".join(
            f"`{column.name}`{_within(column.description)}"
            for column in model.columns
            if column.additivity == additivity
        )
        for additivity in ("additive", "semi_additive", "non_additive")
    ]
    return f"| `{model.schema}.{model.name}` | {' | '.join(cells)} |"


def _within(description: str) -> str:
    found = re.search(r"Semi-additive: within (.+)\.$", description)
    return f" ({found[1]})" if found else ""


def main() -> int:
    """Write the table into the page."""
    path = PROJECT_ROOT / PAGE
    page = path.read_text("utf-8")
    path.write_text(page.replace(shown(page), measures(PROJECT_ROOT)), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
