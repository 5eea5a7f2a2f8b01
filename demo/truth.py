"""The ground truth beside the extracts: what tests may know and the warehouse must find out.

Never read by anything but tests.
"""

from demo.customers import ARCHETYPES, Customers
from demo.frames import Frame, size
from demo.tables import listed
from demo.tags import CANONICAL
from demo.writing import Writer

_ARCHETYPES = f"""
    select
        customer_of(number) as customer_id,
        {listed([a.name for a in ARCHETYPES], "archetype")} as archetype
    from people
"""
_TAGS = f"""
    select
        customer_of(customer) as customer_id,
        scheme_text(scheme) as tag_scheme,
        {listed(CANONICAL, "text")} as tag_value,
        day_of("from") as valid_from,
        day_of("to") as valid_to
    from tags
"""


def write_truth(writer: Writer, people: Customers, true_tags: Frame) -> None:
    """Write archetype and true tags of a block of customers."""
    frame = {"number": people.number, "archetype": people.archetype}
    writer.part("../truth/archetypes", _ARCHETYPES, "csv", people=frame)
    if size(true_tags):
        writer.part("../truth/tags", _TAGS, "csv", tags=true_tags)
