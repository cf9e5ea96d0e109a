"""What the formats share: building a document from its parts, with errors that say where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from secrel.domain import Document, Entity, LabelScheme, Pair, Relation, Span, Stance
from secrel.errors import AnnotationError
from secrel.reading import body_start, parse_article, split_sentences

STANCE = "stance"
SEPARATOR = ":"
"""Between a label and its status or polarity where a format has room for one string; no label contains it."""

PairMark = tuple[Span, Span, str, str | None]
"""Head, tail, label (or :data:`STANCE`), status (or polarity)."""


def join_label(label: str, value: str | None) -> str:
    """``cooperates-with:actual``, ``stance:favor``, or the label alone."""
    return label if value is None else f"{label}{SEPARATOR}{value}"


def split_label(text: str) -> tuple[str, str | None]:
    """The inverse of :func:`join_label`."""
    label, _, value = text.partition(SEPARATOR)
    return label, value or None


def pair_marks(document: Document) -> list[PairMark]:
    """Relations, then stances, in order."""
    marks: list[PairMark] = [(r.head.span, r.tail.span, r.label, r.status) for r in document.relations]
    return marks + [(s.holder.span, s.target.span, STANCE, s.polarity) for s in document.stances]


def build_document(  # noqa: PLR0917
    id: str,
    text: str,
    mentions: Iterable[tuple[Span, str]],
    pairs: Iterable[PairMark],
    scheme: LabelScheme,
    where: str,
    sentences: Sequence[Span] | None = None,
) -> Document:
    """A document from the parts that a format gives.

    Args:
        id: Its identifier.
        text: Its text.
        mentions: Span and label of every mention.
        pairs: Relations and stances.
        scheme: The label scheme.
        where: What to name in errors.
        sentences: Its sentences; split anew where a format has none.

    Raises:
        AnnotationError: If a label is unknown, a span does not fit the text, or an argument is no mention.
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise AnnotationError(where, found=str(error), expected="a text of whole Unicode characters") from error
    document = parse_article(text, id=id)
    spans = sentences if sentences is not None else split_sentences(text, start=body_start(text))
    document = document.replace(sentences=tuple(spans))
    entities: dict[Span, Entity] = {}
    for span, label in mentions:
        if label not in scheme.entities:
            raise AnnotationError(
                where, found=f"label {label!r} at {span.start}", expected=f"one of {', '.join(scheme.entities)}"
            )
        if span.end > len(text):
            raise AnnotationError(where, found=f"a mention ending at {span.end}", expected=f"at most {len(text)}")
        if span in entities:
            raise AnnotationError(where, found=f"two mentions at {span.start} to {span.end}", expected="flat marks")
        entities[span] = Entity(span, label, span.of(text))
    relations: list[Relation] = []
    stances: list[Stance] = []
    for head, tail, label, value in pairs:
        for span in (head, tail):
            if span not in entities:
                raise AnnotationError(
                    where, found=f"{label} of {span.start} to {span.end}", expected="a mention at that place"
                )
        pair = Pair(entities[head], entities[tail])
        index = document.sentence_index(head)
        evidence = spans[index] if index is not None else None
        if label == STANCE:
            if value not in scheme.polarities:
                raise AnnotationError(
                    where, found=f"a stance {value!r}", expected=f"one of {', '.join(scheme.polarities)}"
                )
            stances.append(Stance(pair, value, evidence=evidence))
        elif label not in scheme.relation_labels or (value is not None and value not in scheme.statuses):
            raise AnnotationError(
                where,
                found=f"relation {join_label(label, value)!r}",
                expected=f"one of {', '.join(scheme.relation_labels)} with a status of the scheme",
            )
        else:
            relations.append(Relation(pair, label, value, evidence=evidence))
    return document.replace(
        entities=tuple(sorted(entities.values(), key=lambda entity: entity.span)),
        relations=tuple(relations),
        stances=tuple(stances),
    )
