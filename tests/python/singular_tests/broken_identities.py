"""Ways to break the books between the ledger and the statements, with the test that finds each.

And what looks odd but is right. Inputs and assumptions stand in ``broken_inputs``.
"""

from tests.python.singular_tests.books import Broken

RESULT = "assert_company_result_equals_ledger"
STATEMENT = "assert_customer_statement_ties"
POSTED = "assert_every_ledger_line_is_posted_once"
KNOWN = "assert_every_object_is_known"
CONSERVED = "assert_every_pool_is_conserved"
SEGMENTS = "assert_segments_sum_to_company_result"
LIMIT = "assert_unassigned_within_limit"
OWNERS = "assert_documents_reach_their_owners"
CHARGED = "assert_edges_reach_their_owners"
REASONS = "assert_every_reason_is_registered"
BALANCE = "assert_trial_balance_equals_ledger"
TIES = "assert_trial_balance_ties_to_result"
EXPLAINED = "assert_variances_explain_differences"
PLANS = "assert_plans_reach_statements"
TRACED = "assert_costs_are_traced"

STAGES = (
    "service_to_operating",
    "cost_center_to_activity",
    "neutral_to_induced",
    "activity_to_process",
    "process_to_object",
    "product_to_owner",
)

# Each component of the documents: its sign, and a document that knows of it.
DOCUMENTED = {
    "discount": (-1, "update fct_order_lines set discount_amount = 5.00"),
    "customization": (-1, "update fct_order_lines set customization_cost_amount = 5.00"),
    "cash_discount": (
        -1,
        "update fct_payments set cash_discount_amount = 5.95, cash_discount_tax_amount = 0.95",
    ),
    "order_cost:freight": (-1, "update fct_order_costs set amount = 5.00"),
    "return": (
        -1,
        "insert into fct_order_lines by name select 'o2' as order_id, 1 as customer_key, "
        "date '2024-01-01' as month, true as is_return, -6.00 as gross_amount, "
        "-1.00 as discount_amount",
    ),
    **{
        component: (
            sign,
            f"update int_contribution__order_lines_costed set {component}_amount = 5.00",
        )
        for component, sign in (
            ("standard_material", -1),
            ("standard_production", -1),
            ("standard_distribution", -1),
            ("restocked_goods", 1),
        )
    },
}
DECLARED = (
    "insert into int_contribution__components by name "
    "select '{component}' as component, {sign} as profit_sign"
)
REACHED = (
    "insert into int_contribution__owner_components by name select date '2024-01-01' as month, "
    "'customer' as object_level, 1 as object_key, '{component}' as component, "
    "{amount} as profit_amount"
)

