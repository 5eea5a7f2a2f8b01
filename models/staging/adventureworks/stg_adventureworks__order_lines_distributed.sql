{{ config(enabled=system_is_used('adventureworks'), materialized='table') }}

-- Grain: one order line with its amounts in whole cents. Each rounded order total goes to the
-- lines in proportion to their amounts at source scale, by largest remainder (method, section 4),
-- ties in the order of the line numbers.
with

sales_lines as (
    select * from {{ ref('stg_adventureworks__sales_lines') }}
),

order_totals as (
    select * from {{ ref('stg_adventureworks__order_totals') }}
),

measures as (
    select known_measures.measure
    from (
        values ('gross'), ('discount'), ('tax'), ('freight')
    ) as known_measures (measure)
),

totals_by_measure as (
    select
        order_totals.order_id,
        order_totals.ordered_on,
        measures.measure,
        case measures.measure
            when 'gross' then order_totals.gross_amount
            when 'discount' then order_totals.discount_amount
            when 'tax' then order_totals.tax_amount
            when 'freight' then order_totals.freight_amount
        end as amount
    from order_totals
    cross join measures
),

weights_by_measure as (
    select
        sales_lines.order_id,
        sales_lines.line_number,
        sales_lines.ordered_on,
        measures.measure,
        case measures.measure
            when 'gross' then sales_lines.gross_amount
            when 'discount' then sales_lines.gross_amount - sales_lines.net_amount
            when 'tax' then sales_lines.tax_amount
            when 'freight' then sales_lines.freight_amount
        end as amount
    from sales_lines
    cross join measures
),

pools as (
    select
        {{ month_of('ordered_on') }} as month,
        'order_total_to_lines' as stage,
        'order' as pool_type,
        order_id || ':' || measure as pool_id,
        measure as cost_category,
        true as is_cash_effective,
        'source_amount' as driver_id,
        amount,
        cast(null as decimal(18, 4)) as capacity_weight,
        'unassigned' as unallocated_type,
        'zero_weight' as unallocated_id,
        {{ key_of("'zero_weight'") }} as unallocated_key,
        'zero_weight' as unallocated_reason
    from totals_by_measure
    where amount <> 0
),

weights as (
    select
        {{ month_of('ordered_on') }} as month,
        order_id || ':' || measure as pool_id,
        'order_line' as receiver_type,
        order_id || ':' || lpad(cast(line_number as string), 5, '0') as receiver_id,
        line_number as receiver_key,
        amount as weight
    from weights_by_measure
    where amount <> 0
),

edges as (
    {{ allocate('pools', 'weights', weight_scale=4) }}
),

line_amounts as (
    select
        receiver_id,
        sum(amount) filter (where cost_category = 'gross') as gross_amount,
        sum(amount) filter (where cost_category = 'discount') as discount_amount,
        sum(amount) filter (where cost_category = 'tax') as tax_amount,
        sum(amount) filter (where cost_category = 'freight') as freight_amount
    from edges
    where receiver_type = 'order_line'
    group by receiver_id
),

final as (
    select
        sales_lines.channel,
        sales_lines.order_id,
        sales_lines.line_number,
        sales_lines.product_id,
        sales_lines.ordered_on,
        sales_lines.shipped_on,
        sales_lines.quantity,
        cast(coalesce(line_amounts.gross_amount, 0) as decimal(18, 2)) as gross_amount,
        cast(coalesce(line_amounts.discount_amount, 0) as decimal(18, 2)) as discount_amount,
        cast(coalesce(line_amounts.tax_amount, 0) as decimal(18, 2)) as tax_amount,
        cast(coalesce(line_amounts.freight_amount, 0) as decimal(18, 2)) as freight_amount
    from sales_lines
    left join line_amounts
        on
            sales_lines.order_id || ':' || lpad(cast(sales_lines.line_number as string), 5, '0')
            = line_amounts.receiver_id
)

select * from final
