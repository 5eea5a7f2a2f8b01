-- Grain: one row per run, the last 30 before the one that built this warehouse: how it ended, how
-- long each step took, how large it was. A step that was tried again counts with all its tries.
-- Seconds of the data tests are spent beside models and are part of no other step's meaning.
with

runs as (
    select * from {{ ref('stg_warehouse__runs') }}
),

run_steps as (
    select * from {{ ref('stg_warehouse__run_steps') }}
),

seconds_by_run as (
    select
        run_id,
        {%- for step in ['prepare', 'landing', 'seeds', 'staging', 'core', 'expectations',
                         'marts', 'data tests', 'marts judged', 'gate', 'publish'] %}
        sum(step_seconds) filter (
            where step_name = '{{ step }}'
        ) as {{ step | replace(' ', '_') }}_seconds,
        {%- endfor %}
        max_by(step_name, step_number) filter (
            where outcome = 'failed'
        ) as failed_step
    from run_steps
    group by run_id
),

final as (
    select
        runs.run_id,
        runs.company,
        runs.outcome,
        runs.exit_code,
        runs.reason,
        case
            when runs.outcome <> 'published' then seconds_by_run.failed_step
        end as failed_step,
        runs.attempts,
        runs.started_at,
        runs.ended_at,
        runs.total_seconds,
        seconds_by_run.prepare_seconds,
        seconds_by_run.landing_seconds,
        seconds_by_run.seeds_seconds,
        seconds_by_run.staging_seconds,
        seconds_by_run.core_seconds,
        seconds_by_run.expectations_seconds,
        seconds_by_run.marts_seconds,
        seconds_by_run.data_tests_seconds,
        seconds_by_run.marts_judged_seconds,
        seconds_by_run.gate_seconds,
        seconds_by_run.publish_seconds,
        runs.checks,
        runs.landed_rows,
        runs.rejected_rows,
        runs.landing_bytes,
        runs.database_bytes
    from runs
    left join seconds_by_run on runs.run_id = seconds_by_run.run_id
)

select * from final
