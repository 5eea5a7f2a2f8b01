"""Small books, made by hand, for trying the singular data tests.

``Project`` is what one dbt call says of the project: the compiled SQL of each singular test and
the declared columns of what they read. ``Books`` are those tables in memory, filled with one month
in which everything ties. What breaks them stands in the tests.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.landing.declarations import read_seeds

# January: sales of 100.00 to A; wages of 60.00, of which 12.00 in a service centre; gifts of 10.00,
# of which 1.00 for nobody. Result 30.00. February has no entry.
GOOD_BOOKS = """
insert into core.dim_ledger_accounts by name
select column0 as account_id, column1 as account_type, column2 as cost_nature,
    column3 as control_component, column4 as statement_line_id,
    column1 in ('revenue', 'expense') as is_profit_and_loss
from (values
    ('sales', 'revenue', 'controlled', 'gross_sales', null),
    ('wages', 'expense', 'pool', null, null),
    ('gifts', 'expense', 'direct', null, 'direct_customer_cost'),
    ('audit', 'expense', 'company', null, null),
    ('bank', 'asset', 'none', null, null)
);
insert into core.fct_ledger_entries by name
select column0 as entry_id, column1 as line_number, date '2024-01-01' as month,
    column2 as account_id, column3 as amount
from (values
    ('e1', 1, 'bank', 100.00), ('e1', 2, 'sales', -100.00),
    ('e2', 1, 'wages', 48.00), ('e2', 2, 'wages', 12.00), ('e2', 3, 'bank', -60.00),
    ('e3', 1, 'gifts', 9.00), ('e3', 2, 'gifts', 1.00), ('e3', 3, 'bank', -10.00)
);
insert into core.dim_cost_centers by name
select column0 as cost_center_id, column1 as cost_center_kind
from (values ('stock', 'operating'), ('it', 'service'));
insert into core.dim_statement_lines by name
select column0 as line_id, column1 as is_subtotal
from (values ('gross_sales', false), ('direct_customer_cost', false), ('contribution_1', true));
insert into core.dim_settings by name
select 'unassigned_limit_pct' as setting, '5' as value;
insert into core.dim_tag_schemes by name
select column0 as tag_scheme, column1 as is_exclusive
from (values ('size', true), ('region', true), ('interest', false));

insert into staging.stg_extracts__orders by name select 'o1' as order_id;
insert into staging.stg_extracts__order_lines by name select 'o1' as order_id;
insert into staging.stg_extracts__invoices by name select 'i1' as invoice_id;
insert into staging.stg_extracts__payments by name select 'p1' as payment_id;
insert into staging.stg_extracts__ledger_entries by name select entry_id from core.fct_ledger_entries;
insert into staging.stg_extracts__activity_events by name select 'v1' as event_id;
insert into staging.stg_extracts__customer_tags by name select 'A' as customer_id;
insert into core.fct_orders by name select 'o1' as order_id;
insert into core.fct_order_lines by name
select 'o1' as order_id, 100.00 as gross_amount, 0.00 as discount_amount, 19.00 as tax_amount;
insert into core.fct_order_costs by name select 'o1' as order_id, 1.00 as amount;
insert into core.fct_invoices by name select 'i1' as invoice_id, 119.00 as amount;
insert into core.fct_payments by name select 'p1' as payment_id, 119.00 as amount;
insert into core.fct_activity_events by name select 'v1' as event_id, 'visits' as driver_id;
insert into core.fct_customer_tag_claims by name select 'A' as customer_id;

insert into seeds.activities by name
select column0 as activity_id, column1 as cost_center_id
from (values ('pick', 'stock'), ('lead', 'stock'));
insert into seeds.service_allocations by name
select 'it' as from_cost_center_id, 'stock' as to_cost_center_id;
insert into seeds.imputed_costs by name
select column0 as cost_id, column1 as cost_center_id
from (values ('equity', null), ('salary', 'stock'));
insert into seeds.derived_drivers by name select 'orders' as driver_id;
insert into seeds.processes by name
select column0 as process_id, column1 as driver_id, column2 as unused_capacity_object
from (values ('ship', 'orders', 'company'), ('visit', 'visits', 'customer:A'), ('pay', 'orders', null));

insert into intermediate.int_costing__ledger_lines_classified by name
select date '2024-01-01' as month, column0 as route, column1 as profit_amount
from (values
    ('controlled', 100.00), ('pool', -48.00), ('pool', -12.00), ('direct', -9.00),
    ('unassigned', -1.00)
);
insert into intermediate.int_costing__imputed_costs_dated by name
select date '2024-01-01' as month, column0 as cost_id, column1 as route, column2 as monthly_amount
from (values ('equity', 'company', 50.00), ('salary', 'pool', 8.00));
insert into intermediate.int_costing__cost_center_pools by name
select date '2024-01-01' as month, column0 as cost_center_id, column1 as cost_center_kind,
    'personnel' as cost_category, column2 as is_cash_effective, column3 as amount
