"""The engine that runs the weights in PyTorch, on CPU or GPU."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from secrel.backends.collate import collate_pairs, collate_sentences
from secrel.backends.protocol import PairScores, Prepared, SentencePairs
from secrel.domain import LabelScheme, Span
from secrel.features.batching import DEFAULT_BUDGET, token_batches
from secrel.features.encoding import SentenceEncoder
from secrel.features.pairs import PairIntegers, encode_pairs
from secrel.nn.heads import PairLogits
from secrel.nn.inputs import to_device
from secrel.nn.markers import TOKENS_PER_PAIR
from secrel.nn.model import JointModel

_REMEMBERED = 4
# Pairs scored at a time: bounds the memory that a sentence with hundreds of names takes.
_PAIR_CHUNK = 2048
# Markers read the whole sentence in every layer of the encoder, and maxima are taken over all of its words: fewer fit.
_MARKED_CHUNK = 256


class TorchEngine:
    """Runs a :class:`secrel.nn.model.JointModel`.

    Sentences are batched within one text only, so that what is found in a text never depends on the texts read
    beside it, nor on their number or order: not even in the last digit of a score.

    Args:
        model: The network.
        encoder: Turns sentences into integers.
        scheme: The label scheme of the network.
        budget: Subwords in a batch.
    """

    def __init__(
        self,
        model: JointModel,
        encoder: SentenceEncoder,
        scheme: LabelScheme,
        *,
        budget: int = DEFAULT_BUDGET,
    ) -> None:
        self.model = model.eval()
        self._encoder = encoder
        self._scheme = scheme
        self._budget = budget
        self._lock = Lock()
        self._recent: OrderedDict[tuple[str, tuple[Span, ...]], Prepared] = OrderedDict()

    @property
    def scheme(self) -> LabelScheme:
        """The label scheme of the weights."""
        return self._scheme

    def forget(self) -> None:
        """Drops remembered texts; needed after the weights have changed."""
        with self._lock:
            self._recent.clear()

    def prepare(self, text: str, sentences: Sequence[Span]) -> Prepared:
        """Encodes the sentences of one text; the last few texts are remembered."""
        key = (text, tuple(sentences))
        with self._lock:
            if key in self._recent:
                self._recent.move_to_end(key)
                return self._recent[key]
        prepared = self._prepare(text, sentences)
        with self._lock:
            self._recent[key] = prepared
            while len(self._recent) > _REMEMBERED:
                self._recent.popitem(last=False)
        return prepared

    @torch.inference_mode()
    def _prepare(self, text: str, sentences: Sequence[Span]) -> Prepared:
        encoded = self._encoder.encode(text, sentences)
        words: dict[int, Tensor] = {}
        logits: dict[int, NDArray[np.float32]] = {}
        for batch in token_batches([sentence.integers.n_subwords for sentence in encoded], budget=self._budget):
            tensors = collate_sentences([encoded[index].integers for index in batch], pad_id=self._encoder.pad_id)
            tensors = to_device(tensors, self.model.device)
            vectors = self.model.encoder(tensors)
            tags = self.model.tagger(vectors, tensors).float().log_softmax(-1).cpu().numpy()
            for row, index in enumerate(batch):
                n_words = len(encoded[index].words)
                words[index] = vectors[row, :n_words]
                logits[index] = tags[row, :n_words]
        order = range(len(encoded))
        return Prepared(encoded, ([words[n] for n in order], [logits[n] for n in order]))

    def tag(self, prepared: Prepared) -> list[NDArray[np.float32]]:
        """Log-probabilities of the BIO tags of each sentence's words."""
        tags: list[NDArray[np.float32]] = prepared.state[1]
        return tags

    @torch.inference_mode()
    def classify(self, prepared: Prepared, pairs: Sequence[SentencePairs]) -> list[PairScores]:
        """Probabilities of the pairs of some sentences of one text; none for a sentence without pairs."""
        if any(not item.pairs for item in pairs):
            scored = iter(self.classify(prepared, [item for item in pairs if item.pairs]))
            return [next(scored) if item.pairs else self._no_scores() for item in pairs]
        encoded = [self._encode(prepared, item) for item in pairs]
        if not self.model.sizes.pair_markers:
            words: list[Tensor] = prepared.state[0]
            return [
                self._classify_long(prepared, item, integers, words[item.sentence])
                for item, integers in zip(pairs, encoded, strict=True)
            ]
        scores: dict[int, PairScores] = {}
        lengths = [
            prepared.sentences[item.sentence].integers.n_subwords + TOKENS_PER_PAIR * len(item.pairs) for item in pairs
        ]
        for batch in token_batches(lengths, budget=self._budget):
            if len(batch) == 1:
                only = batch[0]
                scores[only] = self._classify_long(prepared, pairs[only], encoded[only], None)
                continue
            sentences = [prepared.sentences[pairs[index].sentence].integers for index in batch]
            tensors = to_device(collate_sentences(sentences, pad_id=self._encoder.pad_id), self.model.device)
            together = to_device(collate_pairs([encoded[index] for index in batch]), self.model.device)
            read, mentions = self.model.encoder.with_markers(tensors, together)
            parts = _scores(self.model.pairs(read, tensors.word_mask, together, mentions))
            start = 0
            for index in batch:
                rows = slice(start, start := start + len(pairs[index].pairs))
                scores[index] = PairScores(parts.relation[rows], parts.status[rows], parts.stance[rows])
        return [scores[index] for index in range(len(pairs))]

    def _no_scores(self) -> PairScores:
        sizes = self.model.sizes
        return PairScores(
            np.zeros((0, sizes.n_relations), dtype=np.float32),
            np.zeros((0, sizes.n_relations, sizes.n_statuses), dtype=np.float32),
            np.zeros((0, 1 + sizes.n_polarities), dtype=np.float32),
        )

    def _encode(self, prepared: Prepared, item: SentencePairs) -> PairIntegers:
        return encode_pairs(prepared.sentences[item.sentence], item.entities, item.pairs, self._scheme)

    def _classify_long(
        self, prepared: Prepared, item: SentencePairs, integers: PairIntegers, words: Tensor | None
    ) -> PairScores:
        """Scores of one sentence, so many pairs at a time that memory holds them."""
        tensors = to_device(collate_pairs([integers]), self.model.device)
        if words is None:
            sentence = prepared.sentences[item.sentence].integers
            alone = to_device(collate_sentences([sentence], pad_id=self._encoder.pad_id), self.model.device)
            mask = alone.word_mask
        else:
            mask = torch.ones(1, words.shape[0], dtype=torch.bool, device=words.device)
        sizes = self.model.sizes
        chunk = _MARKED_CHUNK if sizes.pair_markers or sizes.pair_shortcut else _PAIR_CHUNK
        parts = []
        for start in range(0, len(tensors), chunk):
            part = tensors.pairs(slice(start, start + chunk))
            read, mentions = (
                self.model.encoder.with_markers(alone, part) if words is None else (words.unsqueeze(0), None)
            )
            parts.append(_scores(self.model.pairs(read, mask, part, mentions)))
        return PairScores(
            np.concatenate([part.relation for part in parts]),
            np.concatenate([part.status for part in parts]),
            np.concatenate([part.stance for part in parts]),
        )


def _scores(logits: PairLogits) -> PairScores:
    return PairScores(
        logits.relation.float().sigmoid().cpu().numpy(),
        logits.status.float().softmax(-1).cpu().numpy(),
        logits.stance.float().softmax(-1).cpu().numpy(),
    )