BROKEN = [
    Broken(
        TRACED,
        "another line of the statement is charged",
        "update int_contribution__postings set line_id = 'customer_processing' "
        "where line_id = 'order_processing'",
        2,
    ),
    Broken(
        TRACED,
        "a cost centre has no lines: paths end at it",
        "delete from int_costing__ledger_lines_classified where cost_center_id = 'it'",
        6,
    ),
    Broken(
        TRACED,
        "a process consists of nothing",
        "delete from int_costing__activities_allocated where not is_cash_effective",
        2,
    ),
    Broken(
        TRACED,
        "edges of a cost centre are those of another cost category",
        "update int_costing__cost_centers_allocated set cost_category = 'other' "
        "where is_cash_effective",
        5,
    ),
    Broken(
        RESULT,
        "a cent of a term is lost",
        "update rpt_company_result_monthly set amount = 8.99 where term_id = 'company'",
    ),
    Broken(
        RESULT,
        "a term is doubled",
        "insert into rpt_company_result_monthly "
        "select * from rpt_company_result_monthly where term_id = 'capacity'",
    ),
    Broken(
        RESULT,
        "a month has no terms",
        "delete from rpt_company_result_monthly where month = '2024-01-01'",
    ),
    Broken(
        RESULT,
        "a month has no ledger",
        "update rpt_company_result_monthly set amount = 0.01 "
        "where month = '2024-02-01' and term_id = 'customers'",
    ),
    Broken(
        RESULT,
        "only the ledger has a month, and it sums to zero",
        "insert into fct_ledger_entries by name select '2024-03-01' as month, "
        "unnest(['gifts', 'wages']) as account_id, unnest([5.00, -5.00]) as amount",
    ),
    Broken(
        STATEMENT,
        "a cent of a line is lost",
        "update fct_contribution_lines_monthly set amount = 98.99 where amount = 99.00",
    ),
    Broken(
        STATEMENT,
        "a line is doubled",
        "insert into fct_contribution_lines_monthly "
        "select * from fct_contribution_lines_monthly where line_id = 'order_processing'",
    ),
    Broken(STATEMENT, "no statement", "delete from fct_customer_contribution_monthly", 2),
    Broken(
        STATEMENT,
        "no lines",
        "delete from fct_contribution_lines_monthly where object_level = 'customer'",
        2,
    ),
    Broken(
        STATEMENT,
        "net revenue is not the sum of its columns",
        "update fct_customer_contribution_monthly set discount_amount = 0.01 "
        "where month = '2024-01-01'",
    ),
    Broken(
        STATEMENT,
        "contribution I is not the sum of its columns",
        "update fct_customer_contribution_monthly set restocked_goods_amount = 0.01 "
        "where month = '2024-01-01'",
    ),
    Broken(
        STATEMENT,
        "contribution II is not the sum of its columns",
        "update fct_customer_contribution_monthly set caused_unused_capacity_amount = 0.01 "
        "where month = '2024-01-01'",
    ),
    Broken(
        POSTED,
        "a cent of a controlled account is lost",
        "update int_contribution__postings set amount = 0.99 where source_type = 'variance'",
    ),
    Broken(
        POSTED,
        "a pool is posted twice",
        "insert into int_contribution__postings "
        "select * from int_contribution__postings where source_type = 'process'",
    ),
    Broken(
        POSTED,
        "direct lines are not posted",
        "delete from int_contribution__postings where source_type = 'account'",
    ),
    Broken(
        POSTED,
        "postings without a ledger line",
        "delete from int_costing__ledger_lines_classified where route = 'controlled'",
    ),
    Broken(
        POSTED,
        "an imputed cost is not offset",
        "delete from int_contribution__postings where line_id = 'imputed_offset'",
    ),
    Broken(
        POSTED,
        "an imputed cost is charged to nobody",
        "delete from int_contribution__postings where line_id = 'company_cost'",
    ),
    Broken(
        POSTED,
        "a posting is in another month",
        "update int_contribution__postings set month = '2024-02-01' "
        "where source_type = 'component'",
        2,
    ),
    Broken(
        KNOWN,
        "an object has no dimension",
        "update fct_contribution_lines_monthly set object_id = '(unknown)' where amount = -9.00",
    ),
    *(
        Broken(
            CONSERVED,
            f"a cent of {stage} is lost",
            "update fct_cost_assignments set amount = amount - 0.01 "
            f"where stage = '{stage}' and amount = (select max(amount) "
            f"from fct_cost_assignments where stage = '{stage}')",
        )
        for stage in STAGES
    ),
    *(
        Broken(
            CONSERVED,
            f"{stage} hands nothing on",
            f"delete from fct_cost_assignments where stage = '{stage}' and is_cash_effective",
        )
        for stage in STAGES
    ),
    Broken(
        CONSERVED,
        "edges without a pool",
        "delete from int_costing__process_pools where not is_cash_effective",
    ),
    Broken(
        CONSERVED,
        "an edge is doubled",
        "insert into fct_cost_assignments "
        "select * from fct_cost_assignments where receiver_type = 'capacity'",
    ),
    Broken(
        CONSERVED,
        "cost changes its cash-effectiveness",
        "update fct_cost_assignments set is_cash_effective = true "
        "where stage = 'activity_to_process'",
        2,
    ),
    Broken(
        CONSERVED,
        "cost changes its category",
        "update fct_cost_assignments set cost_category = 'other' "
        "where stage = 'service_to_operating'",
        2,
    ),
    Broken(
        CONSERVED,
        "cost changes its month",
        "update fct_cost_assignments set month = '2024-02-01' where stage = 'product_to_owner'",
        2,
    ),
    Broken(
        CONSERVED,
        "a product's cost changes its process",
        "update fct_cost_assignments set process_id = 'visit' where stage = 'product_to_owner'",
        2,
    ),
    Broken(
        SEGMENTS,
        "a cent of a segment is lost",
        "update rpt_segment_income_statement_monthly set amount = 31.99 where amount = 32.00",
    ),
    Broken(
        SEGMENTS,
        "a line is doubled",
        "insert into rpt_segment_income_statement_monthly select * "
        "from rpt_segment_income_statement_monthly where segment_id = 'size:large'",
    ),
    Broken(
        SEGMENTS,
        "a segmentation is missing",
        "delete from rpt_segment_income_statement_monthly where segmentation = 'region'",
    ),
    Broken(SEGMENTS, "no company result", "delete from rpt_company_result_monthly", 2),
    Broken(
        SEGMENTS,
        "a scheme that is not exclusive has a statement",
        "update rpt_segment_income_statement_monthly set segmentation = 'interest' "
        "where segmentation = 'size'",
        2,
    ),
    Broken(
        LIMIT,
        "a cent above 5 % of 70.00",
        "update rpt_unassigned_monthly set amount = -3.51",
    ),
    Broken(
        LIMIT,
        "both signs, together above",
        "update rpt_unassigned_monthly set amount = -1.76; "
        "insert into rpt_unassigned_monthly by name "
        "select '2024-01-01' as month, 'unknown_order' as reason_id, 1.76 as amount",
    ),
    Broken(
        LIMIT,
        "a month without expense",
        "update rpt_unassigned_monthly set month = '2024-02-01'",
    ),
    Broken(
        OWNERS,
        "a cent of a component is lost",
        "update int_contribution__owner_components set profit_amount = 98.99",
    ),
    Broken(
        OWNERS,
        "a component is doubled",
        "insert into int_contribution__owner_components "
        "select * from int_contribution__owner_components",
    ),
    Broken(
        OWNERS,
        "a component reaches its owner in another month",
        "update int_contribution__owner_components set month = '2024-02-01'",
        2,
    ),
    Broken(
        OWNERS,
        "a component reaches another customer",
        "update int_contribution__owner_components set object_key = 2",
        2,
    ),
    Broken(
        OWNERS,
        "a known customer's document belongs to nobody",
        "update int_contribution__owner_components set object_level = 'unassigned'",
        2,
    ),
    Broken(
        CHARGED,
        "another customer is charged",
        "update int_contribution__postings set object_key = 2 where line_id = 'order_processing'",
        2,
    ),
    Broken(
        CHARGED,
        "a customer's charge goes to its order",
        "update int_contribution__postings set object_level = 'order' "
        "where line_id = 'order_processing'",
        2,
    ),
    Broken(
        CHARGED,
        "a product's cost stays with nobody",
        "delete from int_contribution__postings where line_id = 'product_processing'",
    ),
    Broken(
        CHARGED,
        "an order's charge misses its customer",
        "update fct_cost_assignments set receiver_type = 'order', receiver_key = 21 "
        "where receiver_type = 'customer' and stage = 'process_to_object'; "
        "update fct_orders set customer_key = 2",
        2,
    ),
    Broken(
        CHARGED,
        "unused capacity misses the customer whose order causes it",
        "update processes set unused_capacity_object = 'order:o1' where process_id = 'ship'",
        2,
    ),
    Broken(
        CHARGED,
        "unused capacity misses the customer that causes it",
        "update processes set unused_capacity_object = 'customer:A' where process_id = 'ship'",
        2,
    ),
    Broken(
        OWNERS,
        "an owner has what no document says",
        REACHED.format(component="rebate", amount=-5),
    ),
    *(
        Broken(
            OWNERS,
            f"{component} reaches nobody",
            f"{DECLARED.format(component=component, sign=sign)}; {document}",
        )
        for component, (sign, document) in DOCUMENTED.items()
    ),
    *(
        Broken(
            OWNERS,
            f"{component} has the wrong sign",
            f"{DECLARED.format(component=component, sign=sign)}; {document}; "
            + REACHED.format(component=component, amount=-5 * sign),
        )
        for component, (sign, document) in DOCUMENTED.items()
    ),
    *(
        Broken(REASONS, f"a reason of {table} is not registered", statement)
        for table, statement in (
            (
                "fct_cost_assignments",
                "update fct_cost_assignments set reason = 'imaginary' "
                "where receiver_type = 'capacity'",
            ),
            ("rpt_unassigned_monthly", "update rpt_unassigned_monthly set reason_id = 'imaginary'"),
            ("rpt_rejected_rows", "update rpt_rejected_rows set reason_id = 'imaginary'"),
            ("rpt_variances_monthly", "update rpt_variances_monthly set variance_kind = 'price'"),
        )
    ),
    Broken(REASONS, "a reason leaves the register", "delete from reasons", 3),
    Broken(
        BALANCE,
        "a cent of a movement is lost, and of the balance with it",
        "update rpt_trial_balance_monthly set debit_amount = 99.99, closing_balance_amount = 79.99 "
        "where account_id = 'bank' and month = '2024-01-01'; "
        "update rpt_trial_balance_monthly set opening_balance_amount = 79.99, "
        "closing_balance_amount = 79.99 where account_id = 'bank' and month = '2024-02-01'",
    ),
    Broken(
        BALANCE,
        "debit and credit are one cent too high",
        "update rpt_trial_balance_monthly set debit_amount = 100.01, credit_amount = 70.01 "
        "where account_id = 'bank' and month = '2024-01-01'",
    ),
    Broken(
        BALANCE,
        "an account with movements is missing",
        "delete from rpt_trial_balance_monthly where account_id = 'wages'",
    ),
    Broken(
        BALANCE,
        "a movement that the ledger does not have",
        "insert into rpt_trial_balance_monthly by name select 'rent' as account_id, "
        "'2024-01-01' as month, 5.00 as debit_amount, 5.00 as closing_balance_amount",
    ),
    Broken(
        BALANCE,
        "another opening balance than was delivered",
        "update stg_extracts__opening_balances set amount = 50.01 "
        "where account_id = 'bank' and as_of = '2023-12-31'",
    ),
    Broken(
        BALANCE,
        "an opening balance of an account without a row",
        "insert into stg_extracts__opening_balances by name "
        "select '2023-12-31' as as_of, 'stock' as account_id, 5.00 as amount",
    ),
    Broken(
        BALANCE,
        "an opening balance that nobody delivered",
        "delete from stg_extracts__opening_balances where account_id = 'capital'",
    ),
    Broken(
        BALANCE,
        "a balance is not carried",
        "update rpt_trial_balance_monthly set opening_balance_amount = 0, "
        "closing_balance_amount = 0 where account_id = 'sales' and month = '2024-02-01'",
    ),
    Broken(
        BALANCE,
        "opening and movements do not make the closing balance",
        "update rpt_trial_balance_monthly set closing_balance_amount = 80.01 "
        "where account_id = 'bank' and month = '2024-02-01'",
    ),
    Broken(
        TIES,
        "a cent of the result is lost",
        "update rpt_trial_balance_monthly set profit_amount = 99.99 where profit_amount = 100",
    ),
    Broken(
        TIES,
        "debits are not credits",
        "update rpt_trial_balance_monthly set debit_amount = 100.01 where debit_amount = 100",
    ),
    Broken(
        TIES,
        "balances do not sum to zero",
        "update rpt_trial_balance_monthly set closing_balance_amount = 80.01 "
        "where account_id = 'bank' and month = '2024-02-01'",
    ),
    Broken(
        TIES,
        "opening balances do not sum to zero",
        "update rpt_trial_balance_monthly set opening_balance_amount = 50.01 "
        "where account_id = 'bank' and month = '2024-01-01'",
    ),
    Broken(
        TIES,
        "a month has no balances",
        "delete from rpt_trial_balance_monthly where month = '2024-02-01'",
    ),
    Broken(
        TIES,
        "a month has no result",
        "delete from rpt_company_result_monthly where month = '2024-02-01'",
    ),
    Broken(
        EXPLAINED,
        "a cent of the difference is not explained",
        "update rpt_variances_monthly set ledger_amount = 100.01",
    ),
    Broken(
        EXPLAINED,
        "what is unassigned is counted twice",
        "update rpt_variances_monthly set unassigned_amount = -1.00",
    ),
    Broken(
        EXPLAINED,
        "a kind is doubled",
        "insert into rpt_variances_monthly select * from rpt_variances_monthly",
    ),
    Broken(EXPLAINED, "a difference has no row", "delete from rpt_variances_monthly"),
    Broken(
        EXPLAINED,
        "the row of a difference stands under a process of that name",
        "update rpt_variances_monthly set source_type = 'process'",
    ),
    Broken(
        PLANS,
        "a cent of a plan is lost",
        "update plans set value = 40.01 where line_id = 'gross_sales'",
    ),
    Broken(PLANS, "a plan is longer", "update plans set month_to = '2024-03-01' where value = 3"),
    Broken(PLANS, "a cost has the wrong sign", "update plans set value = -3 where value = 3"),
    Broken(
        PLANS,
        "a plan does not reach the statement",
        "update rpt_segment_income_statement_monthly set plan_amount = null "
        "where plan_amount = -3.00",
    ),
    Broken(
        PLANS,
        "a statement has a plan that nobody made",
        "delete from plans where line_id = 'segment_cost'",
    ),
    Broken(
        PLANS,
        "a subtotal misses a cent of its plan",
        "update rpt_segment_plan_comparison_monthly set plan_amount = 39.99 where is_subtotal "
        "and plan_amount = 40.00",
        failures=2,
    ),
    Broken(
        PLANS,
        "a subtotal misses a cent of its lines",
        "update rpt_segment_plan_comparison_monthly set amount = -0.99 where is_subtotal "
        "and amount = -1.00",
    ),
    Broken(
        PLANS,
        "a line is under no subtotal",
        "delete from rpt_segment_plan_comparison_monthly where is_subtotal and amount = -1.00",
    ),
    Broken(
        PLANS,
        "an unplanned line has no deviation, but its subtotal counts it",
        "update rpt_segment_plan_comparison_monthly set deviation_amount = null "
        "where deviation_amount = -1.00",
    ),
    Broken(
        PLANS,
        "a subtotal misses a cent of the deviation",
        "update rpt_segment_plan_comparison_monthly set deviation_amount = -7.99 "
        "where deviation_amount = -8.00",
    ),
    Broken(
        PLANS,
        "deviations that add up, but not to amount less plan",
        "update rpt_segment_plan_comparison_monthly set deviation_amount = deviation_amount + 1 "
        "where deviation_amount in (-7.00, -8.00)",
    ),
    Broken(
        PLANS,
        "a month without a plan has deviations",
        "update rpt_segment_plan_comparison_monthly set deviation_amount = amount "
        "where segment_id = 'company'",
    ),
    Broken(
        PLANS,
        "a month beyond the books has deviations",
        "update rpt_segment_plan_comparison_monthly "
        "set deviation_amount = amount - coalesce(plan_amount, 0) where not is_in_books",
    ),
]

