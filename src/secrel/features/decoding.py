"""From tag probabilities to spans: the best valid BIO sequence (Viterbi, 1967)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class TaggedRange:
    """A half-open range of words with the index of its entity label and its probability."""

    start: int
    end: int
    label: int
    score: float


def viterbi_bio(log_probabilities: NDArray[np.float32]) -> NDArray[np.int64]:
    """The most probable valid BIO sequence under independent tag probabilities.

    Args:
        log_probabilities: Shape (n_words, 1 + 2 * n_labels): ``O``, then ``B-x`` and ``I-x`` for every label.

    Returns:
        Tag indices, shape (n_words,). ``I-x`` follows only ``B-x`` or ``I-x``.
    """
    n_words, n_tags = log_probabilities.shape
    inside = np.arange(2, n_tags, 2)
    best = log_probabilities[0].astype(np.float64).copy()
    best[inside] = -np.inf
    back = np.zeros((n_words, n_tags), dtype=np.int64)
    for word in range(1, n_words):
        emission = log_probabilities[word].astype(np.float64)
        previous = int(best.argmax())
        back[word] = previous
        following = best[previous] + emission
        begin_is_better = best[inside - 1] >= best[inside]
        source = np.where(begin_is_better, inside - 1, inside)
        following[inside] = best[source] + emission[inside]
        back[word][inside] = source
        best = following
    tags = np.zeros(n_words, dtype=np.int64)
    tags[-1] = int(best.argmax())
    for word in range(n_words - 1, 0, -1):
        tags[word - 1] = back[word][tags[word]]
    return tags


def decode_ranges(log_probabilities: NDArray[np.float32]) -> list[TaggedRange]:
    """The spans of the best valid BIO sequence, in order.

    The score of a span is the geometric mean of the probabilities of its tags, which does not favour short spans.

    Args:
        log_probabilities: Shape (n_words, 1 + 2 * n_labels).
    """
    if not len(log_probabilities):
        return []
    tags = viterbi_bio(log_probabilities)
    ranges: list[TaggedRange] = []
    word = 0
    while word < len(tags):
        if tags[word] == 0:
            word += 1
            continue
        end = word + 1
        while end < len(tags) and tags[end] and tags[end] % 2 == 0:
            end += 1
        score = float(np.exp(log_probabilities[np.arange(word, end), tags[word:end]].mean()))
        ranges.append(TaggedRange(word, end, int((tags[word] - 1) // 2), min(1.0, score)))
        word = end
    return ranges


def encode_bio(ranges: list[tuple[int, int, int]], n_words: int) -> list[int]:
    """Tag indices of ranges (start, end, label index) over ``n_words`` words; the inverse of decoding."""
    tags = [0] * n_words
    for start, end, label in ranges:
        tags[start] = 1 + 2 * label
        for word in range(start + 1, end):
            tags[word] = 2 + 2 * label
    return tags
