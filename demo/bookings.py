"""What order lines and direct costs of orders are worth, and where the ledger posts them.

Each money field of each line is translated to functional currency and rounded by itself, standard
cost is rounded per line and component. Bills and payments are in `settlement`.
"""

import numpy as np

from demo import chart
from demo.catalogue import ACTUAL_COST, COMPONENTS, FIRST_LICENCE, SERVICE, Catalogue
from demo.draws import Ints
from demo.frames import Frame, picked
from demo.journal import Journal
from demo.money import translated, valued
from demo.sales import SUBSCRIPTION, Sales
from demo.timeline import MONTHS, NONE, Rates, month_of

ACCOUNT_OF = {
    "discount": chart.DISCOUNTS,
    "return": chart.RETURNS,
    "standard_material": chart.MATERIAL,
    "standard_production": chart.PRODUCTION,
    "standard_distribution": chart.DISTRIBUTION,
    "customization": chart.ADAPTATION,
    "restocked_goods": chart.RESTOCKED,
}
COST_ACCOUNTS = (chart.FREIGHT, chart.PACKAGING, chart.PAYMENT_FEES, chart.TENDERS)


def line_values(sold: Sales, rates: Rates, catalogue: Catalogue) -> Frame:
    """Return cents per line and control component, debit positive, in functional currency."""
    lines = sold.lines
    rate = rates.on(lines["currency"], lines["on"])
    gross, discount = (translated(lines[name], rate) for name in ("gross", "discount"))
    back = lines["original"] != NONE
    adapted = np.where(lines["customization"] == NONE, 0, lines["customization"])
    values = {
        "gross_sales": np.where(back, 0, -gross),
        "discount": np.where(back, 0, discount),
        "return": np.where(back, discount - gross, 0),
        "customization": translated(adapted, rate),
    }
    restocked = np.where(
        lines["restocked"] == NONE, np.maximum(-lines["quantity"], 0), lines["restocked"]
    )
    returned = np.zeros(len(back), dtype=np.int64)
    for number, component in enumerate(COMPONENTS):
        unit = catalogue.unit_cost(number, lines["product"], lines["costed"])
        values[component] = np.where(back, 0, valued(lines["quantity"], unit))
        if number < 2:
            returned -= np.where(back, valued(restocked, unit), 0)
    values["restocked_goods"] = returned
    return values


def sales_account(product: Ints) -> tuple[tuple[str, Ints], ...]:
    """Return each sales account with a mask (1 or 0) of the lines that it takes."""
    service = (product > SERVICE).astype(np.int64)
    subscribed = service * (product < FIRST_LICENCE)
    return (
        (chart.GOODS_SALES, 1 - service),
        (chart.SERVICE_SALES, service - subscribed),
        (chart.SUBSCRIPTION_SALES, subscribed),
    )


def book_lines(journal: Journal, sold: Sales, values: Frame) -> None:
    """Post revenue, deductions and standard cost in the month of recognition."""
    lines, days = sold.lines, sold.lines["on"]
    for account, mask in sales_account(lines["product"]):
        journal.post("REV", account, days, values["gross_sales"] * mask)
    for component in ("discount", "return"):
        journal.post("REV", ACCOUNT_OF[component], days, values[component])
    net = values["gross_sales"] + values["discount"] + values["return"]
    deferred = (sold.orders["kind"] == SUBSCRIPTION)[lines["order"]]
    journal.post("REV", chart.DEFERRED, days, np.where(deferred, -net, 0))
    journal.post("REV", chart.UNBILLED, days, np.where(deferred, 0, -net))

    at_actual = lines["product"] == ACTUAL_COST
    own = np.where(at_actual, values["standard_material"], 0)
    months = month_of(days)
    sums = np.bincount(months, weights=own.astype(np.float64), minlength=MONTHS)
    journal.actual_cost += np.rint(sums).astype(np.int64)
    for component in COMPONENTS:
        cents = values[component] - (own if component == "standard_material" else 0)
        journal.post("COGS", ACCOUNT_OF[component], days, cents)
        contra = chart.PAYABLES if component == "standard_distribution" else chart.INVENTORY
        journal.post("COGS", contra, days, -cents)
    journal.post("COGS", chart.RESTOCKED, days, values["restocked_goods"])
    journal.post("COGS", chart.INVENTORY, days, -values["restocked_goods"])
    journal.post("COGS", chart.ADAPTATION, days, values["customization"])
    journal.post("COGS", chart.PAYABLES, days, -values["customization"])


def book_order_costs(journal: Journal, costs: Frame, rates: Rates) -> None:
    """Post freight, packaging, payment fees and tenders in the month in which they arose."""
    cents = translated(costs["amount"], rates.on(costs["currency"], costs["incurred"]))
    for kind, account in enumerate(COST_ACCOUNTS):
        rows = costs["kind"] == kind
        part = picked({"on": costs["incurred"], "cents": cents}, rows)
        contra = chart.BANK if account == chart.PAYMENT_FEES else chart.PAYABLES
        journal.post("ORD", account, part["on"], part["cents"])
        journal.post("ORD", contra, part["on"], -part["cents"])
