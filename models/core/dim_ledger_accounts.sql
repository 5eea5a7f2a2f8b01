-- Grain: one row per ledger account, with the company's classification of it (method, section 2.1).
with

accounts as (
    select * from {{ staged('ledger_accounts') }}
),

classification as (
    select * from {{ ref('account_classification') }}
),

final as (
    select
        {{ key_of('accounts.account_id') }} as account_key,
        accounts.account_id,
        accounts.account_name,
        accounts.account_type,
        accounts.is_cash,
        classification.cost_nature,
        classification.statement_line_id,
        classification.control_component,
        classification.object_level,
        classification.cost_category,
        coalesce(classification.is_cash_effective, true) as is_cash_effective,
        classification.avoidable_within_months,
        classification.balance_sheet_line_id,
        coalesce(classification.is_sales_tax, false) as is_sales_tax,
        accounts.account_type in ('revenue', 'expense') as is_profit_and_loss,
        case
            when classification.cost_nature = 'direct' then coalesce(
                classification.object_level,
                case
                    when classification.statement_line_id = 'segment_cost' then 'segment'
                    else 'order'
                end
            )
        end as finest_object_level
    from accounts
    left join classification on accounts.account_id = classification.account_id
)

select * from final
