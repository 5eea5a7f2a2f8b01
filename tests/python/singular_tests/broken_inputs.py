"""Ways to break assumptions and documents, with the test that finds each.

And what looks odd but is right. Ledger and statements stand in ``broken_identities``.
"""

from tests.python.singular_tests.books import Broken

CLASSIFIED = "assert_every_account_is_classified"
REFERENCES = "assert_references_of_assumptions_exist"
OPTIONS = "assert_event_options_are_known"
TRANSLATED = "assert_document_amounts_are_translated"
COMPLETE = "assert_documents_are_complete"
BALANCES = "assert_ledger_balances"
OPENING = "assert_opening_balances_precede_the_ledger"

AMOUNTS = (
    ("fct_order_lines", "gross_amount"),
    ("fct_order_lines", "discount_amount"),
    ("fct_order_lines", "tax_amount"),
    ("fct_order_costs", "amount"),
    ("fct_invoices", "amount"),
    ("fct_payments", "amount"),
)
DOCUMENTS = {
    "fct_orders": "stg_extracts__orders",
    "fct_order_lines": "stg_extracts__order_lines",
    "fct_invoices": "stg_extracts__invoices",
    "fct_payments": "stg_extracts__payments",
    "fct_ledger_entries": "stg_extracts__ledger_entries",
    "fct_activity_events": "stg_extracts__activity_events",
    "fct_customer_tag_claims": "stg_extracts__customer_tags",
}

