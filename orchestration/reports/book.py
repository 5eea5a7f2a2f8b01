"""Writing a spreadsheet: text that stays text, money in cents, formulas with their values.

A program that only shows a spreadsheet shows the value stored beside a formula; one that
recomputes it must come to the same. Nothing here knows what the figures mean.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]

_MONEY = "#,##0.00;[Red]-#,##0.00"
_FORMATS: dict[str, dict[str, Any]] = {
    "text": {},
    "bold": {"bold": True},
    "title": {"bold": True, "font_size": 14},
    "header": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"},
    "header_right": {"bold": True, "bottom": 1, "align": "right"},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "money": {"num_format": _MONEY},
    "subtotal": {"num_format": _MONEY, "bold": True, "top": 1},
    "difference": {"num_format": "0.00;[Red]-0.00", "italic": True},
    "quantity": {"num_format": "#,##0.0000"},
    "rate": {"num_format": "#,##0.00000000"},
    "count": {"num_format": "#,##0"},
    "field": {"bottom": 1},
}


def cell(row: int, column: int, sheet: str = "") -> str:
    """Return the name of a cell, both numbers from zero; of another sheet with its name."""
    name: str = xl_rowcol_to_cell(row, column)
    return f"'{sheet}'!{name}" if sheet else name


def span(first_row: int, column: int, last_row: int, sheet: str = "") -> str:
    """Return the name of a part of a column, in a sheet or in the own one."""
    name = f"{cell(first_row, column)}:{cell(last_row, column)}"
    return f"'{sheet}'!{name}" if sheet else name


def total_of(names: Sequence[str]) -> str:
    """Return the formula that adds cells or ranges; zero if there are none."""
    return f"=SUM({','.join(names)})" if names else "=0"


class Page:
    """A sheet of a book. Rows and columns count from zero."""

    def __init__(self, book: "Book", name: str) -> None:
        self.name = name
        self._sheet = book.workbook.add_worksheet(name)
        self._formats = book.formats

    def text(self, row: int, column: int, value: object, style: str = "text") -> None:
        """Write a value as text, never as a formula, number or link; None leaves the cell."""
        if value is not None:
            self._sheet.write_string(row, column, str(value), self._formats[style])

    def texts(self, row: int, values: Iterable[object], style: str = "text") -> None:
        """Write texts side by side from the first column on."""
        for column, value in enumerate(values):
            self.text(row, column, value, style)

    def number(self, row: int, column: int, value: Decimal | int, style: str = "money") -> None:
        """Write a number; a spreadsheet keeps 15 digits of it, cents up to ten trillion."""
        self._sheet.write_number(row, column, float(value), self._formats[style])

    def formula(
        self, row: int, column: int, formula: str, value: Decimal | int, style: str = "money"
    ) -> None:
        """Write a formula with the value that it has."""
        self._sheet.write_formula(row, column, formula, self._formats[style], float(value))

    def field(self, row: int, column: int) -> None:
        """Leave a line to be filled in by hand."""
        self._sheet.write_blank(row, column, None, self._formats["field"])

    def widths(self, *widths: int) -> None:
        """Set the widths of the first columns, in characters."""
        for column, width in enumerate(widths):
            self._sheet.set_column(column, column, width)

    def freeze(self, row: int, column: int) -> None:
        """Keep what is above the row and left of the column in view."""
        self._sheet.freeze_panes(row, column)

    def landscape(self) -> None:
        """Print across the page, one page wide."""
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)


class Book:
    """A spreadsheet file; the same content gives the same bytes."""

    def __init__(self, path: Path, title: str, created: datetime) -> None:
        """Begin the file; ``created`` dates it, and not the clock."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.workbook = xlsxwriter.Workbook(
            str(path),
            {
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
            },
        )
        self.workbook.set_properties({"title": title, "created": created})
        self.formats = {
            name: self.workbook.add_format(properties) for name, properties in _FORMATS.items()
        }

    def page(self, name: str) -> Page:
        """Add a sheet."""
        return Page(self, name)

    def close(self) -> None:
        """Write the file."""
        self.workbook.close()


def month_name(month: date) -> str:
    """Return a month as it is written in reports."""
    return f"{month:%Y-%m}"
