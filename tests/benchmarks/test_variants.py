"""The ways to train in `benchmarks/variants`: each trains on a handful of sentences and changes what it says."""

from __future__ import annotations

from dataclasses import fields, replace
from importlib import import_module
from itertools import pairwise, product
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch

from secrel.config import Recipe
from secrel.domain import Document, LabelScheme

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
pytestmark = pytest.mark.skipif(not BENCHMARKS.is_dir(), reason="benchmarks/ is not part of this copy of the sources")


@pytest.fixture
def variants(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import variants

    return variants


@pytest.fixture
def run(
    variants: ModuleType, tiny_recipe: Recipe, scheme: LabelScheme, tiny_documents: list[Document], tmp_path: Path
) -> Any:
    """A run of a moment on a few sentences."""
    recipe = replace(tiny_recipe, training=replace(tiny_recipe.training, epochs=2))
    return variants.Run(recipe, scheme, tiny_documents[:2], tmp_path, tmp_path)


def test_patches_are_taken_back(variants: ModuleType) -> None:
    import secrel.errors as module

    before = module.InputError
    with pytest.raises(RuntimeError), variants.patched(module, "InputError", None):
        assert module.InputError is None
        raise RuntimeError
    assert module.InputError is before
    with pytest.raises(AttributeError), variants.patched(module, "NoSuchName", None):
        pass


def test_layer_decay(run: Any, variants: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    from secrel.training import trainer

    layer_decay = import_module("variants.layer_decay")
    rates: dict[str, float] = {}
    make = trainer._trainer

    def spy(job: Any, start: Any, *rest: Any, **options: Any) -> Any:
        made, network = make(job, start, *rest, **options), start.network
        names = {parameter: name for name, parameter in network.named_parameters()}
        rates.update({names[p]: group["lr"] for group in made.optimizer.param_groups for p in group["params"]})
        assert set(rates) == {name for name, parameter in network.named_parameters() if parameter.requires_grad}
        return made

    monkeypatch.setattr(trainer, "_trainer", spy)
    recipe = replace(run.recipe, training=replace(run.recipe.training, learning_rate=1e-3, head_learning_rate=2e-3))
    pipeline = layer_decay.pipeline(replace(run, recipe=recipe), decay=0.5)
    assert pipeline(run.training[0].text).model is not None
    found = {
        part: {rate for name, rate in rates.items() if part in name}
        for part in ("layer.1.", "layer.0.", "word_embeddings", "tagger")
    }
    assert found == {"layer.1.": {1e-3}, "layer.0.": {5e-4}, "word_embeddings": {2.5e-4}, "tagger": {2e-3}}


def test_focal(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from secrel.nn import model
    from secrel.training import network

    focal = import_module("variants.focal")
    seen: list[Any] = []
    joint_loss, plain = network.joint_loss, model._pair_losses

    def spy(tags: Any, logits: Any, targets: Any, weights: Any) -> Any:
        parts = joint_loss(tags, logits, targets, weights)
        seen.append((logits, targets, weights, parts))
        return parts

    monkeypatch.setattr(network, "joint_loss", spy)
    loss = replace(run.recipe.loss, relation=3.0, stance=0.7, relation_positive=4.0, stance_positive=5.0)
    pipeline = focal.pipeline(replace(run, recipe=replace(run.recipe, loss=loss)), gamma=2.0)
    assert pipeline(run.training[0].text).model is not None
    assert model._pair_losses is plain
    n_compared = 0
    for logits, targets, weights, parts in seen:
        if not {"relation", "status", "stance"} <= set(parts):
            continue
        n_compared += 1
        before = plain(logits, targets, weights)
        torch.testing.assert_close(parts["status"], before["status"], rtol=0, atol=0)
        for name in ("relation", "stance"):
            assert parts[name] < 0.9 * before[name]
        probability = logits.relation.sigmoid()
        yes, no = targets.relation == 1, targets.relation == 0
        hard = (4.0 * (1 - probability[yes]) ** 2 * -probability[yes].log()).sum()
        easy = (probability[no] ** 2 * -(1 - probability[no]).log()).sum()
        torch.testing.assert_close(parts["relation"], 3.0 * (hard + easy) / (yes.sum() + no.sum()))
        staged = (targets.stance >= 0).nonzero().squeeze(1)
        right = logits.stance.softmax(-1)[staged, targets.stance[staged]]
        weight = torch.where(targets.stance[staged] > 0, 5.0, 1.0)
        focused = (weight * (1 - right) ** 2 * -right.log()).sum() / weight.sum()
        torch.testing.assert_close(parts["stance"], 0.7 * focused)
        # With a gamma of 0 nothing changes.
        torch.testing.assert_close(3.0 * focal.relation_loss(logits, targets, 4.0, 0.0), before["relation"])
        torch.testing.assert_close(0.7 * focal.stance_loss(logits, targets, 5.0, 0.0), before["stance"])
    assert n_compared > 3
    with pytest.raises(ValueError, match="gamma"):
        focal.pipeline(run, gamma=-1.0)


def test_focal_gradients_are_finite(run: Any) -> None:
    import torch

    from secrel.nn.heads import PairLogits
    from secrel.nn.model import Targets

    focal = import_module("variants.focal")
    sure = torch.tensor([[200.0, -200.0], [-200.0, 200.0]], requires_grad=True)
    targets = Targets(torch.zeros(1), torch.tensor([[1, 0], [1, 0]]), torch.zeros(1), torch.tensor([0, 0]))
    logits = PairLogits(sure, sure, sure)
    for name in ("relation_loss", "stance_loss"):
        loss = getattr(focal, name)(logits, targets, 1.0, 0.5)
        (gradient,) = torch.autograd.grad(loss, sure)
        assert gradient.isfinite().all()
        assert gradient[0].abs().max() < 1e-6
        assert gradient[1].abs().min() > 0.2


def test_averaging(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch
    from transformers import TrainerCallback

    from secrel.training import trainer

    averaging = import_module("variants.averaging")
    steps: list[dict[str, torch.Tensor]] = []
    make = trainer._trainer

    def spy(job: Any, start: Any, *rest: Any, **options: Any) -> Any:
        class Watch(TrainerCallback):  # type: ignore[misc]
            def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
                steps.append({name: p.detach().clone() for name, p in start.network.model.named_parameters()})

        made = make(job, start, *rest, **options)
        made.add_callback(Watch())
        return made

    monkeypatch.setattr(trainer, "_trainer", spy)
    pipeline = averaging.pipeline(run, decay=0.8, start=0.5)
    watched, n_steps = steps.copy(), len(steps)
    plain = dict(run.train(name="plain").model.named_parameters())
    _, entities, relations, stances = pipeline.stages
    assert entities.engine is relations.scorer.engine is stances.scorer.engine
    counted = watched[n_steps // 2 :]
    shares = 0.8 ** torch.arange(len(counted) - 1, -1, -1, dtype=torch.float64)
    shares /= shares.sum()
    moved = 0.0
    for name, weights in entities.engine.model.named_parameters():
        every = torch.stack([step[name].double() for step in counted])
        torch.testing.assert_close(weights.detach().double(), torch.tensordot(shares, every, 1), rtol=1e-4, atol=1e-6)
        moved = max(moved, (weights - plain[name]).abs().max().item())
        # The training itself does not know of the average.
        torch.testing.assert_close(watched[-1][name], plain[name].detach(), rtol=0, atol=0)
    assert n_steps >= 8
    assert moved > 1e-4
    assert pipeline(run.training[0].text).model is not None
    with pytest.raises(ValueError, match="start"):
        averaging.pipeline(run, decay=0.8, start=1.0)


def test_separate(run: Any) -> None:
    import torch
    from transformers import set_seed

    from secrel.training.trainer import initial_model

    separate = import_module("variants.separate")
    recipe = replace(run.recipe, training=replace(run.recipe.training, weight_decay=0.0, epochs=8))
    pipeline = separate.pipeline(replace(run, recipe=recipe))
    _, entities, relations, stances = pipeline.stages
    assert relations.scorer.engine is stances.scorer.engine is not entities.engine
    set_seed(recipe.training.seed)
    start = dict(initial_model(recipe, run.scheme)[0].named_parameters())

    def changed(engine: Any) -> set[str]:
        now = dict(engine.model.named_parameters())
        return {name for name, before in start.items() if not torch.equal(before, now[name])}

    finder, judge = changed(entities.engine), changed(relations.scorer.engine)
    assert {name.split(".")[0] for name in finder} == {"encoder", "tagger"}
    assert {name.split(".")[0] for name in judge} == {"encoder", "pairs"}
    for part in ("pairs.relation.weight", "pairs.status.weight", "pairs.stance.weight"):
        assert part in judge
    weights = [engine.model.encoder.backbone.state_dict() for engine in (entities.engine, relations.scorer.engine)]
    assert any(not torch.equal(one, other) for one, other in zip(*(w.values() for w in weights), strict=True))
    # What is found comes from the stages above, in either way of use.
    document = run.training[0]
    bare = document.replace(entities=(), relations=(), stances=())
    assert [e.span for e in pipeline(bare).entities] == [e.span for e in entities(bare).entities] != []
    given = pipeline.classify(document)
    assert [e.span for e in given.entities] == sorted(e.span for e in document.entities)
    assert [r.score for r in given.relations] == [r.score for r in relations(document).relations] != []


def _subwords(integers: Any) -> list[tuple[int, int]]:
    """Identifier and case of the subwords of the words."""
    return [(integers.windows[window][n], integers.cases[window][n]) for _, window, n in integers.gather]


@pytest.mark.parametrize("subwords", [5, 200])
def test_context_stands_around_the_sentence_alone(run: Any, subwords: int) -> None:
    from secrel.training.trainer import initial_model

    context = import_module("variants.context")
    plain = initial_model(run.recipe, run.scheme)[1]
    encoder = context.ContextEncoder(plain, subwords=subwords, paragraph=True)
    longest, n_cut = 0, 0
    for document in run.training:
        sentences = document.sentences
        alone, found = plain.encode(document.text, sentences), encoder.encode(document.text, sentences)
        blocks = [document.text[: sentence.start].count("\n\n") for sentence in sentences]
        bare = plain.tokenizer([s.of(document.text) for s in sentences], add_special_tokens=False)["input_ids"]
        for n, (one, other) in enumerate(zip(alone, found, strict=True)):
            assert (one.words, one.integers.features) == (other.words, other.integers.features)
            assert _subwords(one.integers) == _subwords(other.integers)
            assert [word for word, _, _ in one.integers.gather] == [word for word, _, _ in other.integers.gather]
            if len(one.integers.windows) > 1:
                assert one == other
                continue
            before = [i for m in range(n) if blocks[m] == blocks[n] for i in bare[m]]
            behind = [i for m in range(n + 1, len(bare)) if blocks[m] == blocks[n] for i in bare[m]]
            own, window = one.integers.windows[0], other.integers.windows[0]
            shift = other.integers.gather[0][2] - one.integers.gather[0][2]
            ahead = len(window) - len(own) - shift
            assert window == (own[0], *before[len(before) - shift :], *own[1:-1], *behind[:ahead], own[-1])
            assert len(window) <= plain.max_length and max(shift, ahead) <= subwords
            # What is left out would not have fitted.
            wanted = min(subwords, len(before)) + min(subwords, len(behind))
            assert shift + ahead == min(wanted, plain.max_length - len(own))
            longest, n_cut = max(longest, shift, ahead), n_cut + (shift + ahead < wanted)
    assert longest == 5 if subwords == 5 else longest > 20 and n_cut


def test_context_hides_hidden_names_in_the_context(run: Any) -> None:
    from secrel.backends.collate import collate_pairs, collate_sentences
    from secrel.domain import Span
    from secrel.features.pairs import PairIntegers
    from secrel.training.trainer import initial_model

    context = import_module("variants.context")
    plain = initial_model(run.recipe, run.scheme)[1]
    encoder = context.ContextEncoder(plain, subwords=200, paragraph=False)
    text = "Port Sudan waits .\n\nThe port is in Sudan ; Port Sudan is old ."
    sentences = encoder.encode(text, [Span(0, 18), Span(20, len(text))])
    batch = collate_sentences([sentence.integers for sentence in sentences], pad_id=encoder.pad_id)
    before = batch.input_ids.clone()
    pairs = collate_pairs([PairIntegers((0,), (2,), (0,), (), (), ()), PairIntegers((), (), (), (), (), ())])
    context.hide_in_context_too(batch, pairs, share=1.0, mask_id=encoder.mask_id)
    name = plain.tokenizer("Port Sudan", add_special_tokens=False)["input_ids"]
    row = before[0].tolist()
    places = [n for n in range(len(row)) if row[n : n + len(name)] == name]
    assert len(places) == 2 and places[0] == 1
    assert (batch.input_ids != before).nonzero().tolist() == [[0, p + n] for p in places for n in range(len(name))]


def test_context_is_read_in_training_and_extraction(
    run: Any, variants: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    from secrel.domain import Document, Entity, Span
    from secrel.training import trainer

    context = import_module("variants.context")
    trained: list[Any] = []
    make = trainer._trainer

    def spy(job: Any, start: Any, examples: Any, *rest: Any, **options: Any) -> Any:
        trained.extend(examples)
        return make(job, start, examples, *rest, **options)

    monkeypatch.setattr(trainer, "_trainer", spy)
    hidden: list[bool] = []
    hide = context.hide_in_context_too
    monkeypatch.setattr(context, "hide_in_context_too", lambda *a, **o: (hidden.append(True), hide(*a, **o)))
    training, heads = run.recipe.training, run.recipe.heads
    recipe = replace(
        run.recipe, training=replace(training, entity_masking=0.5), heads=replace(heads, pair_markers=True)
    )
    pipeline = context.pipeline(replace(run, recipe=recipe), subwords=8)
    assert hidden and any(example.sentence.gather and example.sentence.gather[0][2] > 1 for example in trained)

    def read(text: str, sentence: str) -> Any:
        start = text.index(sentence)
        document = pipeline(Document(text))
        engine = pipeline.stages[1].engine
        prepared = engine.prepare(text, document.sentences)
        index = [span.start for span in document.sentences].index(start)
        return engine.tag(prepared)[index]

    sentence = "Port Sudan waits for Russia."
    alone = read(sentence, sentence)
    inside = read(f"The port is closed. {sentence}", sentence)
    apart = read(f"The port is closed.\n\n{sentence}", sentence)
    assert alone.shape == inside.shape == apart.shape
    assert abs(inside - alone).max() > 1e-3
    assert abs(apart - alone).max() < 1e-5

    def scores(text: str) -> list[float]:
        entities = tuple(
            Entity(Span(text.index(name), text.index(name) + len(name)), "GPE", name) for name in ("Sudan", "Russia")
        )
        document = pipeline(Document(text)).replace(entities=entities, relations=(), stances=())
        stages = pipeline.with_min_score(0.0).classify(document)
        return [relation.score for relation in stages.relations] + [stance.score for stance in stages.stances]

    alone, inside, apart = (scores(f"{before}{sentence}") for before in ("", "The port is closed. ", "Closed.\n\n"))
    assert alone and alone == pytest.approx(apart, abs=2e-4)
    assert alone != pytest.approx(inside, abs=2e-4)


def _random_chain(n_tags: int) -> Any:
    import torch

    chain = import_module("variants.crf").Chain(n_tags)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in chain.parameters():
            parameter.copy_(2 * torch.randn(parameter.shape, generator=generator))
    return chain


def _score(chain: Any, logits: Any, tags: Any) -> float:
    """Of one sequence, (W, T) and W tags, by its definition."""
    score = chain.first[tags[0]] + chain.last[tags[-1]] + sum(logits[word, tag] for word, tag in enumerate(tags))
    return (score + sum(chain.between[one, other] for one, other in pairwise(tags))).item()


def test_crf_loss_is_that_of_all_sequences(variants: ModuleType) -> None:
    import numpy as np
    import torch

    from secrel.nn.model import IGNORE, LossWeights, Targets

    crf = import_module("variants.crf")
    chain = _random_chain(5)
    logits = torch.randn(2, 4, 5, generator=torch.Generator().manual_seed(1))
    gold = [(1, 2, 0, 3), (0, 3)]
    wanted = []
    for row, tags in enumerate(gold):
        every = [_score(chain, logits[row], some) for some in product(range(5), repeat=len(tags))]
        wanted.append(_score(chain, logits[row], tags) - np.log(np.exp(every).sum()))
    tags = torch.tensor([gold[0], (*gold[1], IGNORE, IGNORE)])
    assert chain.log_likelihood(logits, tags).tolist() == pytest.approx(wanted, abs=1e-4)
    nothing = torch.zeros(0, dtype=torch.long)
    weights = LossWeights(2.0, 1.0, 1.0, 1.0, 1.0, 1.0, ())
    loss = crf.chain_loss(chain)(logits, None, Targets(tags, nothing, nothing, nothing), weights)
    assert {name: part.item() for name, part in loss.items()} == pytest.approx(
        dict.fromkeys(("entity", "loss"), -2.0 * sum(wanted) / 6), abs=1e-4
    )


def test_crf_finds_the_best_valid_sequence(variants: ModuleType) -> None:
    import torch

    chain = _random_chain(5)
    generator = torch.Generator().manual_seed(1)
    sequences = list(product(range(5), repeat=4))
    valid = [some for some in sequences if all(t in {0, 1, 3} or p in {t, t - 1} for p, t in pairwise((0, *some)))]
    n_invalid = n_other = 0
    for _ in range(8):
        logits = torch.randn(4, 5, generator=generator)
        scores = {some: _score(chain, logits, some) for some in sequences}
        found = tuple(chain.best_sequence(logits.numpy()).tolist())
        assert found == max(valid, key=lambda some: scores[some])
        n_invalid += found != max(sequences, key=lambda some: scores[some])
        n_other += found != max(valid, key=lambda some: sum(logits[word, tag].item() for word, tag in enumerate(some)))
    # What is valid, and the transitions, both make a difference here.
    assert n_invalid and n_other


def test_crf_is_trained_and_decoded_with(run: Any) -> None:
    import torch

    from secrel.backends.torch_engine import TorchEngine
    from secrel.features.decoding import viterbi_bio
    from secrel.stages.entities import EntityStage

    crf = import_module("variants.crf")
    pipeline = crf.pipeline(run)
    engine = pipeline.stages[1].engine
    chain = engine.model.tagger.chain
    # In the marks no name goes on that has not begun.
    assert (chain.between[0, 2::2] < 0).all() and (chain.first[2::2] < 0).all()

    document = run.training[0].replace(entities=(), relations=(), stances=())
    library = EntityStage(TorchEngine(engine.model, engine._encoder, engine.scheme))

    def marks(found: Any) -> list[Any]:
        return [(entity.span, entity.label, entity.score) for entity in found.entities]

    with torch.no_grad():
        for parameter in chain.parameters():
            parameter.zero_()
        assert marks(pipeline(document)) == marks(library(document))
        chain.first[5] = chain.between[:, 5] = 100.0
        found = pipeline(document)
    label = engine.scheme.entities[2]
    assert found.entities and {entity.label for entity in found.entities} == {label}
    assert marks(found) != marks(library(document))
    prepared = engine.prepare(document.text, document.sentences)
    for emissions, kept in zip(TorchEngine.tag(engine, prepared), engine.tag(prepared), strict=True):
        best, words = chain.best_sequence(emissions), range(len(emissions))
        assert (viterbi_bio(kept) == best).all()
        assert (kept[words, best] == emissions[words, best]).all()


@pytest.fixture
def trainings(variants: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[tuple[set[str], Any]]:
    """What was trained: the names of the documents and the model."""
    made: list[tuple[set[str], Any]] = []
    train = variants.Run.train

    def spy(self: Any, *arguments: Any, **options: Any) -> Any:
        checkpoint = train(self, *arguments, **options)
        made.append(({document.id for document in self.training}, checkpoint))
        return checkpoint

    monkeypatch.setattr(variants.Run, "train", spy)
    return made


def test_ensemble(run: Any, trainings: list[tuple[set[str], Any]]) -> None:
    from secrel.backends import SentencePairs
    from secrel.backends.torch_engine import TorchEngine
    from secrel.features.pairs import candidate_pairs

    recipe = replace(run.recipe, training=replace(run.recipe.training, seed=7))
    pipeline = import_module("variants.ensemble").pipeline(replace(run, recipe=recipe), members=2)
    members = [checkpoint for _, checkpoint in trainings]
    assert [member.recipe.training.seed for member in members] == [7001, 7002]
    assert all(documents == {document.id for document in run.training} for documents, _ in trainings)

    document = run.training[0]
    _, entities, relations, _ = pipeline.stages
    engine = entities.engine
    engines = [TorchEngine(member.model, member.encoder, member.scheme) for member in members]
    read = [e.prepare(document.text, document.sentences) for e in engines]
    one, other = ([np.exp(tags.astype(float)) for tags in e.tag(r)] for e, r in zip(engines, read, strict=True))
    assert np.abs(one[0] - other[0]).max() > 1e-3
    for mean, first, second in zip(
        engine.tag(engine.prepare(document.text, document.sentences)), one, other, strict=True
    ):
        product = np.sqrt(first * second)
        assert np.allclose(np.exp(mean), product / product.sum(1, keepdims=True), atol=1e-5)

    # What the stages of the pipeline see, asked for through them.
    scored, _ = relations.scorer.score(document)
    items = [
        SentencePairs(index, entities, tuple(candidate_pairs(entities, run.scheme)))
        for index, _, entities in document.entities_by_sentence()
    ]
    items = [item for item in items if item.pairs]
    one, other = (e.classify(r, items) for e, r in zip(engines, read, strict=True))
    assert [sentence.pairs for sentence in scored] == items
    for sentence, first, second in zip(scored, one, other, strict=True):
        for name in ("relation", "status", "stance"):
            mean = (getattr(first, name) + getattr(second, name)) / 2
            assert np.allclose(getattr(sentence.scores, name), mean, atol=1e-6)
            assert not np.allclose(getattr(first, name), mean, atol=1e-4)
    alone = pipeline(document.text)
    assert pipeline(run.training[1].text).model == alone.model
    assert pipeline(document.text) == alone


def test_distillation(run: Any, trainings: list[tuple[set[str], Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    from secrel.training import trainer
    from secrel.training.examples import make_examples

    distillation = import_module("variants.distillation")
    made: list[Any] = []
    batches: list[dict[str, torch.Tensor]] = []
    make, forward = trainer._trainer, distillation.Student.forward

    def spy(*arguments: Any, **options: Any) -> Any:
        made.append(arguments[1].network)
        return make(*arguments, **options)

    def spy_on_batch(self: Any, **batch: torch.Tensor) -> Any:
        # Before anything is hidden, which is done in place.
        batches.append({name: tensor.clone() for name, tensor in batch.items()})
        return forward(self, **batch)

    monkeypatch.setattr(trainer, "_trainer", spy)
    monkeypatch.setattr(distillation.Student, "forward", spy_on_batch)
    recipe = replace(run.recipe, training=replace(run.recipe.training, entity_masking=0.9, label_dropout=0.9, epochs=1))
    job = replace(run, recipe=recipe)
    distillation.pipeline(job, members=2, temperature=2.0, weight=0.7)
    *teachers, (taught, _) = trainings
    both = {document.id for document in run.training}
    assert taught == both
    assert sorted(c.recipe.training.seed for _, c in teachers) == [1, 1, 2, 2]
    assert all(len(documents) == 1 for documents, _ in teachers)
    assert {name for documents, _ in teachers for name in documents} == both

    # Every word and pair of the student's batches got what the teachers say that were trained on the other document.
    encoder = teachers[0][1].encoder
    documents = {
        str(example.sentence.windows[0]): document.id
        for document in run.training
        for example in make_examples([document], encoder, run.scheme)[0]
    }
    seen = 0
    for batch in batches:
        origin = []
        for row in batch["sentence_first_window"]:
            ids = batch["sentence_input_ids"][row][batch["sentence_attention_mask"][row] > 0]
            origin.append(documents[str(tuple(ids.tolist()))])
        for name in both:
            models = [checkpoint.model for others, checkpoint in teachers if name not in others]
            expected = said(models, batch, temperature=2.0)
            mine = torch.tensor([place == name for place in origin])
            words = mine.unsqueeze(1).expand_as(batch["sentence_word_mask"])[batch["sentence_word_mask"]]
            pairs = mine[batch["pair_sentence"][batch["pair_head"]]]
            for target, chosen in (("tags", words), ("relation", pairs), ("status", pairs), ("stance", pairs)):
                torch.testing.assert_close(
                    batch[f"taught_{target}"][chosen], expected[target][chosen], atol=1e-4, rtol=1e-4
                )
                seen += int(chosen.sum())
    assert seen > 1000

    # Only against the marks the loss is that of the library; only against the teachers nothing is left to learn for a
    # network that says what they say at the student's temperature.
    students = [network for network in made if isinstance(network, distillation.Student)]
    assert [(student.share, student.temperature) for student in students] == [(0.7, 2.0)]
    student, plain = students[0].eval(), made[0].eval()
    plain.model = student.model = teachers[0][1].model
    batch = max(batches, key=lambda batch: int((batch["target_status"] >= 0).sum()))
    batch |= {f"taught_{name}": value for name, value in said([student.model], batch, temperature=2.0).items()}
    plain.weights = student.weights
    marks, mixed = plain(**batch)["loss"], student(**batch)
    torch.testing.assert_close(mixed["loss"], 0.7 * mixed["taught"] + 0.3 * marks)
    slopes = {}
    for temperature in (2.0, 1.0):
        student.share, student.temperature = 1.0, temperature
        student.zero_grad()
        student(**batch)["loss"].backward()
        slopes[temperature] = max(float(p.grad.abs().max()) for p in student.parameters() if p.grad is not None)
    assert slopes[2.0] < 1e-5
    assert slopes[1.0] > 1e-2


def said(models: list[Any], batch: dict[str, torch.Tensor], *, temperature: float) -> dict[str, torch.Tensor]:
    """What models say on average of a training batch, at a temperature."""
    from secrel.nn.inputs import PairTensors, SentenceTensors

    def part(prefix: str, cls: Any) -> Any:
        return cls(**{field.name: batch[f"{prefix}_{field.name}"] for field in fields(cls)})

    with torch.no_grad():
        outputs = [model(part("sentence", SentenceTensors), part("pair", PairTensors)) for model in models]
    tags = sum(tags[batch["sentence_word_mask"]].log_softmax(-1) for tags, _ in outputs) / len(models)
    relation = sum(pairs.relation.sigmoid() for _, pairs in outputs) / len(models)
    status, stance = (
        sum(getattr(pairs, name).softmax(-1) for _, pairs in outputs) / len(models) for name in ("status", "stance")
    )
    return {
        "tags": (tags / temperature).softmax(-1),
        "relation": ((relation / (1 - relation)).log() / temperature).sigmoid(),
        "status": (status.log() / temperature).softmax(-1),
        "stance": (stance.log() / temperature).softmax(-1),
    }
