"""All mutations; `python tests/mutations/run.py` tries them.

A mutation names a file, a text that stands in it once, what a hurried hand would write instead
and what would be wrong then. `tests/python/project/test_mutations.py` holds each against its file.
"""

from tests.mutations.analyses import ANALYSES
from tests.mutations.cash_flow import CASH_FLOWS
from tests.mutations.contribution import STATEMENTS
from tests.mutations.costing import STAGES
from tests.mutations.lineage import TRACES
from tests.mutations.macros import MACROS
from tests.mutations.published import PUBLISHED

MUTATIONS = (*MACROS, *STAGES, *STATEMENTS, *PUBLISHED, *CASH_FLOWS, *ANALYSES, *TRACES)
