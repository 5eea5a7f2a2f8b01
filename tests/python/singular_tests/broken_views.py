"""Ways to break the statements of products, orders, parents and horizons, with the test of each.

They show again what the lines hold. The lines themselves stand in ``broken_identities``.
"""

from tests.python.singular_tests.books import Broken

PRODUCTS = "assert_products_sum_to_lines"
ORDERS = "assert_orders_sum_to_their_owners"
HORIZONS = "assert_horizons_split_contribution"
AVOIDABLE = "assert_horizons_follow_accounts"
CASH_FLOWS = "assert_cash_flows_follow_from_contribution"
ORIGINS = "assert_returns_by_origin_sum_to_statement"
REPORTING = "assert_reporting_lines_are_rounded_once"
PARENTS = "assert_parents_sum_to_customers"
CHAINS = "assert_chains_of_parents_end"
MERGES = "assert_merges_end"

BROKEN = [
    Broken(
        PRODUCTS,
        "a product's line loses a cent",
        "update int_contribution__product_postings set amount = 98.99 where amount = 99.00",
    ),
    Broken(
        PRODUCTS,
        "what names no product is left out",
        "delete from int_contribution__product_postings where product_key = 0",
        2,
    ),
    Broken(
        PRODUCTS,
        "a line of contribution II that products do not know",
        "insert into fct_contribution_lines_monthly by name select date '2024-02-01' as month, "
        "'customer' as object_level, 1 as object_key, 'order_processing' as line_id, "
        "-2.00 as amount",
        2,
    ),
    Broken(
        PRODUCTS,
        "the columns are not the lines",
        "update fct_product_contribution_monthly set contribution_2_amount = 5.01 "
        "where month = '2024-02-01'",
    ),
    *(
        Broken(
            ORDERS,
            f"{column} is not what was posted",
            f"update fct_order_contribution set {column} = {column} + 0.01 where order_key = 21",
        )
        for column in (
            *(
                f"{component}_amount"
                for component in (
                    "gross_sales",
                    "discount",
                    "return",
                    "standard_material",
                    "standard_production",
                    "standard_distribution",
                    "customization",
                    "restocked_goods",
                    "order_cost",
                )
            ),
            "product_processing_amount",
            "order_processing_amount",
            "customer_processing_amount",
        )
    ),
    Broken(
        ORDERS,
        "an order is lost",
        "delete from fct_order_contribution where order_key = 21",
    ),
    Broken(
        ORDERS,
        "an order of nobody has what was not posted",
        "update fct_order_contribution set gross_sales_amount = 2.00 where order_key = 22",
    ),
    Broken(
        ORDERS,
        "what processes posted to an order of nobody is not on its statement",
        "insert into int_contribution__postings by name select '2024-01-01' as month, "
        "'process' as source_type, 'order' as object_level, 22 as object_key, "
        "'product_processing' as line_id, -3.00 as amount",
    ),
    Broken(
        ORDERS,
        "what a process charged to an order is lost",
        "insert into int_costing__processes_allocated by name "
        "select 'order' as receiver_type, 21 as receiver_key, 4.00 as amount",
    ),
    Broken(
        HORIZONS,
        "a cent of a horizon is lost",
        "update rpt_contribution_horizons_monthly set remaining_cost_amount = 47.99 "
        "where remaining_cost_amount = 48.00",
    ),
    Broken(
        HORIZONS,
        "a horizon is missing",
        "delete from rpt_contribution_horizons_monthly "
        "where month = '2024-02-01' and horizon_months = 12",
    ),
    Broken(
        HORIZONS,
        "a customer is missing",
        "delete from rpt_contribution_horizons_monthly",
        2,
    ),
    Broken(
        HORIZONS,
        "a customer without a statement",
        "update rpt_contribution_horizons_monthly set customer_key = 2 where month = '2024-02-01'",
        2,
    ),
    Broken(
        AVOIDABLE,
        "a horizon avoids what no account lets it avoid",
        "update rpt_contribution_horizons_monthly set avoidable_direct_cost_amount = 9.00 "
        "where month = '2024-01-01' and horizon_months = 3",
    ),
    Broken(
        AVOIDABLE,
        "nothing can be avoided",
        "update rpt_contribution_horizons_monthly set avoidable_direct_cost_amount = 0.00",
        2,
    ),
    Broken(
        AVOIDABLE,
        "an account that can be avoided in a month is forgotten",
        "update dim_ledger_accounts set avoidable_within_months = 1 where account_id = 'gifts'",
    ),
    Broken(
        CASH_FLOWS,
        "a cent of contribution II does not flow",
        "update fct_customer_cash_flow_monthly set amount = -57.99 "
        "where line_id = 'indirect_personnel'",
    ),
    Broken(
        CASH_FLOWS,
        "a customer of contribution II has no cash flow",
        "delete from fct_customer_cash_flow_monthly where month = '2024-02-01'",
    ),
    Broken(
        CASH_FLOWS,
        "a flow without contribution II",
        "update fct_customer_cash_flow_monthly set customer_key = 2 where month = '2024-02-01'",
        2,
    ),
    Broken(
        CASH_FLOWS,
        "what is added back is not in the subtotal",
        "update fct_customer_cash_flow_monthly set amount = 9.00 "
        "where line_id = 'noncash_indirect_customer'",
    ),
    Broken(
        CASH_FLOWS,
        "an investment is not in the cash flow",
        "update fct_customer_cash_flow_monthly set amount = -4.00 where line_id = 'investments'",
    ),
    Broken(
        CASH_FLOWS,
        "a subtotal is missing",
        "delete from fct_customer_cash_flow_monthly "
        "where line_id = 'contribution_2_cash' and month = '2024-01-01'",
    ),
    Broken(
        ORIGINS,
        "a return is lost",
        "update fct_customer_contribution_monthly set return_amount = 2.00 "
        "where month = '2024-01-01'",
    ),
    Broken(
        ORIGINS,
        "a return is counted that the statement does not have",
        "update rpt_returns_by_origin_monthly set customer_key = 2 where customer_key = 0",
    ),
    Broken(
        ORIGINS,
        "restocked goods differ by a cent",
        "update rpt_returns_by_origin_monthly set restocked_goods_amount = 0.01 "
        "where customer_key = 1",
    ),
    Broken(
        REPORTING,
        "a line is a cent off, and so is its month",
        "update rpt_contribution_lines_reporting_monthly set amount = -8.34 "
        "where line_id = 'product_processing'",
        2,
    ),
    Broken(
        REPORTING,
        "the rounding is not the month's",
        "insert into rpt_contribution_lines_reporting_monthly by name select "
        "date '2024-01-01' as month, 'company' as object_level, 'rounding' as line_id, "
        "0.01 as amount",
    ),
    Broken(
        REPORTING,
        "a line is lost",
        "delete from rpt_contribution_lines_reporting_monthly where month = '2024-02-01'",
        2,
    ),
    Broken(
        REPORTING,
        "a month has no rate",
        "delete from int_contribution__reporting_rates where month = '2024-02-01'",
        2,
    ),
    Broken(
        PARENTS,
        "a cent of a group is lost",
        "update rpt_parent_contribution_monthly set contribution_2_amount = 31.99 "
        "where month = '2024-01-01'",
    ),
    Broken(
        PARENTS,
        "a customer without a contribution is lost",
        "update rpt_parent_contribution_monthly set customer_count = 0 where month = '2024-02-01'",
    ),
    Broken(
        PARENTS,
        "a month has no groups",
        "delete from rpt_parent_contribution_monthly where month = '2024-02-01'",
    ),
    Broken(
        CHAINS,
        "a chain leads back",
        "update int_contribution__customer_parents set is_open = true where customer_id = 'A'",
    ),
    Broken(
        MERGES,
        "two customers were merged into each other",
        "update dim_customer_merges set is_open = true where merged_customer_id = 'old'",
    ),
]

HARMLESS = [
    Broken(
        ORDERS,
        "cash discounts name no order",
        "insert into int_contribution__postings by name select date '2024-01-01' as month, "
        "'component' as source_type, 'customer' as object_level, 1 as object_key, "
        "'cash_discount' as line_id, -3.00 as amount",
    ),
    Broken(
        PRODUCTS,
        "lines beyond contribution II are no product's",
        "insert into fct_contribution_lines_monthly by name select date '2024-02-01' as month, "
        "'company' as object_level, 8 as object_key, 'financial_result' as line_id, "
        "-2.00 as amount",
    ),
]
