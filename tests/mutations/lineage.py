"""Defects in the way of a cost, down and up, and in what is told again of it."""

from tests.mutations.mutation import Mutation, contribution, costing

STEPS = "macros/accounting/lineage_steps.sql"

TRACES = (
    Mutation(
        STEPS,
        "                and rows_before.cost_category = pools.cost_category\n",
        "",
        "a walk takes parts of pools of other categories",
    ),
    Mutation(
        STEPS,
        "            'rows_before.amount', 'pools.part_end', 'pools.pool_amount'\n",
        "            'rows_before.amount', 'pools.part_amount', 'pools.pool_amount'\n",
        "parts of a walk do not follow each other",
    ),
    Mutation(
        "macros/accounting/bridges.sql",
        "            and bridge_lines.bridge_role = 'process'\n",
        "",
        "a bridge spreads what is not process cost over driver quantities",
    ),
    contribution(
        "index_values",
        "            and postings.source_type = 'process'\n",
        "",
        "an account that is named like a process is its cost",
    ),
    contribution(
        "product_postings",
        "        and process_edges.receiver_type in ('order', 'customer')\n",
        "",
        "what was charged to a product is spread over products once more",
    ),
    contribution(
        "product_quantities",
        "        and not driver_quantities.is_unknown_order\n",
        "",
        "work for an unknown order draws the cost of known ones",
    ),
    contribution(
        "method_differences",
        "cast(-sum(customer_amounts.amount) as decimal(18, 2))",
        "cast(sum(customer_amounts.amount) as decimal(18, 2))",
        "who would bear more gains by it",
    ),
    contribution(
        "process_differences_received",
        "            when quantities.receiver_type = 'customer' or orders.customer_key <> 0"
        " then 'customer'\n",
        "            when quantities.receiver_type = 'customer' then 'customer'\n",
        "under another method customers are not charged for their orders",
    ),
    costing(
        "process_receivers",
        "            products.product_id\n",
        "            quantities.process_id\n",
        "a product that receives cost has the name of the process",
    ),
    costing(
        "process_quantities",
        " and processes.object_level = 'product'\n                then 'unknown_product'",
        "\n                then 'unknown_product'",
        "an unknown product counts where products do not",
    ),
    costing(
        "service_differences",
        "        -published_edges.amount as amount",
        "        published_edges.amount as amount",
        "the cost under another method is the difference",
    ),
    costing(
        "process_shares",
        "accounts.avoidable_within_months <= {{ horizon }}",
        "accounts.avoidable_within_months < {{ horizon }}",
        "what can be avoided in just the horizon can not",
    ),
    costing(
        "drivers_fed",
        "                and document_months.documents = 'late_order_lines'\n",
        "                and document_months.documents = 'order_lines'\n",
        "a month with late lines alone has no lines",
    ),
    costing(
        "product_costs_allocated",
        "        and quantity <> 0\n",
        "",
        "a line of zero makes a product sold",
    ),
    Mutation(
        "models/marts/contribution/fct_order_contribution.sql",
        "    where receiver_type = 'order'\n),",
        "    where receiver_type = 'none'\n),",
        "an order of nobody has no share of its products' cost",
    ),
    Mutation(
        "models/marts/governance/rpt_variances_monthly.sql",
        "                when 'account' then variances.amount\n",
        "",
        "a variance that an account posts has no ledger amount",
    ),
)
