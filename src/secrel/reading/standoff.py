"""brat stand-off annotation (https://brat.nlplab.org/standoff.html), read and written as exact inverses.

:func:`parse_standoff` keeps every line of an ``.ann`` file, in order, so that :func:`format_standoff` gives the
same characters back. :func:`to_document` and :func:`from_document` go between the lines and a document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from secrel.domain import Document, Entity, LabelScheme, Pair, Relation, Span, Stance
from secrel.errors import AnnotationError, InputError
from secrel.reading.article import decode_text

STATUS = "Status"
POLARITY = "Polarity"
STANCE = "stance"
_RELATION_ROLES = ("Arg1", "Arg2")
_STANCE_ROLES = ("Holder", "Target")


@dataclass(frozen=True, slots=True)
class TextBound:
    """``T1<TAB>ORG 4 29<TAB>Tajik Ministry of Defense``."""

    id: str
    label: str
    start: int
    end: int
    text: str

    def __str__(self) -> str:
        return f"{self.id}\t{self.label} {self.start} {self.end}\t{self.text}"


@dataclass(frozen=True, slots=True)
class BinaryRelation:
    """``R1<TAB>cooperates-with Arg1:T1 Arg2:T2``; a stance has the roles ``Holder`` and ``Target``.

    ``tail`` is what stands behind the second argument: nothing, or the tab that brat itself writes there.
    """

    id: str
    label: str
    roles: tuple[str, str]
    arguments: tuple[str, str]
    tail: str = ""

    def __str__(self) -> str:
        first, second = (f"{role}:{arg}" for role, arg in zip(self.roles, self.arguments, strict=True))
        return f"{self.id}\t{self.label} {first} {second}{self.tail}"


@dataclass(frozen=True, slots=True)
class Attribute:
    """``A1<TAB>Status R1 actual``."""

    id: str
    name: str
    target: str
    value: str

    def __str__(self) -> str:
        return f"{self.id}\t{self.name} {self.target} {self.value}"


@dataclass(frozen=True, slots=True)
class Note:
    """``#1<TAB>AnnotatorNotes R3<TAB>text``: a remark on another line."""

    id: str
    type: str
    target: str
    text: str

    def __str__(self) -> str:
        return f"{self.id}\t{self.type} {self.target}\t{self.text}"


@dataclass(frozen=True, slots=True)
class OtherLine:
    """A line of a kind that secrel does not use (normalisations, events), kept as it is."""

    line: str

    def __str__(self) -> str:
        return self.line


Line = TextBound | BinaryRelation | Attribute | Note | OtherLine


@dataclass(frozen=True, slots=True)
class Standoff:
    """The lines of one ``.ann`` file, in order.

    Attributes:
        lines: The lines.
        final_newline: Whether the last line ends in a line feed.
    """

    lines: tuple[Line, ...] = ()
    final_newline: bool = True

    def line_number(self, id: str) -> int:
        """Number, from 1, of the line with this identifier; 0 if there is none."""
        for number, line in enumerate(self.lines, 1):
            if getattr(line, "id", None) == id:
                return number
        return 0


_TEXT_BOUND = re.compile(r"(T\d+)\t(\S+) (0|[1-9][0-9]*) (0|[1-9][0-9]*)\t(.*)", re.DOTALL)
_DISCONTINUOUS = re.compile(r"T\d+\t\S+ \d+ \d+(?:;\d+ \d+)+\t")
_RELATION = re.compile(r"(R\d+)\t(\S+) ([^\s:]+):(\S+) ([^\s:]+):(\S+)(\t?)")
_ATTRIBUTE = re.compile(r"([AM]\d+)\t(\S+) (\S+) (\S+)")
_NOTE = re.compile(r"(#\d+)\t(\S+) (\S+)\t(.*)", re.DOTALL)


def parse_standoff(text: str, *, where: str = "annotation") -> Standoff:
    """Parses the text of an ``.ann`` file.

    Raises:
        AnnotationError: If a line of a kind that secrel uses has another form, naming the line.
    """
    if not text:
        return Standoff((), final_newline=False)
    final_newline = text.endswith("\n")
    lines: list[Line] = []
    for number, line in enumerate((text[:-1] if final_newline else text).split("\n"), 1):
        lines.append(_parse_line(line, f"{where}, line {number}"))
    return Standoff(tuple(lines), final_newline)


def _parse_line(line: str, where: str) -> Line:
    if line[:1] == "T":
        if match := _TEXT_BOUND.fullmatch(line):
            return TextBound(match[1], match[2], int(match[3]), int(match[4]), match[5])
        if _DISCONTINUOUS.match(line):
            raise AnnotationError(where, found="a discontinuous span", expected="one continuous span")
        raise AnnotationError(where, found=repr(line), expected="T<n><TAB>LABEL start end<TAB>text")
    if line[:1] == "R":
        if match := _RELATION.fullmatch(line):
            return BinaryRelation(match[1], match[2], (match[3], match[5]), (match[4], match[6]), match[7])
        raise AnnotationError(where, found=repr(line), expected="R<n><TAB>label Arg1:T<n> Arg2:T<n>")
    if line[:1] in {"A", "M"}:
        if match := _ATTRIBUTE.fullmatch(line):
            return Attribute(match[1], match[2], match[3], match[4])
        raise AnnotationError(where, found=repr(line), expected="A<n><TAB>Name R<n> value")
    if match := _NOTE.fullmatch(line):
        return Note(match[1], match[2], match[3], match[4])
    return OtherLine(line)


def format_standoff(standoff: Standoff) -> str:
    """The text of an ``.ann`` file; the exact inverse of :func:`parse_standoff`."""
    if not standoff.lines:
        return ""
    return "\n".join(map(str, standoff.lines)) + ("\n" if standoff.final_newline else "")


