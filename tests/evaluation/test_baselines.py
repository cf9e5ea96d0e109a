"""The baselines on documents made by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from secrel.domain import Document, Entity, LabelScheme, Pair, Relation, RelationType, Span, Stance, StanceType
from secrel.evaluation import CoOccurrence, Lexicon, always_none
from secrel.evaluation.baselines import ordered_pairs

PARTY = frozenset({"GPE", "MIL", "PERSON"})
SCHEME = LabelScheme(
    "test",
    "1",
    ("GPE", "MIL", "PERSON", "LAW"),
    relations=(
        RelationType("cooperates-with", PARTY, PARTY, symmetric=True),
        RelationType("pressures", PARTY, PARTY),
        RelationType("trains", frozenset({"MIL"}), frozenset({"MIL"})),
    ),
    statuses=("denied", "planned", "actual"),
    stance=StanceType(("favor", "against"), PARTY, PARTY | {"LAW"}),
)


def marked(text: str, *names: tuple[str, str], sentences: tuple[Span, ...] | None = None) -> Document:
    entities = []
    for name, label in names:
        start = text.index(name)
        entities.append(Entity(Span(start, start + len(name)), label, name))
    return Document(text, sentences=sentences or (Span(0, len(text)),), entities=tuple(entities))


def found(document: Document) -> list[tuple[str, str, str, str | None]]:
    return [(r.head.text, r.label, r.tail.text, r.status) for r in document.relations]


def found_stances(document: Document) -> list[tuple[str, str, str]]:
    return [(s.holder.text, s.polarity, s.target.text) for s in document.stances]


def related(document: Document, head: int, tail: int, label: str, status: str | None = "actual") -> Relation:
    return Relation(Pair(document.entities[head], document.entities[tail]), label, status)


def test_always_none() -> None:
    document = marked("Baku warned Kyiv.", ("Baku", "GPE"), ("Kyiv", "GPE"))
    document = document.replace(
        relations=(related(document, 0, 1, "pressures"),),
        stances=(Stance(Pair(*document.entities), "against"),),
    )
    bare = always_none(document)
    assert (bare.relations, bare.stances, bare.entities) == ((), (), document.entities)


def test_pairs_are_of_one_sentence_in_both_orders() -> None:
    document = marked(
        "Baku met Kyiv. Riga slept.",
        ("Baku", "GPE"),
        ("Kyiv", "GPE"),
        ("Riga", "GPE"),
        sentences=(Span(0, 14), Span(15, 26)),
    )
    pairs = [(sentence.start, head.text, tail.text) for sentence, head, tail in ordered_pairs(document)]
    assert pairs == [(0, "Baku", "Kyiv"), (0, "Kyiv", "Baku")]


def training_documents() -> list[Document]:
    """Pairs MIL-GPE in text order are related in 2 of 2 cases, GPE-GPE in 1 of 3, against the order never."""
    first = marked("Army left Baku.", ("Army", "MIL"), ("Baku", "GPE"))
    second = marked("Navy left Riga.", ("Navy", "MIL"), ("Riga", "GPE"))
    third = marked("Baku met Kyiv and Riga.", ("Baku", "GPE"), ("Kyiv", "GPE"), ("Riga", "GPE"))
    return [
        first.replace(
            relations=(related(first, 0, 1, "pressures", "planned"),),
            stances=(Stance(Pair(*first.entities), "against"),),
        ),
        second.replace(relations=(related(second, 0, 1, "pressures", "planned"),)),
        third.replace(relations=(related(third, 0, 1, "cooperates-with"),)),
    ]


def test_co_occurrence_takes_the_types_that_raise_f1() -> None:
    baseline = CoOccurrence(training_documents(), SCHEME)
    # MIL-GPE alone: F1 2*2/(2+3) = 0.8; with GPE-GPE 2*3/(5+3) = 0.75.
    assert baseline.relations == {("MIL", "GPE", True): ("pressures", "planned")}
    # One stance in two pairs.
    assert baseline.stances == {("MIL", "GPE", True): "against"}
    document = baseline(marked("Fleet saw Oslo and Bern.", ("Fleet", "MIL"), ("Oslo", "GPE"), ("Bern", "GPE")))
    assert found(document) == [("Fleet", "pressures", "Oslo", "planned"), ("Fleet", "pressures", "Bern", "planned")]
    assert found_stances(document) == [("Fleet", "against", "Oslo"), ("Fleet", "against", "Bern")]
    assert {r.evidence for r in document.relations} == {Span(0, 24)}
    reverse = baseline(marked("Oslo saw Fleet.", ("Oslo", "GPE"), ("Fleet", "MIL")))
    assert (reverse.relations, reverse.stances) == ((), ())


def test_co_occurrence_takes_the_most_frequent_label() -> None:
    documents = []
    for label, status in (("pressures", "actual"), ("pressures", "actual"), ("trains", "actual")):
        document = marked("Army met Navy.", ("Army", "MIL"), ("Navy", "MIL"))
        documents.append(document.replace(relations=(related(document, 0, 1, label, status),)))
    assert CoOccurrence(documents, SCHEME).relations == {("MIL", "MIL", True): ("pressures", "actual")}


def test_co_occurrence_without_marks_predicts_nothing() -> None:
    document = marked("Baku met Kyiv.", ("Baku", "GPE"), ("Kyiv", "GPE"))
    for training in ([], [document]):
        result = CoOccurrence(training, SCHEME)(document)
        assert (result.relations, result.stances) == ((), ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Baku warned Kyiv.", [("Baku", "pressures", "Kyiv", "actual")]),
        ("Baku will warn Kyiv.", [("Baku", "pressures", "Kyiv", "planned")]),
        ("Baku never warned Kyiv.", [("Baku", "pressures", "Kyiv", "denied")]),
        ("BAKU WARNED KYIV.", [("BAKU", "pressures", "KYIV", "actual")]),
        ("Baku saw Kyiv.", []),
        ("Baku forewarned Kyiv.", []),  # a stem is looked for at the beginning of a word
        ("Baku and Kyiv warned.", []),
        ("Warned, Baku met Kyiv.", []),
        ("Baku warned and warned Kyiv.", [("Baku", "pressures", "Kyiv", "actual")]),
        (
            "Baku warned its partner Kyiv.",
            [("Baku", "cooperates-with", "Kyiv", "actual"), ("Baku", "pressures", "Kyiv", "actual")],
        ),
    ],
)
def test_lexicon(text: str, expected: list[tuple[str, str, str, str]]) -> None:
    names = [(name, "GPE") for name in ("Baku", "Kyiv", "BAKU", "KYIV") if name in text]
    assert found(Lexicon(SCHEME)(marked(text, *names))) == expected


def test_lexicon_takes_the_nearest_mentions_that_may_be_arguments() -> None:
    document = marked(
        "Ivan of Baku warned Treaty and Kyiv near Riga.",
        ("Ivan", "PERSON"),
        ("Baku", "GPE"),
        ("Treaty", "LAW"),
        ("Kyiv", "GPE"),
        ("Riga", "GPE"),
    )
    assert found(Lexicon(SCHEME)(document)) == [("Baku", "pressures", "Kyiv", "actual")]


def test_lexicon_does_not_look_into_mentions_nor_other_sentences() -> None:
    document = marked(
        "Baku met Warning Post in Kyiv. He warned. Riga slept.",
        ("Baku", "GPE"),
        ("Warning Post", "MIL"),
        ("Kyiv", "GPE"),
        ("Riga", "GPE"),
        sentences=(Span(0, 30), Span(31, 41), Span(42, 53)),
    )
    assert found(Lexicon(SCHEME)(document)) == []


def test_lexicon_stances_one_a_pair() -> None:
    document = marked("Baku praised and later criticized Kyiv.", ("Baku", "GPE"), ("Kyiv", "GPE"))
    assert found_stances(Lexicon(SCHEME)(document)) == [("Baku", "favor", "Kyiv")]
    document = marked("Baku criticized Treaty.", ("Baku", "GPE"), ("Treaty", "LAW"))
    assert found_stances(Lexicon(SCHEME)(document)) == [("Baku", "against", "Treaty")]


def test_lexicon_of_another_scheme() -> None:
    document = marked("Baku warned and praised Kyiv.", ("Baku", "GPE"), ("Kyiv", "GPE"))
    other = LabelScheme("other", "1", ("GPE",), relations=(RelationType("owns", PARTY, PARTY),))
    assert Lexicon(other)(document).relations == ()
    assert Lexicon(other)(document).stances == ()
    without_status = replace(SCHEME, statuses=(), stance=None)
    result = Lexicon(without_status)(document)
    assert found(result) == [("Baku", "pressures", "Kyiv", None)]
    assert result.stances == ()
