-- Grain: one row per month, allocation method, service cost centre and receiver that passes nothing
-- on: the share of the centre's primary cost that ends there, rounded to 12 decimals. A receiver is
-- an operating cost centre, the company for cost centres of its own, or `no_service_allocation` for
-- service centres that nobody uses (method, section 3.1).
with

service_flows as (
    select * from {{ ref('int_costing__service_flows') }}
),

cost_centers as (
    select * from {{ ref('dim_cost_centers') }}
),

service_visits as (
    select * from {{ ref('int_costing__service_visits') }}
),

receivers as (
    select
        cost_center_id,
        case cost_center_kind
            when 'operating' then 'cost_center'
            when 'company' then 'company'
            else 'unassigned'
        end as receiver_type,
        case cost_center_kind
            when 'operating' then cost_center_id
            when 'company' then 'company'
            else 'no_service_allocation'
        end as receiver_id,
        case cost_center_kind
            when 'operating' then cost_center_key
            when 'company' then {{ key_of("'company'") }}
            else {{ key_of("'no_service_allocation'") }}
        end as receiver_key
    from cost_centers
),

final_usages as (
    select
        service_flows.*,
        sum(usage_quantity) over (
            partition by month, allocation_method, from_cost_center_id
        ) as final_usage_quantity
    from service_flows
    where is_final
),

-- How a giver divides what it hands to receivers that pass nothing on.
final_flows as (
    select
        month,
        allocation_method,
        from_cost_center_id,
        to_cost_center_id,
        {{ ratio('usage_quantity', 'final_usage_quantity', precision=17, scale=16) }} as share
    from final_usages
),

final as (
    select
        service_visits.month,
        service_visits.allocation_method,
        service_visits.from_cost_center_id as cost_center_id,
        receivers.receiver_type,
        receivers.receiver_id,
        receivers.receiver_key,
        cast(
            round(sum(cast(service_visits.final_share * final_flows.share as decimal(33, 31))), 12)
            as decimal(13, 12)
        ) as absorption_share
    from service_visits
    inner join final_flows
        on
            service_visits.month = final_flows.month
            and service_visits.allocation_method = final_flows.allocation_method
            and service_visits.to_cost_center_id = final_flows.from_cost_center_id
    inner join receivers on final_flows.to_cost_center_id = receivers.cost_center_id
    group by
        service_visits.month,
        service_visits.allocation_method,
        service_visits.from_cost_center_id,
        receivers.receiver_type,
        receivers.receiver_id,
        receivers.receiver_key
)

select * from final
