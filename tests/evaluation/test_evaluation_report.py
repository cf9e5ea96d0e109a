"""Scores of a system over documents and over sentences."""

from __future__ import annotations

import pytest

from secrel.domain import Document, Entity, LabelScheme, Pair, Relation, RelationType, Span, Stance, StanceType
from secrel.evaluation import METRICS, Counts, Interval, Scores, score, total

PARTY = frozenset({"GPE", "MIL"})
SCHEME = LabelScheme(
    "test",
    "1",
    ("GPE", "MIL"),
    relations=(RelationType("meets", PARTY, PARTY, symmetric=True), RelationType("warns", PARTY, PARTY)),
    statuses=("planned", "actual"),
    stance=StanceType(("favor", "against"), PARTY, PARTY),
)
TEXT = "Head\r\n\r\nBaku met Kyiv. Riga warned Oslo."
BAKU, KYIV, RIGA, OSLO = (
    Entity(Span(TEXT.index(name), TEXT.index(name) + 4), "GPE", name) for name in ("Baku", "Kyiv", "Riga", "Oslo")
)
HEAD = Entity(Span(0, 4), "GPE", "Head")
SENTENCES = (Span(8, 22), Span(23, 40))


def document(entities: list[Entity], relations: list[Relation] = (), stances: list[Stance] = ()) -> Document:
    return Document(TEXT, "d", sentences=SENTENCES, entities=tuple(entities)).replace(
        relations=tuple(relations), stances=tuple(stances)
    )


GOLD = document(
    [BAKU, KYIV, RIGA, OSLO],
    [Relation(Pair(BAKU, KYIV), "meets", "actual"), Relation(Pair(RIGA, OSLO), "warns", "planned")],
    [Stance(Pair(RIGA, OSLO), "against")],
)
PREDICTED = document(
    [HEAD, BAKU, KYIV, Entity(Span(OSLO.start, OSLO.end + 1), "GPE", "Oslo.")],
    [Relation(Pair(KYIV, BAKU), "meets", "planned"), Relation(Pair(BAKU, KYIV), "warns", "actual")],
)
EXPECTED = {
    "entities, strict": Counts(2, 2, 2),
    "entities, overlap": Counts(3, 1, 1),
    "relations, strict": Counts(1, 1, 1),
    "relations, overlap": Counts(1, 1, 1),
    "relations with status, strict": Counts(0, 2, 2),
    "relations with status, overlap": Counts(0, 2, 2),
    "stances, strict": Counts(0, 0, 1),
    "stances, overlap": Counts(0, 0, 1),
}


@pytest.mark.parametrize("unit", ["document", "sentence"])
def test_counts_by_hand(unit: str) -> None:
    scores = score([GOLD], [PREDICTED], SCHEME, unit=unit)
    assert {metric: scores.total(metric) for metric in METRICS} == EXPECTED
    assert scores.counts("relations, strict") == {"meets": Counts(1, 0, 0), "warns": Counts(0, 1, 1)}


def test_sentences_are_units_and_what_stands_before_belongs_to_the_first() -> None:
    scores = score([GOLD, GOLD], [PREDICTED, GOLD], SCHEME, unit="sentence")
    assert [total(unit) for unit in scores.units["entities, strict"]] == [
        Counts(2, 1, 0),
        Counts(0, 1, 2),
        Counts(2, 0, 0),
        Counts(2, 0, 0),
    ]
    assert scores.unit == "sentence"
    documents = score([GOLD, GOLD], [PREDICTED, GOLD], SCHEME)
    assert len(documents.units["entities, strict"]) == 2
    for metric in METRICS:
        assert scores.counts(metric) == documents.counts(metric)


def test_units_add_up_on_the_corpus(tiny_documents: list[Document], scheme: LabelScheme) -> None:
    # A system that shifts some entities, flips symmetric relations and loses every third stance.
    predicted = [
        d.replace(
            entities=d.entities[::2],
            relations=tuple(
                Relation(Pair(r.tail, r.head), r.label, r.status) if n % 2 else r for n, r in enumerate(d.relations)
            ),
            stances=tuple(s for n, s in enumerate(d.stances) if n % 3),
        )
        for d in tiny_documents
    ]
    by_document = score(tiny_documents, predicted, scheme)
    by_sentence = score(tiny_documents, predicted, scheme, unit="sentence")
    n_sentences = sum(len(d.sentences) for d in tiny_documents)
    for metric in METRICS:
        assert len(by_sentence.units[metric]) == n_sentences
        assert by_sentence.counts(metric) == by_document.counts(metric)
    assert by_document.total("entities, strict").fp == 0
    assert by_document.total("stances, strict").fn > 0
    assert by_document.total("stances, strict").support == sum(len(d.stances) for d in tiny_documents)


def test_a_document_without_sentences_is_one_unit() -> None:
    gold, predicted = GOLD.replace(sentences=None), PREDICTED.replace(sentences=None)
    scores = score([gold], [predicted], SCHEME, unit="sentence")
    assert {metric: scores.total(metric) for metric in METRICS} == EXPECTED
    assert len(scores.units["entities, strict"]) == 1


def test_intervals_and_differences() -> None:
    gold, predicted = [GOLD] * 4, [PREDICTED, GOLD, PREDICTED, GOLD]
    scores = score(gold, predicted, SCHEME)
    interval = scores.interval("entities, strict")
    assert interval.low < scores.total("entities, strict").f1 < interval.high
    assert scores.difference(score(gold, predicted, SCHEME), "entities, strict") == Interval(0.0, 0.0)
    perfect = score(gold, gold, SCHEME)
    assert perfect.interval("relations, strict") == Interval(1.0, 1.0)
    difference = perfect.difference(scores, "entities, strict")
    assert 0.0 <= difference.low < difference.high <= 0.5


def test_scores_as_plain_data() -> None:
    data = score([GOLD], [PREDICTED], SCHEME).to_dict()
    assert tuple(data) == METRICS
    assert data["relations, strict"] == {
        "precision": 0.5,
        "recall": 0.5,
        "f1": 0.5,
        "tp": 1,
        "fp": 1,
        "fn": 1,
        "f1_low": 0.5,
        "f1_high": 0.5,
        "labels": {
            "meets": {"precision": 1.0, "recall": 1.0, "f1": 1.0, "tp": 1, "fp": 0, "fn": 0},
            "warns": {"precision": 0.0, "recall": 0.0, "f1": 0.0, "tp": 0, "fp": 1, "fn": 1},
        },
    }
    assert data["entities, overlap"]["precision"] == 0.75
    assert data["stances, strict"]["labels"]["against"]["fn"] == 1


def test_figures_are_rounded_to_four_places() -> None:
    scores = Scores({"entities, strict": [{"GPE": Counts(1, 2, 0)}]}, "document")
    assert scores.to_dict()["entities, strict"]["precision"] == 0.3333


@pytest.mark.parametrize(
    ("gold", "predicted"),
    [
        ([GOLD], []),
        ([GOLD], [Document("Other text.")]),
        ([GOLD, Document("Other text.")], [Document("Other text."), GOLD]),
    ],
)
def test_documents_of_different_texts_are_refused(gold: list[Document], predicted: list[Document]) -> None:
    with pytest.raises(ValueError, match="different texts, or in different order"):
        score(gold, predicted, SCHEME)
