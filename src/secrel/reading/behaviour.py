"""Behaviour tests on disk: one TOML file a capability, each case with two sentences in inline marks.

A file ``negation.toml`` holds the cases of the capability ``negation``::

    description = "the sentence says that it holds; it says that it does not"

    [[case]]
    id = "negation-01"
    kind = "expectation"
    before = '''
    [Avaria]GPE#1 trains the [Syldavian army]MIL#2.
    > trains 1 2 actual
    '''
    after = '''
    [Avaria]GPE#1 never trained the [Syldavian army]MIL#2.
    > trains 1 2 denied
    '''
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from secrel.config import build, read_toml
from secrel.domain import BehaviourCase, Document, LabelScheme
from secrel.domain.behaviour import EXPECTATION, INVARIANCE, Kind, place
from secrel.errors import AnnotationError
from secrel.reading.checks import Offence, check_standoff
from secrel.reading.inline import parse_inline
from secrel.reading.standoff import from_document

KINDS = (EXPECTATION, INVARIANCE)


@dataclass(frozen=True, slots=True)
class _Case:
    id: str
    kind: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class _File:
    case: tuple[_Case, ...]
    description: str = ""


def read_cases(folder: str | Path, scheme: LabelScheme) -> tuple[BehaviourCase, ...]:
    """Reads the cases of a folder, file by file in the order of their names.

    Args:
        folder: Folder with one ``CAPABILITY.toml`` for each capability.
        scheme: The label scheme of the marks.

    Raises:
        ConfigError: If a file is not TOML or has an unknown, missing or ill-typed key.
        AnnotationError: If the folder has no such file, a mark is broken, a side is not one sentence, the sides are
            equal, an identifier stands twice, or the sides of an invariance case differ in more than their wording.
    """
    files = sorted(Path(folder).glob("*.toml"))
    if not files:
        raise AnnotationError(folder, found="no .toml file", expected="a folder with one CAPABILITY.toml a capability")
    cases: dict[str, BehaviourCase] = {}
    for path in files:
        for entry in build(_File, read_toml(path), where=str(path)).case:
            where = f"{path}, {entry.id}"
            if entry.id in cases:
                raise AnnotationError(where, found="this id twice", expected="an id once in the folder")
            cases[entry.id] = _case(entry, path.stem, scheme, where)
    return tuple(cases.values())


def _case(entry: _Case, capability: str, scheme: LabelScheme, where: str) -> BehaviourCase:
    if entry.kind not in KINDS:
        raise AnnotationError(where, found=f"kind {entry.kind!r}", expected=f"one of {', '.join(KINDS)}")
    before, after = (
        _side(text, scheme, id=f"{entry.id}-{name}", where=f"{where}, {name}")
        for name, text in (("before", entry.before), ("after", entry.after))
    )
    if before.text == after.text:
        raise AnnotationError(where, found="twice the same sentence", expected="a change between before and after")
    case = BehaviourCase(entry.id, capability, cast("Kind", entry.kind), before, after)
    if case.kind == INVARIANCE and _placed(before) != _placed(after):
        raise AnnotationError(
            where,
            found="mentions, relations or stances that differ between before and after",
            expected="the same in both, since the case is one of invariance",
        )
    return case


def _side(text: str, scheme: LabelScheme, *, id: str, where: str) -> Document:
    document = parse_inline(text.strip("\n"), scheme, id=id, where=where).document
    if len(document.sentences or ()) != 1:
        raise AnnotationError(where, found=f"{len(document.sentences or ())} sentences", expected="one sentence")
    return document


def _placed(document: Document) -> tuple[object, ...]:
    """The marks of a document by the number of their mentions, to compare two wordings of one sentence."""
    mentions = document.entities
    return (
        [entity.label for entity in mentions],
        {
            (r.label, r.status, place(r.head, mentions, document.text), place(r.tail, mentions, document.text))
            for r in document.relations
        },
        {
            (s.polarity, place(s.holder, mentions, document.text), place(s.target, mentions, document.text))
            for s in document.stances
        },
    )


def check_cases(cases: Iterable[BehaviourCase], scheme: LabelScheme) -> list[Offence]:
    """Everything in the marks of cases that offends against the label scheme.

    Returns:
        What :func:`check_standoff` finds on either side, and mentions that begin or end inside a word.
    """
    offences: list[Offence] = []
    for case in cases:
        for document in case.sides:
            offences += check_standoff(from_document(document), document, scheme, where=document.id)
            offences += _inside_words(document)
    return offences


def _inside_words(document: Document) -> Iterator[Offence]:
    text = document.text
    for entity in document.entities:
        around = ((entity.start - 1, entity.start), (entity.end - 1, entity.end))
        if any(left >= 0 and text[left].isalnum() and text[right : right + 1].isalnum() for left, right in around):
            yield Offence(document.id, "word-boundary", f"{entity.text!r} begins or ends inside a word")