HARMLESS = [
    Broken(
        CONSERVED,
        "a process that cost nothing charges standard rates, which sum to nothing",
        "insert into int_costing__process_pools by name select '2024-02-01' as month, "
        "'ship' as process_id, 'other' as cost_category, true as is_cash_effective, 0 as amount; "
        "insert into fct_cost_assignments by name select '2024-02-01' as month, "
        "'process_to_object' as stage, 'ship' as pool_id, 'ship' as process_id, "
        "'other' as cost_category, true as is_cash_effective, unnest([80, 20, -100]) as amount",
        0,
    ),
    Broken(
        CONSERVED,
        "a pool of nothing has no edges",
        "insert into int_costing__process_pools by name select '2024-02-01' as month, "
        "'ship' as process_id, 'other' as cost_category, true as is_cash_effective, 0 as amount",
        0,
    ),
    Broken(
        TRACED,
        "a process that cost nothing charges standard rates",
        "update int_costing__process_pools set amount = 0; "
        "delete from int_costing__activities_allocated; "
        "delete from fct_cost_assignments where stage = 'activity_to_process'",
        0,
    ),
    Broken(
        BALANCE,
        "an account that never moved",
        "insert into rpt_trial_balance_monthly by name select 'old' as account_id, "
        "unnest(['2024-01-01', '2024-02-01'])::date as month",
    ),
    Broken(
        RESULT,
        "a month with balance sheet entries only",
        "insert into fct_ledger_entries by name "
        "select '2024-03-01' as month, 'bank' as account_id, 5.00 as amount",
    ),
    Broken(
        CONSERVED,
        "pools that cancel out have no edges",
        "insert into int_costing__cost_center_pools by name select '2024-01-01' as month, "
        "'idle' as cost_center_id, 'operating' as cost_center_kind, 'other' as cost_category, "
        "true as is_cash_effective, unnest([5.00, -5.00]) as amount",
    ),
    Broken(
        CONSERVED,
        "pools of one stage with amounts of their own",
        "insert into int_costing__process_pools by name select '2024-01-01' as month, "
        "'visit' as process_id, 'personnel' as cost_category, true as is_cash_effective, "
        "7.00 as amount; "
        "insert into fct_cost_assignments by name select '2024-01-01' as month, "
        "'process_to_object' as stage, 'visit' as pool_id, 'visit' as process_id, "
        "'personnel' as cost_category, "
        "true as is_cash_effective, 'customer' as receiver_type, 'B' as receiver_id, "
        "7.00 as amount",
    ),
    Broken(
        CONSERVED,
        "a service centre that serves nobody",
        "insert into int_costing__cost_center_pools by name select '2024-01-01' as month, "
        "'house' as cost_center_id, 'service' as cost_center_kind, "
        "'personnel' as cost_category, true as is_cash_effective, 3.00 as amount; "
        "insert into int_costing__service_costs_allocated by name "
        "select '2024-01-01' as month, 'service_to_operating' as stage, 'house' as pool_id, "
        "'personnel' as cost_category, true as is_cash_effective, "
        "'unassigned' as receiver_type, 'no_service_allocation' as receiver_id, "
        "3.00 as amount; "
        "insert into fct_cost_assignments by name "
        "select * from int_costing__service_costs_allocated where pool_id = 'house'",
    ),
    Broken(
        CONSERVED,
        "an activity that lives on without cost",
        "insert into int_costing__activities_dated by name select '2024-02-01' as month, "
        "'lead' as activity_id, 'neutral' as behaviour",
    ),
    Broken(
        SEGMENTS,
        "months with results of their own",
        "insert into rpt_company_result_monthly by name "
        "select '2024-02-01' as month, 'company' as term_id, 4.00 as amount; "
        "insert into rpt_segment_income_statement_monthly by name "
        "select '2024-02-01' as month, unnest(['size', 'region']) as segmentation, "
        "'company' as segment_id, 4.00 as amount",
    ),
    Broken(
        LIMIT,
        "sales of nobody are no cost",
        "update dim_statement_lines set parent_line_id = 'net_revenue' "
        "where line_id = 'gross_sales'; "
        "insert into rpt_unassigned_monthly by name select '2024-01-01' as month, "
        "'gross_sales' as line_id, 'unknown_customer' as reason_id, 1000.00 as amount",
    ),
    Broken(LIMIT, "exactly 5 % of 70.00", "update rpt_unassigned_monthly set amount = 3.50"),
    *(
        Broken(
            OWNERS,
            f"{component} reaches its owner",
            f"{DECLARED.format(component=component, sign=sign)}; {document}; "
            + REACHED.format(component=component, amount=5 * sign),
        )
        for component, (sign, document) in DOCUMENTED.items()
    ),
    Broken(
        OWNERS,
        "documents of a component that the ledger does not know",
        DOCUMENTED["discount"][1],
    ),
    Broken(
        OWNERS,
        "owners of one component whose amounts cancel out",
        REACHED.format(component="gross_sales", amount=7)
        + "; "
        + REACHED.format(component="gross_sales", amount=-7),
    ),
    Broken(
        REASONS,
        "a registered reason of an edge",
        "update fct_cost_assignments set reason = 'no_sales' where stage = 'product_to_owner'",
    ),
]
