"""Defects in time, owners and analyses of customers."""

from tests.mutations.mutation import MARTS, Mutation, core, costing

REPORTED = "models/core/dim_reporting_months.sql"
RELATIONSHIPS = "fct_customer_relationship_monthly"


def mart(model: str, old: str, new: str, why: str) -> Mutation:
    """Return a defect in a mart of contribution."""
    return Mutation(f"{MARTS}contribution/{model}.sql", old, new, why)


ANALYSES = (
    Mutation(REPORTED, "    where states.is_closed\n", "", "a month that was reopened is closed"),
    Mutation(
        REPORTED,
        "{{ add_months('runs.last_closed_month', '1') }}",
        "{{ add_months('runs.month', '1') }}",
        "what is late goes to the next month, closed or not",
    ),
    Mutation(
        "macros/accounting/reported.sql",
        "least(cast({{ relation }}.recorded_at as date), closings.last_on)",
        "cast({{ relation }}.recorded_at as date)",
        "what comes after the last closing is in time",
    ),
    Mutation(
        "macros/accounting/reported.sql",
        "{{ relation }}.{{ date_column }} >= customer_owners.owned_from",
        "{{ relation }}.{{ date_column }} > customer_owners.owned_from",
        "the day of a merge belongs to the merged customer",
    ),
    core(
        "dim_customer_merges",
        "    where owned_from < owned_until\n",
        "",
        "merges of one day leave owners of no day",
    ),
    core(
        "fct_orders",
        "    where month <= order_month\n",
        "",
        "a late line changes the work of a closed month",
    ),
    costing(
        "driver_quantities",
        "        and not order_lines.is_return\n        and not orders.is_pure_return\n",
        "        and not order_lines.is_return\n",
        "a late line of a pure return is work",
    ),
    mart(
        RELATIONSHIPS,
        "and {{ months_between('customers.acquired_month', 'rolling.month') }} >= 23\n",
        "\n",
        "a new customer grows by thousands of per cent",
    ),
    mart(
        RELATIONSHIPS,
        "max(case when is_pure_return then null else month end) as ordered_month",
        "max(month) as ordered_month",
        "who returns goods has ordered",
    ),
    mart(
        RELATIONSHIPS,
        "range between 23 preceding and 12 preceding",
        "range between 24 preceding and 12 preceding",
        "the earlier year has thirteen months",
    ),
    mart(
        RELATIONSHIPS,
        "            and books.last_month >= months.month\n",
        "",
        "customers go on beyond the ledger",
    ),
    mart(
        "rpt_whale_curve",
        "'(cumulated.curve_rank - 1) * 10'",
        "'cumulated.curve_rank * 10'",
        "the last of each decile is in the next",
    ),
    mart(
        "rpt_whale_curve",
        "coalesce(memberships.segment_id, 'unassigned') as segment_id",
        "memberships.segment_id",
        "customers without a segment have no curve",
    ),
    mart(
        "rpt_customer_rankings",
        "            order by cost_amount desc, sort_order asc\n",
        "            order by cost_amount asc, sort_order asc\n",
        "the smallest cost lines explain a customer",
    ),
    mart(
        "rpt_contribution_horizons_monthly",
        "            - chosen.avoidable_direct_cost_amount - chosen.avoidable_processing_amount\n",
        "            - chosen.direct_cost_amount - chosen.avoidable_processing_amount\n",
        "direct costs vanish at once",
    ),
    mart(
        "rpt_abc_effects_monthly",
        "cast(compared.absorption_cost_amount - compared.abc_cost_amount as decimal(18, 2))",
        "cast(compared.abc_cost_amount - compared.absorption_cost_amount as decimal(18, 2))",
        "the allocation effect has the other sign",
    ),
    mart(
        "rpt_returns_by_origin_monthly",
        "coalesce(original_lines.month, original_orders.month) as origin_month",
        "original_orders.month as origin_month",
        "returns come from the month of the order, whenever it was recognised",
    ),
    mart(
        "rpt_contribution_lines_reporting_monthly",
        "{{ proportion('amount', '1', 'rate', scale=12) }} - reporting_amount as reporting_amount",
        "amount - reporting_amount as reporting_amount",
        "the rounding of a month holds its translation",
    ),
    mart(
        "rpt_parent_contribution_monthly",
        "inner join parents on statements.customer_key = parents.customer_key",
        "inner join parents on statements.customer_key = parents.top_customer_key",
        "only the heads of groups count, once for each member",
    ),
    mart(
        "fct_product_contribution_monthly",
        "cast(-sum(product_lines.induced_amount) as decimal(18, 2))",
        "cast(sum(product_lines.induced_amount) as decimal(18, 2))",
        "induced processing raises a product's contribution",
    ),
    mart(
        "fct_order_contribution",
        "filter (where object_level = 'order')",
        "filter (where object_level <> 'product')",
        "what processes of customers charge an order counts twice",
    ),
    Mutation(
        "macros/accounting/bridge_steps.sql",
        "[('base', true), ('period', false)]",
        "[('base', false), ('period', true)]",
        "a bridge leads backwards",
    ),
)
