"""The chart of accounts and the cost centres: what the ledger can be posted to."""

from typing import NamedTuple


class Account(NamedTuple):
    """One ledger account."""

    account_id: str
    name: str
    kind: str
    is_cash: bool = False


BANK, RECEIVABLES, UNBILLED = "1000", "1200", "1220"
INVENTORY, SUPPLIER_PREPAYMENTS = "1300", "1400"
FIXED_ASSETS, DEPRECIATION_TOTAL, CUSTOMER_EQUIPMENT = "0400", "0490", "0450"
CAPITAL, RETAINED = "2000", "2100"
LOAN, DEPOSITS, PAYABLES = "3000", "3200", "3300"
VAT, DEFERRED, TAX_PAYABLE, REBATES_PAYABLE = "3400", "3500", "3600", "3650"
GOODS_SALES, SERVICE_SALES, SUBSCRIPTION_SALES = "4000", "4010", "4020"
DISCOUNTS, RETURNS, CASH_DISCOUNTS, REBATES = "4100", "4200", "4300", "4400"
MATERIAL, PRODUCTION, DISTRIBUTION = "5000", "5010", "5020"
ADAPTATION, RESTOCKED = "5050", "5090"
FREIGHT, PACKAGING, PAYMENT_FEES, TENDERS = "5100", "5110", "5120", "5130"
KEY_ACCOUNTS, ADVERTISING, LICENCE_FEES, ORDER_EXTRAS = "6000", "6010", "6020", "6030"
EQUIPMENT_USE, BAD_DEBTS = "6040", "6050"
SALARIES, RENT, OFFICE, DEPRECIATION, VEHICLES = "6200", "6300", "6310", "6400", "6320"
INTEREST, CURRENCY_RESULT, INCOME_TAX, AUDIT = "7000", "7200", "7600", "7100"

ACCOUNTS = (
    Account(FIXED_ASSETS, "Buildings and equipment", "asset"),
    Account(CUSTOMER_EQUIPMENT, "Equipment placed with customers", "asset"),
    Account(DEPRECIATION_TOTAL, "Accumulated depreciation", "asset"),
    Account(BANK, "Bank", "asset", True),
    Account(RECEIVABLES, "Trade receivables", "asset"),
    Account(UNBILLED, "Unbilled deliveries", "asset"),
    Account(INVENTORY, "Inventory", "asset"),
    Account(SUPPLIER_PREPAYMENTS, "Prepayments to suppliers", "asset"),
    Account(CAPITAL, "Subscribed capital", "equity"),
    Account(RETAINED, "Retained earnings", "equity"),
    Account(LOAN, "Bank loan", "liability"),
    Account(DEPOSITS, "Deposits of customers", "liability"),
    Account(PAYABLES, "Trade payables", "liability"),
    Account(VAT, "Sales tax payable", "liability"),
    Account(DEFERRED, "Deferred revenue", "liability"),
    Account(TAX_PAYABLE, "Income tax payable", "liability"),
    Account(REBATES_PAYABLE, "Rebates payable", "liability"),
    Account(GOODS_SALES, "Sales of goods", "revenue"),
    Account(SERVICE_SALES, "Sales of services and licences", "revenue"),
    Account(SUBSCRIPTION_SALES, "Sales of subscriptions", "revenue"),
    Account(DISCOUNTS, "Discounts granted", "revenue"),
    Account(RETURNS, "Returned goods", "revenue"),
    Account(CASH_DISCOUNTS, "Cash discounts granted", "revenue"),
    Account(REBATES, "Annual rebates", "revenue"),
    Account(MATERIAL, "Material of goods sold", "expense"),
    Account(PRODUCTION, "Assembly and hosting of goods and services sold", "expense"),
    Account(DISTRIBUTION, "Haulage to the hubs", "expense"),
    Account(ADAPTATION, "Customer-specific adaptation", "expense"),
    Account(RESTOCKED, "Returned goods put back into stock", "expense"),
    Account(FREIGHT, "Outbound freight", "expense"),
    Account(PACKAGING, "Packaging", "expense"),
    Account(PAYMENT_FEES, "Payment fees", "expense"),
    Account(TENDERS, "Tenders", "expense"),
    Account(KEY_ACCOUNTS, "Key account management", "expense"),
    Account(ADVERTISING, "Advertising to segments", "expense"),
    Account(LICENCE_FEES, "Licence fees for products", "expense"),
    Account(ORDER_EXTRAS, "Special transports and cover", "expense"),
    Account(EQUIPMENT_USE, "Depreciation of equipment placed with customers", "expense"),
    Account(BAD_DEBTS, "Receivables written off", "expense"),
    Account(SALARIES, "Salaries and social security", "expense"),
    Account(RENT, "Rent and energy", "expense"),
    Account(OFFICE, "Office, telephone and software", "expense"),
    Account(VEHICLES, "Vehicles and travel", "expense"),
    Account(DEPRECIATION, "Depreciation", "expense"),
    Account(INTEREST, "Interest on the bank loan", "expense"),
    Account(AUDIT, "Audit and legal advice", "expense"),
    Account(CURRENCY_RESULT, "Currency gains and losses", "expense"),
    Account(INCOME_TAX, "Income tax", "expense"),
)

COST_CENTERS = (
    ("purchasing", "Purchasing", "operating"),
    ("warehouse", "Warehouse", "operating"),
    ("sales_office", "Sales office", "operating"),
    ("customer_service", "Customer service", "operating"),
    ("shipping", "Shipping", "operating"),
    ("showroom", "Showroom, opened October 2025", "operating"),
    ("it", "Information technology", "service"),
    ("building", "Building and energy", "service"),
    ("canteen", "Canteen, opened November 2025", "service"),
    ("management", "Management", "company"),
)