from (values
    ('stock', 'operating', true, 48.00), ('stock', 'operating', false, 8.00),
    ('it', 'service', true, 12.00)
);
insert into intermediate.int_costing__activities_dated by name
select date '2024-01-01' as month, column0 as activity_id, column1 as behaviour
from (values ('pick', 'induced'), ('lead', 'neutral'));
insert into intermediate.int_costing__activity_pools by name
select date '2024-01-01' as month, 'pick' as activity_id, 'personnel' as cost_category,
    column0 as is_cash_effective, column1 as amount
from (values (true, 60.00), (false, 8.00));
insert into intermediate.int_costing__process_pools by name
select date '2024-01-01' as month, 'ship' as process_id, 'personnel' as cost_category,
    column0 as is_cash_effective, column1 as amount
from (values (true, 60.00), (false, 8.00));
insert into marts.fct_cost_assignments by name
select date '2024-01-01' as month, 'personnel' as cost_category, column0 as stage,
    column1 as pool_id, column2 as is_cash_effective, column3 as receiver_type,
    column4 as receiver_id, column5 as amount
from (values
    ('service_to_operating', 'it', true, 'cost_center', 'stock', 12.00),
    ('cost_center_to_activity', 'stock', true, 'activity', 'pick', 40.00),
    ('cost_center_to_activity', 'stock', true, 'activity', 'lead', 20.00),
    ('cost_center_to_activity', 'stock', false, 'activity', 'pick', 8.00),
    ('neutral_to_induced', 'lead', true, 'activity', 'pick', 20.00),
    ('activity_to_process', 'pick', true, 'process', 'ship', 60.00),
    ('activity_to_process', 'pick', false, 'process', 'ship', 8.00),
    ('process_to_object', 'ship', true, 'customer', 'A', 45.00),
    ('process_to_object', 'ship', true, 'product', 'chair', 5.00),
    ('process_to_object', 'ship', true, 'capacity', 'capacity', 10.00),
    ('process_to_object', 'ship', false, 'customer', 'A', 8.00),
    ('product_to_owner', 'chair', true, 'customer', 'A', 5.00)
);
insert into intermediate.int_costing__service_costs_allocated by name
select * from marts.fct_cost_assignments where stage = 'service_to_operating';
insert into intermediate.int_costing__cost_centers_allocated by name
select * from marts.fct_cost_assignments where stage = 'cost_center_to_activity';
insert into intermediate.int_costing__processes_allocated by name
select * from marts.fct_cost_assignments where stage = 'process_to_object';

insert into intermediate.int_contribution__components by name select 'gross_sales' as component;
insert into intermediate.int_contribution__objects by name
select 'customer' as object_level, 'A' as object_id;
insert into intermediate.int_contribution__postings by name
select date '2024-01-01' as month, column0 as source_type, column1 as object_level,
    column2 as line_id, column3 as amount
from (values
    ('component', 'customer', 'gross_sales', 99.00),
    ('variance', 'company', 'variance_unposted', 1.00),
    ('process', 'customer', 'order_processing', -53.00),
    ('process', 'customer', 'product_processing', -5.00),
    ('process', 'capacity', 'unused_capacity', -10.00),
    ('account', 'customer', 'direct_customer_cost', -9.00),
    ('account', 'unassigned', 'direct_customer_cost', -1.00),
    ('imputed', 'company', 'imputed_offset', 58.00),
    ('imputed', 'company', 'company_cost', -50.00)
);
insert into marts.fct_contribution_lines_monthly by name
select month, object_level, 1 as object_key, object_level as object_id, line_id, amount
from intermediate.int_contribution__postings;
insert into marts.fct_customer_contribution_monthly
select columns(*) from (select 1 as customer_key, 'customer' as customer_id,
    date '2024-01-01' as month, 99.00 as gross_sales_amount, 9.00 as direct_customer_cost_amount);
insert into marts.rpt_company_result_monthly by name
select column0 as month, column1 as term_id, column2 as amount
from (values
    (date '2024-01-01', 'customers', 32.00), (date '2024-01-01', 'company', 9.00),
    (date '2024-01-01', 'capacity', -10.00), (date '2024-01-01', 'unassigned', -1.00),
    (date '2024-02-01', 'customers', 0.00), (date '2024-02-01', 'unassigned', 0.00)
);
insert into marts.rpt_segment_income_statement_monthly by name
select column0 as segmentation, column1 as segment_id, date '2024-01-01' as month,
    column2 as amount
from (values
    ('size', 'size:large', 32.00), ('size', 'company', -1.00), ('size', 'unassigned', -1.00),
    ('region', 'unassigned', 31.00), ('region', 'company', -1.00)
);
insert into governance.rpt_unassigned_monthly by name
select date '2024-01-01' as month, 'no_owner' as reason_id, -1.00 as amount;
"""
