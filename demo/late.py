"""What became known late: documents that were recorded after their month had been closed.

The closing calendar is in `seeds/demo/closed_months.csv`: each month is closed on the tenth of the
next one. All else is recorded on the evening of its own day.
"""

from demo.timeline import day

LATE = {
    "INV-COVER-2": "2025-05-14",
    "SO-2506-0000007-91": "2025-07-14",
    "RE-2506-0000007-91-1": "2025-07-14",
    "ZA-2508-0000421-01-11": "2025-09-16",
    "EV-1-2509-0000021-01": "2025-10-14",
}
"""Entries, orders (their lines), invoices, payments and events, each with the day of recording."""

_CASES = " ".join(f"when '{name}' then {day(on)}" for name, on in LATE.items())
MACROS = f"create macro known_on(id, n) as case id {_CASES} else n end"
