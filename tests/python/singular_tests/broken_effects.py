"""Ways to break the effects, curves, indices and bridges, with the test that finds each."""

from tests.python.singular_tests.books import Broken

EFFECTS = "assert_abc_effects_sum_to_zero"
CURVES = "assert_whale_curves_end_at_the_total"
INDICES = "assert_indices_follow_from_children"
BRIDGES = "assert_bridges_explain_differences"

JANUARY = "where month = '2024-01-01'"
OF_A = "where object_level = 'customer' and period_type = 'year'"
COMPANY = "where segmentation = 'company' and period_start = '2024-02-01'"

BROKEN = [
    *(
        Broken(
            EFFECTS,
            f"the {effect} effect is a cent off",
            f"update rpt_abc_effects_monthly set {effect}_effect_amount = 0.01 {JANUARY}",
        )
        for effect in ("allocation", "complexity", "degression")
    ),
    Broken(
        EFFECTS,
        "absorption distributes a cent too much",
        f"update rpt_abc_effects_monthly set absorption_cost_amount = 58.01 {JANUARY}",
    ),
    Broken(
        EFFECTS,
        "a customer's ABC cost is not what it was charged",
        "update rpt_abc_effects_monthly set abc_cost_amount = 57.99, "
        f"absorption_cost_amount = 57.99 {JANUARY}",
    ),
    Broken(
        EFFECTS,
        "a customer is missing: its cost, and its orders in the month",
        f"delete from rpt_abc_effects_monthly {JANUARY}",
        failures=2,
    ),
    Broken(
        EFFECTS,
        "a cost that nobody was charged",
        "update rpt_abc_effects_monthly set abc_cost_amount = 1.00, absorption_cost_amount = 1.00 "
        "where month = '2024-02-01'",
    ),
    *(
        Broken(EFFECTS, f"{table} lacks {what}", f"update {table} set {column} = {value} {JANUARY}")
        for table in ("rpt_order_complexity_monthly", "rpt_order_size_degression_monthly")
        for what, column, value in (
            ("a cent", "process_cost_amount", "52.99"),
            ("an order", "order_count", "0"),
        )
    ),
    *(
        Broken(EFFECTS, f"{table} lacks a month", f"delete from {table} {JANUARY}")
        for table in ("rpt_order_complexity_monthly", "rpt_order_size_degression_monthly")
    ),
    Broken(
        EFFECTS,
        "orders in a month in which no customer has any",
        "insert into rpt_order_complexity_monthly by name "
        "select date '2024-02-01' as month, 3 as order_count",
    ),
    Broken(
        CURVES,
        "a curve ends a cent below its total",
        f"update rpt_whale_curve set cumulative_amount = 4.99, peak_amount = 4.99 {COMPANY}",
    ),
    Broken(
        CURVES,
        "the total is not the sum: the curve's own, and the whole as posted",
        f"update rpt_whale_curve set contribution_2_amount = 4.99 {COMPANY}",
        failures=2,
    ),
    Broken(
        CURVES,
        "a customer is on no curve of a segmentation",
        "delete from rpt_whale_curve where segmentation = 'region' and period_start = '2024-02-01'",
    ),
    Broken(
        CURVES,
        "a curve of a month without postings",
        "insert into rpt_whale_curve select * replace (date '2024-03-01' as period_start) "
        f"from rpt_whale_curve {COMPANY}",
    ),
    Broken(CURVES, "ranks start at two", f"update rpt_whale_curve set rank = 2 {COMPANY}"),
    Broken(
        CURVES,
        "a customer is counted who is not there",
        f"update rpt_whale_curve set customer_count = 2 {COMPANY}",
    ),
    Broken(CURVES, "no peak", f"update rpt_whale_curve set is_peak = false {COMPANY}"),
    Broken(
        CURVES,
        "a rank twice",
        "insert into rpt_whale_curve select * replace (0.00 as contribution_2_amount) "
        f"from rpt_whale_curve {COMPANY}",
    ),
    Broken(
        CURVES,
        "a peak that the curve does not reach",
        f"update rpt_whale_curve set peak_amount = 6.00 {COMPANY}",
    ),
    Broken(
        INDICES,
        "a child of a sum is a cent off",
        "update rpt_customer_index_hierarchy set numerator = 94.99 "
        f"{OF_A} and node_id = 'sales_per_order'",
    ),
    Broken(
        INDICES,
        "a child of a sum has another sign",
        f"update rpt_customer_index_hierarchy set sign = 1 {OF_A} and node_id = 'cost_per_order'",
    ),
    Broken(
        INDICES,
        "a child of a sum has another denominator",
        "update rpt_customer_index_hierarchy set denominator = 2 "
        f"{OF_A} and node_id = 'sales_per_order'",
    ),
    Broken(
        INDICES,
        "a child of a sum is missing",
        f"delete from rpt_customer_index_hierarchy {OF_A} and node_id = 'cost_per_order'",
    ),
    Broken(
        INDICES,
        "the first factor is not what the second is divided by",
        f"update rpt_customer_index_hierarchy set numerator = 2 {OF_A} and node_id = 'orders'",
    ),
    Broken(
        INDICES,
        "the first factor has a denominator that the product has not",
        f"update rpt_customer_index_hierarchy set denominator = 3 {OF_A} and node_id = 'orders'",
    ),
    Broken(
        INDICES,
        "the second factor is a cent off: in the product, and as a sum",
        "update rpt_customer_index_hierarchy set numerator = 36.99 "
        f"{OF_A} and node_id = 'per_order'",
        failures=2,
    ),
    Broken(
        INDICES,
        "a parent is missing while its children are there",
        f"delete from rpt_customer_index_hierarchy {OF_A} and node_id = 'per_order'",
        failures=2,
    ),
    Broken(
        INDICES,
        "a customer's tree is missing",
        f"delete from rpt_customer_index_hierarchy {OF_A}",
    ),
    Broken(
        INDICES,
        "the company's month is missing",
        "delete from rpt_customer_index_hierarchy "
        "where object_level = 'company' and period_type = 'month' and period_start = '2024-02-01'",
    ),
    Broken(
        INDICES,
        "a segment is missing in a year",
        "delete from rpt_customer_index_hierarchy where object_key = 42 and period_type = 'year'",
    ),
    Broken(
        BRIDGES,
        "a part is a cent off",
        "update rpt_contribution_bridge set amount = -7.01 "
        "where object_level = 'customer' and cause_id = 'rate'",
    ),
    Broken(
        BRIDGES,
        "a part is missing",
        "delete from rpt_contribution_bridge where object_level = 'company' and cause_id = 'rate'",
    ),
    Broken(
        BRIDGES,
        "a customer is missing",
        "delete from rpt_contribution_bridge where object_level = 'customer'",
    ),
    Broken(
        BRIDGES,
        "the company is missing",
        "delete from rpt_contribution_bridge where object_level = 'company'",
    ),
    Broken(
        BRIDGES,
        "what is said of the period is not what was posted",
        "update rpt_contribution_bridge set contribution_2_amount = 6.00 "
        "where object_level = 'customer'",
    ),
    Broken(
        BRIDGES,
        "a bridge of somebody to whom nothing was posted",
        "insert into rpt_contribution_bridge by name select 'customer' as object_level, "
        "9 as object_key, 'prior_month' as comparison_id, '2024-02' as period_id, 1.00 as amount, "
        "1.00 as contribution_2_amount",
    ),
]

HARMLESS = [
    Broken(
        EFFECTS,
        "a month that nobody can carry stays with key 0",
        "insert into rpt_abc_effects_monthly by name select 0 as customer_key, "
        "date '2024-02-01' as month, 5.00 as complexity_effect_amount; "
        "update rpt_abc_effects_monthly set complexity_effect_amount = -5.00 "
        "where month = '2024-02-01' and customer_key = 1",
        failures=0,
    ),
    Broken(
        INDICES,
        "rows of zeros may be missing",
        "delete from rpt_customer_index_hierarchy "
        "where period_start = '2024-02-01' and node_id in ('orders', 'cost_per_order')",
        failures=0,
    ),
    Broken(
        BRIDGES,
        "a comparison without a difference has no row",
        "insert into int_contribution__bridges by name select 'prior_month' as comparison_id, "
        "'2024-03' as period_id, date '2024-03-01' as period_from, date '2024-03-01' as period_to, "
        "date '2024-04-01' as base_from, date '2024-04-01' as base_to, 'company' as object_level",
        failures=0,
    ),
]
