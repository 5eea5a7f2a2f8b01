"""Companies of the largest amounts that the contract takes, and the oracle's own arithmetic."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle.company import Company
from tests.oracle.conftest import Compiled
from tests.oracle.exact import rounded, share_out
from tests.oracle.judging import judge, report, seeded

MONEY = {
    "order_lines": ("gross_amount", "discount_amount", "customization_cost_amount"),
    "order_costs": ("amount",),
    "payments": ("amount", "cash_discount_amount"),
    "ledger_entries": ("amount",),
}
# The largest amount of a generated company is 10 000.00, of this one 1 000 000 000 000.00.
FACTOR = 100_000_000


def enlarged(company: Company) -> Company:
    """Return the company with all its money a hundred million times as much."""
    for table, columns in MONEY.items():
        for row in company.extracts[table]:
            for column in columns:
                if row.get(column):
                    row[column] = f"{int(Fraction(row[column]) * FACTOR)}.00"
    return company


@pytest.mark.parametrize("seed", [200, 201])
def test_amounts_of_a_trillion(project: Compiled, tmp_path: Path, seed: int) -> None:
    company = enlarged(seeded(seed))
    found = judge(company, project.steps, tmp_path / "company")
    assert not found, report(found, company, tmp_path / "company")


def test_rounding_is_half_away_from_zero() -> None:
    assert rounded(Fraction("0.005")) == Fraction("0.01")
    assert rounded(Fraction("-0.005")) == Fraction("-0.01")
    assert rounded(Fraction("0.00499999")) == 0
    assert rounded(Fraction(1, 3), 12) == Fraction("0.333333333333")


def test_ties_go_by_utf_8() -> None:
    names = ("é", "a", "z", "Z")
    found = share_out(Fraction("-0.03"), {("order", name): Fraction(1) for name in names})
    assert [found["order", name] for name in ("Z", "a", "z", "é")] == [
        *[Fraction("-0.01")] * 3,
        0,
    ]


@given(
    cents=st.integers(-(10**14), 10**14),
    weights=st.dictionaries(st.text(min_size=1), st.integers(1, 10**9), min_size=1),
)
def test_a_pool_is_conserved(cents: int, weights: dict[str, int]) -> None:
    amount = Fraction(cents, 100)
    total = sum(weights.values())
    shares = share_out(amount, {("x", name): Fraction(w) for name, w in weights.items()})
    assert sum(shares.values()) == amount
    for (_, name), share in shares.items():
        assert abs(share - amount * weights[name] / total) < Fraction(1, 100)
