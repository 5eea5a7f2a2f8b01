"""Defects from the cost centres to the objects."""

from tests.mutations.mutation import costing

STAGES = (
    costing(
        "cost_center_pools",
        "        -profit_amount as amount\n    from ledger_lines\n    where route = 'pool'",
        "        profit_amount as amount\n    from ledger_lines\n    where route = 'pool'",
        "pools have the wrong sign",
    ),
    costing(
        "cost_center_pools",
        "        false as is_cash_effective,",
        "        true as is_cash_effective,",
        "imputed costs count as paid",
    ),
    costing(
        "cost_centers_allocated",
        "    where cost_center_kind = 'operating'",
        "    where cost_center_kind <> 'company'",
        "a service centre's cost is allocated twice",
    ),
    costing(
        "cost_centers_allocated",
        "    {{ allocate('pools', 'weights', weight_scale=12) }}",
        "    {{ allocate('pools', 'weights', weight_scale=4) }}",
        "shares count with four decimals only",
    ),
    costing(
        "neutral_costs_allocated",
        "            and neutral_activities.cost_center_id = induced_activities.cost_center_id",
        "            and neutral_activities.cost_center_id is not null",
        "neutral cost is spread over other cost centres too",
    ),
    costing(
        "neutral_costs_allocated",
        "        and induced_activities.behaviour = 'induced'",
        "        and induced_activities.activity_id is not null",
        "neutral cost is spread over neutral activities too",
    ),
    costing(
        "neutral_costs_allocated",
        "        'company' as unallocated_type,",
        "        'unassigned' as unallocated_type,",
        "a centre without induced activities is nobody's instead of the company's",
    ),
    costing(
        "activity_pools",
        "    where activities.behaviour = 'induced'",
        "    where activities.behaviour is not null",
        "neutral activities keep what they have spread",
    ),
    costing(
        "activities_dated",
        "    where resource_share <> 0",
        "    where resource_share >= 0",
        "an activity that has ended remains as a receiver",
    ),
    costing(
        "imputed_costs_dated",
        "and imputed_costs.month <= ledger_months.last_month",
        "and imputed_costs.month < ledger_months.last_month",
        "the last month has no imputed costs",
    ),
    costing(
        "drivers_fed",
        "in ('return_line_count', 'sold_quantity')",
        "in ('return_line_count', 'sold_quantity', 'order_line_count')",
        "the lines of an order feed in the month of their recognition",
    ),
    costing(
        "driver_quantities",
        "        cast(order_line_count - return_line_count as decimal(18, 4)) as quantity\n"
        "    from {{ ref('fct_orders') }}\n    where not is_pure_return",
        "        cast(order_line_count as decimal(18, 4)) as quantity\n"
        "    from {{ ref('fct_orders') }}\n    where not is_pure_return",
        "return lines count as order lines",
    ),
    costing(
        "driver_quantities",
        "        cast(1 as decimal(18, 4)) as quantity\n"
        "    from {{ ref('fct_orders') }}\n    where not is_pure_return",
        "        cast(1 as decimal(18, 4)) as quantity\n    from {{ ref('fct_orders') }}",
        "pure return orders count as orders",
    ),
    costing(
        "driver_quantities",
        "    where invoice_kind = 'invoice'",
        "    where invoice_kind is not null",
        "credit notes count as invoices",
    ),
    costing(
        "driver_quantities",
        "        quantity\n    from {{ ref('fct_order_lines') }}\n    where not is_return",
        "        quantity\n    from {{ ref('fct_order_lines') }}",
        "returns reduce the sold quantity",
    ),
    costing(
        "process_quantities",
        "coalesce(orders.customer_key, driver_quantities.customer_key) as customer_key,",
        "driver_quantities.customer_key,",
        "an event's customer goes before that of its order",
    ),
    costing(
        "process_quantities",
        "            and owned_quantities.month = memberships.month",
        "            and owned_quantities.month >= memberships.month",
        "the segments of earlier months count too",
    ),
    costing(
        "process_quantities",
        "            when owned_quantities.product_key <> 0 and processes.object_level = 'product'",
        "            when owned_quantities.product_key <> 0",
        "an event of nobody goes to its product at every level",
    ),
    costing(
        "process_pools",
        "case when amount = 0 then 1 else abs(amount) end as weight",
        "case when amount = 0 then 1 else amount end as weight",
        "a credited pool turns the standard of its process into mixed weights",
    ),
    costing(
        "process_pools",
        "        and capacities.practical_capacity_quantity > 0\n        and capacities.standard",
        "        and capacities.practical_capacity_quantity >= 0\n        and capacities.standard",
        "a standard process without capacity has a spending variance of all its cost",
    ),
    costing(
        "process_pools",
        "    inner join fed_drivers",
        "    left join fed_drivers",
        "a standard is charged in a month in which the driver was not fed",
    ),
    costing(
        "process_pools",
        "    group by month, receiver_id, cost_category, is_cash_effective\n"
        "    having sum(amount) <> 0",
        "    group by month, receiver_id, cost_category, is_cash_effective\n"
        "    having sum(amount) > 0",
        "credited pools are lost",
    ),
    costing(
        "processes_allocated",
        "        coalesce(standard_charged_amount, chargeable_amount) as amount,",
        "        chargeable_amount as amount,",
        "a process at standard charges its whole standard, whatever was done",
    ),
    costing(
        "processes_allocated",
        "    where spending_variance_amount <> 0",
        "    where spending_variance_amount > 0",
        "spending below the standard is lost",
    ),
    costing(
        "processes_allocated",
        "then coalesce(practical_capacity_quantity, 0)",
        "then practical_capacity_quantity",
        "without a capacity the actual quantity stands in for it",
    ),
    costing(
        "processes_allocated",
        "(charging_rate_basis <> 'actual' and standard_charged_amount is null) or is_idle\n",
        "charging_rate_basis <> 'actual' and standard_charged_amount is null\n",
        "a capacity that stood ready at actual rates is nobody's",
    ),
    costing(
        "process_pools",
        "            * coalesce(quantities.actual_quantity, 0)\n",
        "            * coalesce(\n"
        "                quantities.actual_quantity, capacities.practical_capacity_quantity\n"
        "            )\n",
        "a standard process that did nothing charges its whole standard",
    ),
    costing(
        "process_pools",
        "            standards.month >= ledger_months.first_month",
        "            standards.month > ledger_months.last_month",
        "a standard process without cost charges nothing",
    ),
    costing(
        "service_flows",
        "    where\n        (not is_between_services or coalesce(from_step < to_step, false))",
        "    where\n        (not is_between_services or coalesce(from_step <> to_step, false))",
        "step-down hands back to centres that are closed",
    ),
    costing(
        "service_flows",
        "        and service_allocations.from_cost_center_id"
        " <> service_allocations.to_cost_center_id\n",
        "",
        "a centre keeps what it does for itself",
    ),
    costing(
        "service_shares",
        "    from service_flows\n    where is_final\n",
        "    from service_flows\n",
        "what passes through other service centres counts as arrived there",
    ),
    costing(
        "service_visits",
        "            and from_givers.cost_center_id = service_flows.from_cost_center_id",
        "            and from_givers.cost_center_id = service_flows.to_cost_center_id",
        "services flow backwards",
    ),
    costing(
        "service_shares",
        "            partition by month, allocation_method, from_cost_center_id\n",
        "            partition by month, allocation_method\n",
        "a giver divides what other givers hand on",
    ),
    costing(
        "process_figures",
        "min(quantity) < 0 and max(quantity) > 0 as is_of_mixed_sign",
        "sum(quantity) < 0 as is_of_mixed_sign",
        "quantities of mixed sign are charged by the other methods",
    ),
    costing(
        "process_figures",
        "        sum(amount) filter (where receiver_type = 'unassigned' and reason is not null)\n",
        "        sum(amount) filter (where receiver_type = 'nobody' and reason is not null)\n",
        "a pool that could not be charged counts as charged",
    ),
    costing(
        "process_differences",
        "        and (process_figures.is_fed or process_figures.actual_quantity is not null)\n",
        "",
        "the other methods leave unused what a driver that was not fed leaves to nobody",
    ),
    costing(
        "process_differences",
        "        and not process_figures.is_of_mixed_sign\n",
        "",
        "what receivers of mixed sign do not bear becomes unused capacity",
    ),
    costing(
        "process_differences",
        "            when charges.rate_basis = 'actual' and process_figures.actual_quantity <> 0\n",
        "            when charges.rate_basis = 'actual'\n",
        "a process that did nothing charges its cost at actual rates",
    ),
    costing(
        "product_costs_allocated",
        "        not is_return\n",
        "        quantity <> 0\n",
        "returns take back product-level cost",
    ),
    costing(
        "product_costs_allocated",
        "        'product' as unallocated_type,",
        "        'unassigned' as unallocated_type,",
        "cost of a product that was not sold is nobody's",
    ),
    costing(
        "product_costs_allocated",
        "        pool_id || '|' || cast(receiver_key as string) as pair_id,\n",
        "        cast(receiver_key as string) as pair_id,\n",
        "processes of a product share a pool",
    ),
    costing(
        "activities_allocated",
        "    where amount <> 0",
        "    where amount > 0",
        "credited activity pools vanish",
    ),
    costing(
        "ledger_lines_classified",
        "                and accounts.finest_object_level in ('order', 'customer', 'product')",
        "                and accounts.finest_object_level in ('order', 'product')",
        "an account owned by customers passes its products over",
    ),
    costing(
        "ledger_lines_classified",
        "            when owner_reference = 'pool' and cost_center_kind is null then"
        " 'unknown_cost_center'\n",
        "",
        "a pool of an unknown cost centre is lost on the way",
    ),
    costing(
        "ledger_lines_classified",
        "        coalesce(accounts.cost_category, 'other') as cost_category,",
        "        accounts.cost_category,",
        "pools without a category are lost in a join",
    ),
)
