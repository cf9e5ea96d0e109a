"""The types of the columns of :class:`Record`, for formats that have types."""

from __future__ import annotations

import typing
from datetime import date

from secrel.domain import Record
from secrel.errors import OutputError

DAYS = ("date", "when_start", "when_end")
"""Columns that are whole ISO 8601 dates. ``report_date`` is none: a text may say no more than the month or the year."""

_TYPES = {str: "text", int: "integer", float: "number"}


def column_types() -> dict[str, str]:
    """The type of every column of :class:`Record`, in order: ``text``, ``integer``, ``number`` or ``day``."""
    hints = typing.get_type_hints(Record)
    return {
        name: "day" if name in DAYS else next(_TYPES[part] for part in _parts(hints[name]) if part in _TYPES)
        for name in Record.columns()
    }


def parse_day(text: str | None, *, where: str) -> date | None:
    """The day of an ISO 8601 date (``2006-07-11``); ``None`` for ``None``.

    Args:
        text: The date.
        where: Names its place in errors.

    Raises:
        OutputError: If it is no such date.
    """
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    # Later versions of Python read weeks and dates without hyphens, too.
    if day is None or day.isoformat() != text:
        raise OutputError(where, found=repr(text), expected="a date such as 2006-07-11")
    return day


def checked_integer(number: int | None, *, where: str) -> int | None:
    """The number itself, where 32 bits can hold it.

    Args:
        number: The number, or ``None``.
        where: Names its place in errors.

    Raises:
        OutputError: If it is too large or too small.
    """
    if number is not None and not -(2**31) <= number < 2**31:
        raise OutputError(where, found=str(number), expected="a whole number of 32 bits")
    return number


def _parts(hint: object) -> tuple[object, ...]:
    return typing.get_args(hint) or (hint,)
