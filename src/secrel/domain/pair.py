"""Ordered pairs of entities, and what is said of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from secrel.domain.actor import Attribution
from secrel.domain.entity import Entity
from secrel.domain.span import Span


@dataclass(frozen=True, slots=True)
class Pair:
    """An ordered pair of two entities of one sentence."""

    head: Entity
    tail: Entity


@dataclass(frozen=True, slots=True)
class Relation:
    """A labelled relation between two entities of one sentence.

    Attributes:
        pair: Head and tail.
        label: Relation label of the scheme.
        status: Whether it holds (``actual``, ``planned``, ...), or ``None`` in a scheme without status.
        score: Probability in [0, 1] that the relation is stated, whatever its status.
        status_score: Probability in [0, 1] of the status, given the relation.
        evidence: The sentence that states it.
        attribution: According to whom; ``None`` where unknown.
        id: Identifier within the document (``R1``). Not part of equality.
    """

    pair: Pair
    label: str
    status: str | None = None
    score: float = 1.0
    status_score: float = 1.0
    evidence: Span | None = None
    attribution: Attribution | None = None
    id: str = field(default="", compare=False)

    @property
    def head(self) -> Entity:
        """The first argument."""
        return self.pair.head

    @property
    def tail(self) -> Entity:
        """The second argument."""
        return self.pair.tail


@dataclass(frozen=True, slots=True)
class Stance:
    """The attitude of a holder to a target, expressed or reported in one sentence.

    Attributes:
        pair: Holder and target.
        polarity: ``favor``, ``against`` or ``ambivalent`` in the packaged scheme.
        score: Probability in [0, 1].
        evidence: The sentence that expresses it.
        attribution: According to whom; ``None`` where unknown.
        id: Identifier within the document (``S1``). Not part of equality.
    """

    pair: Pair
    polarity: str
    score: float = 1.0
    evidence: Span | None = None
    attribution: Attribution | None = None
    id: str = field(default="", compare=False)

    @property
    def holder(self) -> Entity:
        """Whose attitude it is."""
        return self.pair.head

    @property
    def target(self) -> Entity:
        """To whom or what."""
        return self.pair.tail
