"""Parties in the world, and who said so."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A party in the world that a mention stands for.

    Attributes:
        code: Country and role in one, as in ``TJKMIL``.
        country: ISO 3166-1 alpha-3 code, or ``None``.
        role: PLOVER sector (``GOV``, ``MIL``, ...), or ``None``.
        name: Readable name.
    """

    code: str
    country: str | None = None
    role: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Attribution:
    """According to whom a relation or stance holds.

    Attributes:
        outlet: News outlet that reports it, or ``None``.
        speaker: Person or body that says it, or ``None``.
        date: ISO 8601 date of the report, or ``None``.
    """

    outlet: str | None = None
    speaker: str | None = None
    date: str | None = None