BROKEN = [
    *(
        Broken(
            CLASSIFIED,
            f"a revenue or expense account is {nature}",
            f"update dim_ledger_accounts set cost_nature = {nature} where account_id = 'wages'",
        )
        for nature in ("null", "'none'", "'imaginary'")
    ),
    Broken(
        CLASSIFIED,
        "a controlled account without a component",
        "update dim_ledger_accounts set control_component = null where account_id = 'sales'",
    ),
    Broken(
        CLASSIFIED,
        "a component without a statement line",
        "update dim_ledger_accounts set control_component = 'imaginary' where account_id = 'sales'",
    ),
    *(
        Broken(
            CLASSIFIED,
            f"a direct account on the line {line}",
            f"update dim_ledger_accounts set statement_line_id = {line} where account_id = 'gifts'",
        )
        for line in ("null", "'imaginary'", "'contribution_1'")
    ),
    Broken(
        CLASSIFIED,
        "a direct account outside contribution II",
        "update dim_ledger_accounts set statement_line_id = 'financial_result' "
        "where account_id = 'gifts'",
    ),
    Broken(
        CLASSIFIED,
        "a direct account on a line that the documents feed",
        "update dim_ledger_accounts set statement_line_id = 'gross_sales' "
        "where account_id = 'gifts'",
    ),
    Broken(
        CLASSIFIED,
        "a company account on a subtotal",
        "update dim_ledger_accounts set statement_line_id = 'contribution_1' "
        "where account_id = 'interest'",
    ),
    Broken(
        CLASSIFIED,
        "entries on an account that was never delivered",
        "delete from dim_ledger_accounts where account_id = 'bank'",
    ),
    Broken(
        REFERENCES,
        "an activity of no cost centre",
        "update activities set cost_center_id = 'ghost' where activity_id = 'pick'",
    ),
    Broken(
        REFERENCES,
        "a service of no cost centre",
        "update service_allocations set from_cost_center_id = 'ghost'",
    ),
    Broken(
        REFERENCES,
        "an activity of a service cost centre",
        "update activities set cost_center_id = 'it' where activity_id = 'pick'",
    ),
    Broken(
        REFERENCES,
        "a service from an operating cost centre",
        "update service_allocations set from_cost_center_id = 'stock'",
    ),
    Broken(
        REFERENCES,
        "a time equation of a driver without events",
        "insert into time_equations by name select 'calls' as driver_id, 'base' as option_id",
    ),
    Broken(
        REFERENCES,
        "a time equation without a base",
        "delete from time_equations where option_id = 'base'",
    ),
    Broken(
        REFERENCES,
        "a service to no cost centre",
        "update service_allocations set to_cost_center_id = 'ghost'",
    ),
    Broken(
        REFERENCES,
        "an imputed cost of no cost centre",
        "update imputed_costs set cost_center_id = 'ghost' where cost_id = 'equity'",
    ),
    Broken(
        REFERENCES,
        "a process whose driver nobody feeds",
        "update processes set driver_id = 'ghost' where process_id = 'pay'",
    ),
    Broken(
        REFERENCES,
        "a derived driver that is delivered as events too",
        "insert into derived_drivers by name select 'visits' as driver_id",
    ),
    *(
        Broken(
            REFERENCES,
            f"unused capacity of {nobody}",
            f"update processes set unused_capacity_object = '{nobody}' where process_id = 'ship'",
        )
        for nobody in ("customer:B", "order:o2", "o1", "order:A")
    ),
    Broken(
        OPTIONS,
        "an option without minutes",
        "update stg_extracts__event_options set option_id = 'unheard'",
    ),
    Broken(
        OPTIONS,
        "the minutes of an option are another driver's",
        "update time_equations set driver_id = 'calls' where option_id = 'express'",
    ),
    Broken(OPTIONS, "a driver without a time equation", "delete from time_equations"),
    Broken(
        OPTIONS,
        "the base as an option",
        "update stg_extracts__event_options set option_id = 'base'",
    ),
    Broken(
        OPTIONS,
        "an option of an event that was never delivered",
        "insert into stg_extracts__event_options by name "
        "select 'v2' as event_id, 'express' as option_id",
    ),
    Broken(
        OPTIONS,
        "two options without minutes, one of them on two events",
        "insert into stg_extracts__event_options by name "
        "select unnest(['v1', 'v1', 'v2']) as event_id, "
        "unnest(['unheard', 'wrapped', 'unheard']) as option_id; "
        "insert into fct_activity_events by name "
        "select 'v2' as event_id, 'visits' as driver_id",
        2,
    ),
    *(
        Broken(TRANSLATED, f"{table}.{column} is empty", f"update {table} set {column} = null")
        for table, column in AMOUNTS
    ),
    *(
        Broken(COMPLETE, f"a row of {fact} is lost", f"delete from {fact} where rowid = 0")
        for fact in DOCUMENTS
    ),
    *(
        Broken(COMPLETE, f"{fact} is doubled", f"insert into {fact} select * from {fact}")
        for fact in DOCUMENTS
    ),
    *(
        Broken(COMPLETE, f"nothing in {staged}", f"delete from {staged}")
        for staged in DOCUMENTS.values()
    ),
    Broken(
        BALANCES,
        "a cent of an entry is lost",
        "update fct_ledger_entries set amount = 99.99 where entry_id = 'e1' and amount = 100",
    ),
    Broken(
        BALANCES,
        "an entry has one side",
        "delete from fct_ledger_entries where entry_id = 'e2' and account_id = 'bank'",
    ),
    Broken(
        BALANCES,
        "two entries only balance together",
        "update fct_ledger_entries set amount = amount + 1 where entry_id = 'e2' "
        "and account_id = 'bank'; "
        "update fct_ledger_entries set amount = amount - 1 where entry_id = 'e3' "
        "and account_id = 'bank'",
        2,
    ),
    Broken(
        OPENING,
        "opening balances of the day after the first entry",
        "update stg_extracts__opening_balances set as_of = '2024-01-02' where as_of < '2024-01-01'",
        2,
    ),
    Broken(
        OPENING,
        "an entry of the day before the opening balances",
        "update fct_ledger_entries set posted_on = '2023-12-30' where entry_id = 'e3'",
        2,
    ),
]

HARMLESS = [
    Broken(
        OPENING,
        "opening balances of the morning of the first entry",
        "update stg_extracts__opening_balances set as_of = '2024-01-01' where as_of < '2024-01-01'",
    ),
    Broken(OPENING, "books without opening balances", "delete from stg_extracts__opening_balances"),
    Broken(
        CLASSIFIED,
        "a balance sheet account needs no classification",
        "update dim_ledger_accounts set cost_nature = null where account_id = 'bank'",
    ),
    Broken(
        CLASSIFIED,
        "a direct account of the segments' own costs",
        "update dim_ledger_accounts set statement_line_id = 'segment_cost' "
        "where account_id = 'gifts'",
    ),
    Broken(
        REFERENCES,
        "unused capacity of an order that has a customer",
        "update processes set unused_capacity_object = 'order:o1' where process_id = 'ship'",
    ),
    Broken(OPTIONS, "events without options", "delete from stg_extracts__event_options"),
    Broken(
        REFERENCES,
        "a driver that is only delivered as events",
        "delete from derived_drivers; update processes set driver_id = 'visits'",
    ),
]
