"""Defects in core facts and in published marts."""

from tests.mutations.mutation import MARTS, Mutation, core

PUBLISHED = (
    core(
        "fct_order_lines",
        "            when dated_lines.quantity < 0 and dated_lines.returned_order_id is not null\n",
        "            when original_orders.ordered_on is not null\n",
        "a return of an order never delivered takes its own date's standard",
    ),
    core(
        "fct_order_lines",
        "        dated_lines.quantity < 0 as is_return,",
        "        dated_lines.quantity <= 0 as is_return,",
        "a line of nothing is a return",
    ),
    core(
        "fct_orders",
        "coalesce(line_counts.order_line_count = line_counts.return_line_count, false)",
        "coalesce(line_counts.return_line_count > 0, false)",
        "one return makes an order a pure return",
    ),
    core(
        "fct_payments",
        "            and payments.currency_code = invoices.document_currency_code\n",
        "",
        "invoices in another currency give the tax share",
    ),
    core(
        "fct_payments",
        "    where invoices.invoice_kind = 'invoice'\n",
        "",
        "credit notes give the tax share",
    ),
    core(
        "fct_fx_rates_daily",
        "    where fx_rates.rate_type = 'closing'",
        "    where fx_rates.rate_type in ('closing', 'average')",
        "average rates translate documents",
    ),
    core(
        "fct_fx_rates_daily",
        "closing_rates.next_rate_on > days.day_on",
        "closing_rates.next_rate_on >= days.day_on",
        "the day of a new rate has two",
    ),
    core(
        "fct_activity_events",
        "* cast(coalesce(base_minutes.minutes, 0) as decimal(16, 4))",
        "* cast(base_minutes.minutes as decimal(16, 4))",
        "a driver without base minutes counts nothing",
    ),
    core(
        "fct_activity_events",
        "            activity_events.driver_id = time_equations.driver_id\n"
        "            and event_options",
        "            event_options",
        "options of other drivers add minutes",
    ),
    core(
        "fct_customer_tags",
        "exclusive_claims.valid_from desc,",
        "exclusive_claims.valid_from asc,",
        "the earlier of two claims holds",
    ),
    core(
        "fct_segment_memberships_monthly",
        "customer_tags.valid_to > months.month_end",
        "customer_tags.valid_to >= months.month_end",
        "what ends on the last day of a month still governs it",
    ),
    Mutation(
        f"{MARTS}segments/rpt_segment_income_statement_monthly.sql",
        "            and customer_lines.segmentation = memberships.segmentation\n",
        "",
        "a customer's lines stand once for each of its segmentations",
    ),
    Mutation(
        f"{MARTS}segments/rpt_segment_income_statement_monthly.sql",
        "coalesce(memberships.segment_id, 'unassigned') as segment_id,",
        "memberships.segment_id,",
        "customers without a segment are lost",
    ),
    Mutation(
        f"{MARTS}segments/rpt_segment_income_statement_monthly.sql",
        "            when other_objects.object_level in ('segment', 'company', 'capacity')",
        "            when other_objects.object_level in ('segment', 'company')",
        "unused capacity is nobody's in the segments",
    ),
    Mutation(
        f"{MARTS}costing/fct_process_cost_rates_monthly.sql",
        "'process_figures.process_cost_amount', 'process_figures.practical_capacity_quantity'",
        "'process_figures.process_cost_amount', 'process_figures.actual_quantity'",
        "the capacity cost rate divides by the actual quantity",
    ),
    Mutation(
        "models/intermediate/costing/int_costing__process_figures.sql",
        "where receiver_type not in ('capacity', 'company', 'unassigned')",
        "where receiver_type not in ('capacity', 'company')",
        "what was charged to nobody counts as charged",
    ),
    Mutation(
        f"{MARTS}contribution/fct_contribution_lines_monthly.sql",
        "    group by month, object_level, object_key, line_id",
        "    group by month, object_level, object_key, line_id, source_id",
        "one line of an object stands once for each of its sources",
    ),
)
