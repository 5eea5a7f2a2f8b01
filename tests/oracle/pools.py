"""Pools, the edges that leave them, and who gets how much of one (method, sections 3 and 4)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from tests.oracle.exact import Object, rounded, share_out
from tests.oracle.facts import CAPACITY, ZERO, nobody


class Kind(NamedTuple):
    """What keeps a pool apart within its cost centre, activity or process."""

    month: date
    category: str
    is_cash: bool


class Pool(NamedTuple):
    """A pool of a stage: whose it is, and of what kind; a product's also of which process."""

    owner: str
    kind: Kind
    process_id: str = ""


Pools = dict[Pool, Fraction]


@dataclass(frozen=True, slots=True)
class Edge:
    """What one receiver gets of one pool."""

    stage: str
    pool: Pool
    receiver: Object
    amount: Fraction
    reason: str = ""


def charge(
    amount: Fraction,
    is_actual: bool,
    capacity: Fraction,
    is_fed: bool,
    counted: Mapping[Object, Fraction],
    charged: Fraction | None = None,
) -> list[tuple[Object, Fraction, str]]:
    """Return who gets how much of a process pool, and why where nobody does.

    ``counted`` has the driver quantities of the receivers; what cancels out is zero there.
    ``charged`` is what a standard charges for them, else it follows from the amount.
    """
    receivers = {receiver: quantity for receiver, quantity in counted.items() if quantity}
    is_mixed = len({quantity > 0 for quantity in receivers.values()}) > 1
    is_idle = is_fed and capacity > 0 and not receivers
    if charged is None:
        reason = ""
        if not is_fed or (not is_actual and not capacity):
            reason = "no_driver_quantity"
        elif is_mixed:
            reason = "mixed_sign_weights"
        elif is_actual and not receivers and not is_idle:
            reason = "zero_weight" if counted else "no_driver_quantity"
        if reason:
            return [(nobody(reason), amount, reason)]
        done = sum(receivers.values(), ZERO)
        charged = amount if is_actual and not is_idle else rounded(amount * done / capacity)
    unused = (CAPACITY, amount - charged, "")
    if is_mixed:
        return [(nobody("mixed_sign_weights"), charged, "mixed_sign_weights"), unused]
    shares = share_out(charged, receivers) if receivers else {}
    return [*((receiver, part, "") for receiver, part in shares.items()), unused]


def filled(pools: Mapping[Pool, Fraction]) -> Pools:
    """Return the pools that are not empty."""
    return {pool: amount for pool, amount in pools.items() if amount}


def text(kind: Kind) -> str:
    """Return what names a kind within its month."""
    return f"{kind.category} {kind.is_cash}"


def received(edges: list[Edge], receiver_type: str) -> Pools:
    """Return what receivers of a type got, by receiver and kind."""
    pools: defaultdict[Pool, Fraction] = defaultdict(Fraction)
    for edge in edges:
        if edge.receiver[0] == receiver_type:
            pools[Pool(edge.receiver[1], edge.pool.kind)] += edge.amount
    return dict(pools)


def spread(
    stage: str,
    pool: Pool,
    amount: Fraction,
    weights: Mapping[Object, Fraction],
    otherwise: Object,
    reason: str = "",
) -> list[Edge]:
    """Return the edges of a pool; all of it goes to ``otherwise`` where nobody has a weight."""
    if not weights:
        return [Edge(stage, pool, otherwise, amount, reason or otherwise[1])]
    parts = share_out(amount, weights)
    return [Edge(stage, pool, receiver, part) for receiver, part in parts.items() if part]
