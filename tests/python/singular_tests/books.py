"""Small books, made by hand: one month in which everything ties, for trying the singular tests.

January: sales of 100.00 to A, of which the documents know 99.00; wages of 60.00, of which 12.00 in
a service centre; gifts of 10.00, of which 1.00 for nobody; imputed costs of 58.00, of which 8.00
in a cost centre. Result 30.00. February has no entry. What breaks the books stands elsewhere.
"""

import csv
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from tests.python.singular_tests.books_effects import GOOD_EFFECTS

GOOD_BOOKS = {
    # Ledger and dimensions
    "dim_ledger_accounts": """
        account_id,account_type,cost_nature,control_component,statement_line_id,is_profit_and_loss,avoidable_within_months
        sales,revenue,controlled,gross_sales,,true,
        wages,expense,pool,,,true,3
        gifts,expense,direct,,direct_customer_cost,true,12
        audit,expense,company,,,true,
        interest,expense,company,,financial_result,true,
        bank,asset,none,,,false,
        """,
    "fct_ledger_entries": """
        entry_id,line_number,month,account_id,amount,posted_on
        e1,1,2024-01-01,bank,100.00,2024-01-01
        e1,2,2024-01-01,sales,-100.00,2024-01-01
        e2,1,2024-01-01,wages,48.00,2024-01-02
        e2,2,2024-01-01,wages,12.00,2024-01-02
        e2,3,2024-01-01,bank,-60.00,2024-01-02
        e3,1,2024-01-01,gifts,9.00,2024-01-03
        e3,2,2024-01-01,gifts,1.00,2024-01-03
        e3,3,2024-01-01,bank,-10.00,2024-01-03
        """,
    "dim_cost_centers": """
        cost_center_id,cost_center_kind
        stock,operating
        it,service
        """,
    "dim_statement_lines": """
        line_id,is_subtotal,is_net_revenue,is_contribution_1,is_contribution_2
        gross_sales,false,true,true,true
        direct_customer_cost,false,false,true,true
        order_processing,false,false,false,true
        product_processing,false,false,false,true
        segment_cost,false,false,false,false
        financial_result,false,false,false,false
        contribution_1,true,false,false,true
        """,
    "dim_settings": """
        setting,value
        functional_currency,EUR
        unassigned_limit_pct,5
        """,
    "dim_tag_schemes": """
        tag_scheme,is_exclusive
        size,true
        region,true
        interest,false
        """,
    # Documents
    "stg_extracts__orders": "order_id\no1",
    "stg_extracts__order_lines": "order_id\no1",
    "stg_extracts__invoices": "invoice_id\ni1",
    "stg_extracts__payments": "payment_id\np1",
    "stg_extracts__ledger_entries": "entry_id\ne1\ne1\ne2\ne2\ne2\ne3\ne3\ne3",
    "stg_extracts__activity_events": "event_id\nv1",
    "stg_extracts__opening_balances": """
        as_of,account_id,amount
        2023-12-31,bank,50.00
        2023-12-31,capital,-50.00
        2024-01-31,bank,777.00
        """,
    "stg_extracts__event_options": "event_id,option_id\nv1,express",
    "stg_extracts__customer_tags": "customer_id\nA",
    "fct_orders": "order_id,order_key,customer_key\no1,21,1",
    "fct_order_lines": """
        order_id,line_number,customer_key,month,is_return,gross_amount,discount_amount,tax_amount
        o1,1,1,2024-01-01,false,99.00,0.00,19.00
        """,
    "fct_order_costs": "customer_key,month,cost_type,amount\n1,2024-01-01,freight,1.00",
    "fct_invoices": "invoice_id,amount\ni1,119.00",
    "fct_payments": "payment_id,customer_key,month,amount\np1,1,2024-01-01,119.00",
    "fct_activity_events": "event_id,driver_id\nv1,visits",
    "fct_customer_tag_claims": "customer_id\nA",
    # Assumptions
    "activities": "activity_id,cost_center_id\npick,stock\nlead,stock",
    "service_allocations": "from_cost_center_id,to_cost_center_id\nit,stock",
    "imputed_costs": "cost_id,cost_center_id\nequity,\nsalary,stock",
    "derived_drivers": "driver_id\norders",
    "time_equations": "driver_id,option_id\nvisits,base\nvisits,express",
    "processes": """
        process_id,driver_id,unused_capacity_object
        ship,orders,company
        visit,visits,customer:A
        pay,orders,
        """,
    "plans": """
        segment_id,line_id,month_from,month_to,value
        size:large,gross_sales,2024-01-01,2024-01-01,40.00
        size:large,segment_cost,2024-02-01,2024-02-01,3.00
        """,
    "statement_lines": "line_id,sign\ngross_sales,+\nsegment_cost,-\nnet_revenue,",
    "dim_processes": """
        process_id,object_level,unused_capacity_object
        ship,order,company
        visit,customer,customer:A
        pay,order,
        """,
    "object_levels": """
        object_level,processing_line_id
        product,product_processing
        order,order_processing
        customer,customer_processing
        """,
    # Costing
    "int_costing__ledger_lines_classified": """
        month,entry_id,line_number,account_id,route,object_level,line_id,control_component,cost_center_id,cost_category,is_cash_effective,profit_amount
        2024-01-01,e1,2,sales,controlled,company,gross_sales,gross_sales,,other,true,100.00
        2024-01-01,e2,1,wages,pool,company,unassigned,,stock,personnel,true,-48.00
        2024-01-01,e2,2,wages,pool,company,unassigned,,it,personnel,true,-12.00
        2024-01-01,e3,1,gifts,direct,customer,direct_customer_cost,,,other,true,-9.00
        2024-01-01,e3,2,gifts,unassigned,unassigned,direct_customer_cost,,,other,true,-1.00
        """,
    "int_costing__imputed_costs_dated": """
        month,cost_id,route,cost_center_id,cost_category,monthly_amount
        2024-01-01,equity,company,,imputed,50.00
        2024-01-01,salary,pool,stock,personnel,8.00
        """,
    "int_costing__cost_center_pools": """
        month,cost_center_id,cost_center_kind,cost_category,is_cash_effective,amount
        2024-01-01,stock,operating,personnel,true,48.00
        2024-01-01,stock,operating,personnel,false,8.00
        2024-01-01,it,service,personnel,true,12.00
        """,
    "int_costing__activities_dated": """
        month,activity_id,behaviour
        2024-01-01,pick,induced
        2024-01-01,lead,neutral
        """,
    "int_costing__activity_pools": """
        month,activity_id,cost_category,is_cash_effective,amount
        2024-01-01,pick,personnel,true,60.00
        2024-01-01,pick,personnel,false,8.00
        """,
    "int_costing__process_pools": """
        month,process_id,cost_category,is_cash_effective,amount
        2024-01-01,ship,personnel,true,60.00
        2024-01-01,ship,personnel,false,8.00
        """,
    "fct_cost_assignments": """
        month,stage,pool_id,process_id,cost_category,is_cash_effective,receiver_type,receiver_id,receiver_key,amount
        2024-01-01,service_to_operating,it,,personnel,true,cost_center,stock,3,12.00
        2024-01-01,cost_center_to_activity,stock,,personnel,true,activity,pick,4,40.00
        2024-01-01,cost_center_to_activity,stock,,personnel,true,activity,lead,5,20.00
        2024-01-01,cost_center_to_activity,stock,,personnel,false,activity,pick,4,8.00
        2024-01-01,neutral_to_induced,lead,,personnel,true,activity,pick,4,20.00
        2024-01-01,activity_to_process,pick,,personnel,true,process,ship,6,60.00
        2024-01-01,activity_to_process,pick,,personnel,false,process,ship,6,8.00
        2024-01-01,process_to_object,ship,ship,personnel,true,customer,A,1,45.00
        2024-01-01,process_to_object,ship,ship,personnel,true,product,chair,31,5.00
        2024-01-01,process_to_object,ship,ship,personnel,true,capacity,capacity,9,10.00
        2024-01-01,process_to_object,ship,ship,personnel,false,customer,A,1,8.00
        2024-01-01,product_to_owner,chair,ship,personnel,true,customer,A,1,5.00
        """,
    # Contribution, segments and governance
    "int_contribution__components": """
        component,control_component,line_id,profit_sign
        gross_sales,gross_sales,gross_sales,1
        """,
    "int_contribution__order_lines_costed": "order_id,line_number,month\no1,1,2024-01-01",
    "int_contribution__owner_components": """
        month,object_level,object_key,component,profit_amount
        2024-01-01,customer,1,gross_sales,99.00
        """,
    "int_contribution__objects": "object_level,object_key,object_id\ncustomer,1,A",
    "int_contribution__postings": """
        month,source_type,object_level,object_key,line_id,amount
        2024-01-01,component,customer,1,gross_sales,99.00
        2024-01-01,variance,company,8,variance_unposted,1.00
        2024-01-01,process,customer,1,order_processing,-53.00
        2024-01-01,process,customer,1,product_processing,-5.00
        2024-01-01,process,capacity,9,unused_capacity,-10.00
        2024-01-01,account,customer,1,direct_customer_cost,-9.00
        2024-01-01,account,unassigned,7,direct_customer_cost,-1.00
        2024-01-01,imputed,company,8,imputed_offset,58.00
        2024-01-01,imputed,company,8,company_cost,-50.00
        """,
    "fct_contribution_lines_monthly": """
        month,object_level,object_key,object_id,line_id,amount
        2024-01-01,customer,1,A,gross_sales,99.00
        2024-01-01,customer,1,A,direct_customer_cost,-9.00
        2024-01-01,customer,1,A,order_processing,-53.00
        2024-01-01,customer,1,A,product_processing,-5.00
        2024-01-01,unassigned,7,no_owner,direct_customer_cost,-1.00
        2024-02-01,customer,1,A,gross_sales,5.00
        """,
    "fct_customer_contribution_monthly": """
        customer_key,month,gross_sales_amount,net_revenue_amount,contribution_2_amount
        1,2024-01-01,99.00,99.00,32.00
        1,2024-02-01,5.00,5.00,5.00
        """,
    "int_contribution__product_postings": """
        month,product_key,line_id,amount
        2024-01-01,31,gross_sales,99.00
        2024-01-01,31,product_processing,-5.00
        2024-01-01,0,order_processing,-53.00
        2024-01-01,0,direct_customer_cost,-10.00
        2024-02-01,31,gross_sales,5.00
        """,
    "fct_product_contribution_monthly": """
        month,product_key,contribution_2_amount
        2024-01-01,31,94.00
        2024-01-01,0,-63.00
        2024-02-01,31,5.00
        """,
    "fct_order_contribution": """
        order_key,customer_key,customer_id,gross_sales_amount
        21,1,A,99.00
        22,0,,0.00
        23,0,stranger,7.00
        """,
    "rpt_returns_by_origin_monthly": """
        customer_key,origin_month,month,return_amount,restocked_goods_amount
        0,2023-12-01,2024-01-01,3.00,1.00
        1,2023-12-01,2024-01-01,0.00,0.00
        """,
    "int_contribution__reporting_rates": "month,rate\n2024-01-01,0.6\n2024-02-01,1",
    "rpt_contribution_lines_reporting_monthly": """
        month,object_level,object_key,line_id,amount
        2024-01-01,customer,1,gross_sales,165.00
        2024-01-01,customer,1,direct_customer_cost,-15.00
        2024-01-01,customer,1,order_processing,-88.33
        2024-01-01,customer,1,product_processing,-8.33
        2024-01-01,unassigned,7,direct_customer_cost,-1.67
        2024-02-01,customer,1,gross_sales,5.00
        """,
    "int_contribution__customer_parents": "customer_id,is_open\nA,false",
    "dim_customer_merges": "merged_customer_id,is_open\nold,false",
    "rpt_parent_contribution_monthly": """
        parent_customer_key,month,customer_count,contribution_2_amount
        1,2024-01-01,1,32.00
        1,2024-02-01,1,5.00
        """,
    "rpt_company_result_monthly": """
        month,term_id,amount
        2024-01-01,customers,32.00
        2024-01-01,company,9.00
        2024-01-01,capacity,-10.00
        2024-01-01,unassigned,-1.00
        2024-02-01,customers,0.00
        2024-02-01,unassigned,0.00
        """,
    "rpt_segment_income_statement_monthly": """
        segmentation,segment_id,month,line_id,amount,plan_amount
        size,size:large,2024-01-01,gross_sales,32.00,40.00
        size,company,2024-01-01,financial_result,-1.00,
        size,unassigned,2024-01-01,gross_sales,-1.00,
        size,size:large,2024-02-01,segment_cost,0.00,-3.00
        region,unassigned,2024-01-01,gross_sales,31.00,
        region,company,2024-01-01,financial_result,-1.00,
        """,
    "rpt_segment_plan_comparison_monthly": """
        segmentation,segment_id,month,line_id,is_subtotal,amount,plan_amount,deviation_amount,is_in_books
        size,size:large,2024-01-01,gross_sales,false,33.00,40.00,-7.00,true
        size,size:large,2024-01-01,discount,false,-1.00,,-1.00,true
        size,size:large,2024-01-01,company_result,true,32.00,40.00,-8.00,true
        size,company,2024-01-01,financial_result,false,-1.00,,,true
        size,company,2024-01-01,company_result,true,-1.00,,,true
        size,size:large,2024-02-01,segment_cost,false,0.00,-3.00,,false
        size,size:large,2024-02-01,company_result,true,0.00,-3.00,,false
        """,
    "rpt_trial_balance_monthly": """
        account_id,month,opening_balance_amount,debit_amount,credit_amount,profit_amount
        bank,2024-01-01,50.00,100.00,70.00,0.00
        bank,2024-02-01,80.00,0.00,0.00,0.00
        capital,2024-01-01,-50.00,0.00,0.00,0.00
        capital,2024-02-01,-50.00,0.00,0.00,0.00
        sales,2024-01-01,0.00,0.00,100.00,100.00
        sales,2024-02-01,-100.00,0.00,0.00,0.00
        wages,2024-01-01,0.00,60.00,0.00,-60.00
        wages,2024-02-01,60.00,0.00,0.00,0.00
        gifts,2024-01-01,0.00,10.00,0.00,-10.00
        gifts,2024-02-01,10.00,0.00,0.00,0.00
        """,
    "rpt_unassigned_monthly": "month,reason_id,amount\n2024-01-01,no_owner,-1.00",
    "rpt_variances_monthly": """
        month,source_type,source_id,variance_kind,amount,ledger_amount,subledger_amount
        2024-01-01,variance,gross_sales,unposted,1.00,100.00,99.00
        """,
    "rpt_rejected_rows": "table_name,reason_id\norders,nul_byte",
    "reasons": "reason_id\nno_owner\nunposted\nnul_byte\nno_sales",
    **GOOD_EFFECTS,
}