def from_document(document: Document) -> Standoff:
    """The stand-off lines of a document: text-bounds, then relations and stances, then their attributes.

    Line breaks inside a mention are written as spaces in the covered text, as brat does; the offsets are exact.
    """
    document = document.with_ids()
    lines: list[Line] = [TextBound(e.id, e.label, e.start, e.end, _one_line(e.text)) for e in document.entities]
    attributes: list[Line] = []
    number = 0
    for relation in document.relations:
        number += 1
        arguments = (relation.head.id, relation.tail.id)
        lines.append(BinaryRelation(f"R{number}", relation.label, _RELATION_ROLES, arguments))
        if relation.status is not None:
            attributes.append(Attribute(f"A{len(attributes) + 1}", STATUS, f"R{number}", relation.status))
    for stance in document.stances:
        number += 1
        arguments = (stance.holder.id, stance.target.id)
        lines.append(BinaryRelation(f"R{number}", STANCE, _STANCE_ROLES, arguments))
        attributes.append(Attribute(f"A{len(attributes) + 1}", POLARITY, f"R{number}", stance.polarity))
    return Standoff(tuple(lines + attributes))


def to_document(standoff: Standoff, document: Document, *, where: str = "annotation") -> Document:
    """Fills the layers of ``document`` from stand-off lines.

    Args:
        standoff: The lines.
        document: The document with its text, and with sentences where evidence spans are wanted.
        where: Name of the annotation file, for errors.

    Returns:
        The document with entities in order of their spans, relations and stances in order of their lines.

    Raises:
        AnnotationError: At the first span that does not fit the text, unknown identifier, or missing polarity.
    """
    entities: dict[str, Entity] = {}
    attributes = {(line.target, line.name): line.value for line in standoff.lines if isinstance(line, Attribute)}
    for line in standoff.lines:
        if isinstance(line, TextBound):
            if line.id in entities:
                raise AnnotationError(f"{where}, {line.id}", found="two T lines of this name", expected="one")
            entities[line.id] = _entity(line, document.text, f"{where}, {line.id}")
    relations: list[Relation] = []
    stances: list[Stance] = []
    for line in standoff.lines:
        if not isinstance(line, BinaryRelation):
            continue
        for argument in line.arguments:
            if argument not in entities:
                raise AnnotationError(
                    f"{where}, {line.id}",
                    found=f"argument {argument}",
                    expected="a T line of that identifier",
                )
        head, tail = (entities[argument] for argument in line.arguments)
        index = document.sentence_index(head.span)
        evidence = document.sentences[index] if document.sentences and index is not None else None
        if line.label == STANCE:
            polarity = attributes.get((line.id, POLARITY))
            if polarity is None:
                raise AnnotationError(
                    f"{where}, {line.id}", found="a stance without polarity", expected=f"an A line {POLARITY}"
                )
            stances.append(Stance(Pair(head, tail), polarity, evidence=evidence, id=line.id))
        else:
            status = attributes.get((line.id, STATUS))
            relations.append(Relation(Pair(head, tail), line.label, status, evidence=evidence, id=line.id))
    return document.replace(
        entities=tuple(sorted(entities.values(), key=lambda entity: (entity.span, entity.label))),
        relations=tuple(relations),
        stances=tuple(stances),
    )


def read_standoff(path: str | Path) -> Standoff:
    """Reads an ``.ann`` file.

    Raises:
        AnnotationError: If the file is missing, not UTF-8, or has a malformed line.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise AnnotationError(path, found=str(error.strerror), expected="a readable .ann file") from error
    try:
        # An annotation without marks is empty or blank; a byte order mark is no part of the first line.
        text = decode_text(data, where=str(path)).removeprefix("\ufeff") if data.strip() else data.decode("ascii")
    except InputError as error:
        raise AnnotationError(path, found=error.found, expected=error.expected) from error
    return parse_standoff(text, where=str(path))


def write_standoff(standoff: Standoff, path: str | Path) -> None:
    """Writes an ``.ann`` file in UTF-8 with line feeds."""
    Path(path).write_bytes(format_standoff(standoff).encode("utf-8"))


def annotation_conf(scheme: LabelScheme) -> str:
    """The ``annotation.conf`` that brat needs to show files marked with ``scheme``."""

    def types(labels: frozenset[str]) -> str:
        return "|".join(label for label in scheme.entities if label in labels)

    lines = ["[entities]", *scheme.entities, "", "[relations]"]
    lines += [f"{r.label}\tArg1:{types(r.head)}, Arg2:{types(r.tail)}" for r in scheme.relations]
    if scheme.stance:
        roles = f"Holder:{types(scheme.stance.holder)}, Target:{types(scheme.stance.target)}"
        lines.append(f"{STANCE}\t{roles}")
    lines += ["<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>", "", "[events]", "", "[attributes]"]
    if scheme.statuses:
        lines.append(f"{STATUS}\tArg:<RELATION>, Value:{'|'.join(scheme.statuses)}")
    if scheme.stance:
        lines.append(f"{POLARITY}\tArg:<RELATION>, Value:{'|'.join(scheme.polarities)}")
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    return re.sub(r"\s", " ", text)


def _entity(line: TextBound, text: str, where: str) -> Entity:
    if not 0 <= line.start < line.end <= len(text):
        raise AnnotationError(
            where,
            found=f"offsets {line.start} {line.end}",
            expected=f"0 <= start < end <= {len(text)}, the length of the text in code points",
        )
    covered = text[line.start : line.end]
    if _one_line(covered) != line.text:
        raise AnnotationError(
            where,
            found=f"{line.text!r} in the annotation and {covered!r} in the text at {line.start}",
            expected="the same characters",
        )
    return Entity(Span(line.start, line.end), line.label, covered, id=line.id)
