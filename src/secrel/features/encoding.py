"""From characters to the integers that the encoder reads, without losing any.

A sentence longer than the encoder's window is read in overlapping windows; each word is then represented where it
stands furthest from a window's edge. Characters and subwords are aligned through the tokenizer's offsets, so that
any fast tokenizer of Hugging Face works: WordPiece, byte-level BPE or SentencePiece, cased or uncased.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from secrel.domain import Span
from secrel.features.shapes import case_of, word_features
from secrel.features.words import split_words


@dataclass(frozen=True, slots=True)
class SentenceIntegers:
    """One sentence as the model reads it.

    Attributes:
        windows: Subword identifiers, special tokens included, of each window.
        cases: Case of each subword, in the shape of ``windows``.
        gather: Triples (word, window, position) saying which subwords make up each word.
        features: Values of :data:`secrel.features.shapes.WORD_FEATURES` for each word.
    """

    windows: Sequence[Sequence[int]]
    cases: Sequence[Sequence[int]]
    gather: Sequence[Sequence[int]]
    features: Sequence[Sequence[int]]

    @property
    def n_subwords(self) -> int:
        """Subwords over all windows."""
        return sum(map(len, self.windows))


@dataclass(frozen=True, slots=True)
class EncodedSentence:
    """One sentence as integers, with the words that they stand for.

    Attributes:
        sentence: Span of the sentence.
        words: Spans of its words, in characters of the document.
        integers: What the model reads.
    """

    sentence: Span
    words: tuple[Span, ...]
    integers: SentenceIntegers

    def word_range(self, span: Span) -> tuple[int, int] | None:
        """Half-open range of the words that ``span`` touches, or ``None`` if it touches none."""
        first = bisect_right([word.end for word in self.words], span.start)
        last = bisect_left([word.start for word in self.words], span.end)
        return (first, last) if first < last else None

    def fits(self, span: Span) -> bool:
        """Whether ``span`` begins and ends at word boundaries."""
        words = self.word_range(span)
        return words is not None and (
            self.words[words[0]].start == span.start and self.words[words[1] - 1].end == span.end
        )


class SentenceEncoder:
    """Turns sentences into :class:`EncodedSentence`.

    Args:
        tokenizer: A fast tokenizer of ``transformers``.
        max_length: Subwords in a window, special tokens included.
        stride: Subwords that neighbouring windows share.
        gazetteer: Whether words are looked up among the names of places, for a model that is told.

    Raises:
        ValueError: If the tokenizer has no offsets, or the window is no longer than the stride.
    """

    def __init__(self, tokenizer: Any, *, max_length: int, stride: int, gazetteer: bool = False) -> None:
        if not getattr(tokenizer, "is_fast", False):
            raise ValueError(f"{type(tokenizer).__name__} gives no character offsets; a fast tokenizer is needed")
        special = int(tokenizer.num_special_tokens_to_add(pair=False))
        if max_length - special <= stride:
            raise ValueError(f"a window of {max_length} subwords has no room for a stride of {stride}")
        self.tokenizer = tokenizer
        self.max_length = max_length
        self.stride = stride
        self.gazetteer = gazetteer

    @property
    def pad_id(self) -> int:
        """Identifier of the padding token."""
        return int(self.tokenizer.pad_token_id or 0)

    @property
    def mask_id(self) -> int:
        """Identifier of the token that hides another one: the mask, or the unknown token."""
        mask = self.tokenizer.mask_token_id
        return int(self.tokenizer.unk_token_id or 0) if mask is None else int(mask)

    def encode(self, text: str, sentences: Sequence[Span]) -> tuple[EncodedSentence, ...]:
        """Encodes sentences of one text, each on its own."""
        if not sentences:
            return ()
        output = self.tokenizer(
            [sentence.of(text) for sentence in sentences],
            truncation=True,
            max_length=self.max_length,
            stride=self.stride,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
            return_special_tokens_mask=True,
            return_attention_mask=False,
        )
        rows: dict[int, list[int]] = {}
        for row, sample in enumerate(output["overflow_to_sample_mapping"]):
            rows.setdefault(sample, []).append(row)
        return tuple(self._assemble(text, sentence, output, rows[index]) for index, sentence in enumerate(sentences))

    def _assemble(self, text: str, sentence: Span, output: Any, rows: list[int]) -> EncodedSentence:
        words = split_words(text, sentence)
        cases: list[tuple[int, ...]] = []
        # Where a subword stands in several windows, the one furthest from an edge is taken. It is known by its end
        # and identifier: byte-level BPE gives the bytes of one character the same offsets, and the first subword of
        # a window a leading space that it does not have in other windows.
        best: dict[tuple[int, int], tuple[int, int, int, int]] = {}
        for window, row in enumerate(rows):
            ids, offsets = output["input_ids"][row], output["offset_mapping"][row]
            special = output["special_tokens_mask"][row]
            row_cases = []
            for position, (start, end) in enumerate(offsets):
                if special[position] or start >= end:
                    row_cases.append(0)
                    continue
                span = (sentence.start + start, sentence.start + end)
                row_cases.append(case_of(text[span[0] : span[1]]))
                room = min(position, len(offsets) - 1 - position)
                key = (span[1], ids[position])
                if key not in best or room > best[key][0]:
                    best[key] = (room, window, position, span[0])
            cases.append(tuple(row_cases))
        return EncodedSentence(
            sentence=sentence,
            words=words,
            integers=SentenceIntegers(
                windows=tuple(tuple(output["input_ids"][row]) for row in rows),
                cases=tuple(cases),
                gather=tuple(_gather(words, best)),
                features=word_features(text, words, gazetteer=self.gazetteer),
            ),
        )


def _gather(
    words: tuple[Span, ...], subwords: dict[tuple[int, int], tuple[int, int, int, int]]
) -> Iterator[tuple[int, int, int]]:
    ends = [word.end for word in words]
    triples = []
    for (end, _), (_, window, position, start) in subwords.items():
        word = bisect_right(ends, start)
        while word < len(words) and words[word].start < end:
            triples.append((word, window, position))
            word += 1
    yield from sorted(triples)
