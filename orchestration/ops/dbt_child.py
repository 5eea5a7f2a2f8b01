"""dbt as the nightly run starts it: one command, which ends when the run is gone."""

import sys

from orchestration.ops.companion import end_with_parent


def main() -> None:
    """Hand the arguments to dbt."""
    end_with_parent()

    from dbt.cli.main import cli

    sys.argv[0] = "dbt"
    cli()


if __name__ == "__main__":
    main()
