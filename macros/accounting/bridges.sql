{#
    The bridge of contribution II from a base period to a period (method, section 8; decision
    0021): one factor after the other takes its new value, and each part is the difference of two
    successive totals in whole cents, so that the parts sum to the difference to the cent.

    pairs  relation with comparison_id, period_id, base_period_id, period_from, period_to,
           base_from, base_to: names, and the first and last month (their first days) of each of the
           two periods; has_customers: whether customers are compared, or the company alone.
           comparison_id and period_id together are its key.

    Returns a select of the pair's columns, object_level, object_key, base_contribution_2_amount,
    a column `<cause>_amount` for each of `bridge_causes()`, contribution_2_amount: for each
    customer with a posting in either period, and for the company as the sum of its customers.
#}
{% macro contribution_bridges(pairs) -%}
    with

    numbered_pairs as (
        select
            pairs.*,
            row_number() over (order by comparison_id, period_id) as pair_number
        from {{ pairs }} as pairs
    ),

    pair_months as (
        {{ months_of_pairs('numbered_pairs') }}
    ),

    {#- What was posted, by role of the line. #}
    customer_lines as (
        select
            postings.object_key,
            postings.month,
            {%- for role, sign in bridge_roles() %}
            sum(case when bridge_lines.bridge_role = '{{ role }}'
                then {{ '-' if sign < 0 }}postings.amount else 0 end) as {{ role }}_amount
            {{- "," if not loop.last }}
            {%- endfor %}
        from {{ ref('int_contribution__postings') }} as postings
        inner join {{ ref('bridge_lines') }} as bridge_lines
            on postings.line_id = bridge_lines.line_id
        where postings.object_level = 'customer'
        group by postings.object_key, postings.month
    ),

    object_lines as (
        select
            false as is_company,
            object_key,
            month,
            {%- for role, sign in bridge_roles() %}
            {{ role }}_amount{{ "," if not loop.last }}
            {%- endfor %}
        from customer_lines

        union all

        select
            true as is_company,
            {{ key_of("'company'") }} as object_key,
            month,
            {%- for role, sign in bridge_roles() %}
            sum({{ role }}_amount) as {{ role }}_amount{{ "," if not loop.last }}
            {%- endfor %}
        from customer_lines
        group by month
    ),

    posted as (
        select
            pair_months.pair_number,
            object_lines.is_company,
            object_lines.object_key,
            {%- for role, sign in bridge_roles() %}
            {{ of_base('object_lines.' ~ role ~ '_amount', 2) }}
                as {{ role }}_0,
            {{ of_period('object_lines.' ~ role ~ '_amount', 2) }}
                as {{ role }}_1{{ "," if not loop.last }}
            {%- endfor %}
        from object_lines
        inner join pair_months
            on
                object_lines.month = pair_months.month
                and (object_lines.is_company or pair_months.has_customers)
        group by pair_months.pair_number, object_lines.is_company, object_lines.object_key
    ),

    {#- Units, sales and standard cost by product. #}
    product_sales as (
        select
            object_level = 'company' as is_company,
            object_key,
            product_key,
            month,
            quantity,
            gross_sales_amount,
            standard_cost_amount
        from {{ ref('int_contribution__product_sales_monthly') }}
    ),

    products as (
        select
            pair_months.pair_number,
            sales.is_company,
            sales.object_key,
            sales.product_key,
            {%- for column, name in [('quantity', 'units'), ('gross_sales_amount', 'sales'),
                ('standard_cost_amount', 'cost')] %}
            {{ of_base('sales.' ~ column, 4) }} as {{ name }}_0,
            {{ of_period('sales.' ~ column, 4) }}
                as {{ name }}_1{{ "," if not loop.last }}
            {%- endfor %}
        from product_sales as sales
        inner join pair_months
            on
                sales.month = pair_months.month
                and (sales.is_company or pair_months.has_customers)
        group by
            pair_months.pair_number, sales.is_company, sales.object_key, sales.product_key
    ),

    product_totals as (
        select
            pair_number,
            is_company,
            object_key,
            sum(units_0) as units_0,
            sum(units_1) as units_1,
            {%- for name in ['sales', 'cost'] %}
            sum({{ name }}_0) as {{ name }}_0,
            sum(
                case
                    when units_0 <> 0
                        then {{ substituted(name ~ '_0', 'units_1', 'units_0', 4) }}
                    when units_1 <> 0 then {{ name }}_1
                    else {{ name }}_0
                end
            ) as {{ name }}_mix{{ "," if not loop.last }}
            {%- endfor %}
        from products
        group by pair_number, is_company, object_key
    ),

    {#- Cost and driver quantity by process. #}
    customer_processes as (
        select
            postings.object_key as customer_key,
            postings.source_id as process_id,
            postings.month,
            -postings.profit_amount as cost_amount,
            0 as quantity
        from {{ ref('int_contribution__process_postings') }} as postings
        inner join {{ ref('bridge_lines') }} as bridge_lines
            on postings.line_id = bridge_lines.line_id
        where
            postings.object_level = 'customer'
            and bridge_lines.bridge_role = 'process'

        union all

        select
            customer_key,
            process_id,
            month,
            0 as cost_amount,
            quantity
        from {{ ref('int_contribution__customer_quantities') }}
        where quantity_id = 'driver_quantity'
    ),

    object_processes as (
        select
            false as is_company,
            customer_key as object_key,
            process_id,
            month,
            cost_amount,
            quantity
        from customer_processes

        union all

        select
            true as is_company,
            {{ key_of("'company'") }} as object_key,
            process_id,
            month,
            sum(cost_amount) as cost_amount,
            sum(quantity) as quantity
        from customer_processes
        group by process_id, month
    ),

    processes as (
        select
            pair_months.pair_number,
            object_processes.is_company,
            object_processes.object_key,
            object_processes.process_id,
            {{ of_base('object_processes.cost_amount', 2) }}
                as cost_0,
            {{ of_period('object_processes.cost_amount', 2) }}
                as cost_1,
            {{ of_base('object_processes.quantity', 4) }}
                as quantity_0,
            {{ of_period('object_processes.quantity', 4) }}
                as quantity_1
        from object_processes
        inner join pair_months
            on
                object_processes.month = pair_months.month
                and (object_processes.is_company or pair_months.has_customers)
        group by
            pair_months.pair_number,
            object_processes.is_company,
            object_processes.object_key,
            object_processes.process_id
    ),

    {#- What a driver's unit cost in the base period, and over which quantity cost is spread. #}
    process_rates as (
        {{ spread_process_costs() }}
    ),

    process_capacities as (
        select
            pair_months.pair_number,
            rates.process_id,
            {{ of_base('rates.cost_amount', 2) }} as cost_0,
            {{ of_base('rates.spread_quantity', 4) }} as spread_0,
            max(rates.charging_rate_basis) <> 'standard' as is_spread,
            {{ of_period('rates.spread_quantity', 4) }} as spread_1
        from process_rates as rates
        inner join pair_months on rates.month = pair_months.month
        group by pair_months.pair_number, rates.process_id
    ),

    processes_at_quantity as (
        select
            processes.*,
            process_capacities.is_spread,
            process_capacities.spread_0,
            process_capacities.spread_1,
            case
                when processes.quantity_0 <> 0
                    then
                        {{ substituted(
                            'processes.cost_0', 'processes.quantity_1', 'processes.quantity_0', 4
                        ) }}
                when processes.quantity_1 <> 0 and process_capacities.spread_0 > 0
                    then
                        processes.cost_0
                        + {{ substituted(
                            'process_capacities.cost_0', 'processes.quantity_1',
                            'process_capacities.spread_0', 4
                        ) }}
                when processes.quantity_1 <> 0 then processes.cost_1
                else processes.cost_0
            end as cost_quantity
        from processes
        left join process_capacities
            on
                processes.pair_number = process_capacities.pair_number
                and processes.process_id = process_capacities.process_id
    ),

    process_totals as (
        select
            pair_number,
            is_company,
            object_key,
            sum(cost_quantity - cost_0) as by_quantity,
            sum(
                case
                    when is_spread and spread_0 > 0 and spread_1 > 0
                        then {{ substituted('cost_quantity', 'spread_0', 'spread_1', 4) }}
                    else cost_quantity
                end
                - cost_0
            ) as by_capacity
        from processes_at_quantity
        group by pair_number, is_company, object_key
    ),

    {#- The successive totals of each group of lines. #}
    volumes as (
        select
            posted.*,
            product_totals.units_0,
            product_totals.units_1,
            coalesce(process_totals.by_quantity, 0) as process_by_quantity,
            coalesce(process_totals.by_capacity, 0) as process_by_capacity,
            {%- for name, role in [('sales', 'sales'), ('cost', 'standard_cost')] %}
            posted.{{ role }}_0 + coalesce(
                case
                    when product_totals.units_0 <> 0
                        then
                            {{ substituted(
                                'product_totals.' ~ name ~ '_0', 'product_totals.units_1',
                                'product_totals.units_0', 4
                            ) }}
                    else product_totals.{{ name }}_mix
                end
                - product_totals.{{ name }}_0, 0
            ) as {{ role }}_volume,
            posted.{{ role }}_0
            + coalesce(product_totals.{{ name }}_mix - product_totals.{{ name }}_0, 0)
                as {{ role }}_mix,
            {%- endfor %}
            case
                when product_totals.units_0 <> 0
                    then
                        {{ substituted(
                            'posted.product_process_0', 'product_totals.units_1',
                            'product_totals.units_0', 4
                        ) }}
                when product_totals.units_1 <> 0 then posted.product_process_1
                else posted.product_process_0
            end as product_process_quantity
        from posted
        left join product_totals
            on
                posted.pair_number = product_totals.pair_number
                and posted.is_company = product_totals.is_company
                and posted.object_key = product_totals.object_key
        left join process_totals
            on
                posted.pair_number = process_totals.pair_number
                and posted.is_company = process_totals.is_company
                and posted.object_key = process_totals.object_key
    ),

    deductions as (
        select
            volumes.*,
            {%- for step, sales in [('volume', 'sales_volume'), ('mix', 'sales_mix'),
                ('price', 'sales_1')] %}
            case
                when sales_0 <> 0 then {{ substituted('deduction_0', sales, 'sales_0', 2) }}
                when sales_1 <> 0
                    then deduction_0 + {{ substituted('deduction_1', sales, 'sales_1', 2) }}
                else deduction_0
            end as deduction_{{ step }}{{ "," if not loop.last }}
            {%- endfor %}
        from volumes
    ),

    parts as (
        select
            pair_number,
            is_company,
            object_key,
            {%- for number in [0, 1] %}
            {%- for role, sign in bridge_roles() %}
            {{ '- ' if sign < 0 }}{{ role }}_{{ number }}
            {%- endfor %}
                as total_{{ number }},
            {%- endfor %}
            sales_volume - sales_0 - (deduction_volume - deduction_0)
            - (standard_cost_volume - standard_cost_0) as volume,
            sales_mix - sales_volume - (deduction_mix - deduction_volume)
            - (standard_cost_mix - standard_cost_volume) as mix,
            sales_1 - sales_mix - (deduction_price - deduction_mix) as price,
            deduction_price - deduction_1 as deduction,
            standard_cost_mix - standard_cost_1 as standard_cost,
            direct_cost_0 - direct_cost_1 as direct_cost,
            product_process_0 - product_process_quantity - process_by_quantity as driver_quantity,
            process_by_quantity - process_by_capacity
            + caused_capacity_0 - caused_capacity_1 as capacity,
            process_0 + process_by_capacity - process_1
            + product_process_quantity - product_process_1 as rate
        from deductions
    )

    select
        numbered_pairs.comparison_id,
        numbered_pairs.period_id,
        numbered_pairs.base_period_id,
        numbered_pairs.period_from,
        numbered_pairs.period_to,
        numbered_pairs.base_from,
        numbered_pairs.base_to,
        case when parts.is_company then 'company' else 'customer' end as object_level,
        parts.object_key,
        cast(parts.total_0 as decimal(18, 2)) as base_contribution_2_amount,
        {%- for cause in bridge_causes() %}
        cast(parts.{{ cause }} as decimal(18, 2)) as {{ cause }}_amount,
        {%- endfor %}
        cast(parts.total_1 as decimal(18, 2)) as contribution_2_amount
    from parts
    inner join numbered_pairs on parts.pair_number = numbered_pairs.pair_number
{%- endmacro %}
