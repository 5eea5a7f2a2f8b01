-- Grain: one row per statement line. A subtotal has no sign; the flags say into which of the
-- customer's subtotals a line goes, through at most two subtotals between.
with

lines_with_ancestors as (
    select
        lines.line_id,
        lines.line_name,
        lines.parent_line_id,
        lines.sign,
        lines.sort_order,
        lines.object_level,
        lines.diagram,
        parents.parent_line_id as second_parent_id,
        grandparents.parent_line_id as third_parent_id
    from {{ ref('statement_lines') }} as lines
    left join {{ ref('statement_lines') }} as parents on lines.parent_line_id = parents.line_id
    left join {{ ref('statement_lines') }} as grandparents
        on parents.parent_line_id = grandparents.line_id
),

final as (
    select
        line_id,
        line_name,
        parent_line_id,
        sign,
        cast(case sign when '+' then 1 when '-' then -1 end as integer) as profit_sign,
        sort_order,
        object_level,
        diagram,
        sign is null as is_subtotal,
        coalesce(parent_line_id = 'net_revenue', false) as is_net_revenue,
        coalesce('contribution_1' in (parent_line_id, second_parent_id), false)
            as is_contribution_1,
        coalesce('contribution_2' in (parent_line_id, second_parent_id, third_parent_id), false)
            as is_contribution_2
    from lines_with_ancestors
)

select * from final
