"""Parties in the world, and who said so."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A party in the world that a mention stands for.

    Attributes:
        code: Country or organisation, and role, in one, as in ``TJKMIL``, ``RUS`` or ``CSTO``.
        country: ISO 3166-1 alpha-3 code, or ``None`` for organisations of several countries.
        role: PLOVER sectors, one or two (``GOV``, ``MIL``, ``GOVMIL``), or ``None``.
        name: Readable name.
    """

    code: str
    country: str | None = None
    role: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Attribution:
    """According to whom a relation or stance holds.

    With neither outlet nor speaker it is the author of the article who says so.

    Attributes:
        outlet: News outlet that reports it, or ``None``.
        speaker: Person or body that says it, in the words of the text, or ``None``.
        date: ISO 8601 date of the report (``2006-07-06``; ``2006-07`` or ``2006`` where the text says no more), or
            ``None``.
    """

    outlet: str | None = None
    speaker: str | None = None
    date: str | None = None

    @property
    def kind(self) -> str:
        """Who vouches for it most directly: ``speaker``, ``outlet`` or ``author``."""
        return "speaker" if self.speaker else "outlet" if self.outlet else "author"
