"""Defects from the documents to the contribution lines."""

from tests.mutations.mutation import Mutation, contribution

EDGE_OWNER = "macros/accounting/edge_owner.sql"

STATEMENTS = (
    contribution(
        "components",
        "        is_profit_and_loss\n        and cost_nature = 'controlled'",
        "        cost_nature = 'controlled'",
        "an account of the balance sheet declares a component",
    ),
    contribution(
        "order_lines_costed",
        "            and order_lines.cost_on >= product_costs.valid_from\n",
        "            and order_lines.recognised_on >= product_costs.valid_from\n",
        "a later standard cost is used",
    ),
    contribution(
        "order_lines_costed",
        "then least(order_lines.restocked_quantity, -order_lines.quantity)",
        "then order_lines.restocked_quantity",
        "more is restocked than came back",
    ),
    contribution(
        "order_lines_costed",
        "            case when is_return then material_amount + production_amount else 0 end",
        "            case when is_return then material_amount + production_amount"
        " + distribution_amount else 0 end",
        "distribution comes back with a return",
    ),
    contribution(
        "order_lines_costed",
        "cast(round(cost_quantity * unit_material_cost, 2) as decimal(18, 2)) as material_amount",
        "cast(cast(cost_quantity as decimal(18, 0)) * unit_material_cost as decimal(18, 2))"
        " as material_amount",
        "parts of a unit cost nothing",
    ),
    contribution(
        "owner_components",
        "cast(cash_discount_amount - cash_discount_tax_amount as decimal(18, 2)) as amount",
        "cash_discount_amount as amount",
        "the tax in a cash discount is taken for a deduction",
    ),
    contribution(
        "owner_components",
        "            when customer_id is null then {{ key_of(\"'no_owner'\") }}\n",
        "",
        "a payment of nobody is one of an unknown customer",
    ),
    contribution(
        "order_variances",
        "coalesce(max(case when is_recognised = 1 then month end), max(month)) as remainder_month",
        "max(month) as remainder_month",
        "the remainder of an order stands in the month of its last posting",
    ),
    contribution(
        "order_variances",
        "    where\n        not is_return\n        and order_key in",
        "    where\n        order_key in",
        "a return without a standard makes its order one without",
    ),
    contribution(
        "named_order_components",
        "            components.control_component = named_orders.control_component\n"
        "            and order_components",
        "            order_components",
        "an order that the ledger names in sales counts as named in its material too",
    ),
    contribution(
        "product_variances",
        "        -profit_amount as profit_amount",
        "        profit_amount",
        "the standard of named orders is counted twice instead of left aside",
    ),
    contribution(
        "product_variances",
        "        and ledger_lines.order_key = 0\n",
        "",
        "an order's actual cost is compared as its product's too",
    ),
    contribution(
        "variances",
        "    select month, control_component, -amount as amount from product_variances\n",
        "    select month, control_component, -amount as amount from product_variances"
        " where variance_kind <> 'volume'\n",
        "volume variances count twice",
    ),
    Mutation(
        EDGE_OWNER,
        "            when orders.customer_id is not null then 'unassigned'",
        "            when orders.customer_id is not null then 'order'",
        "an order of an unknown customer keeps its process cost",
    ),
    contribution(
        "process_charges",
        "    where receiver_type <> 'product'\n",
        "",
        "what followed sold quantities is posted to the product as well",
    ),
    Mutation(
        EDGE_OWNER,
        "            when ordered_edges.receiver_type = 'capacity' then 'caused_unused_capacity'\n",
        "",
        "caused unused capacity hides in the processing costs",
    ),
    contribution(
        "other_postings",
        "    where route in ('direct', 'company', 'unassigned')",
        "    where route in ('direct', 'company')",
        "unassigned ledger lines are lost",
    ),
    contribution(
        "other_postings",
        "    where route <> 'pool'\n",
        "    where route = 'company'\n",
        "imputed costs of an unknown centre are offset and never charged",
    ),
)