# The wide statement and the trial balance have more columns than a line holds: the rest of them.
STATEMENT = """
    update rpt_trial_balance_monthly
    set closing_balance_amount = opening_balance_amount + debit_amount - credit_amount;
    update fct_customer_contribution_monthly
    set contribution_1_amount = 90.00,
        direct_customer_cost_amount = 9.00,
        order_processing_amount = 53.00,
        product_processing_amount = 5.00
    where month = '2024-01-01';
    update fct_customer_contribution_monthly
    set contribution_1_amount = 5.00
    where month = '2024-02-01'
    """


# Where the edges of a stage stand, and what their pools are.
EDGES = (
    ("service_costs", "service_to_operating", "cost_center"),
    ("cost_centers", "cost_center_to_activity", "cost_center"),
    ("neutral_costs", "neutral_to_induced", "activity"),
    ("activities", "activity_to_process", "activity"),
    ("processes", "process_to_object", "process"),
    ("product_costs", "product_to_owner", "product"),
)
# What is not stored with each edge; of the other stages the process.
NOT_STORED = {"processes": ("process_id", "stage", "pool_type", "driver_id"), "product_costs": ()}


@dataclass(frozen=True)
class Broken:
    """A change of the books, in SQL, and how many rows the test must then return."""

    test: str
    wrong: str
    statements: str
    failures: int = 1

    def __str__(self) -> str:
        return f"{self.test}: {self.wrong}"


