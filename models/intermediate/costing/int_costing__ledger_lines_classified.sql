-- Grain: one row per ledger line on a revenue or expense account. Where the line goes by its
-- account's nature (method, section 2): `route` is controlled, direct, pool, company or
-- unassigned. A direct line takes its owner from the entry: order before customer before product
-- before segment before cost centre; what is finer than the level that the account declares is
-- passed over. `profit_amount` is signed by its effect on profit.
with

ledger_entries as (
    select * from {{ ref('fct_ledger_entries') }}
),

accounts as (
    select *
    from {{ ref('dim_ledger_accounts') }}
    where is_profit_and_loss
),

orders as (
    select * from {{ ref('fct_orders') }}
),

segments as (
    select * from {{ ref('dim_segments') }}
),

cost_centers as (
    select * from {{ ref('dim_cost_centers') }}
),

reference_lines as (
    select
        ledger_entries.entry_id,
        ledger_entries.line_number,
        ledger_entries.month,
        ledger_entries.account_id,
        cast(-ledger_entries.amount as decimal(18, 2)) as profit_amount,
        accounts.cost_nature,
        accounts.control_component,
        accounts.statement_line_id,
        coalesce(accounts.cost_category, 'other') as cost_category,
        accounts.is_cash_effective,
        ledger_entries.order_id,
        ledger_entries.order_key,
        orders.customer_key as order_customer_key,
        orders.customer_id as order_customer_id,
        ledger_entries.customer_id,
        ledger_entries.customer_key,
        ledger_entries.product_id,
        ledger_entries.product_key,
        ledger_entries.segment_id,
        segments.segment_key,
        ledger_entries.cost_center_id,
        cost_centers.cost_center_kind,
        case
            when accounts.cost_nature <> 'direct' then accounts.cost_nature
            when accounts.object_level = 'company' then 'company'
            when
                ledger_entries.order_id is not null
                and accounts.finest_object_level in ('order', 'customer')
                then 'order'
            when
                ledger_entries.customer_id is not null
                and accounts.finest_object_level in ('order', 'customer')
                then 'customer'
            when
                ledger_entries.product_id is not null
                and accounts.finest_object_level in ('order', 'customer', 'product')
                then 'product'
            when ledger_entries.segment_id is not null then 'segment'
            when ledger_entries.cost_center_id is not null then 'pool'
            else 'nobody'
        end as owner_reference
    from ledger_entries
    inner join accounts on ledger_entries.account_id = accounts.account_id
    left join orders on ledger_entries.order_id = orders.order_id
    left join segments on ledger_entries.segment_id = segments.segment_id
    left join cost_centers on ledger_entries.cost_center_id = cost_centers.cost_center_id
),

reasoned as (
    select
        reference_lines.*,
        case
            when owner_reference = 'order' and order_key = 0 then 'unknown_order'
            when
                owner_reference = 'order'
                and order_customer_key = 0
                and order_customer_id is not null
                then 'unknown_customer'
            when owner_reference = 'customer' and customer_key = 0 then 'unknown_customer'
            when owner_reference = 'product' and product_key = 0 then 'unknown_product'
            when owner_reference = 'segment' and segment_key is null then 'unknown_segment'
            when owner_reference = 'pool' and cost_center_id is null then 'no_cost_center'
            when owner_reference = 'pool' and cost_center_kind is null then 'unknown_cost_center'
            when owner_reference = 'nobody' then 'no_owner'
        end as reason
    from reference_lines
),

final as (
    select
        entry_id,
        line_number,
        month,
        account_id,
        profit_amount,
        control_component,
        coalesce(
            statement_line_id,
            case
                when owner_reference = 'company' then 'company_cost'
                when owner_reference = 'pool' and cost_center_kind = 'company' then 'company_cost'
                else 'unassigned'
            end
        ) as line_id,
        cost_category,
        is_cash_effective,
        cost_center_id,
        order_key,
        product_key,
        order_id,
        product_id,
        case
            when reason is not null then 'unassigned'
            when owner_reference = 'controlled' then 'controlled'
            when owner_reference = 'company' then 'company'
            when owner_reference = 'pool' and cost_center_kind = 'company' then 'company'
            when owner_reference = 'pool' then 'pool'
            else 'direct'
        end as route,
        case
            when reason is not null then 'unassigned'
            when owner_reference = 'order' and order_customer_key = 0 then 'order'
            when owner_reference in ('order', 'customer') then 'customer'
            when owner_reference in ('product', 'segment') then owner_reference
            else 'company'
        end as object_level,
        case
            when reason is not null then {{ key_of('reason') }}
            when owner_reference = 'order' and order_customer_key = 0 then order_key
            when owner_reference = 'order' then order_customer_key
            when owner_reference = 'customer' then customer_key
            when owner_reference = 'product' then product_key
            when owner_reference = 'segment' then segment_key
            else {{ key_of("'company'") }}
        end as object_key,
        reason
    from reasoned
)

select * from final
