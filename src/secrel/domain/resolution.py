"""What the marks of a document stand for in the world, as somebody marked it by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from secrel.domain.date import DateInterval

UNNAMED = "?"
"""In the place of a speaker's identifier: a speaker who has no mention in the sentence ("a senior official said")."""


@dataclass(frozen=True, slots=True)
class Source:
    """According to whom a relation or stance was marked to hold; with neither speaker nor outlet, the author.

    Attributes:
        speaker: Identifier of the mention of who says so, :data:`UNNAMED`, or ``None``.
        outlet: Outlet in the words of the text, or ``None``.
        date: ISO 8601 date of the outlet's report, perhaps of reduced precision, or ``None``.
    """

    speaker: str | None = None
    outlet: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Resolutions:
    """What the marks of one document stand for; an identifier with ``None`` was looked at and stays open.

    Attributes:
        issued: ISO 8601 date, or year, on which the article appeared, where the header does not say it.
        actors: Actor code by identifier of the mention.
        dates: Days by identifier of the mention.
        sources: Source by identifier of the relation or stance.
    """

    issued: str | None = None
    actors: Mapping[str, str | None] = field(default_factory=dict)
    dates: Mapping[str, DateInterval | None] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
