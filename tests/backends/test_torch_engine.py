"""The engine: what it gives does not depend on how the work is cut up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from transformers import AutoModel, AutoTokenizer

from secrel.backends import PairScores, SentencePairs
from secrel.backends.collate import collate_pairs, collate_sentences
from secrel.backends.torch_engine import TorchEngine
from secrel.checkpoints import model_sizes
from secrel.config import HeadConfig
from secrel.domain import Entity, LabelScheme, Span
from secrel.features.encoding import SentenceEncoder
from secrel.features.pairs import candidate_pairs, encode_pairs
from secrel.nn.model import JointModel

FIRST = "Baku and Kyiv agreed to train officers."
SECOND = "Officials from Astana, Baku, Tashkent and Kyiv met in the mountains near the old border post."
TEXT = f"{FIRST} {SECOND} Yes."
SENTENCES = (Span(0, len(FIRST)), Span(len(FIRST) + 1, len(TEXT) - 5), Span(len(TEXT) - 4, len(TEXT)))


def entity(text: str, name: str, label: str = "GPE") -> Entity:
    start = text.index(name)
    return Entity(Span(start, start + len(name)), label, name)


HEADS = {
    "pooled": HeadConfig(feature_size=4, tagger_size=16, pair_size=16, pair_heads=2),
    "markers": HeadConfig(feature_size=4, tagger_size=16, pair_size=16, pair_heads=2, pair_markers=True),
    "shortcut": HeadConfig(feature_size=4, tagger_size=16, pair_size=16, pair_heads=2, pair_shortcut=True),
    "both": HeadConfig(
        feature_size=4, tagger_size=16, pair_size=16, pair_heads=2, pair_markers=True, pair_shortcut=True
    ),
}


@pytest.fixture(scope="module", params=HEADS)
def model(request: pytest.FixtureRequest, tiny_encoder: Path, scheme: LabelScheme) -> JointModel:
    torch.manual_seed(0)
    heads = HEADS[request.param]
    model = JointModel(AutoModel.from_pretrained(tiny_encoder), model_sizes(scheme, heads))
    for parameter in model.parameters():
        if parameter.ndim > 1:
            nn.init.normal_(parameter, std=0.2)
    return model


@pytest.fixture(scope="module")
def sentence_encoder(tiny_encoder: Path) -> SentenceEncoder:
    return SentenceEncoder(AutoTokenizer.from_pretrained(tiny_encoder), max_length=24, stride=8)


@pytest.fixture
def engine(model: JointModel, sentence_encoder: SentenceEncoder, scheme: LabelScheme) -> TorchEngine:
    return TorchEngine(model, sentence_encoder, scheme)


def test_tags_are_log_probabilities_of_every_word(engine: TorchEngine, scheme: LabelScheme) -> None:
    prepared = engine.prepare(TEXT, SENTENCES)
    tags = engine.tag(prepared)
    assert [len(sentence.words) for sentence in prepared.sentences] == [8, 19, 2]
    assert [row.shape for row in tags] == [(8, 25), (19, 25), (2, 25)]
    for row in tags:
        np.testing.assert_allclose(np.exp(row).sum(-1), 1.0, atol=1e-5)
    assert engine.scheme is scheme


@pytest.mark.parametrize("budget", [1, 40, 80])
def test_tags_do_not_depend_on_the_batches(
    budget: int, engine: TorchEngine, model: JointModel, sentence_encoder: SentenceEncoder, scheme: LabelScheme
) -> None:
    expected = engine.tag(engine.prepare(TEXT, SENTENCES))
    other = TorchEngine(model, sentence_encoder, scheme, budget=budget)
    for row, same in zip(other.tag(other.prepare(TEXT, SENTENCES)), expected, strict=True):
        np.testing.assert_allclose(row, same, atol=1e-4)
    for index, sentence in enumerate(SENTENCES):
        (alone,) = other.tag(other.prepare(TEXT, [sentence]))
        np.testing.assert_allclose(alone, expected[index], atol=1e-4)


def test_no_sentences(engine: TorchEngine) -> None:
    prepared = engine.prepare("", [])
    assert prepared.sentences == ()
    assert engine.tag(prepared) == []
    assert engine.classify(prepared, []) == []


def test_the_last_texts_are_remembered(engine: TorchEngine) -> None:
    first = engine.prepare(TEXT, SENTENCES)
    texts = ["One.", "Two.", "Three."]
    for text in texts:
        engine.prepare(text, [Span(0, len(text))])
    assert engine.prepare(TEXT, list(SENTENCES)) is first
    assert engine.prepare(TEXT, SENTENCES[:1]) is not first
    for text in [*texts, "Four."]:
        engine.prepare(text, [Span(0, len(text))])
    assert engine.prepare(TEXT, SENTENCES) is not first


def test_new_weights_count_after_forgetting(engine: TorchEngine) -> None:
    before = engine.tag(engine.prepare(TEXT, SENTENCES))[0]
    bias = engine.model.tagger.layers[-1].bias
    old = bias.detach().clone()
    try:
        with torch.no_grad():
            bias[0] += 5.0
        engine.forget()
        after = engine.tag(engine.prepare(TEXT, SENTENCES))[0]
    finally:
        with torch.no_grad():
            bias.copy_(old)
    assert (after[:, 0] > before[:, 0]).all()


def sentence_pairs(index: int, entities: list[Entity], scheme: LabelScheme) -> SentencePairs:
    return SentencePairs(index, tuple(entities), tuple(candidate_pairs(entities, scheme)))


def assert_same(scores: PairScores, others: PairScores) -> None:
    for name in ("relation", "status", "stance"):
        np.testing.assert_allclose(getattr(scores, name), getattr(others, name), atol=1e-5)


def test_pairs_are_scored_in_the_order_given_each_sentence_on_its_own(engine: TorchEngine, scheme: LabelScheme) -> None:
    first = sentence_pairs(0, [entity(TEXT, "Baku"), entity(TEXT, "Kyiv"), entity(TEXT, "officers", "MIL")], scheme)
    second = sentence_pairs(1, [entity(TEXT, "Astana"), entity(TEXT, "Tashkent")], scheme)
    prepared = engine.prepare(TEXT, SENTENCES)
    forward = engine.classify(prepared, [first, second])
    backward = engine.classify(prepared, [second, first])
    for scores, pairs in zip(forward, (first, second), strict=True):
        n = len(pairs.pairs)
        assert (scores.relation.shape, scores.status.shape, scores.stance.shape) == ((n, 4), (n, 4, 5), (n, 4))
        assert ((scores.relation > 0) & (scores.relation < 1)).all()
        np.testing.assert_allclose(scores.status.sum(-1), 1.0, atol=1e-5)
        np.testing.assert_allclose(scores.stance.sum(-1), 1.0, atol=1e-5)
    for scores, others in zip(forward, reversed(backward), strict=True):
        assert_same(scores, others)


def test_a_sentence_without_pairs_has_no_scores(engine: TorchEngine, scheme: LabelScheme) -> None:
    prepared = engine.prepare(TEXT, SENTENCES)
    full = sentence_pairs(1, [entity(TEXT, "Astana"), entity(TEXT, "Tashkent")], scheme)
    none = [sentence_pairs(0, [entity(TEXT, "Baku")], scheme), sentence_pairs(2, [], scheme)]
    first, scores, last = engine.classify(prepared, [none[0], full, none[1]])
    (alone,) = engine.classify(prepared, [full])
    assert_same(scores, alone)
    for empty in (first, last, *engine.classify(prepared, none)):
        assert (empty.relation.shape, empty.status.shape, empty.stance.shape) == ((0, 4), (0, 4, 5), (0, 4))


@pytest.mark.parametrize("budget", [1, 60, 4096])
def test_scores_do_not_depend_on_the_batches(
    budget: int, model: JointModel, sentence_encoder: SentenceEncoder, scheme: LabelScheme
) -> None:
    items = [
        sentence_pairs(0, [entity(TEXT, "Baku"), entity(TEXT, "Kyiv"), entity(TEXT, "officers", "MIL")], scheme),
        sentence_pairs(1, [entity(TEXT, "Astana"), entity(TEXT, "Tashkent")], scheme),
    ]
    engine = TorchEngine(model, sentence_encoder, scheme, budget=budget)
    prepared = engine.prepare(TEXT, SENTENCES)
    together = engine.classify(prepared, items)
    for item, scores in zip(items, together, strict=True):
        # What the training computes for this sentence.
        sentence = prepared.sentences[item.sentence]
        pairs = collate_pairs([encode_pairs(sentence, item.entities, item.pairs, scheme)])
        with torch.inference_mode():
            _, logits = model(collate_sentences([sentence.integers], pad_id=0), pairs)
        assert logits is not None
        np.testing.assert_allclose(scores.relation, logits.relation.sigmoid().numpy(), atol=1e-5)
        np.testing.assert_allclose(scores.status, logits.status.softmax(-1).numpy(), atol=1e-5)
        np.testing.assert_allclose(scores.stance, logits.stance.softmax(-1).numpy(), atol=1e-5)


def test_a_sentence_with_thousands_of_pairs_is_scored_as_if_at_once(engine: TorchEngine, scheme: LabelScheme) -> None:
    text = " ".join(["Baku"] * 48) + "."
    entities = [Entity(Span(5 * n, 5 * n + 4), "GPE", "Baku") for n in range(48)]
    item = sentence_pairs(0, entities, scheme)
    assert len(item.pairs) == 48 * 47
    prepared = engine.prepare(text, [Span(0, len(text))])
    (scores,) = engine.classify(prepared, [item])
    pairs = collate_pairs([encode_pairs(prepared.sentences[0], entities, item.pairs, scheme)])
    alone = collate_sentences([prepared.sentences[0].integers], pad_id=0)
    with torch.inference_mode():
        _, logits = engine.model(alone, pairs)
    assert logits is not None
    at_once = PairScores(
        logits.relation.sigmoid().numpy(), logits.status.softmax(-1).numpy(), logits.stance.softmax(-1).numpy()
    )
    assert scores.relation.shape == (2256, 4)
    assert_same(scores, at_once)
