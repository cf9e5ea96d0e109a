"""What a stage asks of an engine, whatever runs underneath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from secrel.domain import Entity, LabelScheme, Span
from secrel.features.encoding import EncodedSentence
from secrel.features.pairs import CandidatePair


@dataclass(frozen=True, slots=True)
class Prepared:
    """A text that an engine has read once, so that several stages can ask about it.

    Attributes:
        sentences: Its encoded sentences.
        state: What the engine keeps of each sentence; only the engine looks into it.
    """

    sentences: tuple[EncodedSentence, ...]
    state: Any


@dataclass(frozen=True, slots=True)
class SentencePairs:
    """Entities and candidate pairs of one sentence.

    Attributes:
        sentence: Index of the sentence in the prepared text.
        entities: Its entities in order of their spans.
        pairs: The pairs to score.
    """

    sentence: int
    entities: tuple[Entity, ...]
    pairs: tuple[CandidatePair, ...]


@dataclass(frozen=True, slots=True)
class PairScores:
    """Probabilities of the P pairs of one sentence.

    Attributes:
        relation: (P, n_relations), each an independent yes or no.
        status: (P, n_relations, n_statuses), summing to 1 over statuses.
        stance: (P, 1 + n_polarities), ``none`` first, summing to 1.
    """

    relation: NDArray[np.float32]
    status: NDArray[np.float32]
    stance: NDArray[np.float32]


class Engine(Protocol):
    """Runs a model's weights."""

    @property
    def scheme(self) -> LabelScheme:
        """The label scheme of the weights."""
        ...

    def prepare(self, text: str, sentences: Sequence[Span]) -> Prepared:
        """Reads the sentences of one text. Its result does not depend on any other text."""
        ...

    def tag(self, prepared: Prepared) -> list[NDArray[np.float32]]:
        """Log-probabilities of the BIO tags of each sentence's words, (n_words, 1 + 2 * n_labels)."""
        ...

    def classify(self, prepared: Prepared, pairs: Sequence[SentencePairs]) -> list[PairScores]:
        """Probabilities of the pairs of some sentences, in the order given."""
        ...
