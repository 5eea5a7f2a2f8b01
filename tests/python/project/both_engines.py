"""What both engines take: a lint of the project's SQL, from the text of a model, test or macro.

It reads SQL as it is written, with the expressions of Jinja replaced by a word, and the strings in
those expressions as pieces of SQL of their own. Functions, types and signs are allowed by list, so
that what nobody thought of is a finding too; a few constructs are named to be refused. Whether
both engines answer the same is not decided here but by `make test-spark`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jinja2 import Environment
from sqlglot import Token, TokenType
from sqlglot.dialects import DuckDB
from sqlglot.errors import TokenError

# Same name, same arguments, same answer, nulls included, on DuckDB and on Spark in ANSI mode.
# `concat` is not among them (on Spark null as soon as one argument is), nor are `log` (another
# base) and `date_trunc` (another type).
FUNCTIONS = {
    "abs", "any_value", "bool_and", "bool_or", "cast", "ceil", "coalesce", "concat_ws", "count",
    "day", "dense_rank", "exp", "first_value", "floor", "greatest", "lag", "last_day",
    "last_value", "lead", "least", "length", "ln", "lower", "lpad", "ltrim", "max", "max_by",
    "md5", "min", "min_by", "mod", "month", "nullif", "position", "power", "rank", "replace",
    "round", "row_number", "rpad", "rtrim", "sqrt", "starts_with", "substr", "sum", "trim",
    "try_cast", "upper", "year",
}  # fmt: skip
# Of decimals one engine answers with a decimal, the other with a double: `avg(cast(x as double))`.
OF_DOUBLES = {"avg", "median", "stddev_pop", "stddev_samp", "var_pop", "var_samp"}
TYPES = {"bigint", "boolean", "date", "decimal", "double", "int", "integer", "string", "timestamp"}
SIGNS = {
    TokenType.COMMA, TokenType.DOT, TokenType.L_PAREN, TokenType.R_PAREN, TokenType.STAR,
    TokenType.PLUS, TokenType.DASH, TokenType.DPIPE, TokenType.NUMBER, TokenType.STRING,
    TokenType.NEQ, TokenType.LT, TokenType.LTE, TokenType.GT, TokenType.GTE, TokenType.EQ,
}  # fmt: skip
# Words that may stand before a parenthesis without being a function.
BEFORE_PARENTHESIS = {
    "all", "and", "any", "as", "between", "by", "case", "cube", "distinct", "else", "except",
    "exists", "filter", "from", "having", "in", "intersect", "interval", "join", "like", "not",
    "on", "or", "over", "partition", "rollup", "select", "sets", "then", "union", "using",
    "values", "when", "where", "with",
}  # fmt: skip
REFUSED = {
    "asof", "attach", "cluster", "describe", "distribute", "div", "exclude", "explode", "glob",
    "hugeint", "ilike", "lateral", "natural", "pivot", "positional", "pragma", "qualify",
    "recursive", "regexp", "rlike", "semi", "similar", "sort", "struct", "summarize",
    "tablesample", "text", "ubigint", "unnest", "unpivot", "varchar",
}  # fmt: skip
REFUSED_SEQUENCES = (
    "group by all", "order by all", "distinct on", "union by name", "union all by name", "by name",
    "* except (", "* replace (", "* rename (", "count ( )", ", from", ", )", ", where",
    ", group by", ", order by", "using sample", "as materialized", "not materialized",
)  # fmt: skip
JINJA = "jinja_value"
_NAME = re.compile(r"[a-z_][a-z0-9_]*")
# Signs that no other string in Jinja holds than a piece of SQL.
_NEVER = {"::", "//", "->", "->>", "`"}


@dataclass(frozen=True)
class Finding:
    """A line and what stands there."""

    line: int
    what: str

    def __str__(self) -> str:
        """Return the finding as it is shown behind the file's name."""
        return f"{self.line}: {self.what}"


def findings(source: str) -> list[Finding]:
    """Return what only one engine takes in the text of a model, test or macro."""
    found: list[Finding] = []
    for line, text, is_whole in _pieces(source):
        try:
            tokens = DuckDB.Tokenizer().tokenize(text)
        except TokenError:
            # A piece of a string, or of a sentence for the reader of an error.
            if is_whole:
                found.append(Finding(line, "cannot be read: a quote is not closed"))
            continue
        found += _of_tokens(tokens, line, is_whole)
    return sorted(set(found), key=lambda item: (item.line, item.what))


