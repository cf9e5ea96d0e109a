"""What the Trainer trains."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest
import torch
from transformers import AutoTokenizer

from secrel.backends.collate import collate_pairs, collate_sentences
from secrel.config import LossConfig, Recipe, TrainingConfig
from secrel.domain import Document, LabelScheme
from secrel.features.encoding import SentenceEncoder, SentenceIntegers
from secrel.features.pairs import PairIntegers
from secrel.nn.inputs import PairTensors, SentenceTensors
from secrel.nn.model import IGNORE, Targets, joint_loss
from secrel.training.examples import Example, make_examples
from secrel.training.network import Collator, TrainableModel, hide_entities, loss_weights, parameter_groups
from secrel.training.trainer import initial_model

SENTENCE = SentenceIntegers(
    [[2, 9, 8, 7, 3]], [[0, 1, 2, 3, 0]], [(0, 0, 1), (1, 0, 2), (2, 0, 3)], [(1, 0, 0, 0, 1)] * 3
)
ALONE = SentenceIntegers([[2, 9, 3]], [[0, 1, 0]], [(0, 0, 1)], [(1, 0, 0, 1, 0)])
NO_PAIRS = PairIntegers((), (), (), (), (), ())
PAIRS = PairIntegers((0, 2), (1, 3), (0, 1), (0, 1), (1, 0), (1, 11))


def example(status: list[list[int]]) -> Example:
    return Example(SENTENCE, PAIRS, [1, 0, 3], [[1, IGNORE]] * len(status), status, [IGNORE] * len(status))


def test_collated_batches_by_hand() -> None:
    scheme = LabelScheme("test", "1", ("A", "B"), relations=(), statuses=())
    two = replace(example([[]] * 2), relation=[[], []], stance=[0, 2])
    batch = Collator(scheme, pad_id=0)([two.to_row(), Example(ALONE, NO_PAIRS, [4], [], [], []).to_row()])
    names = {f"{p}_{f.name}" for p, c in (("sentence", SentenceTensors), ("pair", PairTensors)) for f in fields(c)}
    assert batch.keys() == names | {"target_tags", "target_relation", "target_status", "target_stance"}
    assert batch["target_tags"].tolist() == [[1, 0, 3], [4, IGNORE, IGNORE]]
    assert batch["target_relation"].shape == (2, 0)
    assert batch["target_stance"].tolist() == [0, 2]
    assert batch["sentence_input_ids"].tolist() == [[2, 9, 8, 7, 3], [2, 9, 3, 0, 0]]


def test_a_batch_without_pairs(scheme: LabelScheme) -> None:
    batch = Collator(scheme, pad_id=0)([Example(ALONE, NO_PAIRS, [4], [], [], []).to_row()])
    assert batch["target_relation"].shape == batch["target_status"].shape == (0, 4)
    assert batch["target_stance"].shape == batch["pair_head"].shape == (0,)


def test_statuses_are_weighted_by_their_rarity() -> None:
    scheme = LabelScheme("test", "1", ("A", "B"), statuses=("denied", "planned", "actual"))
    examples = [example([[2, IGNORE], [2, 2]]), example([[1, IGNORE], [IGNORE, IGNORE]])]
    config = LossConfig(status_smoothing=1.0)
    weights = loss_weights(config, examples, scheme).status_weights
    # Three times "actual", once "planned", never "denied": 4/3, 4/1, 4/1 over their mean of (3*4/3 + 4)/4 = 2.
    assert weights == pytest.approx((2.0, 2.0, 2 / 3))
    assert (weights[1] + 3 * weights[2]) / 4 == pytest.approx(1.0)
    assert loss_weights(replace(config, status_smoothing=0.0), examples, scheme).status_weights == (1.0, 1.0, 1.0)
    assert len(loss_weights(config, [], scheme).status_weights) == 3
    assert loss_weights(config, examples, LabelScheme("test", "1", ("A",))).status_weights == ()


def test_layers_have_the_weights_of_the_recipe() -> None:
    config = LossConfig(entity=2.0, relation=3.0, status=4.0, stance=5.0, relation_positive=6.0, stance_positive=7.0)
    weights = loss_weights(config, [], LabelScheme("test", "1", ("A",)))
    for name in ("entity", "relation", "status", "stance", "relation_positive", "stance_positive"):
        assert getattr(weights, name) == getattr(config, name)


def test_every_parameter_is_in_one_group(tiny_recipe: Recipe, scheme: LabelScheme) -> None:
    model, _ = initial_model(tiny_recipe, scheme)
    network = TrainableModel(model, loss_weights(LossConfig(), [], scheme))
    config = TrainingConfig(learning_rate=1e-5, head_learning_rate=1e-3, weight_decay=0.3)
    groups = parameter_groups(network, config)
    found = {id(p): (group["lr"], group["weight_decay"]) for group in groups for p in group["params"]}
    assert sum(len(group["params"]) for group in groups) == len(found) == len(list(network.parameters()))
    by_name = {name: found[id(p)] for name, p in network.named_parameters()}
    assert by_name["model.encoder.backbone.encoder.layer.0.attention.self.query.weight"] == (1e-5, 0.3)
    assert by_name["model.encoder.backbone.encoder.layer.0.attention.self.query.bias"] == (1e-5, 0.0)
    assert by_name["model.encoder.backbone.embeddings.LayerNorm.weight"] == (1e-5, 0.0)
    assert by_name["model.encoder.case_embedding.weight"] == (1e-3, 0.0)
    assert by_name["model.pairs.relation.weight"] == (1e-3, 0.3)
    assert by_name["model.pairs.relation.bias"] == (1e-3, 0.0)


@pytest.fixture(scope="module")
def network_and_batch(
    tiny_recipe: Recipe, tiny_encoder: Path, tiny_documents: list[Document], scheme: LabelScheme
) -> tuple[TrainableModel, dict[str, torch.Tensor]]:
    torch.manual_seed(0)
    model, _ = initial_model(tiny_recipe, scheme)
    encoder = SentenceEncoder(AutoTokenizer.from_pretrained(tiny_encoder), max_length=64, stride=16)
    examples, _ = make_examples(tiny_documents[:1], encoder, scheme)
    network = TrainableModel(model, loss_weights(LossConfig(), examples, scheme))
    return network, Collator(scheme, pad_id=encoder.pad_id)([example.to_row() for example in examples])


def test_the_loss_is_that_of_the_model(network_and_batch: tuple[TrainableModel, dict[str, torch.Tensor]]) -> None:
    network, batch = network_and_batch
    network.eval()

    def part(prefix: str, cls: type) -> object:
        return cls(**{f.name: batch[f"{prefix}_{f.name}"] for f in fields(cls)})

    with torch.inference_mode():
        loss = network(**batch)
        tags, logits = network.model(part("sentence", SentenceTensors), part("pair", PairTensors))
        expected = joint_loss(tags, logits, part("target", Targets), network.weights)
    assert loss.keys() == expected.keys() >= {"entity", "relation", "stance", "loss"}
    for name, value in loss.items():
        torch.testing.assert_close(value, expected[name])


@pytest.mark.parametrize("training", [True, False])
def test_labels_and_names_are_hidden_in_training_only(
    training: bool, network_and_batch: tuple[TrainableModel, dict[str, torch.Tensor]]
) -> None:
    network, batch = network_and_batch
    copy = {name: tensor.clone() for name, tensor in batch.items()}
    hiding = TrainableModel(network.model, network.weights, label_dropout=1.0, entity_masking=1.0, mask_id=1)
    hiding.train(training)
    hiding(**copy)
    unknown = network.model.sizes.n_labels
    assert bool((copy["pair_label"] == unknown).all()) is training
    assert bool((copy["sentence_input_ids"] != batch["sentence_input_ids"]).any()) is training


def test_hiding_replaces_the_subwords_of_entities_alone() -> None:
    sentences = [
        SentenceIntegers(
            [[2, 9, 8, 7, 6, 3]], [[0] * 6], [(0, 0, 1), (1, 0, 2), (1, 0, 3), (2, 0, 4)], [(1, 0, 0, 0, 1)] * 3
        ),
        ALONE,
        SENTENCE,
    ]
    pairs = [PairIntegers((1,), (2,), (0,), (), (), ()), NO_PAIRS, PairIntegers((0, 1), (2, 3), (0, 0), (), (), ())]
    for share, expected in (
        (1.0, [[2, 9, 4, 4, 6, 3], [2, 9, 3, 0, 0, 0], [2, 4, 4, 4, 3, 0]]),
        (0.0, [[2, 9, 8, 7, 6, 3], [2, 9, 3, 0, 0, 0], [2, 9, 8, 7, 3, 0]]),
    ):
        batch = collate_sentences(sentences, pad_id=0)
        hide_entities(batch, collate_pairs(pairs), share=share, mask_id=4)
        assert batch.input_ids.tolist() == expected


def test_hiding_half_of_the_entities() -> None:
    torch.manual_seed(0)
    batch = collate_sentences([ALONE] * 400, pad_id=0)
    hide_entities(batch, collate_pairs([PairIntegers((0,), (1,), (0,), (), (), ())] * 400), share=0.5, mask_id=4)
    assert 150 < int((batch.input_ids[:, 1] == 4).sum()) < 250
