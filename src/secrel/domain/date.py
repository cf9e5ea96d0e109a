"""Calendar dates that mentions stand for."""

from __future__ import annotations

from dataclasses import dataclass

GRANULARITIES = ("day", "week", "month", "quarter", "season", "half-year", "year", "decade", "century", "range")
"""What a :class:`DateInterval` can be; ``range`` is an interval that is none of the others."""


@dataclass(frozen=True, slots=True)
class DateInterval:
    """The days that a date mention stands for.

    Attributes:
        start: First day, an ISO 8601 date (``2006-07-06``).
        end: Last day, inclusive.
        granularity: One of :data:`GRANULARITIES`: what the mention names, not how long it is.
    """

    start: str
    end: str
    granularity: str

    def __str__(self) -> str:
        return self.start if self.start == self.end else f"{self.start}/{self.end}"