def _pieces(source: str) -> Iterator[tuple[int, str, bool]]:
    """Yield the SQL around Jinja as one text, then each string within Jinja, with their lines."""
    around: list[str] = []
    strings: list[tuple[int, str]] = []
    for line, kind, value in Environment(extensions=["jinja2.ext.do"]).lex(source):
        if kind == "string":
            strings.append((line, value[1:-1]))
        if kind == "data":
            around.append(value)
        else:
            # The lines are kept, so that a finding names the right one.
            around.append((JINJA if kind == "variable_end" else "") + "\n" * value.count("\n"))
    yield 1, "".join(around), True
    for line, text in strings:
        yield line, text, False


def _words(tokens: list[Token]) -> Iterator[tuple[TokenType, str, int]]:
    """Yield kind, text and line of each token; `group by` and its like are two words."""
    for token in tokens:
        is_text = token.token_type in (TokenType.STRING, TokenType.IDENTIFIER)
        for word in [token.text] if is_text else token.text.lower().split():
            yield token.token_type, word, token.line


def _of_tokens(tokens: list[Token], first_line: int, is_whole: bool) -> Iterator[Finding]:
    kinds, words, lines = zip(*_words(tokens), strict=True) if tokens else ((), (), ())
    opened: list[str] = []
    for number, (kind, word) in enumerate(zip(kinds, words, strict=True)):
        line = first_line + lines[number] - 1
        before = words[number - 1] if number else ""
        if kind is TokenType.L_PAREN:
            opened.append(before)
        elif kind is TokenType.R_PAREN and opened:
            opened.pop()
        in_cast = bool(opened) and opened[-1] in ("cast", "try_cast")
        if kind is TokenType.STRING:
            if is_whole and "\\" in word:
                yield Finding(line, "a backslash in a string: Spark reads it as an escape")
        elif kind is TokenType.IDENTIFIER:
            if is_whole:
                yield Finding(line, f'"{word}": a quoted name is a string on Spark')
        elif kind.name.endswith("_STRING"):
            yield Finding(line, f"a string in another notation than quotes: {word}")
        elif _NAME.fullmatch(word):
            yield from (Finding(line, what) for what in _of_name(words, number, in_cast))
        elif kind is TokenType.SLASH:
            if is_whole and words[max(0, number - 2) : number] != ("double", ")"):
                yield Finding(line, "`/`: only of doubles, use ratio() or integer_divide()")
        elif (is_whole or word in _NEVER) and (kind not in SIGNS or word == "=="):
            yield Finding(line, f"`{word}`")
        for sequence in REFUSED_SEQUENCES if is_whole else ():
            parts = tuple(sequence.split())
            if words[number : number + len(parts)] == parts:
                yield Finding(line, f"`{sequence}`")


def _of_name(words: Sequence[str], number: int, in_cast: bool) -> Iterator[str]:
    """Yield what is wrong with a name: refused, an unknown function, an unknown type."""
    word = words[number]
    before = words[number - 1] if number else ""
    after = words[number + 1] if number + 1 < len(words) else ""
    if word in REFUSED and "." not in (before, after):
        yield f"`{word}`"
    if after == "(" and before != "." and word in OF_DOUBLES:
        end = _end_of_parenthesis(words, number + 1)
        if words[number + 2 : number + 3] != ("cast",) or words[end - 2 : end] != ("double", ")"):
            yield f"`{word}`: only of `cast(... as double)`"
    elif after == "(" and before != "." and not _may_open(words, number):
        yield f"function `{word}`: not among those that both engines have"
    if in_cast and before == "as" and word not in TYPES and not word.startswith(JINJA):
        yield f"type `{word}`: not among those that both engines have"


def _may_open(words: Sequence[str], number: int) -> bool:
    """Return whether a word may stand before a parenthesis."""
    word, before = words[number], words[number - 1] if number else ""
    known = FUNCTIONS | BEFORE_PARENTHESIS | TYPES
    if word in known or word.startswith(JINJA) or before == "as":
        return True
    # `with name (first, second) as (`: a CTE that names its columns.
    end = _end_of_parenthesis(words, number + 1)
    return tuple(words[end + 1 : end + 3]) == ("as", "(")


def _end_of_parenthesis(words: Sequence[str], start: int) -> int:
    """Return the place of the parenthesis that closes the one at ``start``."""
    depth = 0
    for place in range(start, len(words)):
        depth += {"(": 1, ")": -1}.get(words[place], 0)
        if depth == 0:
            return place
    return len(words)
