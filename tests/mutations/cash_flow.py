"""Defects in what customers bring in cash."""

from tests.mutations.mutation import MARTS, Mutation, contribution, core

POSTINGS = "models/intermediate/cash_flow/int_cash_flow__postings.sql"

CASH_FLOWS = (
    Mutation(
        POSTINGS,
        "        -profit_amount as amount\n",
        "        profit_amount as amount\n",
        "what is not paid is taken off twice",
    ),
    Mutation(
        POSTINGS,
        "        not is_cash_effective\n",
        "        is_cash_effective\n",
        "what is paid is added back",
    ),
    Mutation(
        POSTINGS,
        "        coalesce(of_category.line_id, of_line.line_id) as line_id,",
        "        of_line.line_id,",
        "the kind of cost decides nothing",
    ),
    Mutation(
        POSTINGS,
        "        -amount as amount\n",
        "        amount\n",
        "investments bring money in",
    ),
    Mutation(
        POSTINGS,
        "    where route = 'direct'\n",
        "",
        "costs that become pools flow as direct costs too",
    ),
    Mutation(
        f"{MARTS}cash_flow/fct_customer_cash_flow_monthly.sql",
        "on flows.sort_order < subtotals.sort_order",
        "on subtotals.sort_order - flows.sort_order between 1 and 99",
        "a subtotal forgets the one above it",
    ),
    contribution(
        "components",
        "        bool_or(is_cash_effective) as is_cash_effective\n",
        "        bool_and(is_cash_effective) as is_cash_effective\n",
        "one account that is not paid makes its component unpaid",
    ),
    core(
        "fct_customer_investments",
        "    {{ with_owner('dated_investments', 'paid_on') }}\n",
        "    select *, customer_id as owner_customer_id from dated_investments\n",
        "an investment stays with the customer that was merged",
    ),
)
