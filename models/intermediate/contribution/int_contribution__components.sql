-- Grain: one row per control component that the ledger knows, with the statement line that it
-- feeds: the line of its own name, or, for `order_cost:<type>`, order_cost. `control_component` is
-- the component whose accounts hold it: its own, or, where no account is controlled by it, that of
-- the sales or the material cost from which books without such accounts deduct it. A component
-- that neither holds is not known to the ledger and is not posted (docs/decisions, 0005). Category
-- and effect on cash are those of its accounts: `other` where they differ in category, effective
-- where one of them is.
with

accounts as (
    select *
    from {{ ref('dim_ledger_accounts') }}
    where
        is_profit_and_loss
        and cost_nature = 'controlled'
),

statement_lines as (
    select * from {{ ref('dim_statement_lines') }}
),

own_components as (
    select distinct control_component as component
    from accounts
),

held_components as (
    select
        component,
        component as control_component
    from own_components

    {%- for component, holder in components_held_by_others() %}

    union all

    select
        '{{ component }}' as component,
        own_components.component as control_component
    from own_components
    where
        own_components.component = '{{ holder }}'
        and not exists (
            select 1
            from own_components as others
            where others.component = '{{ component }}'
        )
    {%- endfor %}
),

kinds as (
    select
        control_component,
        case
            when min(cost_category) = max(cost_category) then min(cost_category)
            else 'other'
        end as cost_category,
        bool_or(is_cash_effective) as is_cash_effective
    from accounts
    group by control_component
),

lines_of_components as (
    select
        component,
        control_component,
        case
            when component like 'order_cost:%' then 'order_cost'
            else component
        end as line_id
    from held_components
),

final as (
    select
        lines_of_components.component,
        lines_of_components.control_component,
        lines_of_components.line_id,
        statement_lines.profit_sign,
        lines_of_components.component in (
            {%- for component in standard_cost_components() %}
            '{{ component }}'{{ "," if not loop.last }}
            {%- endfor %}
        ) as is_standard_cost,
        (
            lines_of_components.component like 'order_cost:%'
            or lines_of_components.component in (
                {%- for component in order_line_components() %}
                '{{ component }}'{{ "," if not loop.last }}
                {%- endfor %}
            )
        ) as is_by_order,
        kinds.cost_category,
        kinds.is_cash_effective
    from lines_of_components
    inner join statement_lines on lines_of_components.line_id = statement_lines.line_id
    inner join kinds on lines_of_components.control_component = kinds.control_component
)

select * from final
