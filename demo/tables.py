"""The contract's tables as selects over the generator's frames; columns as the contract names them.

One constant a table. Nothing is computed here beyond ids, dates and decimals.
"""

from collections.abc import Sequence

from demo.activities import DRIVERS, OPTIONS
from demo.customers import COUNTRIES
from demo.deliveries import COST_TYPES
from demo.tags import SCHEMES, SYSTEMS, TEXTS
from demo.timeline import CURRENCIES

_NAMES = (
    "Alder Werke GmbH",
    "Brook & Sons, Ltd",
    "Café Lumière SARL",
    "Delta Pumpen AG",
    'Eibel "Technik" KG',
    "Fjord Supplies BV",
    "Grünwald Logistik GmbH",
    "Harbour Tools Inc",
    "Ibex Maschinen GmbH",
    "Juniper Foods Ltd",
    "Kessler Anlagenbau",
    "Linden Service OG",
    "Müller, Roth & Cie",
)


def listed(texts: Sequence[str], number: str) -> str:
    """Return the SQL that picks the text with a number, counted from zero."""
    literals = ", ".join("'" + text.replace("'", "''") + "'" for text in texts)
    return f"list_extract([{literals}], cast({number} as integer) + 1)"


def _listed(macro: str, texts: Sequence[str]) -> str:
    return f"create macro {macro}(n) as {listed(texts, 'n')}"


MACROS = ";".join(
    (
        _listed("name_text", _NAMES),
        _listed("tag_text", TEXTS),
        _listed("driver_text", DRIVERS),
        _listed("option_text", OPTIONS),
        _listed("country_text", COUNTRIES),
        _listed("currency_text", CURRENCIES),
        _listed("cost_type_text", COST_TYPES),
        _listed("system_text", SYSTEMS),
        _listed("scheme_text", SCHEMES),
    )
)

CUSTOMERS = """
    select
        customer_of(number) as customer_id,
        name_text(name) || ' ' || (number + 1) as customer_name,
        if(number % 7 = 3, null, 'office@c' || (number + 1) || '.example') as email,
        if(number % 5 = 2, null, country_text(country) || printf('%09d', 100000000 + number * 7))
            as tax_number,
        country_text(country) as country_code,
        currency_text(currency) as currency_code,
        day_of(acquired) as acquired_on,
        if(archetype = 4, 'CMP-FLASH', if(number % 3 = 1, 'CMP-FAIR', null))
            as acquisition_campaign_id,
        customer_of(referrer) as referred_by_customer_id,
        customer_of(parent) as parent_customer_id
    from people
"""

ORDERS = """
    select
        order_of(kind, month, customer, sequence) as order_id,
        customer_of(owner) as customer_id,
        day_of(ordered) as ordered_on,
        day_of(shipped) as shipped_on,
        currency_text(currency) as currency_code,
        case promotion when 1 then 'FLASH-2023-11' when 2 then 'SPRING-2025' end as promotion_id,
        case promotion when 1 then 'CMP-FLASH' end as campaign_id,
        if(archetype < 3, printf('REP-%02d', customer % 7 + 1), null) as sales_rep_id,
        evening_of(ordered) as recorded_at
    from orders
"""

_LINE_COLUMNS = """
        product_of(product) as product_id,
        quantity_of(quantity) as quantity,
        money_of(gross) as gross_amount,
        money_of(discount) as discount_amount,
        money_of(tax) as tax_amount,
        day_of(recognised) as recognised_on,
        money_of(customization) as customization_cost_amount,
        day_of(service_from) as service_from,
        day_of(service_to) as service_to,
        if(returned_number < 0, null, order_of(0, month, customer, sequence))
            as returned_order_id,
        cast(known(returned_number) as integer) as returned_line_number,
        quantity_of(restocked) as restocked_quantity,
        evening_of(known_on(order_of(kind, month, customer, sequence), recorded))
            as recorded_at
"""

ORDER_LINES = f"""
    select
        order_of(kind, month, customer, sequence) as order_id,
        cast(number as integer) as line_number,
        {_LINE_COLUMNS}
    from lines
"""

ORDER_COSTS = """
    select
        order_of(order_kind, month, customer, sequence) as order_id,
        known(line) as line_number,
        cost_type_text(kind) as cost_type,
        day_of(incurred) as incurred_on,
        money_of(amount) as amount,
        currency_text(currency) as currency_code
    from costs
"""

