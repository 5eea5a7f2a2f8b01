"""Runs `mf query` several times in one process: ``python metric_queries.py <requests.json>``.

A request is the list of arguments of one query. Each answer is written to the CSV file that the
request names with ``--csv``; a query that fails ends the process with its output.
"""

import json
import sys
from pathlib import Path

from click.testing import CliRunner
from dbt_metricflow.cli.main import cli


def main() -> int:
    """Run all requests."""
    for request in json.loads(Path(sys.argv[1]).read_text("utf-8")):
        done = CliRunner().invoke(cli, ["query", "--quiet", *request])
        if done.exit_code != 0:
            print(request, done.output, done.exception, sep="\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
