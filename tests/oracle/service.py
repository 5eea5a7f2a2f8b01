"""Who takes over the cost of a service cost centre (method, section 3.1), on exact fractions."""

from collections.abc import Mapping
from fractions import Fraction

from tests.oracle.exact import Object, rounded
from tests.oracle.facts import COMPANY, nobody

Usages = Mapping[tuple[str, str], Fraction]
Shares = dict[str, dict[str, Fraction]]
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
    """Return the weight of each final receiver of a service centre's own cost; none for nobody.

    A service centre that is used and gives nothing on ends the chain: what reaches it is nobody's.
    """
    shares = _shares(kinds, _used(method, kinds, usages, steps))
    weights: dict[Object, Fraction] = {}
    for to, share in _absorbed(shares, center).items():
        receiver: Object = ("cost_center", to)
        if kinds[to] == "company":
            receiver = COMPANY
        elif kinds[to] == "service":
            receiver = nobody("no_service_allocation")
        weights[receiver] = weights.get(receiver, Fraction()) + share
    shown = {receiver: rounded(share, SHARE_PLACES) for receiver, share in weights.items()}
    return {receiver: share for receiver, share in shown.items() if share}


def _used(
    method: str, kinds: Mapping[str, str], usages: Usages, steps: Mapping[str, int]
) -> Usages:
    """Return the usages that count under a method."""

    def counts(giver: str, taker: str) -> bool:
        if kinds[taker] != "service" or method == "reciprocal":
            return True
        in_order = method == "step_down" and giver in steps and taker in steps
        return in_order and steps[giver] < steps[taker]

    return {
        (giver, taker): quantity
        for (giver, taker), quantity in usages.items()
        if quantity
        and giver != taker
        and kinds.get(giver) == "service"
        and taker in kinds
        and counts(giver, taker)
    }


def _shares(kinds: Mapping[str, str], usages: Usages) -> Shares:
    """Return usage shares of each service centre that gives."""
    shares: Shares = {}
    for (giver, taker), quantity in usages.items():
        shares.setdefault(giver, {})[taker] = quantity
    for given in shares.values():
        total = sum(given.values(), Fraction())
        for taker in given:
            given[taker] /= total
    return shares


def _absorbed(shares: Shares, center: str) -> dict[str, Fraction]:
    """Return what each that gives nothing on absorbs of one unit of a centre.

    By elimination: one giver after the other hands on what it gets and leaves, and what comes
    back to it is renormalised.
    """
    rows = {giver: dict(given) for giver, given in shares.items()}
    for leaving in [giver for giver in rows if giver != center]:
        out = _renormalised(rows.pop(leaving), leaving)
        for given in rows.values():
            through = given.pop(leaving, Fraction())
            for to, share in out.items():
                given[to] = given.get(to, Fraction()) + through * share
    absorbed = _renormalised(rows.get(center, {}), center)
    return {to: share for to, share in absorbed.items() if share}


def _renormalised(given: dict[str, Fraction], itself: str) -> dict[str, Fraction]:
    """Return shares without what comes back to the giver."""
    back = given.pop(itself, Fraction())
    if back == 1:
        raise ClosedLoopError(itself)
    return {to: share / (1 - back) for to, share in given.items()}
