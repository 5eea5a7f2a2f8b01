-- The contribution lines of the company in `bench/company.py`, written by hand and as lean as they
-- come: what the models are measured against. Same input, the tables of core; same result, to the
-- cent, as `marts.fct_contribution_lines_monthly`, which the benchmark checks before it prints a
-- time, and then as the last and only large stage of `marts.fct_cost_assignments`. It knows what this company does not have: no returns, merges, products that own an event,
-- standard rates, negative pools, loops between service centres, orders in the ledger. The
-- other stages of the assignments, some thousand rows, are not written out.
--
-- Run with the company attached as `company`, in a database of its own.

create macro key_of(id) as cast('0x' || substr(md5(id), 1, 15) as bigint);

-- Whole cents of pools to receivers by largest remainder, ties by receiver: for small edges.
create macro spread(pools, weights) as table
with totals as (
    select pool, sum(weight) as total from query_table(weights) group by pool
),
floors as (
    select month, category, pool, receiver, cents,
        cast(cents as hugeint) * weight // total as floor_cents,
        cast(cents as hugeint) * weight % total as remainder
    from query_table(pools) inner join query_table(weights) using (pool)
    inner join totals using (pool)
)
select month, category, pool, receiver,
    cast(floor_cents as bigint) + case
        when row_number() over (
            partition by month, category, pool order by remainder desc, receiver
        ) <= cents - sum(floor_cents) over (partition by month, category, pool) then 1
        else 0
    end as cents
from floors;

-- Ledger to cost centres, cost centres to activities, activities to processes: some hundred rows.
create temp table center_costs as
select date_trunc('month', posted_on) as month, cost_category as category, cost_center_id as pool,
    cast(sum(amount) * 100 as bigint) as cents
from company.core.fct_ledger_entries
inner join company.core.dim_ledger_accounts using (account_id)
where cost_nature = 'pool'
group by all;

create temp table service_costs as
select center_costs.* from center_costs
inner join company.core.dim_cost_centers on pool = cost_center_id
where cost_center_kind = 'service';

create temp table service_weights as
select from_cost_center_id as pool, to_cost_center_id as receiver,
    cast(round(usage_quantity * 1000000000000 / sum(usage_quantity) over (
        partition by from_cost_center_id
    )) as bigint) as weight
from company.seeds.service_allocations;

create temp table operating_costs as
select month, category, pool, sum(cents) as cents
from (
    select center_costs.* from center_costs
    inner join company.core.dim_cost_centers on pool = cost_center_id
    where cost_center_kind = 'operating'
    union all
    select month, category, receiver, cents from spread('service_costs', 'service_weights')
)
group by all;

create temp table activity_weights as
select cost_center_id as pool, activity_id as receiver, behaviour,
    cast(resource_share * 1000000000000 as bigint) as weight
from company.seeds.activities;

create temp table activity_costs as
select spread.*, behaviour
from spread('operating_costs', 'activity_weights') as spread
inner join activity_weights using (pool, receiver);

create temp table neutral_costs as
select month, category, receiver as pool, cents from activity_costs where behaviour = 'neutral';

create temp table neutral_weights as
select neutral.receiver as pool, induced.receiver, induced.weight
from activity_weights as neutral
inner join activity_weights as induced using (pool)
where neutral.behaviour = 'neutral' and induced.behaviour = 'induced';

create temp table processes as
select cast(row_number() over (order by process_id) as utinyint) as process, *
from company.core.dim_processes
left join company.seeds.process_capacities using (process_id);

create temp table process_pools as
select month, process, category, sum(cents) as cents
from (
    select month, category, receiver as activity_id, cents
    from activity_costs where behaviour = 'induced'
    union all
    select month, category, receiver, cents from spread('neutral_costs', 'neutral_weights')
)
inner join company.seeds.activity_processes using (activity_id)
inner join processes using (process_id)
group by all;

-- Objects by small numbers in the order of their ids, since ids break ties.
create temp table customers as
select cast(row_number() over (order by customer_id) as integer) as customer, customer_key,
    customer_id
from company.core.dim_customers
where customer_key <> 0;

create temp table orders as
select cast(row_number() over (order by order_id) as integer) as object, order_key, order_id,
    customer_key, customer_id, month, order_line_count
from company.core.fct_orders;

-- How much each customer and each order needed of each process in a month. Above all customers:
-- events of nobody, then events of unknown customers.
create temp table work (process utinyint, month date, object integer, weight bigint);

