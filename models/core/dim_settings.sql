-- Grain: one row per setting. The company's value, else the default (seeds/reference/settings).
with

settings as (
    select * from {{ ref('settings') }}
),

company_settings as (
    select * from {{ ref('company_settings') }}
),

final as (
    select
        settings.setting,
        coalesce(company_settings.value, settings.default_value) as value,
        company_settings.value is null as is_default
    from settings
    left join company_settings on settings.setting = company_settings.setting
)

select * from final
