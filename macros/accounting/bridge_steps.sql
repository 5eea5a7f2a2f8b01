{# The sum of a column over the months of the base period, and over those of the period. #}
{% macro of_base(expression, scale) -%}
    cast(
        sum(case when pair_months.is_base then {{ expression }} else 0 end)
        as decimal(18, {{ scale }})
    )
{%- endmacro %}

{% macro of_period(expression, scale) -%}
    cast(
        sum(case when pair_months.is_base then 0 else {{ expression }} end)
        as decimal(18, {{ scale }})
    )
{%- endmacro %}


{# Roles of statement lines in the bridge, with their sign in contribution II; sales come first. #}
{% macro bridge_roles() -%}
    {{ return([
        ('sales', 1), ('deduction', -1), ('standard_cost', -1), ('direct_cost', -1),
        ('product_process', -1), ('process', -1), ('caused_capacity', -1)
    ]) }}
{%- endmacro %}


{# Causes in the order of their substitution. #}
{% macro bridge_causes() -%}
    {{ return([
        'volume', 'mix', 'price', 'deduction', 'standard_cost', 'direct_cost', 'driver_quantity',
        'capacity', 'rate'
    ]) }}
{%- endmacro %}


{# The part of a cause, where each part is a column, so that causes can be rows. #}
{% macro amount_of_cause(cause_id) -%}
    case {{ cause_id }}
        {%- for cause in bridge_causes() %}
        when '{{ cause }}' then {{ cause }}_amount
        {%- endfor %}
    end
{%- endmacro %}


{#
    amount x part / whole for parts and wholes of any sign, rounded once; null where the whole is
    zero. Most need no division: who bought in one of the periods only, or as much as before.
#}
{% macro substituted(amount, part, whole, scale) -%}
    case
        when {{ amount }} = 0 or {{ part }} = 0 then cast(0 as decimal(18, 2))
        when {{ part }} = {{ whole }} then cast({{ amount }} as decimal(18, 2))
        else {{ proportion_of_any_sign(amount, part, whole, scale) }}
    end
{%- endmacro %}


{#
    The pairs of periods that are compared every night, as `contribution_bridges` takes them: each
    month with the month before and, for the company alone, with the same month of the year before;
    each fiscal year with the year before, over the months of which the books have both.
#}
{% macro standard_pairs() -%}
    {%- for comparison_id, months_back, has_customers in [
        ('prior_month', 1, 'true'), ('prior_year_month', 12, 'false')
    ] %}
    select
        '{{ comparison_id }}' as comparison_id,
        substr(cast(periods.month as string), 1, 7) as period_id,
        substr(cast(bases.month as string), 1, 7) as base_period_id,
        periods.month as period_from,
        periods.month as period_to,
        bases.month as base_from,
        bases.month as base_to,
        {{ has_customers }} as has_customers
    from {{ ref('dim_months') }} as periods
    inner join {{ ref('dim_months') }} as bases
        on {{ add_months('periods.month', '-' ~ months_back) }} = bases.month

    union all
    {% endfor %}
    select
        'prior_year' as comparison_id,
        lpad(cast(periods.fiscal_year as string), 4, '0') as period_id,
        lpad(cast(periods.fiscal_year - 1 as string), 4, '0') as base_period_id,
        min(periods.month) as period_from,
        max(periods.month) as period_to,
        min(bases.month) as base_from,
        max(bases.month) as base_to,
        true as has_customers
    from {{ ref('dim_months') }} as periods
    inner join {{ ref('dim_months') }} as bases
        on {{ add_months('periods.month', '-12') }} = bases.month
    group by periods.fiscal_year
{%- endmacro %}


{# The months of both periods of each pair. #}
{% macro months_of_pairs(pairs) -%}
    {%- for period, is_base in [('base', true), ('period', false)] %}
    select
        pairs.pair_number,
        pairs.has_customers,
        months.month,
        {{ is_base | lower }} as is_base
    from {{ pairs }} as pairs
    inner join {{ ref('dim_months') }} as months
        on months.month between pairs.{{ period }}_from and pairs.{{ period }}_to
    {{- "\n\n    union all\n" if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#
    What the processes cost by month, and the quantity over which that is spread: practical
    capacity, or what all have caused where the process charges at actual rates. A select of month,
    process_id, charging_rate_basis, cost_amount and spread_quantity (0 where it is not known).
#}
{% macro spread_process_costs() -%}
    with

    actual_quantities as (
        select
            month,
            process_id,
            sum(quantity) as actual_quantity
        from {{ ref('int_costing__process_quantities') }}
        where process_id in (
            select process_id
            from {{ ref('int_costing__process_pools') }}
            where charging_rate_basis = 'actual'
        )
        group by month, process_id
    ),

    process_months as (
        select
            month,
            process_id,
            max(charging_rate_basis) as charging_rate_basis,
            max(practical_capacity_quantity) as practical_capacity_quantity,
            sum(chargeable_amount) as cost_amount
        from {{ ref('int_costing__process_pools') }}
        group by month, process_id
    )

    select
        process_months.month,
        process_months.process_id,
        process_months.charging_rate_basis,
        process_months.cost_amount,
        coalesce(
            case process_months.charging_rate_basis
                when 'actual' then actual_quantities.actual_quantity
                else process_months.practical_capacity_quantity
            end, 0
        ) as spread_quantity
    from process_months
    left join actual_quantities
        on
            process_months.month = actual_quantities.month
            and process_months.process_id = actual_quantities.process_id
{%- endmacro %}
