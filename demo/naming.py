"""How numbers become ids, once for Python and once, as macros, for DuckDB.

A customer's number n reads `C` and n + 1; an order is named by month, customer and sequence.
"""

from demo.catalogue import SERVICE
from demo.timeline import NONE

MACROS = f"""
create macro known(n) as nullif(n, {NONE});
create macro day_of(n) as date '1970-01-01' + cast(known(n) as integer);
create macro evening_of(n) as cast(day_of(n) as timestamp) + interval 18 hour;
create macro money_of(n) as
    cast(cast(known(n) as decimal(18, 0)) * 0.01 as decimal(18, 2));
create macro quantity_of(n) as
    cast(cast(known(n) as decimal(18, 0)) * 0.0001 as decimal(18, 4));
create macro stamp_of(m) as (23 + m // 12) * 100 + m % 12 + 1;
create macro customer_of(n) as printf('C%07d', known(n) + 1);
create macro product_of(n) as
    if(n > {SERVICE}, printf('S%03d', n - {SERVICE}), printf('P%05d', known(n)));
create macro order_of(kind, m, c, s) as
    printf('%s-%04d-%07d-%02d',
        case kind when 4 then 'RT' when 3 then 'SU' else 'SO' end, stamp_of(m), c + 1, s);
create macro invoice_of(kind, m, c, s, part) as
    printf('%s-%04d-%07d-%02d-%d', if(kind = 1, 'GS', 'RE'), stamp_of(m), c + 1, s, part);
create macro payment_of(kind, m, c, s, part) as
    printf('ZA-%04d-%07d-%02d-%d%d', stamp_of(m), c + 1, s, part, kind);
"""


def year_month(month: int) -> int:
    """Return a month number as YYMM."""
    return (23 + month // 12) * 100 + month % 12 + 1


def customer_id(number: int) -> str:
    """Return the id of a customer."""
    return f"C{number + 1:07d}"


def product_id(number: int) -> str:
    """Return the id of a product."""
    return f"S{number - SERVICE:03d}" if number > SERVICE else f"P{number:05d}"


def order_id(month: int, customer: int, sequence: int) -> str:
    """Return the id of an order that is neither a return nor a subscription."""
    return f"SO-{year_month(month):04d}-{customer + 1:07d}-{sequence:02d}"
