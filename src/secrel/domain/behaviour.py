"""A minimal pair: two sentences that differ in one respect, with the marks that each should get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from secrel.domain.document import Document
from secrel.domain.entity import Entity

Kind = Literal["expectation", "invariance"]

EXPECTATION, INVARIANCE = "expectation", "invariance"
"""What a case asks for: the right marks on both sides, or marks that the change leaves as they are."""


@dataclass(frozen=True, slots=True)
class BehaviourCase:
    """One minimal pair of a capability (CheckList; Ribeiro et al., ACL 2020).

    Attributes:
        id: Identifier, unique in its folder.
        capability: What the pair tests, the stem of its file.
        kind: ``expectation`` or ``invariance``.
        before: A document of one sentence with all of its marks.
        after: The same sentence with the change.
    """

    id: str
    capability: str
    kind: Kind
    before: Document
    after: Document

    @property
    def sides(self) -> tuple[Document, Document]:
        """Before and after."""
        return self.before, self.after


def place(entity: Entity, mentions: Sequence[Entity], text: str) -> tuple[object, ...]:
    """Where a mention stands among the marked mentions of its sentence, in words that a change of names survives.

    Args:
        entity: A mention, marked or predicted.
        mentions: The marked mentions of the sentence, in order.
        text: The sentence.

    Returns:
        The number of the marked mention that has the same span; else the numbers of those that it overlaps; else how
        many stand before it and how many words lie between the last of them and it; in each case with the label.
    """
    for number, mention in enumerate(mentions):
        if mention.span == entity.span:
            return "marked", number, entity.label
    overlapped = tuple(number for number, mention in enumerate(mentions) if mention.span.overlaps(entity.span))
    if overlapped:
        return "part", *overlapped, entity.label
    earlier = [mention for mention in mentions if mention.end <= entity.start]
    between = text[earlier[-1].end if earlier else 0 : entity.start]
    return "other", len(earlier), len(between.split()), entity.label
