-- Grain: one row per comparison, period and object (customer, or the company as the sum of its
-- customers): contribution II of the base period, the part of each cause, contribution II of the
-- period. What each part is stands at `contribution_bridges` (method, section 8; docs/decisions,
-- 0021).
with

pairs as (
    {{ standard_pairs() }}
),

final as (
    {{ contribution_bridges('pairs') }}
)

select * from final
