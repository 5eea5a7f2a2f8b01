"""Who takes over the cost of a service cost centre (method, section 3.1), on exact fractions."""

from collections.abc import Mapping
from fractions import Fraction

from tests.oracle.exact import Object, rounded
from tests.oracle.facts import COMPANY

Usages = Mapping[tuple[str, str], Fraction]
SHARE_PLACES = 12


class ClosedLoopError(Exception):
    """Service centres that serve each other and nobody else."""


def service_weights(
    method: str,
    kinds: Mapping[str, str],
    usages: Usages,
    steps: Mapping[str, int],
    center: str,
) -> dict[Object, Fraction]:
    """Return the weight of each final receiver of a service centre's own cost; none for nobody."""
    shares = _shares(kinds, usages)
    if method == "direct":
        return _merged(
            {to: usages[center, to] for to in shares.get(center, {}) if kinds[to] != "service"},
            kinds,
        )
    if method == "step_down":
        absorbed = _step_down(kinds, usages, steps, center)
    else:
        absorbed = _reciprocal(kinds, shares, center)
    weights = _merged(absorbed, kinds)
    shown = {receiver: rounded(share, SHARE_PLACES) for receiver, share in weights.items()}
    return {receiver: share for receiver, share in shown.items() if share}


def _merged(weights: Mapping[str, Fraction], kinds: Mapping[str, str]) -> dict[Object, Fraction]:
    """Return weights by receiver: the company's centres are one."""
    merged: dict[Object, Fraction] = {}
    for to, weight in weights.items():
        receiver = COMPANY if kinds[to] == "company" else ("cost_center", to)
        merged[receiver] = merged.get(receiver, Fraction()) + weight
    return merged


def _shares(kinds: Mapping[str, str], usages: Usages) -> dict[str, dict[str, Fraction]]:
    """Return usage shares of each service centre, without itself and without unknown receivers."""
    shares: dict[str, dict[str, Fraction]] = {}
    for (giver, taker), quantity in usages.items():
        if quantity and giver != taker and kinds.get(giver) == "service" and taker in kinds:
            shares.setdefault(giver, {})[taker] = quantity
    for given in shares.values():
        total = sum(given.values(), Fraction())
        for taker in given:
            given[taker] /= total
    return shares


def _reciprocal(
    kinds: Mapping[str, str], shares: Mapping[str, Mapping[str, Fraction]], center: str
) -> dict[str, Fraction]:
    """Return what each final receiver absorbs of one unit of a centre.

    Solves ``absorbed(s, r) = share(s, r) + sum of share(s, t) * absorbed(t, r)`` by elimination:
    one centre after the other hands on what it got, and what comes back to it is renormalised.
    """
    rows = {giver: dict(given) for giver, given in shares.items()}
    services = [giver for giver in rows if kinds[giver] == "service"]
    for leaving in services:
        if leaving == center:
            continue
        out = rows[leaving]
        back = out.pop(leaving, Fraction())
        if back == 1:
            raise ClosedLoopError(leaving)
        out = {to: share / (1 - back) for to, share in out.items()}
        rows[leaving] = out
        for giver, given in rows.items():
            if giver != leaving and leaving in given:
                through = given.pop(leaving)
                for to, share in out.items():
                    given[to] = given.get(to, Fraction()) + through * share
    own = dict(rows.get(center, {}))
    back = own.pop(center, Fraction())
    if back == 1:
        raise ClosedLoopError(center)
    final = {to: share / (1 - back) for to, share in own.items() if kinds[to] != "service"}
    total = sum(final.values(), Fraction())
    return {to: share / total for to, share in final.items()} if total else {}


def _step_down(
    kinds: Mapping[str, str], usages: Usages, steps: Mapping[str, int], center: str
) -> dict[str, Fraction]:
    """Return what each final receiver absorbs where a centre gives to later steps only."""
    last = max(steps.values(), default=0) + 1

    def later(taker: str, giver: str) -> bool:
        return kinds[taker] != "service" or steps.get(taker, last) > steps.get(giver, last)

    kept = {
        (giver, taker): quantity
        for (giver, taker), quantity in usages.items()
        if taker in kinds and kinds.get(giver) == "service" and later(taker, giver)
    }
    return _reciprocal(kinds, _shares(kinds, kept), center)
