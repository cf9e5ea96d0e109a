"""The files of names: what their columns are, and how they are read.

A file is UTF-8 text, tab-separated. Lines that begin with ``#`` and empty lines are remarks. The first other line names
the columns, and these tell what the file is:

* ``code names adjectives capitals``: countries
* ``code from to names adjectives seats``: breakaway entities
* ``code names adjectives seats``: regions and peoples
* ``code from to names``: organisations, bodies, units, groups, parties, companies, outlets
* ``code from to person office``: office holders; of those with one surname the head of state or government is meant, as
  offices such as "president" and "prime minister" tell
* ``name codes``: places, several codes by spaces, the likelier one first
* ``role labels words``: words by which a body shows its role
* ``role words``: offices of persons; a country behind the role, as in ``LEG USA``, where the title is its alone
* ``code given endings``: given names, and surnames or, with a hyphen before, their endings

Names within a column are parted by ``;``, the readable one first. ``from`` and ``to`` are the first and the last day,
ISO 8601 or empty; within ``capitals`` they stand in brackets, ``Almaty [/1997-12-09]``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from secrel.errors import ConfigError
from secrel.knowledge.actors.names import plain

ROLES = tuple(
    "GOVMIL GOVCOP GOV MIL SPY COP JUD LEG PTY OPP REB PRM BUS JRN EDU REL SOC ELI CRM CVL".split(),
)
"""Roles of an actor, after PLOVER (Open Event Data Alliance); ``GOVMIL`` and ``GOVCOP`` join two."""
FORMS = {
    ("code", "names", "adjectives", "capitals"): "countries",
    ("code", "from", "to", "names", "adjectives", "seats"): "breakaway",
    ("code", "names", "adjectives", "seats"): "regions",
    ("code", "from", "to", "names"): "names",
    ("code", "from", "to", "person", "office"): "persons",
    ("name", "codes"): "places",
    ("role", "labels", "words"): "roles",
    ("role", "words"): "offices",
    ("code", "given", "endings"): "personal names",
}
_LETTERS = 3
"""Of the code of a country, and of a role."""
_ACTOR = (
    "a country (ISO 3166-1 alpha-3), or an organisation that is known or has a line without role in this file; and"
    f" behind it nothing or one of {' '.join(ROLES)}"
)
_EXPECTED = {
    **dict.fromkeys(FORMS.values(), _ACTOR),
    "places": "countries (ISO 3166-1 alpha-3), parted by spaces",
    **dict.fromkeys(("roles", "offices"), f"one of {' '.join(ROLES)}, of an office perhaps with a country behind"),
}
_CODE = re.compile(r"([A-Z0-9]{2,}?)(" + "|".join(ROLES) + r")?")
_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_HEAD = re.compile(r"(?:(?:#[^\n]*|[^\S\n]*)\n)*[^\n]+(?:\n|$)")
_BRACKETED = re.compile(r"(.*?)\s*\[([\d-]*)/([\d-]*)\]")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file.

    Attributes:
        where: File and line, for errors.
        cells: Text of every column by its name.
    """

    where: str
    cells: dict[str, str]

    def listed(self, column: str) -> list[str]:
        """The names within a column."""
        return [name for part in self.cells[column].split(";") if (name := part.strip())]

    def code(self) -> tuple[str, str | None]:
        """Base and role of the column ``code``.

        Raises:
            ConfigError: If it is no code.
        """
        return split_code(self.cells["code"], self.where)

    def days(self) -> tuple[str, str]:
        """First and last day, empty where there is none.

        Raises:
            ConfigError: If one is no ISO 8601 date, or the last lies before the first.
        """
        return _period(self.cells["from"], self.cells["to"], self.where)


def split_code(code: str, where: str) -> tuple[str, str | None]:
    """Base and role of an actor's code: ``TJKMIL`` is ``TJK`` and ``MIL``.

    Raises:
        ConfigError: If it is no code.
    """
    match = _CODE.fullmatch(code)
    if match is None:
        raise ConfigError(where, found=repr(code), expected="a country or organisation in capitals, and perhaps a role")
    return match[1], match[2]


def split_period(name: str, where: str) -> tuple[str, str, str]:
    """Name, first and last day of ``Almaty [/1997-12-09]``.

    Raises:
        ConfigError: If a day is no ISO 8601 date, or the last lies before the first.
    """
    match = _BRACKETED.fullmatch(name)
    return (match[1], *_period(match[2], match[3], where)) if match else (name, "", "")


