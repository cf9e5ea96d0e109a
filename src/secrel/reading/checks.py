"""Offences of an annotation against its text and its label scheme, all at once."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from secrel.domain import Document, LabelScheme, Span
from secrel.reading.standoff import (
    POLARITY,
    STANCE,
    STATUS,
    Attribute,
    BinaryRelation,
    Standoff,
    TextBound,
)

_ARTICLE = re.compile(r"(?:the|an?)\s", re.IGNORECASE)
_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$", re.IGNORECASE)
_EDGE = re.compile(r"^[\s“”\"‘(,;:]|[\s,;:!?“”\"‘(]$")
# "Al", "Los" and the like are not English articles; a leading "The" is part of some outlets' and laws' names.
_MAY_OPEN_WITH_ARTICLE = frozenset({"MEDIA", "EVENT", "LAW"})


@dataclass(frozen=True, slots=True)
class Offence:
    """One fault of an annotation.

    Attributes:
        where: File and line.
        code: Kind of the fault, in kebab case.
        message: What was found and what was expected.
    """

    where: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.code}: {self.message}"


def check_standoff(
    standoff: Standoff, document: Document, scheme: LabelScheme, *, where: str = "annotation"
) -> list[Offence]:
    """All offences of an annotation, in order of kind and line.

    Args:
        standoff: The lines of the ``.ann`` file.
        document: The text with its sentences.
        scheme: The label scheme.
        where: Name of the annotation file.

    Returns:
        The offences: offsets that do not fit the text, unknown labels, overlaps, spans with an article, a
        possessive or punctuation at the edge, illegal or missing arguments, duplicate or contradictory marks,
        missing or unknown status and polarity, and relations across sentences.
    """
    checker = _Checker(standoff, document, scheme, where)
    return [*checker.identifiers(), *checker.spans(), *checker.relations(), *checker.attributes()]


class _Checker:
    def __init__(self, standoff: Standoff, document: Document, scheme: LabelScheme, where: str) -> None:
        self.standoff, self.document, self.scheme, self.where = standoff, document, scheme, where
        self.bounds = [line for line in standoff.lines if isinstance(line, TextBound)]
        self.binary = [line for line in standoff.lines if isinstance(line, BinaryRelation)]
        self.by_id = {bound.id: bound for bound in self.bounds}
        self.values: dict[tuple[str, str], list[str]] = {}
        for line in standoff.lines:
            if isinstance(line, Attribute):
                self.values.setdefault((line.target, line.name), []).append(line.value)

    def offence(self, id: str, code: str, message: str) -> Offence:
        return Offence(f"{self.where}:{self.standoff.line_number(id)} ({id})", code, message)

    def identifiers(self) -> Iterator[Offence]:
        seen: set[str] = set()
        for number, line in enumerate(self.standoff.lines, 1):
            id = getattr(line, "id", None)
            if id is not None and id in seen:
                where = f"{self.where}:{number} ({id})"
                yield Offence(where, "duplicate-id", f"found {id} twice; expected an identifier once")
            if id is not None:
                seen.add(id)

    def spans(self) -> Iterator[Offence]:
        placed: list[TextBound] = []
        for bound in self.bounds:
            text = self.document.text
            if not 0 <= bound.start < bound.end <= len(text):
                yield self.offence(
                    bound.id,
                    "offset-mismatch",
                    f"found offsets {bound.start} {bound.end}; expected 0 <= start < end <= {len(text)}",
                )
                continue
            covered = text[bound.start : bound.end]
            if re.sub(r"\s", " ", covered) != bound.text:
                yield self.offence(
                    bound.id,
                    "offset-mismatch",
                    f"found {bound.text!r} in the annotation, {covered!r} in the text at {bound.start}",
                )
                continue
            placed.append(bound)
            if bound.label not in self.scheme.entities:
                yield self.offence(
                    bound.id,
                    "unknown-label",
                    f"found {bound.label!r}; expected one of {', '.join(self.scheme.entities)}",
                )
            if self.document.sentence_index(Span(bound.start, bound.end)) is None:
                yield self.offence(bound.id, "outside-sentence", f"{covered!r} does not lie inside one sentence")
            yield from self._edges(bound, covered)
        placed.sort(key=lambda bound: (bound.start, bound.end))
        for first, second in itertools.pairwise(placed):
            if second.start < first.end:
                yield self.offence(
                    second.id,
                    "overlap",
                    f"{second.text!r} overlaps {first.id} {first.text!r}; expected flat spans",
                )

    def _edges(self, bound: TextBound, covered: str) -> Iterator[Offence]:
        if _EDGE.search(covered):
            yield self.offence(
                bound.id, "edge", f"found a space, quotation mark or punctuation at the edge of {covered!r}"
            )
        if _ARTICLE.match(covered) and bound.label not in _MAY_OPEN_WITH_ARTICLE:
            yield self.offence(bound.id, "article", f"found a leading article in {covered!r}")
        if _POSSESSIVE.search(covered) and covered[-2:].replace("’", "'") == "'s":
            yield self.offence(bound.id, "possessive", f"found a final possessive in {covered!r}")

    def relations(self) -> Iterator[Offence]:
        seen: dict[tuple[str, frozenset[str] | tuple[str, ...]], str] = {}
        for line in self.binary:
            missing = [argument for argument in line.arguments if argument not in self.by_id]
            if missing:
                yield self.offence(line.id, "unknown-argument", f"found {missing[0]}; expected a T line of that name")
                continue
            first, second = (self.by_id[argument] for argument in line.arguments)
            if first.id == second.id:
                yield self.offence(line.id, "self-relation", f"{first.id} is both arguments")
                continue
            yield from self._argument_types(line, first, second)
            if self._sentence(first) != self._sentence(second) or self._sentence(first) is None:
                yield self.offence(
                    line.id, "across-sentences", f"{first.text!r} and {second.text!r} are not in one sentence"
                )
            symmetric = self.scheme.is_symmetric(line.label)
            if symmetric and first.start > second.start:
                yield self.offence(
                    line.id,
                    "argument-order",
                    f"{line.label} is symmetric; expected the first mention as Arg1",
                )
            key = (line.label, frozenset(line.arguments) if symmetric else line.arguments)
            if key in seen:
                yield self.offence(line.id, "duplicate", f"says the same of the same pair as {seen[key]}")
            seen.setdefault(key, line.id)

    def _argument_types(self, line: BinaryRelation, first: TextBound, second: TextBound) -> Iterator[Offence]:
        stance = self.scheme.stance
        if line.label == STANCE and stance:
            roles, allowed = ("Holder", "Target"), (stance.holder, stance.target)
        elif line.label in self.scheme.relation_labels:
            relation = self.scheme.relation(line.label)
            roles, allowed = ("Arg1", "Arg2"), (relation.head, relation.tail)
        else:
            yield self.offence(
                line.id,
                "unknown-label",
                f"found {line.label!r}; expected one of {', '.join((*self.scheme.relation_labels, STANCE))}",
            )
            return
        if line.roles != roles:
            yield self.offence(line.id, "role", f"found {line.roles}; expected {roles}")
        for role, bound, labels in zip(roles, (first, second), allowed, strict=True):
            if bound.label not in labels:
                yield self.offence(
                    line.id,
                    "argument-type",
                    f"found {bound.label} {bound.text!r} as {role} of {line.label};"
                    f" expected one of {', '.join(sorted(labels))}",
                )

    def attributes(self) -> Iterator[Offence]:
        wanted: dict[tuple[str, str], tuple[str, ...]] = {}
        for line in self.binary:
            if line.label == STANCE:
                wanted[line.id, POLARITY] = self.scheme.polarities
            elif self.scheme.statuses:
                wanted[line.id, STATUS] = self.scheme.statuses
        for (target, name), allowed in wanted.items():
            values = self.values.get((target, name), [])
            if len(values) != 1:
                yield self.offence(
                    target,
                    f"missing-{name.lower()}" if not values else "duplicate",
                    f"found {len(values)} {name} lines; expected one",
                )
            for value in values:
                if value not in allowed:
                    yield self.offence(
                        target,
                        f"unknown-{name.lower()}",
                        f"found {value!r}; expected one of {', '.join(allowed)}",
                    )
        for target, name in self.values:
            if (target, name) not in wanted:
                yield self.offence(target, "stray-attribute", f"found {name} of {target}; expected no such line")

    def _sentence(self, bound: TextBound) -> int | None:
        if bound.start >= bound.end:
            return None
        return self.document.sentence_index(Span(bound.start, bound.end))
