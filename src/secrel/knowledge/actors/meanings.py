"""What a name means, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "country",
    "adjective",
    "capital",
    "region",
    "people",
    "seat",
    "breakaway",
    "name",
    "person",
    "city",
    "place",
    "variant",
    "body",
]

_NOW = 2025
"""Year of which the files of names tell the state."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """One meaning of a name.

    Attributes:
        base: Country (ISO 3166-1 alpha-3) or organisation; ``None`` where only the role is known.
        role: Role, or ``None``.
        kind: ``country`` and ``adjective`` (its adjectives and people); ``capital``; ``region``, ``people``, ``seat``
            of a province, a people without a state, a regional government; ``breakaway``; ``name`` of an
            organisation, body, unit, party or company; ``person``; ``city``, ``place`` and ``variant`` (a place in
            another spelling); ``body`` where it was put together out of words.
        name: Readable name.
        first: First day on which it has the meaning, ISO 8601, or empty.
        last: Last day, or empty.
        leads: Whether it is the office of a head of state or government.
        own: Whether it stands in a file of the caller's.
    """

    base: str | None
    role: str | None
    kind: Kind
    name: str
    first: str = ""
    last: str = ""
    leads: bool = False
    own: bool = False

    @property
    def code(self) -> str:
        """Base and role in one; empty without a base."""
        return f"{self.base}{self.role or ''}" if self.base else ""

    @property
    def years(self) -> int:
        """How long it held, in years, until now where no end is known; 0 where no beginning is."""
        return int(self.last[:4] or _NOW) - int(self.first[:4]) if self.first else 0

    def holds(self, when: str | None) -> bool:
        """Whether it holds on a day, or in a part of the year or month, of which only that is known."""
        if when is None:
            return True
        started = not self.first or self.first[: len(when)] <= when[: len(self.first)]
        return started and (not self.last or when[: len(self.last)] <= self.last[: len(when)])

    def is_over(self, when: str | None) -> bool:
        """Whether it ended before the day."""
        return bool(when and self.last) and (when or "")[: len(self.last)] > self.last[: len(when or "")]
