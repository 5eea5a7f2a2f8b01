-- No document is lost or doubled between staging and core: the row counts agree.
{% set pairs = [
    ('orders', 'fct_orders'), ('order_lines', 'fct_order_lines'), ('invoices', 'fct_invoices'),
    ('payments', 'fct_payments'), ('ledger_entries', 'fct_ledger_entries'),
    ('activity_events', 'fct_activity_events'), ('customer_tags', 'fct_customer_tag_claims')
] -%}

{% for table, fact in pairs -%}
select '{{ fact }}' as fact, staged_rows.row_count as staged_count, fact_rows.row_count
from (select count(*) as row_count from {{ staged(table) }}) as staged_rows
cross join (select count(*) as row_count from {{ ref(fact) }}) as fact_rows
where staged_rows.row_count <> fact_rows.row_count
{{ "union all" if not loop.last }}
{% endfor %}
