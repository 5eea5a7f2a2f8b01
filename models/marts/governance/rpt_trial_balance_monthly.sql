-- Grain: one row per ledger account and month of the books, also without a movement: opening
-- balance + debit - credit = closing balance, debit positive. The opening of the first month is the
-- account's opening balance of the earliest day delivered. Accounts of revenue and expense run on
-- over the years; what they moved in the fiscal year is `year_to_date_amount`. Balances are summed
-- over accounts and months only, never over entries (method, section 1).
with

accounts as (
    select * from {{ ref('dim_ledger_accounts') }}
),

components as (
    select * from {{ ref('int_contribution__components') }}
),

months as (
    select * from {{ ref('dim_months') }}
),

settings as (
    select * from {{ ref('dim_settings') }}
    where setting = 'functional_currency'
),

opening_balances as (
    select
        account_id,
        amount
    from {{ staged('opening_balances') }}
    where as_of = (select min(as_of) from {{ staged('opening_balances') }})
),

movements as (
    select
        account_id,
        month,
        coalesce(sum(amount) filter (where amount > 0), 0) as debit_amount,
        coalesce(-sum(amount) filter (where amount < 0), 0) as credit_amount
    from {{ ref('fct_ledger_entries') }}
    group by account_id, month
),

account_ids as (
    select account_id from accounts
    union
    select account_id from opening_balances
    union
    select account_id from movements
),

account_months as (
    select
        account_ids.account_id,
        months.month,
        months.fiscal_year,
        months.fiscal_period,
        coalesce(opening_balances.amount, 0) as first_balance_amount,
        coalesce(movements.debit_amount, 0) as debit_amount,
        coalesce(movements.credit_amount, 0) as credit_amount
    from account_ids
    cross join months
    left join opening_balances on account_ids.account_id = opening_balances.account_id
    left join movements
        on
            account_ids.account_id = movements.account_id
            and months.month = movements.month
),

running as (
    select
        account_months.*,
        first_balance_amount + sum(debit_amount - credit_amount) over (
            partition by account_id
            order by month
            rows between unbounded preceding and current row
        ) as closing_balance_amount,
        sum(debit_amount - credit_amount) over (
            partition by account_id, fiscal_year
            order by month
            rows between unbounded preceding and current row
        ) as year_to_date_amount
    from account_months
),

final as (
    select
        running.account_id,
        running.month,
        accounts.account_name,
        accounts.account_type,
        accounts.cost_nature,
        case
            when accounts.cost_nature = 'controlled' then components.line_id
            when accounts.cost_nature = 'company'
                then coalesce(accounts.statement_line_id, 'company_cost')
            else accounts.statement_line_id
        end as statement_line_id,
        running.fiscal_year,
        running.fiscal_period,
        cast(
            running.closing_balance_amount - running.debit_amount + running.credit_amount
            as decimal(18, 2)
        ) as opening_balance_amount,
        cast(running.debit_amount as decimal(18, 2)) as debit_amount,
        cast(running.credit_amount as decimal(18, 2)) as credit_amount,
        cast(running.closing_balance_amount as decimal(18, 2)) as closing_balance_amount,
        cast(running.year_to_date_amount as decimal(18, 2)) as year_to_date_amount,
        cast(
            case
                when accounts.is_profit_and_loss
                    then running.credit_amount - running.debit_amount
                else 0
            end as decimal(18, 2)
        ) as profit_amount,
        settings.value as currency_code
    from running
    cross join settings
    left join accounts on running.account_id = accounts.account_id
    left join components on accounts.control_component = components.component
)

select * from final
