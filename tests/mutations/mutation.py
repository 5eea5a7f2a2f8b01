"""What a mutation is: a deliberate defect that some test must catch."""

from dataclasses import dataclass

MARTS = "models/marts/"


@dataclass(frozen=True, slots=True)
class Mutation:
    """One defect: in which file, which text becomes which, and what is wrong then."""

    file: str
    old: str
    new: str
    why: str


def costing(model: str, old: str, new: str, why: str) -> Mutation:
    """Return a defect in a costing model."""
    return Mutation(f"models/intermediate/costing/int_costing__{model}.sql", old, new, why)


def contribution(model: str, old: str, new: str, why: str) -> Mutation:
    """Return a defect in a contribution model."""
    path = f"models/intermediate/contribution/int_contribution__{model}.sql"
    return Mutation(path, old, new, why)


def core(model: str, old: str, new: str, why: str) -> Mutation:
    """Return a defect in a core model."""
    return Mutation(f"models/core/{model}.sql", old, new, why)
