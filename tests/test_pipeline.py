"""The pipeline: order of stages, the same result in any company, odd and very long texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import secrel
from secrel.checkpoints import Checkpoint
from secrel.config import Decision
from secrel.domain import Document, Entity, LabelScheme, Pair, Relation, Span, Stance
from secrel.errors import InputError, ModelError, PipelineError
from secrel.pipeline import Pipeline, find_model
from secrel.stages import (
    ActorStage,
    AttributionStage,
    DateStage,
    EntityStage,
    PairScorer,
    RelationStage,
    SentenceStage,
    StanceStage,
)

TEXTS = (
    "Moscow told Kyiv to drop its NATO bid. Tbilisi and Baku signed a pact with Ankara.",
    "",
    "Georgia.",
    "\ufeffMoscow\r\n\r\nsent “peacekeepers” to Abkhazia’s coast.\r\nKyiv objected.",
    "The Kremlin\u00a0opposed Tbilisi 😀 and Bucures\u0327ti backed Chis\u0327ina\u0306u.",
    " \n\t ",
    "Minsk and Moscow and Kyiv and Baku and Ankara and Tbilisi met.",
)


@pytest.fixture(scope="module")
def checkpoint(tiny_model: Path) -> Checkpoint:
    return Checkpoint.from_pretrained(tiny_model)


@pytest.fixture(scope="module")
def eager(checkpoint: Checkpoint) -> Pipeline:
    # Without thresholds every pair that the scheme allows is found.
    return Pipeline.from_checkpoint(replace(checkpoint, decision=Decision(0.0, 0.0)))


@pytest.fixture(scope="module")
def alone(checkpoint: Checkpoint) -> dict[str, Document]:
    # Every text by a pipeline that has read nothing else.
    return {text: Pipeline.from_checkpoint(replace(checkpoint, decision=Decision(0.0, 0.0)))(text) for text in TEXTS}


def test_layers_are_whole(eager: Pipeline, scheme: LabelScheme) -> None:
    document = eager(TEXTS[0])
    assert document.sentences == (Span(0, 38), Span(39, 82))
    assert document.entities
    assert list(document.entities) == sorted(document.entities, key=lambda entity: entity.span)
    for entity in document.entities:
        assert entity.text == document.text[entity.start : entity.end]
        assert entity.label in scheme.entities
        assert 0 <= entity.score <= 1
    assert document.relations
    for mark in (*document.relations, *document.stances):
        assert {mark.pair.head, mark.pair.tail} <= set(document.entities)
        assert mark.evidence is not None
        assert mark.evidence.contains(mark.pair.head.span)
        assert mark.evidence.contains(mark.pair.tail.span)
    assert [e.id for e in document.entities] == [f"T{n}" for n in range(1, len(document.entities) + 1)]
    assert [r.id for r in document.relations] == [f"R{n}" for n in range(1, len(document.relations) + 1)]
    assert [s.id for s in document.stances] == [f"S{n}" for n in range(1, len(document.stances) + 1)]
    assert str(document.model) == "tiny 0.0.1"


@pytest.mark.parametrize("batch_size", [1, 3, 64])
def test_pipe_gives_what_each_text_gives_alone(eager: Pipeline, alone: dict[str, Document], batch_size: int) -> None:
    texts = [*TEXTS, *reversed(TEXTS)]
    assert list(eager.pipe(texts, batch_size=batch_size)) == [alone[text] for text in texts]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.lists(st.sampled_from(TEXTS), max_size=9), batch_size=st.sampled_from([1, 2, 3, 64]))
def test_pipe_in_any_order(eager: Pipeline, alone: dict[str, Document], order: list[str], batch_size: int) -> None:
    assert list(eager.pipe(order, batch_size=batch_size)) == [alone[text] for text in order]


def test_pipe_is_lazy(eager: Pipeline) -> None:
    taken = []

    def texts() -> Iterator[str]:
        for text in TEXTS:
            taken.append(text)
            yield text

    documents = eager.pipe(texts(), batch_size=2)
    assert taken == []
    assert next(documents).text == TEXTS[0]
    assert taken == list(TEXTS[:2])


def test_pipe_refuses_a_batch_of_none(eager: Pipeline) -> None:
    with pytest.raises(ValueError, match="at least 1, not 0"):
        next(eager.pipe(["x"], batch_size=0))


@pytest.mark.parametrize(("text", "kind"), [(5, "int"), (None, "NoneType"), (["a"], "list"), (b"x", "bytes")])
def test_what_is_no_text_is_refused(eager: Pipeline, text: object, kind: str) -> None:
    with pytest.raises(InputError, match=f"found an object of type {kind}; expected a text"):
        eager(text)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=f"found an object of type {kind}; expected a text"):
        list(eager.pipe(["Minsk.", text]))  # type: ignore[list-item]


@pytest.mark.parametrize("text", ["Minsk.", b"Minsk.", Document("Minsk.")])
def test_a_single_text_is_not_many(eager: Pipeline, text: str) -> None:
    with pytest.raises(InputError, match="found a single object of type"):
        next(eager.pipe(text))


def test_documents_of_a_pipe_keep_their_identifiers(eager: Pipeline) -> None:
    documents = [Document(text, id=name) for name, text in (("a", TEXTS[0]), ("b", TEXTS[2]))]
    assert [document.id for document in eager.pipe(documents)] == ["a", "b"]


@pytest.mark.parametrize("text", ["", " \n\t ", "\ufeff", "\u00a0"])
def test_text_without_a_sentence(eager: Pipeline, text: str) -> None:
    document = eager(text)
    assert (document.text, document.sentences, document.entities) == (text, (), ())


def test_document_keeps_sentences_and_metadata_and_loses_old_marks(eager: Pipeline) -> None:
    old = Entity(Span(0, 6), "LAW", "Moscow")
    given_document = Document(
        TEXTS[0],
        id="mine",
        sentences=(Span(0, 82),),
        entities=(old,),
        relations=(Relation(Pair(old, old), "trains"),),
        stances=(Stance(Pair(old, old), "favor"),),
    )
    document = eager(given_document)
    assert (document.id, document.sentences) == ("mine", (Span(0, 82),))
    assert old not in document.entities
    assert all(old not in (m.pair.head, m.pair.tail) for m in (*document.relations, *document.stances))
    assert given_document.entities == (old,)


def test_header_is_metadata_not_text_to_mark(eager: Pipeline) -> None:
    text = f"Publication: Eurasia Daily Monitor Volume: 3 Issue: 7\nJuly 11, 2006\n\n{TEXTS[0]}"
    document = eager(text)
    assert (document.metadata.volume, document.metadata.issue, document.metadata.date) == (3, 7, "2006-07-11")
    assert document.entities
    assert min(entity.start for entity in document.entities) >= text.index("Moscow")


def test_classify_takes_the_given_entities(eager: Pipeline) -> None:
    text = TEXTS[0]
    kyiv, moscow = Entity(Span(12, 16), "GPE", "Kyiv", 0.5), Entity(Span(0, 6), "GPE", "Moscow")
    document = eager.classify(Document(text, sentences=(Span(0, 38),), entities=(kyiv, moscow)))
    assert [replace(entity, actor=None) for entity in document.entities] == [moscow, kyiv]
    assert [entity.actor and entity.actor.country for entity in document.entities] == ["RUS", "UKR"]
    # One symmetric relation, three others in both directions, and a stance in both.
    assert [(r.head.text, r.label, r.tail.text) for r in document.relations] == [
        ("Moscow", "cooperates-with", "Kyiv"),
        ("Moscow", "pressures", "Kyiv"),
        ("Moscow", "trains", "Kyiv"),
        ("Moscow", "deploys-to", "Kyiv"),
        ("Kyiv", "pressures", "Moscow"),
        ("Kyiv", "trains", "Moscow"),
        ("Kyiv", "deploys-to", "Moscow"),
    ]
    assert [(s.holder.text, s.target.text) for s in document.stances] == [("Moscow", "Kyiv"), ("Kyiv", "Moscow")]


def test_classify_needs_sentences(eager: Pipeline) -> None:
    with pytest.raises(PipelineError, match="document 'text': found no sentences; expected a document with sentences"):
        eager.classify(Document("Moscow."))


def test_min_score_leaves_out_what_is_less_probable(checkpoint: Checkpoint, alone: dict[str, Document]) -> None:
    entities = alone[TEXTS[0]].entities
    bar = sorted(entity.score for entity in entities)[len(entities) // 2]
    kept = Pipeline.from_checkpoint(checkpoint, min_score=bar)(TEXTS[0])
    assert kept.entities == tuple(entity for entity in entities if entity.score >= bar)
    assert all(mark.score >= bar for mark in (*kept.relations, *kept.stances))


def test_thresholds_of_the_model_apply(checkpoint: Checkpoint, alone: dict[str, Document]) -> None:
    everything = alone[TEXTS[0]].relations
    bar = sorted(relation.score for relation in everything)[len(everything) // 2]
    strict = Pipeline.from_checkpoint(replace(checkpoint, decision=Decision(bar, 1.0)))(TEXTS[0])
    assert strict.relations == tuple(relation for relation in everything if relation.score >= bar)
    assert strict.stances == ()


@pytest.mark.parametrize(
    ("order", "stage", "layer"),
    [("e", "entities", "sentences"), ("sr", "relations", "entities"), ("res", "relations", "sentences")],
)
def test_stages_in_a_wrong_order(checkpoint: Checkpoint, eager: Pipeline, order: str, stage: str, layer: str) -> None:
    stages = {"s": eager.stages[0], "e": eager.stages[1], "r": eager.stages[2]}
    with pytest.raises(PipelineError) as error:
        Pipeline([stages[name] for name in order], scheme=checkpoint.scheme)
    assert str(error.value) == (
        f"stage '{stage}': found no stage before it that assigns '{layer}'; "
        "expected the stages in the order sentences, entities, relations, stances, actors, dates, attribution"
    )


def test_names_of_the_stages(eager: Pipeline) -> None:
    assert [type(stage) for stage in eager.stages] == [
        SentenceStage,
        EntityStage,
        RelationStage,
        StanceStage,
        ActorStage,
        DateStage,
        AttributionStage,
    ]
    relations, stances = eager.stages[2:4]
    assert isinstance(relations, RelationStage)
    assert isinstance(stances, StanceStage)
    assert isinstance(relations.scorer, PairScorer)
    assert relations.scorer is stances.scorer


def test_sentence_of_3000_words_is_read_to_its_end(eager: Pipeline) -> None:
    text = "and the old men said that " * 500 + "Moscow told Kyiv to drop it."
    document = eager(text)
    assert document.sentences == (Span(0, len(text)),)
    engine = eager.stages[1].engine  # type: ignore[attr-defined]
    (sentence,) = engine.prepare(text, document.sentences).sentences
    assert len(sentence.words) == 3007
    assert {word for word, _, _ in sentence.integers.gather} == set(range(3007))
    assert len(engine.tag(engine.prepare(text, document.sentences))[0]) == 3007
    assert [entity.text for entity in document.entities if entity.start >= 13000]
    assert document.dropped == ()


def test_300_names_in_one_sentence(eager: Pipeline) -> None:
    names = [f"Town{n}" for n in range(7)] + [f"L{n:04}" for n in range(293)]
    assert {len(name) for name in names} == {5}
    text = " and ".join(names) + " met."
    entities = tuple(Entity(Span(10 * n, 10 * n + 5), "GPE" if n < 7 else "LOC", name) for n, name in enumerate(names))
    document = eager.classify(Document(text, sentences=(Span(0, len(text)),), entities=entities))
    counts = {
        label: sum(r.label == label for r in document.relations)
        for label in ("cooperates-with", "pressures", "trains", "deploys-to")
    }
    # A place is offered to each of the first seven names that is at most 100 names away: 100 + 101 + ... + 106.
    assert counts == {"cooperates-with": 21, "pressures": 42, "trains": 42, "deploys-to": 721}
    assert [item.n for item in document.dropped] == [7 * 299 - 721]
    assert len(document.stances) == 721


def test_a_name_that_stands_often_in_a_sentence_counts_once(eager: Pipeline) -> None:
    names = ["Oslo", "Riga"] * 20
    text = " and ".join(names) + " met."
    entities = tuple(Entity(Span(9 * n, 9 * n + 4), "GPE", name) for n, name in enumerate(names))
    document = eager.classify(Document(text, sentences=(Span(0, len(text)),), entities=entities))
    for label in ("cooperates-with", "pressures"):
        said = [(r.head.text, r.tail.text) for r in document.relations if r.label == label]
        assert len(said) == len(set(said)) == (3 if label == "cooperates-with" else 4)
    attitudes = [(s.holder.text, s.target.text, s.polarity) for s in document.stances]
    assert len(attitudes) == len(set(attitudes)) >= 4


def test_find_model(tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_model(tiny_model) == tiny_model
    assert find_model(str(tiny_model)) == tiny_model
    monkeypatch.chdir(tiny_model.parent)
    assert find_model("tiny") == Path("tiny")
    with pytest.raises(ModelError) as error:
        find_model("no-such-model")
    assert str(error.value) == (
        "model 'no-such-model': found neither a folder nor a model that ships with the package; "
        "expected the path of a model folder, or 'edm'"
    )
    # A folder that is no model yet is named by what it lacks.
    with pytest.raises(ModelError, match=r"found no config\.json; expected a complete model folder"):
        secrel.load(tmp_path)


def test_load_and_extract_give_the_same(tiny_model: Path) -> None:
    expected = secrel.load(tiny_model)(TEXTS[0])
    assert secrel.extract(TEXTS[0], model=tiny_model) == expected
    assert secrel.extract(Document(TEXTS[0]), model=str(tiny_model)) == expected


def test_default_model_loads(default_model: Path) -> None:
    assert secrel.load().tag == secrel.load(default_model).tag
