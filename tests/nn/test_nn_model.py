"""The joint model: words out of subwords, padding, and the loss."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log

import pytest
import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from secrel.backends.collate import collate_pairs, collate_sentences
from secrel.features.encoding import SentenceIntegers
from secrel.features.pairs import N_DISTANCES, PairIntegers
from secrel.features.shapes import CASES, N_SHAPES, WORD_FEATURES
from secrel.nn.encoder import WordEncoder
from secrel.nn.heads import PairLogits
from secrel.nn.inputs import to_device
from secrel.nn.model import IGNORE, JointModel, LossWeights, ModelSizes, Targets, joint_loss

SIZES = ModelSizes(
    n_labels=2,
    n_relations=2,
    n_statuses=3,
    n_polarities=2,
    n_cases=len(CASES),
    n_distances=N_DISTANCES,
    feature_values=WORD_FEATURES[:N_SHAPES],
    feature_size=4,
    tagger_size=16,
    pair_size=16,
    pair_heads=2,
    dropout=0.1,
)
WEIGHTS = LossWeights(
    entity=1.0,
    relation=1.0,
    status=1.0,
    stance=1.0,
    relation_positive=1.0,
    stance_positive=1.0,
    status_weights=(1.0, 1.0, 1.0),
)


def backbone() -> nn.Module:
    config = BertConfig(
        vocab_size=50,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=32,
    )
    return BertModel(config)


def make_model(sizes: ModelSizes = SIZES) -> JointModel:
    torch.manual_seed(0)
    model = JointModel(backbone(), sizes)
    # Heads start small; larger weights make differences visible.
    for parameter in model.parameters():
        if parameter.ndim > 1:
            nn.init.normal_(parameter, std=0.3)
    return model.eval()


def sentence(ids: list[list[int]], words: list[list[tuple[int, int]]]) -> SentenceIntegers:
    """Windows of subwords with special tokens 2 and 3 around, and the (window, position) of each word's subwords."""
    windows = [[2, *row, 3] for row in ids]
    return SentenceIntegers(
        windows=windows,
        cases=[[0, *(1 + n % 7 for n in row), 0] for row in ids],
        gather=[(word, *place) for word, places in enumerate(words) for place in places],
        features=[(1 + n % 6, n % 2, 0, int(n == 0), 1) for n in range(len(words))],
    )


SHORT = sentence([[10, 11]], [[(0, 1), (0, 2)]])
PLAIN = sentence([[12, 13, 14, 15]], [[(0, 1)], [(0, 2), (0, 3)], [(0, 4)]])
LONG = sentence(
    [[20, 21, 22, 23, 24, 25], [24, 25, 26, 27]],
    [[(0, 1), (0, 2)], [(0, 3)], [(0, 4)], [(0, 5)], [(1, 2)], [(1, 3), (1, 4)], []],
)
PAIRS = {
    "SHORT": PairIntegers((), (), (), (), (), ()),
    "PLAIN": PairIntegers((0, 2), (1, 3), (0, 1), (0, 1), (1, 0), (1, 11)),
    "LONG": PairIntegers((0, 2, 4), (2, 3, 6), (1, 0, 2), (0, 2, 1), (1, 0, 2), (0, 12, 1)),
}


def run_model(model: JointModel, *names: str) -> tuple[Tensor, PairLogits | None]:
    sentences = [{"SHORT": SHORT, "PLAIN": PLAIN, "LONG": LONG}[name] for name in names]
    with torch.inference_mode():
        return model(collate_sentences(sentences, pad_id=0), collate_pairs([PAIRS[name] for name in names]))


def test_a_sentence_alone_or_in_a_batch_gives_the_same_logits() -> None:
    model = make_model()
    order = ("PLAIN", "LONG", "SHORT")
    tags, logits = run_model(model, *order)
    assert logits is not None
    rows = {"PLAIN": slice(0, 2), "LONG": slice(2, 5)}
    lengths = {"SHORT": 1, "PLAIN": 3, "LONG": 7}
    for row, name in enumerate(order):
        alone, pair_logits = run_model(model, name)
        assert alone.shape == (1, lengths[name], 5)
        torch.testing.assert_close(tags[row, : lengths[name]], alone[0], atol=1e-5, rtol=0)
        if name == "SHORT":
            assert pair_logits is None
            continue
        assert pair_logits is not None
        for layer in ("relation", "status", "stance"):
            expected = getattr(pair_logits, layer)
            torch.testing.assert_close(getattr(logits, layer)[rows[name]], expected, atol=1e-5, rtol=0)