class Books:
    """The tables that the singular tests read, in memory."""

    def __init__(self, nodes: Iterable[Mapping[str, Any]]) -> None:
        """Make a table for each dbt node and fill the good books in."""
        self.connection = duckdb.connect()
        schemas = set()
        self.tables = set()
        for node in nodes:
            schemas.add(node["schema"])
            self.tables.add(node["name"])
            columns = ", ".join(_definition(column) for column in node["columns"].values())
            self.connection.execute(f"create schema if not exists {node['schema']}")
            self.connection.execute(f"create table {node['schema']}.{node['name']} ({columns})")
        self.connection.execute(f"set search_path = '{','.join(sorted(schemas))}'")
        for table, text in GOOD_BOOKS.items():
            self._fill(table, text)
        self.change(STATEMENT)
        for edge_model, stage, pool_type in EDGES:
            unknown = NOT_STORED.get(edge_model, ("process_id",))
            self.change(
                f"update fct_cost_assignments set pool_type = '{pool_type}' "
                f"where stage = '{stage}'; "
                f"insert into int_costing__{edge_model}_allocated "
                f"select * exclude ({', '.join((*unknown, 'currency_code'))}) "
                f"from fct_cost_assignments "
                f"where stage = '{stage}'"
            )

    def _fill(self, table: str, text: str) -> None:
        lines = textwrap.dedent(text).strip().splitlines()
        header, *rows = csv.reader(lines)
        marks = ", ".join("?" for _ in header)
        self.connection.executemany(
            f"insert into {table} ({', '.join(header)}) values ({marks})",
            [[value or None for value in row] for row in rows],
        )

    def change(self, statements: str) -> None:
        """Run the statements, each of which must touch a row."""
        for statement in filter(None, map(str.strip, statements.split(";"))):
            counted = self.connection.execute(statement).fetchone()
            assert counted is not None, statement
            assert counted[0] > 0, f"changes nothing: {statement}"

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return self.connection.execute(query).fetchall()


def _definition(column: Mapping[str, Any]) -> str:
    # An amount that is not named is zero, everything else empty.
    default = " default 0" if column["name"].endswith("_amount") else ""
    return f"{column['name']} {column['data_type'] or 'string'}{default}"
