"""Records as tables: for a terminal, and for pandas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from secrel.domain import Document, Record
from secrel.output.columns import column_types, parse_day

if TYPE_CHECKING:
    import pandas
    from rich.console import RenderableType
    from rich.text import Text

# Colours that read on dark and light backgrounds alike.
_RELATION_STYLES = ("cyan", "magenta", "green", "yellow", "blue")
_POLARITY_STYLES = {"favor": "green", "against": "red"}
_ENTITY_STYLES = ("bold cyan", "bold green", "bold magenta", "bold yellow", "bold blue", "bold red")


def document_table(document: Document, *, labels: tuple[str, ...] = ()) -> RenderableType:
    """A readable table of one document for ``rich``: what it is, then a row a relation and stance.

    Args:
        document: The document.
        labels: The relation labels of the scheme, for steady colours.
    """
    from rich.table import Table
    from rich.text import Text

    meta = document.metadata
    title = document.id
    if meta.publication:
        title += f" · {meta.publication} {meta.volume}/{meta.issue} ({meta.date or meta.year or 'no date'})"
    counts = f"{len(document.entities)} entities, {len(document.relations)} relations, {len(document.stances)} stances"
    # Text, not markup: a file name or publication may have square brackets.
    heading = Text(f"{title}\n{counts}", style="table.title")
    table = Table(title=heading, title_justify="left", expand=True, show_lines=False)
    records = sorted(document.to_records(), key=lambda record: (record.sentence_start, record.kind))
    sources = [", ".join(who for who in (r.speaker, r.outlet, r.report_date) if who) for r in records]
    days = [_days(record) for record in records]
    optional = [("when", days), ("according to", sources)]
    # A column that no row fills would only take room from the others.
    shown = [(header, cells) for header, cells in optional if any(cells)]
    columns: tuple[tuple[str, dict[str, Any]], ...] = (
        ("who", {"ratio": 3}),
        ("what", {"ratio": 2}),
        ("whom", {"ratio": 3}),
        ("status", {"ratio": 1}),
        *((header, {"ratio": 2}) for header, _ in shown),
        ("score", {"justify": "right", "min_width": 5}),
        ("at", {"justify": "right", "min_width": 9}),
    )
    for header, options in columns:
        table.add_column(header, overflow="fold", **options)
    for index, record in enumerate(records):
        what = record.label if record.kind == "relation" else f"stance: {record.label}"
        table.add_row(
            _party(record.head, record.head_actor),
            Text(what, style=_style(record, labels)),
            _party(record.tail, record.tail_actor),
            record.status or "",
            *(Text(cells[index]) for _, cells in shown),
            f"{record.score:.2f}",
            f"{record.sentence_start}-{record.sentence_end}",
        )
    return table


def marked_text(document: Document) -> RenderableType:
    """The sentences of a document with its entities coloured and labelled, for ``rich``."""
    from rich.text import Text

    labels = sorted({entity.label for entity in document.entities})
    text = Text()
    for _, sentence, entities in document.entities_by_sentence():
        position = sentence.start
        for entity in entities:
            text.append(document.text[position : entity.start])
            text.append(entity.text, style=_ENTITY_STYLES[labels.index(entity.label) % len(_ENTITY_STYLES)])
            text.append(f" {entity.label}", style="dim")
            position = entity.end
        text.append(document.text[position : sentence.end] + "\n")
    return text


def _party(name: str, code: str | None) -> Text:
    from rich.text import Text

    return Text.assemble(name, (f" {code}", "dim")) if code else Text(name)


def _days(record: Record) -> str:
    days = (record.when_start, record.when_end)
    return " to ".join(dict.fromkeys(day for day in days if day))


def _style(record: Record, labels: tuple[str, ...]) -> str:
    if record.kind == "stance":
        return _POLARITY_STYLES.get(record.label, "yellow")
    return _RELATION_STYLES[labels.index(record.label) % len(_RELATION_STYLES)] if record.label in labels else ""


def to_dataframe(documents: Document | Iterable[Document]) -> pandas.DataFrame:
    """Relations and stances of documents as a data frame, one a row, with the columns of :class:`Record`.

    Whole numbers are ``Int64``, dates (``date``, ``when_start``, ``when_end``) are ``datetime64[s]``, scores
    ``float64``, and the rest is ``string``, whatever is missing. ``report_date`` is text: it may be a month or a year.

    Args:
        documents: A document, or several.

    Raises:
        ImportError: If pandas is not installed (``pip install secrel[dataframe]``).
        OutputError: If a date is no ISO 8601 date.
    """
    if isinstance(documents, Document):
        documents = (documents,)
    rows = [record.to_dict() for document in documents for record in document.to_records()]
    return typed_frame(rows, column_types())


def typed_frame(rows: Sequence[Mapping[str, object]], types: Mapping[str, str]) -> pandas.DataFrame:
    """A data frame whose types do not depend on what is missing.

    Args:
        rows: The rows.
        types: The type of every column, in order: ``text``, ``integer``, ``number`` or ``day`` (ISO 8601).

    Raises:
        ImportError: If pandas is not installed (``pip install secrel[dataframe]``).
        OutputError: If a day is no ISO 8601 date.
    """
    import pandas

    names = {"text": "string", "integer": "Int64", "number": "float64", "day": "datetime64[s]"}
    columns: dict[str, Any] = {}
    for name, kind in types.items():
        values: list[Any] = [row[name] for row in rows]
        if kind == "day":
            values = [parse_day(value, where=f"column {name}, row {n}") for n, value in enumerate(values)]
        columns[name] = pandas.Series(values, dtype=names[kind])
    return pandas.DataFrame(columns)
