-- No document is lost or doubled between staging and core: the row counts agree.
with

{% set pairs = [
    ('orders', 'fct_orders'), ('order_lines', 'fct_order_lines'), ('invoices', 'fct_invoices'),
    ('payments', 'fct_payments'), ('ledger_entries', 'fct_ledger_entries'),
    ('activity_events', 'fct_activity_events'), ('customer_tags', 'fct_customer_tag_claims')
] -%}

row_counts as (
    {% for table, fact in pairs -%}
    select '{{ fact }}' as fact, 1 as staged_row, 0 as fact_row from {{ staged(table) }}
    union all
    select '{{ fact }}' as fact, 0 as staged_row, 1 as fact_row from {{ ref(fact) }}
    {{ "union all" if not loop.last }}
    {% endfor -%}
)

select
    fact,
    sum(staged_row) as staged_count,
    sum(fact_row) as fact_count
from row_counts
group by fact
having sum(staged_row) <> sum(fact_row)
