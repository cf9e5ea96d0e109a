"""Records as tables: for a terminal, and for pandas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from secrel.domain import Document, Record

if TYPE_CHECKING:
    import pandas
    from rich.console import RenderableType

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
    for header, options in (
        ("who", {"ratio": 3}),
        ("what", {"ratio": 2}),
        ("whom", {"ratio": 3}),
        ("status", {"ratio": 1}),
        ("score", {"justify": "right", "min_width": 5}),
        ("at", {"justify": "right", "min_width": 9}),
    ):
        table.add_column(header, overflow="fold", **options)
    for record in sorted(document.to_records(), key=lambda record: (record.sentence_start, record.kind)):
        what = record.label if record.kind == "relation" else f"stance: {record.label}"
        table.add_row(
            Text(record.head),
            Text(what, style=_style(record, labels)),
            Text(record.tail),
            record.status or "",
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


def _style(record: Record, labels: tuple[str, ...]) -> str:
    if record.kind == "stance":
        return _POLARITY_STYLES.get(record.label, "yellow")
    return _RELATION_STYLES[labels.index(record.label) % len(_RELATION_STYLES)] if record.label in labels else ""


def to_dataframe(documents: Document | Iterable[Document]) -> pandas.DataFrame:
    """Relations and stances of documents as a data frame, one a row, with the columns of :class:`Record`.

    Args:
        documents: A document, or several.

    Raises:
        ImportError: If pandas is not installed (``pip install secrel[dataframe]``).
    """
    import pandas

    if isinstance(documents, Document):
        documents = (documents,)
    rows: list[dict[str, Any]] = [record.to_dict() for document in documents for record in document.to_records()]
    return pandas.DataFrame(rows, columns=list(Record.columns()))
