"""Reads a spreadsheet file and recomputes its formulas, without a spreadsheet program.

Knows the few functions that the project's spreadsheets use; anything else is an error.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REFERENCE = re.compile(
    r"(?:'(?P<sheet>[^']+)'!)?(?P<first>[A-Z]{1,3}[0-9]+)(?::(?P<last>[A-Z]{1,3}[0-9]+))?"
)
_TOKEN = re.compile(
    r"(?P<function>SUMIF|SUM|ROUND)|(?P<text>\"[^\"]*\")|(?P<reference>(?:'[^']+'!)?"
    r"[A-Z]{1,3}[0-9]+(?::[A-Z]{1,3}[0-9]+)?)|(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<sign>[-+*(),])"
)


@dataclass(frozen=True)
class Cell:
    """What is stored in a cell; ``formula`` is empty where the value was written."""

    value: str | Decimal | None
    formula: str = ""


@dataclass
class Spreadsheet:
    """The cells of a file by sheet and name."""

    path: Path
    sheets: dict[str, dict[str, Cell]] = field(default_factory=dict)
    _known: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    _ranges: dict[tuple[str, str], "Range"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with zipfile.ZipFile(self.path) as archive:
            strings = [
                "".join(text.text or "" for text in item.iter(f"{_MAIN}t"))
                for item in ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
            ]
            book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
            for number, sheet in enumerate(book.iter(f"{_MAIN}sheet"), start=1):
                page = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
                self.sheets[str(sheet.get("name"))] = {
                    str(cell.get("r")): _cell(cell, strings) for cell in page.iter(f"{_MAIN}c")
                }

    def value(self, sheet: str, name: str) -> str | Decimal | None:
        """Return the value of a cell; None if it is empty."""
        cell = self.sheets[sheet].get(name)
        return None if cell is None else cell.value

    def formulas(self) -> Iterator[tuple[str, str, Cell]]:
        """Return every cell with a formula: its sheet, its name, its content."""
        for sheet, cells in self.sheets.items():
            for name, cell in cells.items():
                if cell.formula:
                    yield sheet, name, cell

    def rows(self, sheet: str) -> list[dict[str, Cell]]:
        """Return the rows of a sheet, each by the letters of its columns."""
        rows: dict[int, dict[str, Cell]] = {}
        for name, cell in self.sheets[sheet].items():
            letters, number = _split(name)
            rows.setdefault(number, {})[letters] = cell
        return [rows[number] for number in sorted(rows)]

    def recomputed(self, sheet: str, name: str) -> Decimal:
        """Return what a cell comes to when all formulas under it are computed anew."""
        cell = self.sheets[sheet].get(name)
        if cell is None or cell.value is None or isinstance(cell.value, str):
            return Decimal(0)
        if not cell.formula:
            return cell.value
        if (sheet, name) not in self._known:
            self._known[sheet, name] = self._evaluate(sheet, cell.formula)
        return self._known[sheet, name]

    def _evaluate(self, sheet: str, formula: str) -> Decimal:
        translated, position = [], 0
        while position < len(formula):
            token = _TOKEN.match(formula, position)
            if token is None:
                raise ValueError(f"{formula}: unknown from {formula[position:]!r}")
            position = token.end()
            if token["reference"]:
                translated.append(f"cells({sheet!r}, {token['reference']!r})")
            elif token["number"]:
                translated.append(f"number({token['number']!r})")
            else:
                translated.append(token.group())
        names = {
            "cells": self._cells,
            "number": Decimal,
            "SUM": lambda *parts: sum(_flat(parts), Decimal(0)),
            "SUMIF": _sum_if,
            "ROUND": _round,
        }
        result = eval("".join(translated), {"__builtins__": {}}, names)
        return result.one() if isinstance(result, Range) else Decimal(result)

    def _cells(self, sheet: str, reference: str) -> "Decimal | Range":
        match = _REFERENCE.fullmatch(reference)
        assert match is not None
        where = match["sheet"] or sheet
        area = (where, f"{match['first']}:{match['last']}")
        if area in self._ranges:
            return self._ranges[area]
        if not match["last"]:
            stored = self.value(where, match["first"])
            if isinstance(stored, str):
                return Range([stored])
            return self.recomputed(where, match["first"])
        (column, first), (other, last) = _split(match["first"]), _split(match["last"])
        names = [
            f"{_letters(number)}{row}"
            for row in range(first, last + 1)
            for number in range(_number(column), _number(other) + 1)
        ]
        values: list[str | Decimal] = []
        for name in names:
            stored = self.value(where, name)
            values.append(stored if isinstance(stored, str) else self.recomputed(where, name))
        self._ranges[area] = Range(values)
        return self._ranges[area]


class Range(list[str | Decimal]):
    """The values of a range of cells; text counts as nothing in a sum."""

    def one(self) -> Decimal:
        """Return the number of a range of one cell."""
        (value,) = self
        return value if isinstance(value, Decimal) else Decimal(0)


def _cell(element: ElementTree.Element, strings: list[str]) -> Cell:
    value, formula = element.find(f"{_MAIN}v"), element.find(f"{_MAIN}f")
    if value is None or value.text is None:
        return Cell(None)
    if element.get("t") == "s":
        return Cell(strings[int(value.text)])
    return Cell(Decimal(value.text), "" if formula is None else str(formula.text))


def _flat(parts: Iterable[object]) -> Iterator[Decimal]:
    for part in parts:
        if isinstance(part, Range):
            yield from (value for value in part if isinstance(value, Decimal))
        elif isinstance(part, Decimal):
            yield part


def _sum_if(keys: Range, wanted: object, values: Range) -> Decimal:
    key = wanted[0] if isinstance(wanted, Range) else wanted
    chosen = [value for own, value in zip(keys, values, strict=True) if own == key]
    return sum(_flat(chosen), Decimal(0))


def _round(value: "Decimal | Range", digits: Decimal) -> Decimal:
    number = value.one() if isinstance(value, Range) else value
    return number.quantize(Decimal(1).scaleb(-int(digits)), ROUND_HALF_UP)


def _split(name: str) -> tuple[str, int]:
    letters = name.rstrip("0123456789")
    return letters, int(name[len(letters) :])


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
