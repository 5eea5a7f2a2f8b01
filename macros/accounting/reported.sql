{#
    When a delivered row is reported, and whose it is (method, section 9). Two relations of core say
    it: `dim_reporting_months` for what came late, `dim_customer_merges` for merged customers.
#}

{#
    The rows of a relation with `economic_month`, the month of a date column; `month`, in which the
    row is reported: the earliest from the economic one on that was not closed when the row became
    known (`recorded_at`; unknown: never late); and `is_prior_period` where these differ.
#}
{% macro with_reporting_month(relation, date_column) -%}
    with

    closings as (
        select max(last_event_on) as last_on
        from {{ ref('dim_reporting_months') }}
    ),

    dated_rows as (
        select
            {{ relation }}.*,
            {{ month_of(relation ~ '.' ~ date_column) }} as economic_month,
            case
                when {{ relation }}.recorded_at is not null
                    then least(cast({{ relation }}.recorded_at as date), closings.last_on)
            end as known_on
        from {{ relation }}
        cross join closings
    )

    select
        dated_rows.*,
        coalesce(reporting_months.reporting_month, dated_rows.economic_month) as month,
        reporting_months.reporting_month is not null as is_prior_period
    from dated_rows
    left join {{ ref('dim_reporting_months') }} as reporting_months
        on
            dated_rows.economic_month = reporting_months.economic_month
            and dated_rows.known_on = reporting_months.recorded_on
{%- endmacro %}


{#
    The rows of a relation with `owner_customer_id`: the customer that they name, or, where they are
    dated from a merge on, the one that survived it.
#}
{% macro with_owner(relation, date_column) -%}
    select
        {{ relation }}.*,
        coalesce(customer_owners.owner_customer_id, {{ relation }}.customer_id) as owner_customer_id
    from {{ relation }}
    left join {{ ref('dim_customer_merges') }} as customer_owners
        on
            {{ relation }}.customer_id = customer_owners.merged_customer_id
            and {{ relation }}.{{ date_column }} >= customer_owners.owned_from
            and {{ relation }}.{{ date_column }} < customer_owners.owned_until
{%- endmacro %}
