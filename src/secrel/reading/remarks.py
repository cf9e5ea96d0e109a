"""Remarks on a marked text that no model is trained on: how a relation is worded, and pairs that only look related.

They serve the coverage table. In brat stand-off they are notes, which brat shows and keeps::

    #1<TAB>AnnotatorNotes R3<TAB>form nominal
    #2<TAB>AnnotatorNotes T7<TAB>negative bare-meeting T9
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from secrel.domain import Document, Pair
from secrel.errors import AnnotationError
from secrel.reading.standoff import Note, Standoff

FORMS = ("active", "passive", "nominal")
"""How a relation is worded: an active verb, a passive verb or participle, a noun or an adjective."""

NEGATIVES = (
    "co-mention",
    "role-reversal",
    "quoted-denial",
    "hypothetical",
    "bare-meeting",
    "deed-without-attitude",
)
"""Kinds of hard negatives: pairs that a careless reader would relate, or relate the wrong way round."""

_NOTE_TYPE = "AnnotatorNotes"


@dataclass(frozen=True, slots=True)
class Negative:
    """An ordered pair of mentions that carries no relation or stance although it looks so.

    Attributes:
        pair: The two mentions.
        kind: One of :data:`NEGATIVES`.
    """

    pair: Pair
    kind: str


@dataclass(frozen=True, slots=True)
class Remarks:
    """The remarks on one document.

    Attributes:
        forms: One of :data:`FORMS` by the index of a relation in ``Document.relations``.
        negatives: Hard negatives.
    """

    forms: Mapping[int, str] = field(default_factory=dict)
    negatives: tuple[Negative, ...] = ()


def add_remarks(standoff: Standoff, document: Document, remarks: Remarks) -> Standoff:
    """The stand-off lines of ``document`` with its remarks as notes at the end.

    Args:
        standoff: The lines that ``from_document(document)`` gives.
        document: The document.
        remarks: Its remarks.
    """
    ids = {entity: entity.id for entity in document.with_ids().entities}
    texts = [(f"R{index + 1}", f"form {form}") for index, form in sorted(remarks.forms.items())]
    texts += [
        (ids[negative.pair.head], f"negative {negative.kind} {ids[negative.pair.tail]}")
        for negative in remarks.negatives
    ]
    notes = tuple(Note(f"#{n}", _NOTE_TYPE, target, text) for n, (target, text) in enumerate(texts, 1))
    return Standoff((*standoff.lines, *notes), final_newline=True)


def contradictions(document: Document, remarks: Remarks) -> Iterator[tuple[Negative, str]]:
    """Hard negatives that cannot be: across sentences, or of a pair that is marked after all.

    A deed without attitude may well be a relation, but no stance.
    """
    related = {relation.pair for relation in document.relations}
    staged = {stance.pair for stance in document.stances}
    for negative in remarks.negatives:
        pair = negative.pair
        index = document.sentence_index(pair.head.span)
        if index is None or index != document.sentence_index(pair.tail.span):
            yield negative, "lies not inside one sentence"
        elif negative.kind == "deed-without-attitude":
            if pair in staged:
                yield negative, "is marked as a stance"
        elif pair in related:
            yield negative, "is marked as a relation"


def to_remarks(standoff: Standoff, document: Document, *, where: str = "annotation") -> Remarks:
    """The remarks among stand-off lines; notes of other wording are somebody's own and are left alone.

    Args:
        standoff: The lines.
        document: What ``to_document`` made of them: its marks carry the identifiers of the lines.
        where: Name of the annotation file, for errors.

    Raises:
        AnnotationError: If a remark is of no known kind or names a mark that is not there.
    """
    entities = {entity.id: entity for entity in document.entities}
    relations = {relation.id: index for index, relation in enumerate(document.relations)}
    forms: dict[int, str] = {}
    negatives: list[Negative] = []
    for line in standoff.lines:
        if not isinstance(line, Note) or line.type != _NOTE_TYPE:
            continue
        words = line.text.split()
        if words[:1] == ["form"] and len(words) == 2:
            if words[1] not in FORMS or line.target not in relations:
                raise AnnotationError(
                    f"{where}, {line.id}",
                    found=f"{line.text!r} of {line.target}",
                    expected=f"'form' and one of {', '.join(FORMS)}, of a relation",
                )
            forms[relations[line.target]] = words[1]
        elif words[:1] == ["negative"] and len(words) == 3:
            if words[1] not in NEGATIVES or not {line.target, words[2]} <= entities.keys():
                raise AnnotationError(
                    f"{where}, {line.id}",
                    found=f"{line.text!r} of {line.target}",
                    expected=f"'negative', one of {', '.join(NEGATIVES)} and a mention, of a mention",
                )
            negatives.append(Negative(Pair(entities[line.target], entities[words[2]]), words[1]))
    return Remarks(forms, tuple(negatives))
