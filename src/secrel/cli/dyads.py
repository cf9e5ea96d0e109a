"""``secrel dyads``: who does what to whom, how often and since when, in results of ``secrel extract``."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from secrel.cli.arguments import say
from secrel.errors import SecrelError

if TYPE_CHECKING:
    from secrel.output.dyads import Dyads
    from secrel.output.tally import Dyad

FORMATS = ("table", "csv", "json")
# The columns of the table, their headings and whether they are numbers.
_HEADINGS = {
    "period": ("when", False),
    "outlet": ("according to", False),
    "head": ("who", False),
    "label": ("what", False),
    "tail": ("whom", False),
    "status": ("status", False),
    "n_statements": ("times", True),
    "n_sentences": ("sentences", True),
    "n_articles": ("articles", True),
    "mean_score": ("mean score", True),
    "first_date": ("first", False),
    "last_date": ("last", False),
}
# What a narrow terminal may go without, and what it must not: the first that fit.
_SPARED = ("first_date", "n_sentences", "n_articles", "last_date", "mean_score")
_OUTLET_WIDTH = 20


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the verb to the command line."""
    parser = verbs.add_parser(
        "dyads",
        help="count who does what to whom in extracted articles",
        description="Counts relations and stances by pairs of actors in results that `secrel extract` wrote. An actor"
        " is named by its code: a country stands for all its actors (RUS for RUS, RUSGOV, RUSMIL, ...) but for those"
        " who fight it (RUSREB), an organisation for its bodies (NATO for NATO, NATOMIL), a code with a role for itself"
        " (RUSMIL). Options that name something are repeatable: any of the names fits. Of relations that are symmetric"
        " (cooperates-with) a pair is counted once, under the actor that comes first in the alphabet. Reprints are not"
        " counted.",
    )
    parser.add_argument("source", metavar="OUT", help="folder of results, or one file of it")
    for name, metavar, text in (
        ("head", "CODE", "who: actors that act or hold"),
        ("tail", "CODE", "whom: actors that are acted on or held about"),
        ("relation", "LABEL", "relations, such as pressures"),
        ("stance", "POLARITY", "stances, such as against"),
        ("status", "STATUS", "statuses of relations, such as actual; leaves stances out"),
        ("outlet", "NAME", "outlets that report it"),
    ):
        parser.add_argument(f"--{name}", action="append", metavar=metavar, help=text)
    parser.add_argument(
        "--by", choices=("total", "year", "month", "outlet"), default="total",
        help="count by year or month of the articles, or by the outlet that reports it (default: total)",
    )  # fmt: skip
    parser.add_argument(
        "--level", choices=("actor", "country"), default="actor",
        help="country: countries and organisations for their actors, RUS for RUS, RUSGOV, RUSMIL, ..., RUSREB for"
        " itself, NATO for NATO, NATOMIL (default: actor)",
    )  # fmt: skip
    parser.add_argument(
        "--internal", action="store_true",
        help="at level country, count also what actors of one country or organisation do to each other",
    )  # fmt: skip
    parser.add_argument("--min-score", type=float, metavar="P", help="leave out what is less probable than P")
    parser.add_argument("--format", choices=FORMATS, default="table", help="default: table")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Runs the verb."""
    from secrel.output import csv_writer
    from secrel.output.dyads import dyads

    if arguments.internal and arguments.level != "country":
        raise SecrelError("--internal", found=f"--level {arguments.level}", expected="--level country")
    found = dyads(
        arguments.source,
        head=arguments.head,
        tail=arguments.tail,
        relation=arguments.relation,
        stance=arguments.stance,
        status=arguments.status,
        outlet=arguments.outlet,
        by=arguments.by,
        level=arguments.level,
        internal=arguments.internal,
        min_score=arguments.min_score,
    )
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    if arguments.format == "csv":
        writer = csv_writer(sys.stdout, found.columns)
        writer.writeheader()
        writer.writerows(found.to_dicts())
    elif arguments.format == "json":
        lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in found.to_dicts())
        sys.stdout.write(f"[\n{lines}\n]\n" if lines else "[]\n")
    elif len(found):
        _print_table(found)
    if found.older:
        say(f"read {found.source}, and not what is older: {', '.join(map(str, found.older))}")
    if not len(found):
        say(f"nothing found in {found.source}")
    for dropped in found.dropped:
        say(f"not counted: {dropped.n} {dropped.reason}")
    return 0


def _print_table(found: Dyads) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    # Off a terminal there is no width to fill; wide enough for a whole row.
    console = Console() if sys.stdout.isatty() else Console(width=160)
    rows = [_cells(row) for row in found]
    columns, left_out = _that_fit(rows, [name for name in _HEADINGS if name in found.columns], console.width)
    table = Table(show_lines=False)
    for name in columns:
        heading, number = _HEADINGS[name]
        table.add_column(heading, justify="right" if number else "left", overflow="fold", min_width=_width(name, rows))
    for row in rows:
        # Text, not markup: an outlet may have square brackets.
        table.add_row(*(Text(row[name]) for name in columns))
    console.print(table)
    if left_out:
        headings = ", ".join(_HEADINGS[name][0] for name in left_out)
        say(f"too wide for {console.width} columns, left out: {headings}; a wider terminal or --format csv has them")


def _cells(row: Dyad) -> dict[str, str]:
    cells = {name: "" if value is None else str(value) for name, value in row.to_dict().items()}
    cells["mean_score"] = f"{row.mean_score:.2f}"
    if row.kind == "stance":
        cells["label"] = f"stance: {row.label}"
    for end in ("first", "last"):
        # An earlier (later) article may say no more than its year.
        if not cells[f"{end}_date"].startswith(cells[f"{end}_year"]):
            cells[f"{end}_date"] = cells[f"{end}_year"]
    return cells


def _width(name: str, rows: list[dict[str, str]]) -> int:
    """Least width of a column, in cells; only the names of outlets are broken."""
    from rich.cells import cell_len

    width = max(map(cell_len, (_HEADINGS[name][0], *(row[name] for row in rows))))
    return min(width, _OUTLET_WIDTH) if name == "outlet" else width


def _that_fit(rows: list[dict[str, str]], columns: list[str], width: int) -> tuple[list[str], list[str]]:
    """The columns that a terminal has room for, and the others."""
    # A line and two spaces each, and the last line.
    widths = {name: _width(name, rows) + 3 for name in columns}
    room = width - 1 - sum(widths[name] for name in columns if name not in _SPARED)
    left_out = []
    for name in _SPARED:
        if widths[name] <= room:
            room -= widths[name]
        else:
            left_out.append(name)
    return [name for name in columns if name not in left_out], left_out