INVOICES = """
    select
        invoice_of(kind, month, customer, sequence, part) as invoice_id,
        customer_of(owner) as customer_id,
        if(billing = 1, null, order_of(order_kind, month, customer, sequence)) as order_id,
        ['invoice', 'credit_note'][kind + 1] as kind,
        if(kind = 1, invoice_of(0, month, customer, sequence, 1), null) as credited_invoice_id,
        day_of(issued) as issued_on,
        day_of(due) as due_on,
        money_of(amount) as amount,
        money_of(tax) as tax_amount,
        currency_text(currency) as currency_code,
        evening_of(known_on(
            invoice_of(kind, month, customer, sequence, part), issued
        )) as recorded_at
    from invoices
"""

INVOICE_LINES = """
    select
        invoice_of(0, month, customer, sequence, part) as invoice_id,
        cast(order_line as integer) as line_number,
        order_of(order_kind, month, customer, sequence) as order_id,
        cast(order_line as integer) as order_line_number,
        money_of(amount) as amount,
        money_of(tax) as tax_amount,
        cast(null as timestamp) as recorded_at
    from invoice_lines
"""

PAYMENTS = """
    select
        payment_of(kind, month, customer, sequence, part) as payment_id,
        customer_of(owner) as customer_id,
        day_of(paid) as paid_on,
        money_of(amount) as amount,
        money_of(discount) as cash_discount_amount,
        if(invoice < 0, null, invoice_of(if(kind = 4, 1, 0), month, customer, sequence, part))
            as invoice_id,
        currency_text(currency) as currency_code,
        evening_of(known_on(
            payment_of(kind, month, customer, sequence, part), paid
        )) as recorded_at
    from payments
"""

PAYMENT_ALLOCATIONS = """
    select
        payment_of(kind, source_month, source_customer, source_sequence, source_part)
            as payment_id,
        invoice_of(0, month, customer, sequence, part) as invoice_id,
        day_of(applied) as applied_on,
        money_of(amount) as amount
    from allocations
"""

WRITE_OFFS = """
    select
        invoice_of(0, month, customer, sequence, part) as invoice_id,
        day_of(given_up) as written_off_on,
        money_of(amount) as amount
    from write_offs
"""

SUBSCRIPTIONS = """
    select
        printf('SUB-%07d', number + 1) as subscription_id,
        customer_of(number) as customer_id,
        product_of(product) as product_id,
        day_of(starts) as starts_on,
        day_of(ends) as ends_on,
        money_of(amount) as monthly_amount,
        currency_text(currency) as currency_code,
        evening_of(starts) as recorded_at
    from subscriptions
"""

CUSTOMER_MERGES = """
    select
        customer_of(number) as merged_customer_id,
        customer_of(merged_into) as surviving_customer_id,
        day_of(last_day) as merged_on
    from people
    where merged_into >= 0
"""

CUSTOMER_TAGS = """
    select
        system_text(system) as source_system,
        customer_of(customer) as customer_id,
        scheme_text(scheme) as tag_scheme,
        tag_text(text) as tag_value,
        day_of("from") as valid_from,
        day_of("to") as valid_to
    from claims
"""

ACTIVITY_EVENTS = """
    select
        printf('EV-%d-%04d-%07d-%02d', driver, stamp_of(month), reference + 1, sequence)
            as event_id,
        driver_text(driver) as driver_id,
        day_of(occurred) as occurred_on,
        quantity_of(quantity) as quantity,
        customer_of(customer) as customer_id,
        if(order_month < 0, null, order_of(0, order_month, order_customer, order_sequence))
            as order_id,
        cast(null as integer) as order_line_number,
        if(product < 0, null, product_of(product)) as product_id,
        strftime(
            cast(day_of(known_on(
                printf('EV-%d-%04d-%07d-%02d', driver, stamp_of(month), reference + 1, sequence),
                occurred
            )) as timestamp) + interval 20 hour,
            '%Y-%m-%dT%H:%M:%SZ'
        ) as recorded_at
    from events
"""

EVENT_OPTIONS = """
    select
        printf('EV-%d-%04d-%07d-%02d', driver, stamp_of(month), reference + 1, sequence)
            as event_id,
        option_text(option) as option_id,
        quantity_of(quantity) as quantity,
        cast(null as timestamp) as recorded_at
    from options
"""