insert into work
select process, month,
    cast(coalesce(
        customer, case when events.customer_id is null then 2000000001 else 2000000002 end
    ) as integer) as object,
    cast(sum(driver_quantity) * 10000 as bigint)
from company.core.fct_activity_events as events
inner join processes using (driver_id)
left join customers using (customer_key)
where order_key = 0
group by all;

insert into work
select distinct process, month, customer, 10000
from orders
inner join customers using (customer_key)
inner join processes on driver_id = 'active_customer_count';

insert into work
select process, events.month, object, cast(sum(driver_quantity) * 10000 as bigint)
from company.core.fct_activity_events as events
inner join processes using (driver_id)
inner join orders using (order_key)
group by all;

insert into work
select process, month, object,
    case driver_id when 'order_count' then 10000 else order_line_count * 10000 end
from orders
inner join processes on driver_id in ('order_count', 'order_line_count');

-- Receivers of equal weight get equal cents but for the left-over ones: one row a weight.
create temp table weights as
select process, month, weight, count(*) as receivers from work group by all;

create temp table charges as
select process, month, category, cents,
    case
        when charging_rate_basis = 'actual' then cents
        else (cast(cents as hugeint) * units * 2 + capacity) // (2 * capacity)
    end as charged,
    units, capacity
from process_pools
inner join (
    select process, month, cast(sum(weight * receivers) as hugeint) as units from weights group by all
) using (process, month)
inner join (
    select process, charging_rate_basis,
        case charging_rate_basis when 'capacity'
            then cast(practical_capacity_quantity * 10000 as hugeint)
        end as capacity
    from processes
    where practical_capacity_quantity > 0
) using (process);

create temp table charged_weights as
with floors as (
    select process, month, category, weight, receivers, charged,
        charged * weight // units as floor_cents,
        charged * weight % units as remainder
    from charges
    inner join weights using (process, month)
)
select process, month, category, weight, floor_cents,
    charged - sum(floor_cents * receivers) over (partition by process, month, category)
    - coalesce(sum(receivers) over (
        partition by process, month, category order by remainder desc
        range between unbounded preceding and 1 preceding
    ), 0) as left_over,
    sum(receivers) over (partition by process, month, category, remainder) as tied
from floors;

create temp table weight_cents as
select process, month, weight,
    cast(sum(floor_cents + case when left_over >= tied then 1 else 0 end) as bigint) as cents
from charged_weights
group by all;

-- The last cents of a pool, to receivers whose remainders tie.
create temp table last_cents as
select process, month, category, object, 1 as cents
from (
    select process, month, category, object, left_over,
        row_number() over (partition by process, month, category order by object) as place
    from work
    inner join charged_weights using (process, month, weight)
    where left_over > 0 and left_over < tied
)
where place <= left_over;

create temp table objects_charged as
select month, object, object_level, sum(cents) as cents
from (
    select process, month, object, cents
    from work inner join weight_cents using (process, month, weight)
    where cents <> 0
    union all
    select process, month, object, cents from last_cents
)
inner join processes using (process)
group by all;

-- Sales and standard costs.
create temp table prices as
select product_key, cast(standard_material_cost as decimal(18, 6)) as material,
    cast(standard_production_cost as decimal(18, 6)) as production, valid_from,
    lead(valid_from, 1, date '9999-12-31') over (partition by product_id order by valid_from)
        as valid_until
from company.staging.stg_extracts__product_costs
inner join company.core.dim_products using (product_id);

create temp table sales as
select month,
    case
        when customer_key <> 0 then 'customer' when customer_id is null then 'order'
        else 'unassigned'
    end as object_level,
    case
        when customer_key <> 0 then customer_key when customer_id is null then order_key
        else key_of('unknown_customer')
    end as object_key,
    sum(gross_amount) as gross_sales, -sum(discount_amount) as discount,
    -sum(coalesce(cast(quantity * material as decimal(18, 2)), 0)) as standard_material,
    -sum(coalesce(cast(quantity * production as decimal(18, 2)), 0)) as standard_production
from company.core.fct_order_lines as lines
left join prices
    on
        lines.product_key = prices.product_key
        and lines.cost_on >= prices.valid_from
        and lines.cost_on < prices.valid_until
group by all;

