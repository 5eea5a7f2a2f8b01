-- Every revenue and expense account is controlled, direct, pool or company; a controlled one has a
-- component with a statement line, and no ledger line is on an account that was never delivered.
{{ config(tags=['assumptions']) }}

select
    'account_classification' as seed,
    accounts.account_id as row_key,
    'not classified as controlled, direct, pool or company' as problem,
    'add the account to account_classification' as remedy
from {{ ref('dim_ledger_accounts') }} as accounts
where
    accounts.is_profit_and_loss
    and coalesce(accounts.cost_nature, 'none') not in ('controlled', 'direct', 'pool', 'company')

union all

select
    'account_classification' as seed,
    accounts.account_id as row_key,
    'control_component is empty or no statement line has its name' as problem,
    'give one of the components of the contract' as remedy
from {{ ref('dim_ledger_accounts') }} as accounts
where
    accounts.is_profit_and_loss
    and accounts.cost_nature = 'controlled'
    and not exists (
        select 1
        from {{ ref('int_contribution__components') }} as components
        where components.component = accounts.control_component
    )

union all

select
    'account_classification' as seed,
    accounts.account_id as row_key,
    'statement_line_id is empty or not a line that can be posted to' as problem,
    'give a line of statement_lines that has a sign' as remedy
from {{ ref('dim_ledger_accounts') }} as accounts
where
    accounts.cost_nature in ('direct', 'company')
    and (accounts.cost_nature = 'direct' or accounts.statement_line_id is not null)
    and not exists (
        select 1
        from {{ ref('dim_statement_lines') }} as lines
        where
            lines.line_id = accounts.statement_line_id
            and not lines.is_subtotal
    )

union all

select
    'account_classification' as seed,
    accounts.account_id as row_key,
    'a direct account feeds ' || accounts.statement_line_id as problem,
    'give a line of contribution II or segment_cost, or classify the account as company' as remedy
from {{ ref('dim_ledger_accounts') }} as accounts
inner join {{ ref('dim_statement_lines') }} as lines
    on accounts.statement_line_id = lines.line_id
where
    accounts.cost_nature = 'direct'
    and not lines.is_contribution_2
    and lines.line_id <> 'segment_cost'

union all

select
    'account_classification' as seed,
    accounts.account_id as row_key,
    'a direct account feeds ' || accounts.statement_line_id
    || ', which the documents feed by the component ' || components.component as problem,
    'classify the account as controlled by ' || components.control_component
    || ', or give another line' as remedy
from {{ ref('dim_ledger_accounts') }} as accounts
inner join {{ ref('int_contribution__components') }} as components
    on accounts.statement_line_id = components.line_id
where accounts.cost_nature = 'direct'

union all

select distinct
    'ledger_accounts' as seed,
    entries.account_id as row_key,
    'ledger entries on an account that was never delivered' as problem,
    'deliver the account in ledger_accounts' as remedy
from {{ ref('fct_ledger_entries') }} as entries
where not exists (
    select 1
    from {{ ref('dim_ledger_accounts') }} as accounts
    where accounts.account_id = entries.account_id
)