def test_the_padding_token_does_not_matter() -> None:
    model = make_model()
    pairs = collate_pairs([PAIRS["PLAIN"], PAIRS["LONG"]])
    with torch.inference_mode():
        first, _ = model(collate_sentences([PLAIN, LONG], pad_id=0), pairs)
        second, _ = model(collate_sentences([PLAIN, LONG], pad_id=7), pairs)
    torch.testing.assert_close(first[0, :3], second[0, :3], atol=1e-5, rtol=0)


def test_words_are_means_of_their_subwords() -> None:
    encoder = make_model().encoder
    batch = collate_sentences([LONG, PLAIN], pad_id=0)
    with torch.inference_mode():
        words = encoder(batch)
        embedded = encoder.backbone.get_input_embeddings()(batch.input_ids) + encoder.case_embedding(batch.case_ids)
        hidden = encoder.backbone(inputs_embeds=embedded, attention_mask=batch.attention_mask).last_hidden_state
    torch.testing.assert_close(words[0, 0], hidden[0, 1:3].mean(0))
    torch.testing.assert_close(words[0, 4], hidden[1, 2])
    torch.testing.assert_close(words[0, 5], hidden[1, 3:5].mean(0))
    torch.testing.assert_close(words[1, 1], hidden[2, 2:4].mean(0))
    assert not words[0, 6].any()  # a word without a subword
    assert not words[1, 3:].any()  # padding


def test_case_starts_without_influence_and_can_be_left_out() -> None:
    torch.manual_seed(0)
    with_case = WordEncoder(backbone(), n_cases=len(CASES)).eval()
    without = WordEncoder(with_case.backbone, n_cases=0).eval()
    assert without.case_embedding is None
    batch = collate_sentences([PLAIN], pad_id=0)
    with torch.inference_mode():
        torch.testing.assert_close(with_case(batch), without(batch), atol=0, rtol=0)
        with_case.case_embedding.weight[1:] += torch.randn(len(CASES) - 1, 16)
        assert not torch.allclose(with_case(batch), without(batch))


def test_the_pooler_is_dropped() -> None:
    assert not [name for name in make_model().state_dict() if "pooler" in name]


def test_to_device_keeps_everything() -> None:
    batch = collate_sentences([PLAIN, SHORT], pad_id=0)
    moved = to_device(batch, torch.device("cpu"))
    assert torch.equal(moved.word_features, batch.word_features)
    assert torch.equal(moved.gather_slot, batch.gather_slot)
    pairs = to_device(collate_pairs([PAIRS["LONG"]]), torch.device("cpu"))
    assert (len(pairs), pairs.head.tolist()) == (3, [0, 2, 1])


def targets(
    tags: list[list[int]],
    relation: list[list[int]] = (),
    status: list[list[int]] = (),
    stance: list[int] = (),
) -> Targets:
    return Targets(
        torch.tensor(tags),
        torch.tensor(relation, dtype=torch.long).reshape(len(relation), 2),
        torch.tensor(status, dtype=torch.long).reshape(len(status), 2),
        torch.tensor(stance, dtype=torch.long),
    )


TAGS = torch.log(torch.tensor([[[0.5, 0.25, 0.25], [0.1, 0.8, 0.1]], [[0.2, 0.2, 0.6], [1 / 3, 1 / 3, 1 / 3]]]))


def test_entity_loss_is_the_mean_over_words() -> None:
    loss = joint_loss(TAGS, None, targets([[0, 1], [2, IGNORE]]), replace(WEIGHTS, entity=3.0))
    expected = 3.0 * -(log(0.5) + log(0.8) + log(0.6)) / 3
    assert loss["entity"].item() == pytest.approx(expected, abs=1e-6)
    assert set(loss) == {"entity", "loss"}
    assert loss["loss"].item() == pytest.approx(expected, abs=1e-6)


def softplus(value: float) -> float:
    return log(1 + exp(value))


PAIR_LOGITS = PairLogits(
    relation=torch.tensor([[1.0, -2.0], [0.5, 3.0]]),
    status=torch.log(torch.tensor([[[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]], [[0.2, 0.7, 0.1], [0.3, 0.3, 0.4]]])),
    stance=torch.log(torch.tensor([[0.5, 0.3, 0.2], [0.6, 0.3, 0.1]])),
)


