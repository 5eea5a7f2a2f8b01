{{ config(enabled=system_is_used('adventureworks')) }}

-- Grain: one department group. Corporate is the root of the groups and belongs to the company;
-- general administration and quality assurance serve the others.
with

department_groups as (
    select * from {{ source('adventureworks', 'dim_department_group') }}
),

final as (
    select
        'DG-' || cast(departmentgroupkey as string) as cost_center_id,
        departmentgroupname as cost_center_name,
        case
            when departmentgroupname = 'Corporate' then 'company'
            when
                departmentgroupname in (
                    'Executive General and Administration', 'Quality Assurance'
                )
                then 'service'
            else 'operating'
        end as kind,
        cast(null as timestamp) as recorded_at
    from department_groups
)

select * from final
