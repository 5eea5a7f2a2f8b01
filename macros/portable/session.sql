{#
    What a session of Spark has to be set to so that the same SQL means the same; one statement a
    number, run before each model and seed. DuckDB needs none and gets an empty hook.

    1  a cast or a sum that does not fit is an error, not null
    2  dates and timestamps are cast in UTC
    3  `timestamp` has no time zone
#}
{% macro session_setting(number) -%}
    {{ return(adapter.dispatch('session_setting', 'customer_accounting')(number)) }}
{%- endmacro %}

{% macro default__session_setting(number) -%}
{%- endmacro %}

{% macro spark__session_setting(number) -%}
    {{ return([
        "set spark.sql.ansi.enabled = true",
        "set spark.sql.session.timeZone = UTC",
        "set spark.sql.timestampType = TIMESTAMP_NTZ",
    ][number - 1]) }}
{%- endmacro %}
