"""Rules between rows and between seeds, each a query whose rows are findings.

They run over the typed tables of `seed_files.load`. Rules that need the extracts (an activity of
an unknown cost centre, a driver that nobody feeds) are dbt tests.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from orchestration.landing.findings import Finding

# Shares are weights: n of them may miss one by n halves of the eighth decimal.
_SHARE_TOLERANCE = "0.000000005"
# `rpt_segment_income_statement_monthly` has a row for each month of a plan, up to 1,200.
_LONGEST_PLAN_YEARS = 100


@dataclass(frozen=True, slots=True)
class Rule:
    """A query over the seeds; each row it returns is the record and what was found."""

    seed: str
    query: str
    expected: str
    remedy: str


def _reference(seed: str, other: str, columns: Mapping[str, str], expected: str) -> Rule:
    """Return the rule that columns of a seed, where there are values, refer to another seed."""
    same = " and ".join(f"other.{theirs} = own.{mine}" for mine, theirs in columns.items())
    shown = " || ', ' || ".join(f"own.{mine}" for mine in columns)
    return Rule(
        seed,
        f"select own._record, {shown} from {seed} as own where ({shown}) is not null "
        f"and not exists (select 1 from {other} as other where {same})",
        expected,
        f"add it to {other}, or take the row out",
    )


def _shares(seed: str, owner: str, member: str, share: str) -> Rule:
    """Return the rule that the shares of an owner sum to one from each date on.

    A row holds until the next of the same member (and the same owner, where the owner is part
    of the key); a share of zero ends it. An owner whose rows have all ended has nothing to share.
    """
    replaced = "newer.activity_id = held.activity_id and newer.valid_from > held.valid_from"
    if member != "activity_id":
        replaced += f" and newer.{member} = held.{member}"
    return Rule(
        seed,
        f"""
        with starts as (
            select distinct valid_from from {seed}
        ), held as (
            select held.*, starts.valid_from as held_from
            from starts
            inner join {seed} as held on held.valid_from <= starts.valid_from
            where held.{share} <> 0 and not exists (
                select 1 from {seed} as newer
                where {replaced} and newer.valid_from <= starts.valid_from
            )
        ), sums as (
            select
                {owner} as owner_id, held_from, sum({share}) as total,
                max(_record) as _record, count(*) as members
            from held
            group by owner_id, held_from
        ), wrong as (
            select * from sums where abs(total - 1) > members * {_SHARE_TOLERANCE}
        )
        select
            max_by(_record, -epoch(held_from)),
            owner_id || ': ' || max_by(total, -epoch(held_from)) || ' from ' || min(held_from)
        from wrong
        group by owner_id
        order by owner_id
        """,
        f"the {share} of each {owner} to sum to one",
        "mend the shares of that date; a share of zero ends a row",
    )


def _not_negative(seed: str, column: str, shown: Sequence[str]) -> Rule:
    """Return the rule that a number is zero or more; ``shown`` are the columns that name it."""
    named = " || ', ' || ".join(shown)
    return Rule(
        seed,
        f"select _record, {named} || ': ' || {column} from {seed} "
        f"where {column} < 0 order by _record",
        f"{column} of zero or more",
        "mend the row",
    )


def _spellings(
    seed: str, column: str, others: str, their_column: str, also: str, expected: str, remedy: str
) -> Rule:
    """Return the rule that no value of a scheme is spelled like another for which ``also`` holds.

    Spellings are alike up to case and blanks around them, as `fct_customer_tag_claims` reads them.
    """
    return Rule(
        seed,
        f"""
        select
            own._record,
            '''' || own.{column} || ''' of ' || own.tag_scheme
            || ', like ''' || min_by(other.{their_column}, other._record)
            || ''' in record ' || min(other._record) || ' of {others}'
        from {seed} as own
        inner join {others} as other on other.tag_scheme = own.tag_scheme
        where lower(trim(own.{column})) = lower(trim(other.{their_column})) and {also}
        group by own._record, own.{column}, own.tag_scheme
        order by own._record
        """,
        expected,
        remedy,
    )


# A centre that gives reaches one that gives nothing on, or its cost goes round for ever. The
# column `held_from` is each date from which the allocations are what they are.
_CLOSED_LOOPS = """
    with recursive starts as (
        select distinct valid_from from service_allocations
    ), held as (
        select starts.valid_from as held_from, held.*
        from starts
        inner join service_allocations as held on held.valid_from <= starts.valid_from
        where held.usage_quantity > 0 and held.from_cost_center_id <> held.to_cost_center_id
        and not exists (
            select 1 from service_allocations as newer
            where newer.from_cost_center_id = held.from_cost_center_id
            and newer.to_cost_center_id = held.to_cost_center_id
            and newer.valid_from > held.valid_from and newer.valid_from <= starts.valid_from
        )
    ), leaving as (
        select held_from, from_cost_center_id as cost_center_id
        from held
        where not exists (
            select 1 from held as further
            where further.held_from = held.held_from
            and further.from_cost_center_id = held.to_cost_center_id
        )
        union
        select held.held_from, held.from_cost_center_id
        from held
        inner join leaving
            on leaving.held_from = held.held_from
            and leaving.cost_center_id = held.to_cost_center_id
    ), caught as (
        select held.held_from, held.from_cost_center_id, held._record
        from held
        where not exists (
            select 1 from leaving
            where leaving.held_from = held.held_from
            and leaving.cost_center_id = held.from_cost_center_id
        )
    )
    select
        min(_record),
        string_agg(distinct from_cost_center_id, ', ' order by from_cost_center_id)
        || ' from ' || held_from
    from caught
    group by held_from
    qualify held_from = min(held_from) over ()
"""

RULES = (
    Rule(
        "service_allocations",
        _CLOSED_LOOPS,
        "service cost centres that serve somebody besides each other",
        "name an operating cost centre that one of them serves",
    ),
    Rule(
        "service_allocations",
        "select min(own._record), own.from_cost_center_id || ' without a step' "
        "from service_allocations as own where exists (select 1 from company_settings "
        "where setting = 'service_allocation_method' and value = 'step_down') "
        "and not exists (select 1 from service_order as other "
        "where other.cost_center_id = own.from_cost_center_id) "
        "group by own.from_cost_center_id order by own.from_cost_center_id",
        "a step in service_order for each giver of the method step_down",
        "add the cost centre to service_order, or choose another method",
    ),
    _shares("activities", "cost_center_id", "activity_id", "resource_share"),
    _shares("activity_processes", "activity_id", "process_id", "share"),
    _reference(
        "activity_processes", "activities", {"activity_id": "activity_id"}, "a known activity"
    ),
    _reference("activity_processes", "processes", {"process_id": "process_id"}, "a known process"),
    _reference("process_capacities", "processes", {"process_id": "process_id"}, "a known process"),
    _reference("tag_values", "tag_schemes", {"tag_scheme": "tag_scheme"}, "a known scheme"),
    _reference(
        "tag_source_priority", "tag_schemes", {"tag_scheme": "tag_scheme"}, "a known scheme"
    ),
    _reference(
        "tag_aliases",
        "tag_values",
        {"tag_scheme": "tag_scheme", "tag_value": "tag_value"},
        "an alias of a known value",
    ),
    _spellings(
        "tag_values",
        "tag_value",
        "tag_values",
        "tag_value",
        "other._record < own._record",
        "values that differ in more than case and blanks",
        "take one out",
    ),
    _spellings(
        "tag_aliases",
        "alias",
        "tag_values",
        "tag_value",
        "other.tag_value <> own.tag_value",
        "an alias that is not itself another value",
        "take the alias or the value out",
    ),
    _spellings(
        "tag_aliases",
        "alias",
        "tag_aliases",
        "alias",
        "other._record < own._record and other.tag_value <> own.tag_value",
        "one value for an alias, however it is spelled",
        "take one out",
    ),
    _reference(
        "account_classification",
        "statement_lines",
        {"statement_line_id": "line_id"},
        "a statement line of seeds/reference/statement_lines.csv",
    ),
    Rule(
        "account_classification",
        "select _record, account_id || ' without one' from account_classification "
        "where cost_nature = 'controlled' and control_component is null",
        "a control_component for a controlled account",
        "name the component",
    ),
    Rule(
        "account_classification",
        "select _record, account_id || ' without one' from account_classification "
        "where cost_nature = 'direct' and statement_line_id is null",
        "a statement_line_id for a direct account",
        "name the line",
    ),
    Rule(
        "account_classification",
        "select _record, account_id || ' without one' from account_classification "
        "where cost_nature = 'pool' and cost_category is null",
        "a cost_category for a pool account",
        "name the category",
    ),
    Rule(
        "processes",
        "select _record, process_id || ' without a row' from processes as own "
        "where charging_rate_basis = 'standard' and not exists (select 1 from process_capacities "
        "as other where other.process_id = own.process_id)",
        "a standard_cost_rate in process_capacities for a process charged at standard",
        "add the rate, or charge by capacity",
    ),
    Rule(
        "process_capacities",
        "select _record, process_id || ' from ' || valid_from || ': ' "
        "|| coalesce(cast(standard_cost_rate as varchar), 'none') "
        "from process_capacities as own where practical_capacity_quantity > 0 "
        "and coalesce(standard_cost_rate, 0) = 0 and exists (select 1 from processes as other "
        "where other.process_id = own.process_id and charging_rate_basis = 'standard') "
        "order by _record",
        "a standard_cost_rate above zero wherever a process charged at standard has capacity",
        "add the rate, or charge by capacity",
    ),
    _not_negative("activities", "resource_share", ["activity_id"]),
    _not_negative("activity_processes", "share", ["activity_id", "process_id"]),
    _not_negative(
        "service_allocations", "usage_quantity", ["from_cost_center_id", "to_cost_center_id"]
    ),
    _not_negative("process_capacities", "practical_capacity_quantity", ["process_id"]),
    _not_negative("process_capacities", "standard_cost_rate", ["process_id"]),
    _not_negative("time_equations", "minutes", ["driver_id", "option_id"]),
    Rule(
        "company_settings",
        "select _record, value from company_settings as own "
        "where setting = 'segment_process_scheme' and value is not null and not exists (select 1 "
        "from tag_schemes as other where other.tag_scheme = own.value and other.is_exclusive)",
        "segment_process_scheme to name an exclusive scheme of tag_schemes",
        "correct the name, or leave the setting out",
    ),
    Rule(
        "plans",
        "select _record, segment_id from plans as own where not exists (select 1 from tag_values "
        "as known inner join tag_schemes as schemes on schemes.tag_scheme = known.tag_scheme "
        "where schemes.is_exclusive "
        "and known.tag_scheme || ':' || known.tag_value = own.segment_id) order by _record",
        "a segment of an exclusive scheme, scheme:value",
        "add it to tag_values, or take the row out",
    ),
    Rule(
        "plans",
        "select _record, line_id from plans as own where not exists (select 1 from statement_lines "
        "as known where known.line_id = own.line_id and known.sign is not null) order by _record",
        "a line of seeds/reference/statement_lines.csv that is no subtotal",
        "plan the lines under it: subtotals follow from them",
    ),
    Rule(
        "plans",
        "select _record, segment_id || ', ' || line_id || ': ' || month_from || ' to ' || month_to "
        "from plans where month_to < month_from order by _record",
        "a month_to that is not before month_from",
        "mend the months",
    ),
    Rule(
        "plans",
        "select _record, segment_id || ', ' || line_id || ': ' || month_from || ' to ' || month_to "
        f"from plans where month_to >= month_from + interval {_LONGEST_PLAN_YEARS} year "
        "order by _record",
        f"a plan of at most {_LONGEST_PLAN_YEARS} years",
        "name the month in which the plan ends",
    ),
    Rule(
        "plans",
        "select own._record, own.segment_id || ', ' || own.line_id || ' from ' || own.month_from "
        "|| ', like record ' || min(other._record) from plans as own inner join plans as other "
        "on other.segment_id = own.segment_id and other.line_id = own.line_id "
        "and other._record < own._record and other.month_from <= own.month_to "
        "and other.month_to >= own.month_from "
        "group by own._record, own.segment_id, own.line_id, own.month_from order by own._record",
        "one plan for a segment, line and month",
        "let each row end before the next of its line begins",
    ),
    Rule(
        "relationship_phases",
        "select max(_record), 'sort_order ' || sort_order || ' twice' "
        "from relationship_phases group by sort_order having count(*) > 1",
        "phases in a definite order",
        "number the phases",
    ),
)


def check_rules(connection: duckdb.DuckDBPyConnection) -> list[Finding]:
    """Return a finding for each row that breaks a rule."""
    findings = []
    for rule in RULES:
        for record, found in connection.execute(rule.query).fetchall():
            findings.append(
                Finding(
                    "error",
                    rule.seed,
                    f"{rule.seed}.csv",
                    int(record),
                    rule.expected,
                    str(found),
                    rule.remedy,
                )
            )
    return findings