-- The statement.
create table contribution_lines as
with lines as (
    select object_level, object_key, month, line_id, amount
    from sales unpivot (
        amount for line_id in (gross_sales, discount, standard_material, standard_production)
    )
    union all
    select
        case when object < 2000000001 then 'customer' else 'unassigned' end,
        coalesce(
            customer_key,
            key_of(case object when 2000000001 then 'no_owner' else 'unknown_customer' end)
        ),
        month,
        case when object < 2000000001 then 'customer_processing' else 'unassigned' end,
        -cents * 0.01
    from objects_charged
    left join customers on object = customer
    where object_level = 'customer'
    union all
    select
        case
            when customer_key <> 0 then 'customer' when customer_id is null then 'order'
            else 'unassigned'
        end,
        case
            when customer_key <> 0 then customer_key when customer_id is null then order_key
            else key_of('unknown_customer')
        end,
        objects_charged.month, 'order_processing', -cents * 0.01
    from objects_charged
    inner join orders using (object)
    where object_level = 'order'
    union all
    select 'capacity', key_of('capacity'), month, 'unused_capacity', (charged - cents) * 0.01
    from charges
    union all
    select 'unassigned', key_of('no_driver_quantity'), month, 'unassigned', -cents * 0.01
    from process_pools
    anti join charges using (process, month)
    union all
    select 'company', key_of('company'), month, 'variance_unposted',
        -(gross_sales + discount + standard_material + standard_production)
    from sales
    union all
    select 'company', key_of('company'), date_trunc('month', posted_on),
        case cost_nature when 'controlled' then 'variance_unposted' else statement_line_id end,
        -amount
    from company.core.fct_ledger_entries
    inner join company.core.dim_ledger_accounts using (account_id)
    where cost_nature in ('controlled', 'company')
),
statement as (
    select object_level, object_key, month, line_id, sum(amount) as amount
    from lines
    group by all
    having sum(amount) <> 0
)
select object_level, object_key, coalesce(customers.customer_id, order_id, reason_id, object_level)
    as object_id, cast(statement.month as date) as month, line_id, cast(amount as decimal(18, 2)) as amount,
    'EUR' as currency_code
from statement
left join customers
    on customers.customer_key = case object_level when 'customer' then object_key end
left join company.core.fct_orders as named_orders
    on named_orders.order_key = case object_level when 'order' then object_key end
left join (select reason_id, key_of(reason_id) as reason_key from company.seeds.reasons)
    on reason_key = case object_level when 'unassigned' then object_key end;

-- The cost assignments, last stage: what every process charged to every object. What is the same
-- for all of them or all of a process is in the view.
create table process_edges as
with edges as (
    select process, month, category, object, weight, cast(null as varchar) as reason,
        floor_cents + case when left_over >= tied then 1 else 0 end + coalesce(cents, 0) as cents
    from work
    inner join charged_weights using (process, month, weight)
    left join last_cents using (process, month, category, object)
    union all
    select process, month, category, -1, null, null, cents - charged from charges
    where capacity is not null
    union all
    select process, month, category, -2, null, 'no_driver_quantity', cents
    from process_pools
    anti join charges using (process, month)
)
select cast(edges.month as date) as month, process_id as pool_id,
    edges.category as cost_category, true as is_cash_effective,
    case
        when edges.object = -1 then 'capacity'
        when edges.object = -2 or edges.object > 2000000000 then 'unassigned'
        else object_level
    end as receiver_type,
    case edges.object
        when -1 then 'capacity' when -2 then 'no_driver_quantity' when 2000000001 then 'no_owner'
        when 2000000002 then 'unknown_customer' else coalesce(customers.customer_id, order_id)
    end as receiver_id,
    coalesce(customers.customer_key, orders.order_key, key_of(receiver_id)) as receiver_key,
    cast(weight * 0.0001 as decimal(28, 12)) as weight,
    cast(coalesce(charges.capacity, units, 0) * 0.0001 as decimal(28, 12)) as pool_weight,
    cast(edges.cents * 0.01 as decimal(18, 2)) as amount, reason
from edges
inner join processes using (process)
left join charges
    on
        edges.process = charges.process and edges.month = charges.month
        and edges.category = charges.category
left join customers on customers.customer = case object_level when 'customer' then edges.object end
left join orders on orders.object = case object_level when 'order' then edges.object end;

create view cost_assignments as
select edges.*, 'process_to_object' as stage, 'process' as pool_type, driver_id,
    'EUR' as currency_code
from process_edges as edges
left join company.core.dim_processes as declared on edges.pool_id = declared.process_id;
