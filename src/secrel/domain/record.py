"""Flat rows of output."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields


@dataclass(frozen=True, slots=True)
class Record:
    """One relation or stance as a flat row.

    Attributes:
        article: Identifier of the document.
        publication: Publication named in the header, or ``None``.
        volume: Volume, or ``None``.
        issue: Issue, or ``None``.
        date: ISO 8601 date of the article, or ``None`` where the text does not state it.
        year: Year of the article, from the date or the volume, or ``None``.
        kind: ``relation`` or ``stance``.
        head: Text of the first argument or of the holder.
        head_label: Its entity label.
        head_start: Its first offset into the document's text.
        head_end: Its end offset.
        head_actor: Its actor code, or ``None``.
        head_country: ISO 3166-1 alpha-3 code of its country, or ``None``.
        label: Relation label, or polarity of a stance.
        tail: Text of the second argument or of the target.
        tail_label: Its entity label.
        tail_start: Its first offset.
        tail_end: Its end offset.
        tail_actor: Its actor code, or ``None``.
        tail_country: ISO 3166-1 alpha-3 code of its country, or ``None``.
        status: Status of a relation, ``None`` for a stance.
        score: Probability in [0, 1].
        status_score: Probability in [0, 1] of the status given the relation, ``None`` for a stance.
        when_start: First day (ISO 8601) of the only date that the sentence names, source brackets aside, or ``None``.
        when_end: Its last day, or ``None``.
        according_to: ``speaker``, ``outlet`` or ``author``; ``None`` where nobody looked.
        outlet: Outlet that reports it, or ``None``.
        speaker: Who says so, or ``None``.
        report_date: ISO 8601 date of the outlet's report, or ``None``.
        sentence: Text of the sentence.
        sentence_start: First offset of the sentence.
        sentence_end: End offset of the sentence.
        model: ``name version`` of the model, or ``None`` for marks made by hand.
        duplicate_of: Identifier of the article that this one reprints, or ``None``. What counts leaves reprints out.
    """

    article: str
    publication: str | None
    volume: int | None
    issue: int | None
    date: str | None
    year: int | None
    kind: str
    head: str
    head_label: str
    head_start: int
    head_end: int
    head_actor: str | None
    head_country: str | None
    label: str
    tail: str
    tail_label: str
    tail_start: int
    tail_end: int
    tail_actor: str | None
    tail_country: str | None
    status: str | None
    score: float
    status_score: float | None
    when_start: str | None
    when_end: str | None
    according_to: str | None
    outlet: str | None
    speaker: str | None
    report_date: str | None
    sentence: str
    sentence_start: int
    sentence_end: int
    model: str | None
    duplicate_of: str | None = None

    def to_dict(self) -> dict[str, object]:
        """The row as a dictionary, columns in order."""
        return asdict(self)

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(field.name for field in fields(cls))
