-- The index hierarchy (method, section 5): each parent follows from its children, with nothing left
-- over. A sum: the children have the parent's denominator and their signed numerators are its
-- numerator. A product, the first child times the second: the first has the parent's denominator,
-- the second its numerator, and the numerator of the first is the denominator of the second. A row
-- that is not there has a numerator of zero. At the root stands the contribution II that was
-- posted: by customer, and in each period over all segments and the company. Of customers the years
-- are held, a tenth of the rows of all months, by the same code.
with

periods as (
    {{ months_of_periods() }}
),

nodes as (
    select
        children.sort_order,
        parents.operation as parent_operation,
        row_number() over (partition by children.parent_node_id order by children.sort_order)
            as child_number
    from {{ ref('index_nodes') }} as children
    inner join {{ ref('index_nodes') }} as parents on children.parent_node_id = parents.node_id
),

hierarchy as (
    select *
    from {{ ref('rpt_customer_index_hierarchy') }}
    where period_type = 'year'

    union all

    select *
    from {{ ref('rpt_customer_index_hierarchy') }}
    where
        period_type = 'month'
        and object_level <> 'customer'
),

indices as (
    select
        indices.object_level,
        indices.segmentation,
        indices.object_key,
        indices.period_type,
        indices.period_start,
        indices.node_id,
        indices.parent_node_id,
        indices.operation,
        indices.sign,
        indices.numerator,
        coalesce(indices.denominator, 0) as denominator,
        nodes.parent_operation,
        nodes.child_number
    from hierarchy as indices
    left join nodes on indices.sort_order = nodes.sort_order
),

of_children as (
    select
        object_level,
        object_key,
        period_type,
        period_start,
        parent_node_id as node_id,
        max(parent_operation) as operation,
        sum(coalesce(sign, 0) * numerator) as signed_numerator,
        sum(case when child_number = 1 then numerator else 0 end) as first_numerator,
        max(case when child_number = 1 then denominator end) as first_denominator,
        sum(case when child_number = 2 then numerator else 0 end) as second_numerator,
        sum(case when child_number = 2 then denominator else 0 end) as second_denominator,
        min(denominator) as least_denominator,
        max(denominator) as most_denominator
    from indices
    where parent_node_id is not null
    group by object_level, object_key, period_type, period_start, parent_node_id
),

families as (
    select
        coalesce(parents.object_level, of_children.object_level) as object_level,
        coalesce(parents.object_key, of_children.object_key) as object_key,
        coalesce(parents.period_start, of_children.period_start) as period_start,
        coalesce(parents.node_id, of_children.node_id) as node_id,
        coalesce(parents.operation, of_children.operation) as operation,
        coalesce(parents.numerator, 0) as numerator,
        parents.denominator,
        coalesce(of_children.signed_numerator, 0) as signed_numerator,
        coalesce(of_children.first_numerator, 0) as first_numerator,
        of_children.first_denominator,
        coalesce(of_children.second_numerator, 0) as second_numerator,
        coalesce(of_children.second_denominator, 0) as second_denominator,
        of_children.least_denominator,
        of_children.most_denominator
    from (select * from indices where operation is not null) as parents
    full outer join of_children
        on
            parents.object_level = of_children.object_level
            and parents.object_key = of_children.object_key
            and parents.period_type = of_children.period_type
            and parents.period_start = of_children.period_start
            and parents.node_id = of_children.node_id
),

posted as (
    select
        contribution_lines.object_key,
        contribution_lines.month,
        sum(contribution_lines.amount) as amount
    from {{ ref('fct_contribution_lines_monthly') }} as contribution_lines
    inner join {{ ref('dim_statement_lines') }} as statement_lines
        on contribution_lines.line_id = statement_lines.line_id
    where
        contribution_lines.object_level = 'customer'
        and statement_lines.is_contribution_2
    group by contribution_lines.object_key, contribution_lines.month
),

kinds as (
    select 'company' as of_what
    union all
    select 'segment ' || tag_scheme as of_what
    from {{ ref('dim_tag_schemes') }}
    where is_exclusive
),

posted_periods as (
    select
        kinds.of_what,
        periods.period_type,
        periods.period_start,
        sum(posted.amount) as amount
    from posted
    inner join periods on posted.month = periods.month
    cross join kinds
    group by kinds.of_what, periods.period_type, periods.period_start
),

roots as (
    select *
    from indices
    where node_id = 'contribution_2'
),

customer_roots as (
    select
        object_key,
        period_start,
        numerator as amount
    from roots
    where object_level = 'customer'
),

posted_years as (
    select
        posted.object_key,
        periods.period_start,
        sum(posted.amount) as amount
    from posted
    inner join periods on posted.month = periods.month
    where periods.period_type = 'year'
    group by posted.object_key, periods.period_start
),

-- The company, and the segments of each segmentation.
wholes as (
    select
        period_type,
        period_start,
        object_level || coalesce(' ' || segmentation, '') as of_what,
        sum(numerator) as amount
    from roots
    where object_level <> 'customer'
    group by period_type, period_start, object_level || coalesce(' ' || segmentation, '')
)

select
    object_level || ' ' || cast(object_key as string) as of_what,
    node_id,
    period_start
from families
where
    operation = 'add' and (
        signed_numerator <> numerator
        or least_denominator <> denominator
        or most_denominator <> denominator
    )
    or operation = 'multiply' and (
        first_denominator <> denominator
        or second_numerator <> numerator
        or first_numerator <> second_denominator
    )

union all

select
    cast(coalesce(posted_years.object_key, customer_roots.object_key) as string) as of_what,
    'contribution_2' as node_id,
    coalesce(posted_years.period_start, customer_roots.period_start) as period_start
from posted_years
full outer join customer_roots
    on
        posted_years.object_key = customer_roots.object_key
        and posted_years.period_start = customer_roots.period_start
where coalesce(posted_years.amount, 0) <> coalesce(customer_roots.amount, 0)

union all

select
    coalesce(wholes.of_what, posted_periods.of_what) as of_what,
    'contribution_2' as node_id,
    coalesce(wholes.period_start, posted_periods.period_start) as period_start
from wholes
full outer join posted_periods
    on
        wholes.of_what = posted_periods.of_what
        and wholes.period_type = posted_periods.period_type
        and wholes.period_start = posted_periods.period_start
where coalesce(wholes.amount, 0) <> coalesce(posted_periods.amount, 0)
