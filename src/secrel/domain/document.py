"""The one noun that flows: a text with its layers."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from secrel.domain.actor import Attribution
from secrel.domain.date import DateInterval
from secrel.domain.dropped import Dropped
from secrel.domain.entity import Entity
from secrel.domain.pair import Pair, Relation, Stance
from secrel.domain.record import Record
from secrel.domain.span import Span

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Metadata:
    """Where a text comes from, as far as the text or the caller says.

    Attributes:
        publication: Name of the publication.
        volume: Volume number.
        issue: Issue number.
        date: ISO 8601 date; ``None`` where the text does not state it (a volume gives only the year).
        year: Year; that of the date where there is one, whatever was given, else as the text states it alone or
            from the volume of *Eurasia Daily Monitor*.
        source: Path or address the text was read from.
        title: Title, where it is known apart from the text.
        author: Author or authors, where they are known apart from the text.
        duplicate_of: Identifier of another article of the same batch that this one reprints, or ``None``.
    """

    publication: str | None = None
    volume: int | None = None
    issue: int | None = None
    date: str | None = None
    year: int | None = None
    source: str | None = None
    title: str | None = None
    author: str | None = None
    duplicate_of: str | None = None

    def __post_init__(self) -> None:
        """Takes the year from the date."""
        if self.date is not None and _DAY.fullmatch(self.date):
            object.__setattr__(self, "year", int(self.date[:4]))


@dataclass(frozen=True, slots=True)
class ModelTag:
    """Name and version of the model that filled the layers."""

    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@dataclass(frozen=True, slots=True)
class Citation:
    """A source bracket such as ``(Avesta, July 6)``.

    Attributes:
        span: The bracket, parentheses included.
        sources: What it cites; an outlet with two dates gives two.
        sentences: Indices of the sentences that it covers.
    """

    span: Span
    sources: tuple[Attribution, ...] = ()
    sentences: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A text and its layers; gold and predicted documents are of this same type.

    The text is never changed: all offsets are Unicode code points of it, as it lies on disk.

    Attributes:
        text: The text, line ends and byte order mark included.
        id: Identifier, by default the file's stem.
        metadata: Where it comes from.
        sentences: Sentence spans in order, or ``None`` before segmentation.
        entities: Entities in order of their spans.
        relations: Relations.
        stances: Stances.
        citations: Source brackets.
        model: The model that filled the layers, ``None`` for marks made by hand.
        dropped: What lossy steps left out.
    """

    text: str
    id: str = "text"
    metadata: Metadata = Metadata()
    sentences: tuple[Span, ...] | None = None
    entities: tuple[Entity, ...] = ()
    relations: tuple[Relation, ...] = ()
    stances: tuple[Stance, ...] = ()
    citations: tuple[Citation, ...] = ()
    model: ModelTag | None = None
    dropped: tuple[Dropped, ...] = ()

    def replace(self, **changes: Any) -> Document:
        """A copy with some fields changed."""
        return replace(self, **changes)

    @property
    def marks(self) -> tuple[Relation | Stance, ...]:
        """Relations, then stances."""
        return (*self.relations, *self.stances)

    def sentence_index(self, span: Span) -> int | None:
        """Index of the sentence that wholly contains ``span``, or ``None``."""
        if not self.sentences:
            return None
        index = bisect_right(self.sentences, span.start, key=lambda sentence: sentence.start) - 1
        if index >= 0 and self.sentences[index].contains(span):
            return index
        return None

    def entities_by_sentence(self) -> Iterator[tuple[int, Span, tuple[Entity, ...]]]:
        """Index, span and entities of every sentence, those without entities included."""
        groups: dict[int, list[Entity]] = {}
        for entity in self.entities:
            index = self.sentence_index(entity.span)
            if index is not None:
                groups.setdefault(index, []).append(entity)
        for index, sentence in enumerate(self.sentences or ()):
            yield index, sentence, tuple(groups.get(index, ()))

    def with_ids(self) -> Document:
        """A copy in which entities, relations and stances carry ``T1..``, ``R1..`` and ``S1..`` in order."""
        document = self.with_entities([replace(entity, id=f"T{n}") for n, entity in enumerate(self.entities, 1)])
        return replace(
            document,
            relations=tuple(replace(r, id=f"R{n}") for n, r in enumerate(document.relations, 1)),
            stances=tuple(replace(s, id=f"S{n}") for n, s in enumerate(document.stances, 1)),
        )

    def with_entities(self, entities: Sequence[Entity]) -> Document:
        """A copy with other values of the same entities; relations and stances go to them.

        Args:
            entities: One for each of ``self.entities``, in their order.

        Raises:
            ValueError: If there are more or fewer.
        """
        others = dict(zip(self.entities, entities, strict=True))

        def moved(pair: Pair) -> Pair:
            return replace(pair, head=others[pair.head], tail=others[pair.tail])

        return replace(
            self,
            entities=tuple(entities),
            relations=tuple(replace(r, pair=moved(r.pair)) for r in self.relations),
            stances=tuple(replace(s, pair=moved(s.pair)) for s in self.stances),
        )

    def to_records(self) -> list[Record]:
        """Relations, then stances, as flat rows in order."""
        dated = self._dated()
        return [
            *(
                self._record("relation", r, r.label, dated, status=r.status, status_score=r.status_score)
                for r in self.relations
            ),
            *(self._record("stance", s, s.polarity, dated) for s in self.stances),
        ]

    def to_dict(self) -> dict[str, Any]:
        """The document as plain data, in the form of the JSONL contract."""
        from secrel.domain.interchange import document_to_dict

        return document_to_dict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Document:
        """The inverse of :meth:`to_dict`.

        Raises:
            AnnotationError: If a key is missing or an offset does not fit the text.
        """
        from secrel.domain.interchange import document_from_dict

        return document_from_dict(data)

    def _record(
        self,
        kind: str,
        mark: Relation | Stance,
        label: str,
        dated: Sequence[Entity],
        *,
        status: str | None = None,
        status_score: float | None = None,
    ) -> Record:
        head, tail = mark.pair.head, mark.pair.tail
        index = self.sentence_index(head.span)
        sentence = mark.evidence
        if sentence is None:
            sentence = self.sentences[index] if self.sentences and index is not None else head.span
        meta, attribution, when = self.metadata, mark.attribution, _only_date(dated, sentence)
        return Record(
            article=self.id,
            publication=meta.publication,
            volume=meta.volume,
            issue=meta.issue,
            date=meta.date,
            year=meta.year,
            kind=kind,
            head=head.text,
            head_label=head.label,
            head_start=head.start,
            head_end=head.end,
            head_actor=head.actor.code if head.actor else None,
            head_country=head.actor.country if head.actor else None,
            label=label,
            tail=tail.text,
            tail_label=tail.label,
            tail_start=tail.start,
            tail_end=tail.end,
            tail_actor=tail.actor.code if tail.actor else None,
            tail_country=tail.actor.country if tail.actor else None,
            status=status,
            score=mark.score,
            status_score=status_score,
            when_start=when.start if when else None,
            when_end=when.end if when else None,
            according_to=attribution.kind if attribution else None,
            outlet=attribution.outlet if attribution else None,
            speaker=attribution.speaker if attribution else None,
            report_date=attribution.date if attribution else None,
            sentence=sentence.of(self.text),
            sentence_start=sentence.start,
            sentence_end=sentence.end,
            model=str(self.model) if self.model else None,
            duplicate_of=meta.duplicate_of,
        )

    def _dated(self) -> list[Entity]:
        """The entities that have a date, source brackets aside, in order of their starts."""
        brackets = sorted(citation.span for citation in self.citations)
        starts = [bracket.start for bracket in brackets]
        # How far any of the first n brackets reaches.
        reach = [0, *accumulate((bracket.end for bracket in brackets), max)]
        outside = [e for e in self.entities if e.date and reach[bisect_right(starts, e.start)] < e.end]
        return sorted(outside, key=lambda entity: entity.start)


def _only_date(dated: Sequence[Entity], sentence: Span) -> DateInterval | None:
    """The date of a sentence that names one.

    Args:
        dated: Entities with a date, in order of their starts.
        sentence: The sentence.
    """
    first, last = (
        bisect_left(dated, offset, key=lambda entity: entity.start) for offset in (sentence.start, sentence.end)
    )
    dates = {entity.date for entity in dated[first:last] if entity.end <= sentence.end}
    return dates.pop() if len(dates) == 1 else None