@dataclass(frozen=True, slots=True)
class Table:
    """A file of names.

    Attributes:
        path: The file.
        form: What it is, a value of :data:`FORMS`.
        columns: Names of its columns.
        body: Its lines below the names of the columns.
        above: Number of lines above them.
    """

    path: Path
    form: str
    columns: tuple[str, ...]
    body: str
    above: int

    def rows(self) -> Iterator[Row]:
        """The lines that are no remarks.

        Raises:
            ConfigError: If a line has too many columns or nothing in the first one.
        """
        for number, line in enumerate(self.body.splitlines(), self.above + 1):
            if not line.strip() or line.startswith("#"):
                continue
            cells = line.split("\t")
            where = f"{self.path}, line {number}"
            if len(cells) > len(self.columns) or not cells[0].strip():
                expected = f"{len(self.columns)}: {' '.join(self.columns)}"
                raise ConfigError(where, found=f"{len(cells)} columns", expected=expected)
            cells += [""] * (len(self.columns) - len(cells))
            yield Row(where, dict(zip(self.columns, (cell.strip() for cell in cells), strict=True)))

    def places(self) -> dict[str, str]:
        """Codes, parted by spaces, by the plain name of a place.

        Raises:
            ConfigError: If a line is not of the form.
        """
        # The file that comes with the library is long and plain already: all at once, that is in a tenth of the time.
        cells = self.body.replace("\n", "\t").split("\t")
        letters = "".join(cells[::2]).replace(" ", "").replace(".", "")
        simple = letters.isascii() and letters.isalpha() and letters.islower()
        if simple and self.body.count("\t") == self.body.count("\n"):
            return dict(zip(cells[::2], cells[1::2], strict=False))
        return {plain(row.cells["name"]): " ".join(row.cells["codes"].split()) for row in self.rows()}


def read_table(path: Path) -> Table:
    """The file, its lines not yet looked at.

    Args:
        path: The file.

    Raises:
        ConfigError: If it cannot be read, or its columns are none of those known.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(path, found=str(error), expected="a UTF-8 file of names") from error
    head = _HEAD.match(text)
    columns = tuple(text[: head.end() if head else 0].rstrip().rpartition("\n")[2].split("\t"))
    if head is None or columns not in FORMS:
        known = "; ".join(" ".join(form) for form in FORMS)
        found = f"the columns {' '.join(columns)!r}"
        raise ConfigError(path, found=found, expected=f"tab-separated columns, one of: {known}")
    return Table(path, FORMS[columns], columns, text[head.end() :], text.count("\n", 0, head.end()))


def check_codes(table: Table, *, countries: Collection[str], bases: Collection[str]) -> None:
    """Refuses codes of which the country, the organisation or the role is not known.

    A line without role makes an organisation known to the whole file, as any line of a file of countries does its
    country.

    Args:
        table: The file.
        countries: Codes of the countries that are known.
        bases: Those and the codes of organisations.

    Raises:
        ConfigError: At the first such code.
    """
    rows = [] if table.form == "countries" else list(table.rows())
    alone = {row.cells.get("code") for row in rows}
    for row in rows:
        if "code" in row.cells:
            base, role = row.code()
            # "RUSZZZ" is no organisation, but Russia and what is no role.
            misread = len(base) == 2 * _LETTERS and base[:_LETTERS] in countries
            named = role is None or base in alone
            good, found = base in bases or (named and not misread), row.cells["code"]
        elif "codes" in row.cells:
            found = next((code for code in row.cells["codes"].split() if code not in countries), "")
            good = not found
        else:
            found = row.cells["role"]
            role, _, country = found.lstrip("*").partition(" ")
            good = role in ROLES and (not country or country in bases)
        if not good:
            raise ConfigError(row.where, found=repr(found), expected=_EXPECTED[table.form])


def _period(first: str, last: str, where: str) -> tuple[str, str]:
    for day in (first, last):
        if day and not _is_day(day):
            expected = "a date such as 2006, 2006-07 or 2006-07-11, or nothing"
            raise ConfigError(where, found=repr(day), expected=expected)
    if first and last and last[: len(first)] < first[: len(last)]:
        raise ConfigError(where, found=f"{first!r} to {last!r}", expected="a last day that is not before the first")
    return first, last


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text) and date.fromisoformat(text + "-01-01"[len(text) - 4 :]))
    except ValueError:
        return False