def test_pair_losses_by_hand() -> None:
    weights = LossWeights(
        entity=1.0,
        relation=2.0,
        status=0.5,
        stance=4.0,
        relation_positive=3.0,
        stance_positive=2.0,
        status_weights=(1.0, 5.0, 2.0),
    )
    wanted = targets(
        [[0, 1], [2, IGNORE]],
        relation=[[1, 0], [IGNORE, 1]],
        status=[[0, IGNORE], [IGNORE, 2]],
        stance=[2, 0],
    )
    loss = joint_loss(TAGS, PAIR_LOGITS, wanted, weights)
    relation = 2.0 * (3 * softplus(-1.0) + softplus(-2.0) + 3 * softplus(-3.0)) / 3
    status = 0.5 * -(1 * log(0.5) + 2 * log(0.4)) / (1 + 2)
    stance = 4.0 * -(2 * log(0.2) + 1 * log(0.6)) / (2 + 1)
    assert loss["relation"].item() == pytest.approx(relation, abs=1e-5)
    assert loss["status"].item() == pytest.approx(status, abs=1e-5)
    assert loss["stance"].item() == pytest.approx(stance, abs=1e-5)
    assert loss["loss"].item() == pytest.approx(loss["entity"].item() + relation + status + stance, abs=1e-5)


@pytest.mark.parametrize(
    ("relation", "status", "stance", "parts"),
    [
        ([[IGNORE, IGNORE]] * 2, [[IGNORE, IGNORE]] * 2, [IGNORE] * 2, {"entity"}),
        ([[0, 0], [0, IGNORE]], [[IGNORE, IGNORE]] * 2, [IGNORE] * 2, {"entity", "relation"}),
        ([[0, 1], [0, 0]], [[IGNORE, 1], [IGNORE, IGNORE]], [IGNORE] * 2, {"entity", "relation", "status"}),
        ([[IGNORE, IGNORE]] * 2, [[IGNORE, IGNORE]] * 2, [IGNORE, 0], {"entity", "stance"}),
    ],
)
def test_layers_without_a_decision_have_no_loss(
    relation: list[list[int]], status: list[list[int]], stance: list[int], parts: set[str]
) -> None:
    loss = joint_loss(TAGS, PAIR_LOGITS, targets([[0, 1], [2, 0]], relation, status, stance), WEIGHTS)
    assert set(loss) == parts | {"loss"}
    assert torch.isfinite(loss["loss"])


def test_a_scheme_without_stance_has_no_stance_loss() -> None:
    logits = replace(PAIR_LOGITS, stance=torch.zeros(2, 1))
    wanted = targets([[0, 1], [2, 0]], [[0, 1], [0, 0]], [[IGNORE, 1], [IGNORE, IGNORE]], [0, 0])
    assert "stance" not in joint_loss(TAGS, logits, wanted, WEIGHTS)


def test_loss_falls_when_a_batch_is_learned() -> None:
    torch.manual_seed(0)
    model = JointModel(backbone(), SIZES).train()
    batch = collate_sentences([PLAIN, LONG, SHORT], pad_id=0)
    pairs = collate_pairs([PAIRS["PLAIN"], PAIRS["LONG"], PAIRS["SHORT"]])
    tags = torch.full((3, 7), IGNORE)
    tags[0, :3], tags[1, :7], tags[2, :1] = torch.tensor([1, 0, 3]), torch.tensor([3, 4, 1, 0, 1, 2, 0]), 0
    wanted = Targets(
        tags,
        torch.tensor([[1, 0], [0, IGNORE], [0, 1], [1, 1], [0, 0]]),
        torch.tensor([[2, IGNORE], [IGNORE] * 2, [IGNORE, 0], [1, 2], [IGNORE] * 2]),
        torch.tensor([0, 1, 2, IGNORE, 0]),
    )
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    history: list[dict[str, float]] = []
    for _ in range(80):
        loss = joint_loss(*model(batch, pairs), wanted, WEIGHTS)
        optimizer.zero_grad()
        loss["loss"].backward()
        optimizer.step()
        history.append({name: value.item() for name, value in loss.items()})
    for name in ("entity", "relation", "status", "stance", "loss"):
        assert history[-1][name] < 0.5 * history[0][name], name
