"""Training end to end on a tiny encoder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
import torch
import transformers.trainer
from safetensors.torch import load_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
from torch import Tensor
from transformers import (
    DebertaV2Config,
    DebertaV2Model,
    DistilBertConfig,
    DistilBertModel,
    ModernBertConfig,
    ModernBertModel,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaModel,
    TrainerCallback,
)

from secrel.checkpoints import Checkpoint
from secrel.config import Decision, Recipe
from secrel.domain import Document, Dropped, Entity, LabelScheme, Pair, Relation, RelationType, Span
from secrel.errors import ConfigError, ModelError
from secrel.features.shapes import N_SHAPES, WORD_FEATURES
from secrel.pipeline import Pipeline, load
from secrel.training.trainer import Trained, initial_model, train

OWNS = RelationType("owns", frozenset({"FIRM"}), frozenset({"SHIP"}))
# Two entity labels, one relation, no status, no stance.
FLEET = LabelScheme("fleet", "1", ("FIRM", "SHIP"), relations=(OWNS,))
SENTENCES = [
    ("Norlund owns the Petrel.", "Norlund", "Petrel", True),
    ("Brask saw the Gannet.", "Brask", "Gannet", False),
    ("Norlund owns the Gannet.", "Norlund", "Gannet", True),
    ("Brask owns the Petrel.", "Brask", "Petrel", True),
    ("Brask saw the Petrel.", "Brask", "Petrel", False),
    ("Norlund saw the Gannet.", "Norlund", "Gannet", False),
]


def fleet_document(id: str = "fleet", *, with_relations: bool = True) -> Document:
    text, sentences, entities, relations = "", [], [], []
    for sentence, firm, ship, owns in SENTENCES:
        start = len(text)
        text += sentence + "\n"
        sentences.append(Span(start, start + len(sentence)))
        head, tail = (
            Entity(Span(start + sentence.index(name), start + sentence.index(name) + len(name)), label, name)
            for name, label in ((firm, "FIRM"), (ship, "SHIP"))
        )
        entities += [head, tail]
        if owns and with_relations:
            relations.append(Relation(Pair(head, tail), "owns", evidence=sentences[-1]))
    return Document(text, id, sentences=tuple(sentences), entities=tuple(entities), relations=tuple(relations))


def with_training(recipe: Recipe, **changes: Any) -> Recipe:
    return replace(recipe, training=replace(recipe.training, **changes))


def weights(trained: Trained) -> dict[str, Tensor]:
    return trained.checkpoint.model.state_dict()


def assert_same(first: Trained, second: Trained) -> None:
    assert weights(first).keys() == weights(second).keys()
    for name, tensor in weights(first).items():
        assert tensor.equal(weights(second)[name]), name


@pytest.fixture
def fit(tiny_recipe: Recipe, tmp_path: Path) -> Callable[..., Trained]:
    def run(
        scheme: LabelScheme = FLEET, *, recipe: Recipe = tiny_recipe, runs: str = "runs", **changes: Any
    ) -> Trained:
        options = {name: changes.pop(name) for name in ("training", "development", "resume") if name in changes}
        training = options.pop("training", [fleet_document()])
        recipe = with_training(recipe, **{"epochs": 2, "batch_size": 4, **changes})
        return train(recipe, scheme, training, work_folder=tmp_path / runs, progress=False, **options)

    return run


def test_train_save_load_extract(tiny_model: Path, tiny_documents: list[Document]) -> None:
    pipeline = load(tiny_model)
    document = pipeline(tiny_documents[0].text)
    assert document.text == tiny_documents[0].text
    assert document.sentences == tiny_documents[0].sentences
    assert document.entities
    for entity in document.entities:
        assert entity.span.of(document.text) == entity.text


def test_saved_again_is_the_same(tiny_model: Path, tmp_path: Path) -> None:
    Checkpoint.from_pretrained(tiny_model).save_pretrained(tmp_path / "again")
    for name in ("model.safetensors", "config.json", "labels.toml", "recipe.toml"):
        assert (tmp_path / "again" / name).read_bytes() == (tiny_model / name).read_bytes()


def extracted(document: Document) -> tuple[list[tuple[str, str]], list[tuple[str, str, str, str | None]]]:
    entities = [(entity.text, entity.label) for entity in document.entities]
    return entities, [(r.head.text, r.label, r.tail.text, r.status) for r in document.relations]


def test_another_scheme_trains_saves_and_extracts(fit: Callable[..., Trained], tmp_path: Path) -> None:
    gold = fleet_document()
    trained = fit(epochs=40, development=[gold])
    trained.checkpoint.save_pretrained(tmp_path / "fleet")
    pipeline = load(tmp_path / "fleet")
    found = pipeline(gold.text)
    assert extracted(found) == extracted(gold)
    assert (found.stances, found.dropped) == ((), ())
    assert str(found.model) == "tiny 0.0.1"
    assert extracted(pipeline.classify(gold.replace(relations=()))) == extracted(gold)
    losses = [entry["loss"] for entry in trained.history if "loss" in entry]
    assert len(losses) == 40
    assert losses[-1] < 0.2 * losses[0]


def test_a_scheme_of_entities_only(fit: Callable[..., Trained], tmp_path: Path) -> None:
    gold = fleet_document(with_relations=False)
    trained = fit(replace(FLEET, relations=()), training=[gold], epochs=30, development=[gold])
    trained.checkpoint.save_pretrained(tmp_path / "names")
    found = load(tmp_path / "names")(gold.text)
    assert extracted(found) == extracted(gold)
    assert (found.relations, found.stances) == ((), ())
    assert trained.checkpoint.decision == Decision(0.5, 0.5)


def tags(pipeline: Pipeline, text: str, sentences: tuple[Span, ...]) -> list[Any]:
    (stage,) = (stage for stage in pipeline.stages if stage.name == "entities")
    return stage.engine.tag(stage.engine.prepare(text, sentences))


def byte_level_tokenizer() -> PreTrainedTokenizerFast:
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        [fleet_document().text],
        trainers.BpeTrainer(vocab_size=280, special_tokens=special, initial_alphabet=alphabet, show_progress=False),
    )
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
    )


def make_encoder(family: str, folder: Path, tiny_encoder: Path) -> None:
    common = {"vocab_size": 300, "hidden_size": 32, "num_attention_heads": 2, "intermediate_size": 32}
    if family == "distilbert":
        shutil.copytree(tiny_encoder, folder)
        DistilBertModel(
            DistilBertConfig(vocab_size=600, dim=32, n_layers=1, n_heads=2, hidden_dim=32, max_position_embeddings=66)
        ).save_pretrained(folder)
        return
    byte_level_tokenizer().save_pretrained(folder)
    if family == "roberta":
        config = RobertaConfig(**common, num_hidden_layers=1, max_position_embeddings=66, pad_token_id=1)
        RobertaModel(config).save_pretrained(folder)
    elif family == "debertav2":
        config = DebertaV2Config(
            **common,
            num_hidden_layers=2,
            max_position_embeddings=64,
            relative_attention=True,
            position_biased_input=False,
            pos_att_type=["p2c", "c2p"],
            pad_token_id=1,
        )
        DebertaV2Model(config).save_pretrained(folder)
    else:
        tokens = {"pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2, "cls_token_id": 0, "sep_token_id": 2}
        ModernBertModel(
            ModernBertConfig(**common, **tokens, num_hidden_layers=2, max_position_embeddings=64)
        ).save_pretrained(folder)


@pytest.mark.parametrize(
    ("family", "pair_markers"),
    [
        ("roberta", True),
        ("roberta", False),
        ("distilbert", True),
        ("distilbert", False),
        ("modernbert", True),
        ("modernbert", False),
        ("debertav2", False),
    ],
)
def test_encoders_of_other_families(  # noqa: PLR0917
    family: str,
    pair_markers: bool,
    fit: Callable[..., Trained],
    tiny_recipe: Recipe,
    tiny_encoder: Path,
    tmp_path: Path,
) -> None:
    make_encoder(family, tmp_path / "encoder", tiny_encoder)
    recipe = replace(
        tiny_recipe,
        encoder=replace(tiny_recipe.encoder, name=str(tmp_path / "encoder"), random_init=True),
        heads=replace(tiny_recipe.heads, pair_markers=pair_markers),
    )
    transformers.set_seed(recipe.training.seed)
    start, _ = initial_model(recipe, FLEET)
    assert type(start.encoder.backbone).__name__.lower().startswith(family)
    still = fit(recipe=recipe, epochs=1, batch_size=8, learning_rate=0.0, head_learning_rate=0.0)
    trained = fit(recipe=recipe, epochs=1, batch_size=8)
    changed = set()
    for name, tensor in start.state_dict().items():
        assert weights(still)[name].equal(tensor), name
        if not weights(trained)[name].equal(tensor):
            changed.add(name.split(".")[1 if name.startswith("encoder") else 0])
        assert weights(trained)[name].isfinite().all()
    assert changed == {"backbone", "case_embedding", "tagger", "pairs"} | ({"markers"} if pair_markers else set())

    trained.checkpoint.save_pretrained(tmp_path / family, half_precision=False)
    gold = fleet_document()
    for sentences in (gold.sentences, (Span(0, len(gold.text)),)):
        before = tags(Pipeline.from_checkpoint(trained.checkpoint), gold.text, sentences)
        after = tags(load(tmp_path / family), gold.text, sentences)
        torch.testing.assert_close(after, before, atol=1e-4, rtol=0)


def test_frozen_words_stay_as_they_are(fit: Callable[..., Trained], tiny_recipe: Recipe) -> None:
    recipe = replace(tiny_recipe, encoder=replace(tiny_recipe.encoder, freeze_words=True))
    start, _ = initial_model(recipe, FLEET)
    trained = fit(recipe=recipe, epochs=1)
    name = "encoder.backbone.embeddings.word_embeddings.weight"
    assert weights(trained)[name].equal(start.state_dict()[name])
    other = "encoder.backbone.embeddings.position_embeddings.weight"
    assert not weights(trained)[other].equal(start.state_dict()[other])


def test_an_encoder_that_takes_no_markers_is_refused_with_them(
    tiny_recipe: Recipe, tiny_encoder: Path, tmp_path: Path
) -> None:
    make_encoder("debertav2", tmp_path / "encoder", tiny_encoder)
    recipe = replace(
        tiny_recipe,
        encoder=replace(tiny_recipe.encoder, name=str(tmp_path / "encoder")),
        heads=replace(tiny_recipe.heads, pair_markers=True),
    )
    with pytest.raises(ModelError, match=r"debertav2|deberta-v2, in which markers change.*pair_markers = false"):
        initial_model(recipe, FLEET)


@pytest.mark.parametrize(("family", "limit"), [("roberta", 64), ("modernbert", 64), ("distilbert", 66)])
def test_the_longest_window_of_every_family_can_be_read(
    family: str, limit: int, tiny_recipe: Recipe, tiny_encoder: Path, tmp_path: Path
) -> None:
    make_encoder(family, tmp_path / "encoder", tiny_encoder)
    for length in (limit, limit + 1):
        encoder = replace(tiny_recipe.encoder, name=str(tmp_path / "encoder"), max_length=length)
        recipe = replace(tiny_recipe, encoder=encoder)
        if length > limit:
            with pytest.raises(ModelError, match=f"found max_length {length}; expected at most {limit}"):
                initial_model(recipe, FLEET)
        else:
            model, _ = initial_model(recipe, FLEET)
            hidden = model.encoder.backbone(inputs_embeds=torch.zeros(1, length, 32)).last_hidden_state
            assert hidden.shape == (1, length, 32)


def test_the_same_seed_gives_the_same_weights(fit: Callable[..., Trained]) -> None:
    first, second = fit(runs="first"), fit(runs="second")
    assert_same(first, second)
    other = fit(runs="third", seed=1)
    assert not weights(other)["pairs.relation.weight"].equal(weights(first)["pairs.relation.weight"])


class PowerCutError(Exception):
    """Ends a run right after a state was saved."""


class PowerCut(TrainerCallback):
    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if state.global_step == 4:
            raise PowerCutError


class StepLog(TrainerCallback):
    steps: ClassVar[list[int]] = []

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        self.steps.append(state.global_step)


def test_resumed_training_gives_the_weights_of_an_uninterrupted_run(
    fit: Callable[..., Trained], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {"epochs": 4, "label_dropout": 0.3, "entity_masking": 0.3}
    whole = fit(runs="whole", **options)
    callbacks = list(transformers.trainer.DEFAULT_CALLBACKS)
    monkeypatch.setattr(transformers.trainer, "DEFAULT_CALLBACKS", [*callbacks, PowerCut])
    with pytest.raises(PowerCutError):
        fit(runs="cut", **options)
    assert [folder.name for folder in (tmp_path / "cut").glob("checkpoint-*")] == ["checkpoint-4"]
    monkeypatch.setattr(transformers.trainer, "DEFAULT_CALLBACKS", [*callbacks, StepLog])
    StepLog.steps.clear()
    resumed = fit(runs="cut", resume=True, **options)
    assert StepLog.steps == [5, 6, 7, 8]
    assert_same(resumed, whole)
    assert [entry["loss"] for entry in resumed.history if "loss" in entry] == [
        entry["loss"] for entry in whole.history if "loss" in entry
    ]


def test_processes_that_average_their_weights_learn_one_model(fit: Callable[..., Trained], tmp_path: Path) -> None:
    gold = fleet_document()
    options = {"epochs": 80, "replicas": 2, "batch_size": 2, "average_every": 2}
    trained = fit(runs="first", development=[gold], **options)
    found = Pipeline.from_checkpoint(trained.checkpoint)(gold.text)
    assert extracted(found) == extracted(gold)
    assert len([entry for entry in trained.history if "loss" in entry]) == 80
    # Three sentences for each, two a step.
    states = [tmp_path / "first" / "checkpoint-160", tmp_path / "first" / "replica-1" / "checkpoint-160"]
    first, second = (load_file(state / "model.safetensors") for state in states)
    assert first.keys() == second.keys()
    assert all(first[name].equal(second[name]) for name in first)
    assert_same(trained, fit(runs="again", development=[gold], **options))


def test_resumed_training_of_several_processes(
    fit: Callable[..., Trained], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {"epochs": 4, "replicas": 2, "batch_size": 2, "average_every": 2, "label_dropout": 0.3}
    whole = fit(runs="whole", **options)
    callbacks = list(transformers.trainer.DEFAULT_CALLBACKS)
    monkeypatch.setattr(transformers.trainer, "DEFAULT_CALLBACKS", [*callbacks, PowerCut])
    with pytest.raises(PowerCutError):
        fit(runs="cut", **options)
    monkeypatch.setattr(transformers.trainer, "DEFAULT_CALLBACKS", callbacks)
    # A state that the other process has not got to; whether it got to the one before the cut is chance.
    shutil.copytree(tmp_path / "cut" / "checkpoint-4", tmp_path / "cut" / "checkpoint-6")
    assert_same(fit(runs="cut", resume=True, **options), whole)
    for step in (2, 4, 6, 8):
        (tmp_path / "cut" / "replica-1" / f"checkpoint-{step}" / "trainer_state.json").unlink(missing_ok=True)
    with pytest.raises(ModelError) as error:
        fit(runs="cut", resume=True, **options)
    assert error.value.found == "no state that is whole in every process"


@pytest.mark.parametrize("key", ["epochs", "batch_size", "replicas", "average_every"])
def test_counts_of_a_recipe_are_checked(fit: Callable[..., Trained], key: str) -> None:
    with pytest.raises(ConfigError) as error:
        fit(**{key: 0})
    assert error.value.where == f"recipe, training, {key}"


def test_resuming_needs_a_state(fit: Callable[..., Trained], tmp_path: Path) -> None:
    with pytest.raises(ModelError) as error:
        fit(resume=True)
    assert error.value.where == str(tmp_path / "runs")
    assert error.value.found == "no state of an earlier run"


def test_training_needs_documents(fit: Callable[..., Trained]) -> None:
    with pytest.raises(ValueError, match="no document to train on"):
        fit(training=[])


def test_development_scores_are_logged_and_do_not_change_the_training(fit: Callable[..., Trained]) -> None:
    gold = fleet_document()
    plain = fit(runs="plain", epochs=4)
    watched = fit(runs="watched", epochs=4, development=[gold], evaluate_every=2)
    entries = [entry for entry in watched.history if "dev_entities" in entry]
    assert [entry["epoch"] for entry in entries] == [2, 4]
    assert set(entries[0]) == {
        "epoch",
        "dev_entities",
        "dev_relations",
        "dev_stances",
        "dev_gold_relations",
        "dev_gold_relations_status",
        "dev_gold_stances",
    }
    assert all(0.0 <= entry[name] <= 1.0 for entry in entries for name in entry if name != "epoch")
    assert_same(plain, watched)
    assert not [entry for entry in plain.history if "dev_entities" in entry]


def test_what_could_not_be_represented_is_told(fit: Callable[..., Trained]) -> None:
    gold = fleet_document()
    first = replace(gold.entities[0], span=Span(0, 3), text="Nor")
    bent = gold.replace(entities=(first, *gold.entities[1:]), relations=gold.relations[1:])
    assert fit(epochs=1).dropped == ()
    dropped = fit(training=[bent], epochs=1).dropped
    assert dropped == (Dropped("entities that do not begin and end at word boundaries: widened to whole words", 1),)


def test_without_development_documents_thresholds_stay(fit: Callable[..., Trained]) -> None:
    trained = fit(epochs=1)
    assert trained.checkpoint.decision == Decision(0.5, 0.5)
    assert not trained.checkpoint.model.training


def test_a_state_of_another_recipe_is_not_resumed(fit: Callable[..., Trained], tmp_path: Path) -> None:
    fit(epochs=1)
    with pytest.raises(ModelError) as error:
        fit(epochs=2, resume=True)
    assert error.value.where == str(tmp_path / "runs" / "recipe.json")
    assert "another recipe" in error.value.found


def test_a_new_run_clears_the_state_of_an_earlier_one(fit: Callable[..., Trained], tmp_path: Path) -> None:
    stale = tmp_path / "runs" / "checkpoint-999"
    stale.mkdir(parents=True)
    fit(epochs=1)
    assert not stale.exists()


def test_the_tagger_can_be_told_of_places(fit: Callable[..., Trained], tiny_recipe: Recipe, tmp_path: Path) -> None:
    recipe = replace(tiny_recipe, heads=replace(tiny_recipe.heads, gazetteer=True))
    trained = fit(recipe=recipe, epochs=1)
    assert len(trained.checkpoint.model.tagger.features) == len(WORD_FEATURES)
    assert len(fit(epochs=1).checkpoint.model.tagger.features) == N_SHAPES
    trained.checkpoint.save_pretrained(tmp_path / "told", half_precision=False)
    pipeline = load(tmp_path / "told")
    text = "Osh saw Brask."
    before = tags(pipeline, text, (Span(0, len(text)),))
    text = "Ozh saw Brask."
    after = tags(pipeline, text, (Span(0, len(text)),))
    assert abs(before[0][0] - after[0][0]).max() > 1e-4
