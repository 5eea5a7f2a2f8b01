"""The small books beyond the statements: cash flow, horizons, effects, curves, indices, bridges.

Customer A earns 32.00 in January, of which 90.00 are contribution I and 58.00 what processes
charged, and 5.00 in February. In January it is `size:large`, in February it has no segment.
"""

_PERIODS = (("month", "2024-01-01"), ("month", "2024-02-01"), ("year", "2024-01-01"))


def _curves() -> str:
    """Return a curve of one customer for each period and segment."""
    rows = [
        "period_type,period_start,segmentation,segment_id,rank,customer_key,contribution_2_amount,"
        "cumulative_amount,peak_amount,total_amount,customer_count,is_peak"
    ]
    for segmentation, segment_id, amounts in (
        ("company", "company", ("32.00", "5.00", "37.00")),
        ("region", "unassigned", ("32.00", "5.00", "37.00")),
        ("size", "size:large", ("32.00", "", "32.00")),
        ("size", "unassigned", ("", "5.00", "5.00")),
    ):
        for (period_type, period_start), amount in zip(_PERIODS, amounts, strict=True):
            if amount:
                rows.append(
                    f"{period_type},{period_start},{segmentation},{segment_id},1,1,"
                    f"{amount},{amount},{amount},{amount},1,true"
                )
    return "\n".join(rows)


def _indices() -> str:
    """Return a tree of contribution II by orders for each object and period."""
    rows = [
        "object_level,segmentation,object_key,period_type,period_start,sort_order,node_id,"
        "parent_node_id,operation,sign,numerator,denominator"
    ]
    january, february, year = ("32", "90", "58", "1"), ("5", "5", "0", "0"), ("37", "95", "58", "1")
    for level, segmentation, key, values in (
        ("customer", "", 1, (january, february, year)),
        ("company", "", 8, (january, february, year)),
        ("segment", "region", 52, (january, february, year)),
        ("segment", "size", 41, (january, None, january)),
        ("segment", "size", 42, (None, february, february)),
    ):
        for (period_type, period_start), value in zip(_PERIODS, values, strict=True):
            if value is None:
                continue
            total, sales, cost, orders = value
            for sort_order, node in enumerate(
                (
                    f"contribution_2,,multiply,,{total},",
                    f"orders,contribution_2,,,{orders},",
                    f"per_order,contribution_2,add,,{total},{orders}",
                    f"sales_per_order,per_order,,1,{sales},{orders}",
                    f"cost_per_order,per_order,,-1,{cost},{orders}",
                ),
                start=1,
            ):
                rows.append(
                    f"{level},{segmentation},{key},{period_type},{period_start},{sort_order},{node}"
                )
    return "\n".join(rows)


GOOD_EFFECTS = {
    "fct_customer_cash_flow_monthly": """
        customer_key,month,line_id,is_subtotal,amount
        1,2024-01-01,net_revenue,false,99.00
        1,2024-01-01,product_contribution_cash,true,99.00
        1,2024-01-01,other_direct_customer,false,-9.00
        1,2024-01-01,contribution_1_cash,true,90.00
        1,2024-01-01,indirect_personnel,false,-58.00
        1,2024-01-01,noncash_indirect_customer,false,8.00
        1,2024-01-01,contribution_2_cash,true,40.00
        1,2024-01-01,investments,false,-3.00
        1,2024-01-01,customer_cash_flow,true,37.00
        1,2024-02-01,net_revenue,false,5.00
        1,2024-02-01,product_contribution_cash,true,5.00
        1,2024-02-01,contribution_1_cash,true,5.00
        1,2024-02-01,contribution_2_cash,true,5.00
        1,2024-02-01,customer_cash_flow,true,5.00
        """,
    "rpt_contribution_horizons_monthly": """
        customer_key,month,horizon_months,avoidable_direct_cost_amount,vanishing_contribution_amount,remaining_cost_amount
        1,2024-01-01,3,0.00,90.00,58.00
        1,2024-01-01,12,9.00,80.00,48.00
        1,2024-01-01,36,9.00,32.00,0.00
        1,2024-02-01,3,0.00,5.00,0.00
        1,2024-02-01,12,0.00,5.00,0.00
        1,2024-02-01,36,0.00,5.00,0.00
        """,
    "dim_months": """
        month,fiscal_year,fiscal_period
        2024-01-01,2024,1
        2024-02-01,2024,2
        """,
    "rpt_abc_effects_monthly": """
        customer_key,month,abc_cost_amount,absorption_cost_amount,order_count,order_process_cost_amount
        1,2024-01-01,58.00,58.00,1,53.00
        1,2024-02-01,0.00,0.00,0,0.00
        """,
    "rpt_order_complexity_monthly": """
        month,variants_per_order,order_count,process_cost_amount
        2024-01-01,2,1,53.00
        """,
    "rpt_order_size_degression_monthly": """
        month,size_class,order_count,process_cost_amount
        2024-01-01,1,1,53.00
        """,
    "rpt_whale_curve": _curves(),
    "index_nodes": """
        node_id,parent_node_id,operation,sort_order
        contribution_2,,multiply,1
        orders,contribution_2,,2
        per_order,contribution_2,add,3
        sales_per_order,per_order,,4
        cost_per_order,per_order,,5
        """,
    "rpt_customer_index_hierarchy": _indices(),
    "int_contribution__bridges": """
        comparison_id,period_id,period_from,period_to,base_from,base_to,object_level,object_key
        prior_month,2024-02,2024-02-01,2024-02-01,2024-01-01,2024-01-01,customer,1
        prior_month,2024-02,2024-02-01,2024-02-01,2024-01-01,2024-01-01,company,8
        """,
    "rpt_contribution_bridge": """
        object_level,object_key,comparison_id,period_id,cause_id,amount,base_contribution_2_amount,contribution_2_amount
        customer,1,prior_month,2024-02,volume,-20.00,32.00,5.00
        customer,1,prior_month,2024-02,rate,-7.00,32.00,5.00
        company,8,prior_month,2024-02,volume,-20.00,32.00,5.00
        company,8,prior_month,2024-02,rate,-7.00,32.00,5.00
        """,
}
