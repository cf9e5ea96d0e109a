"""Each sentence is read with its neighbours.

Up to ``subwords`` subwords of the sentences before and behind a sentence stand around it in the encoder's window, as in
Luoma and Pyysalo (2020), *Exploring Cross-sentence Contexts for Named Entity Recognition with BERT*, and in Zhong and
Chen (2021), *A Frustratingly Easy Approach for Entity and Relation Extraction*. The encoder and the markers of pairs
read them; they are part of no word, so that words, tags and pairs are those of the sentence alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import torch

from secrel.domain import Span
from secrel.features.encoding import EncodedSentence, SentenceEncoder
from secrel.features.shapes import case_of
from secrel.nn.inputs import PairTensors, SentenceTensors
from secrel.nn.model import JointModel
from secrel.pipeline import Pipeline
from secrel.training import network, trainer
from secrel.training.network import hide_entities
from secrel.training.trainer import initial_model
from variants import Run, patched, pipeline_of


def pipeline(run: Run, *, subwords: int, paragraph: bool = True) -> Pipeline:
    """Trains and predicts with at most ``subwords`` subwords of context on each side.

    With ``paragraph``, context ends at blank lines, so that the unrelated lines of news of a corpus have none of each
    other. Names that training hides from the encoder are hidden in the context too.
    """

    def with_context(*arguments: Any, **options: Any) -> tuple[JointModel, SentenceEncoder]:
        model, encoder = initial_model(*arguments, **options)
        return model, ContextEncoder(encoder, subwords=subwords, paragraph=paragraph)

    with patched(trainer, "initial_model", with_context), patched(network, "hide_entities", hide_in_context_too):
        return pipeline_of(run.train())


class ContextEncoder(SentenceEncoder):
    """Turns sentences into integers of which the windows hold their neighbours too.

    A sentence that takes more than one window gets no context: its windows are full.

    Args:
        encoder: Encodes sentences on their own.
        subwords: Most subwords of context on each side.
        paragraph: Whether context ends at blank lines.
    """

    def __init__(self, encoder: SentenceEncoder, *, subwords: int, paragraph: bool) -> None:
        super().__init__(
            encoder.tokenizer, max_length=encoder.max_length, stride=encoder.stride, gazetteer=encoder.gazetteer
        )
        self.subwords, self.paragraph = subwords, paragraph
        special = self.tokenizer("a", return_special_tokens_mask=True)["special_tokens_mask"]
        self._n_before, self._n_behind = special.index(0), special[::-1].index(0)

    def encode(self, text: str, sentences: Sequence[Span]) -> tuple[EncodedSentence, ...]:
        """Encodes sentences of one text, each among its neighbours."""
        alone = super().encode(text, sentences)
        if not alone:
            return alone
        output = self.tokenizer(
            [s.of(text) for s in sentences], add_special_tokens=False, return_offsets_mapping=True, verbose=False
        )
        stream: list[tuple[int, int]] = []  # identifier and case
        starts = [0]
        for sentence, ids, offsets in zip(sentences, output["input_ids"], output["offset_mapping"], strict=True):
            cases = (case_of(sentence.of(text)[start:end]) if start < end else 0 for start, end in offsets)
            stream += zip(ids, cases, strict=True)
            starts.append(len(stream))
        gaps = [text[one.end : other.start] for one, other in pairwise(sentences)]
        parted = [n for n, gap in enumerate(gaps, 1) if self.paragraph and len(f"x{gap}x".splitlines()) > 2]
        found = []
        for first, last in pairwise([0, *parted, len(alone)]):
            for n in range(first, last):
                before = stream[max(starts[first], starts[n] - self.subwords) : starts[n]]
                behind = stream[starts[n + 1] : min(starts[last], starts[n + 1] + self.subwords)]
                found.append(self._among(alone[n], before, behind))
        return tuple(found)

    def _among(self, sentence: EncodedSentence, before: Sequence[Any], behind: Sequence[Any]) -> EncodedSentence:
        integers = sentence.integers
        if len(integers.windows) > 1:
            return sentence
        # Each side has half of the room that is left in the window, and what the other side leaves of its half.
        room = self.max_length - integers.n_subwords
        behind = behind[: max(room // 2, room - len(before))]
        before = before[max(0, len(before) + len(behind) - room) :]
        own = list(zip(integers.windows[0], integers.cases[0], strict=True))
        stop = len(own) - self._n_behind
        line = [*own[: self._n_before], *before, *own[self._n_before : stop], *behind, *own[stop:]]
        ids, cases = zip(*line, strict=True)
        gather = tuple((word, window, position + len(before)) for word, window, position in integers.gather)
        return replace(sentence, integers=replace(integers, windows=(ids,), cases=(cases,), gather=gather))


def hide_in_context_too(sentences: SentenceTensors, pairs: PairTensors, *, share: float, mask_id: int) -> None:
    """Hides a share of the entities as the library does, in place, and their names wherever the context has them."""
    ids = sentences.input_ids.clone()
    hide_entities(sentences, pairs, share=share, mask_id=mask_id)
    hidden = sentences.input_ids != ids
    context = torch.ones_like(hidden)
    context[sentences.gather_row, sentences.gather_position] = False
    slots = (pairs.sentence * sentences.word_mask.shape[1]).unsqueeze(0) + torch.stack([pairs.start, pairs.end])
    for start, end in slots.T:
        mine = (sentences.gather_slot >= start) & (sentences.gather_slot < end)
        rows, places = sentences.gather_row[mine], sentences.gather_position[mine].unique()
        if len(rows) and hidden[rows[0], places].all():
            line, name = ids[rows[0]], ids[rows[0], places]
            same = (line.unfold(0, len(name), 1) == name).all(1) & context[rows[0]].unfold(0, len(name), 1).all(1)
            found = same.nonzero() + torch.arange(len(name), device=line.device)
            sentences.input_ids[rows[0], found.flatten()] = mask_id
