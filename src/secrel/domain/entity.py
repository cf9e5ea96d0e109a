"""Entity mentions."""

from __future__ import annotations

from dataclasses import dataclass, field

from secrel.domain.actor import Actor
from secrel.domain.date import DateInterval
from secrel.domain.span import Span


@dataclass(frozen=True, slots=True)
class Entity:
    """One mention of an entity.

    Attributes:
        span: Characters of the mention in the document's text.
        label: Entity label of the scheme.
        text: The characters themselves.
        score: Probability in [0, 1]; 1 for marks made by hand.
        actor: The party in the world, where it was resolved.
        date: The days that a date mention stands for, where they are known.
        id: Identifier within the document (``T1``); empty before one was given. Not part of equality.
    """

    span: Span
    label: str
    text: str
    score: float = 1.0
    actor: Actor | None = None
    date: DateInterval | None = None
    id: str = field(default="", compare=False)

    @property
    def start(self) -> int:
        """Offset of the first character."""
        return self.span.start

    @property
    def end(self) -> int:
        """Offset behind the last character."""
        return self.span.end
