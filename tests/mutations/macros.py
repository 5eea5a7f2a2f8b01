"""Defects in the arithmetic that many models share."""

from tests.mutations.mutation import Mutation

ALLOCATE = "macros/accounting/allocate.sql"
DATED = "macros/accounting/dated.sql"
MONEY = "macros/accounting/money.sql"
OWNERS = "macros/accounting/owners.sql"
COMPONENTS = "macros/accounting/components.sql"
MATRICES = "macros/portable/matrices.sql"

MACROS = (
    Mutation(
        ALLOCATE,
        "case when contested_rank <= contested_cents then raised_amount",
        "case when contested_rank < contested_cents then raised_amount",
        "one left-over cent of those that tie is lost",
    ),
    Mutation(
        ALLOCATE,
        "order by receivers.receiver_id, receivers.receiver_type",
        "order by receivers.receiver_key, receivers.receiver_type",
        "a tie is broken by a surrogate key",
    ),
    Mutation(
        ALLOCATE,
        "order by remainder desc\n",
        "order by remainder\n",
        "left-over cents go to the smallest remainders",
    ),
    Mutation(
        ALLOCATE,
        "- sum(floor_cents * receiver_count) over (partition by pool_number)",
        "- sum(floor_cents) over (partition by pool_number)",
        "of receivers with one weight only one counts",
    ),
    Mutation(
        ALLOCATE,
        "'2 * pool_cents * abs(pool_units) + capacity_units', '2 * capacity_units'",
        "'pool_cents * abs(pool_units)', 'capacity_units'",
        "the charged amount is cut off instead of rounded",
    ),
    Mutation(
        ALLOCATE,
        "when weight_totals.least_units < 0 and weight_totals.most_units > 0",
        "when weight_totals.least_units < 0 and weight_totals.most_units < 0",
        "weights of mixed sign are allocated, and all negative ones are not",
    ),
    Mutation(
        ALLOCATE,
        "when pools.capacity_weight <= 0 then 'no_driver_quantity'",
        "when pools.capacity_weight < 0 then 'no_driver_quantity'",
        "a capacity of zero is taken for one",
    ),
    Mutation(
        ALLOCATE,
        "* case when capacity_units is not null and pool_units < 0 then -1 else 1 end",
        "* 1",
        "negative quantities charge positively",
    ),
    Mutation(
        ALLOCATE,
        "        from charged_pools\n        where capacity_units is not null",
        "        from charged_pools\n        where capacity_units > pool_units",
        "over-driven capacity is dropped",
    ),
    Mutation(
        DATED,
        "assumptions.valid_from <= months.month",
        "assumptions.valid_from < months.month",
        "an assumption begins a month late",
    ),
    Mutation(
        DATED,
        "partition by {{ key_columns | join(', ') }}",
        "partition by {{ key_columns[0] }}",
        "a row ends those of other keys",
    ),
    Mutation(
        MONEY,
        "'2 * ' ~ wide_integer('abs(cast(' ~ amount ~ ' as decimal(20, 2))) * 100')",
        "'1 * ' ~ wide_integer('abs(cast(' ~ amount ~ ' as decimal(20, 2))) * 100')",
        "the tax share of a cash discount is halved",
    ),
    Mutation(
        MONEY,
        "round(cast({{ amount }} as decimal(17, 2)) * cast({{ rate }} as decimal(20, 12)), 2)",
        "floor(cast({{ amount }} as decimal(17, 2)) * cast({{ rate }} as decimal(20, 12)) * 100)"
        " * 0.01",
        "translation cuts off instead of rounding",
    ),
    Mutation(
        OWNERS,
        "when order_key = 0 or customer_id is not null then 'unassigned'",
        "when order_key = 0 then 'unassigned'",
        "an order of an unknown customer owns itself",
    ),
    Mutation(
        COMPONENTS,
        "('discount', 'gross_sales'), ('cash_discount', 'gross_sales'), ('return', 'gross_sales'),",
        "('discount', 'gross_sales'), ('cash_discount', 'gross_sales'),",
        "returns are lost where the books have no account for them",
    ),
    Mutation(
        MATRICES,
        "                            next.step * {{ width }} + next.step + 2\n",
        "                            next.step * {{ width }} + 1\n",
        "a service centre hands on to centres that are taken out already",
    ),
    Mutation(
        MATRICES,
        "                                    when place % {{ width }} = next.step then 0\n",
        "                                    when place < 0 then 0\n",
        "what was handed on to a service centre stays with it too",
    ),
)
