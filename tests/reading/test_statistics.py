from __future__ import annotations

from secrel.domain import Document, Entity, Pair, Relation, Span, Stance
from secrel.reading import Statistics, count

TEXT = "Osh fed Kars. Kars slept. \U0001f600 Osh left."
OSH, KARS = Entity(Span(0, 3), "GPE", "Osh"), Entity(Span(8, 12), "GPE", "Kars")
KARS_2, OSH_2 = Entity(Span(14, 18), "GPE", "Kars"), Entity(Span(28, 31), "MIL", "Osh")
DOCUMENT = Document(
    TEXT,
    sentences=(Span(0, 13), Span(14, 25), Span(26, 37)),
    entities=(OSH, KARS, KARS_2, OSH_2),
    relations=(Relation(Pair(OSH, KARS), "feeds", "actual"), Relation(Pair(KARS, OSH), "feeds")),
    stances=(Stance(Pair(KARS, OSH), "favor"), Stance(Pair(OSH_2, OSH_2), "against")),
)


def test_counts_of_one_document() -> None:
    assert len(TEXT) == 37
    statistics = count([DOCUMENT])
    assert (statistics.documents, statistics.sentences, statistics.characters) == (1, 3, 37)
    assert statistics.sentences_without_pair == 1
    assert statistics.entities == {"GPE": 3, "MIL": 1}
    assert statistics.surfaces == {"GPE": {"Osh", "Kars"}, "MIL": {"Osh"}}
    assert statistics.relations == {("feeds", "actual"): 1, ("feeds", "-"): 1}
    assert statistics.stances == {"favor": 1, "against": 1}


def test_documents_add_up_and_surfaces_stay_distinct() -> None:
    statistics = count(iter([DOCUMENT, DOCUMENT, Document("Osh.", sentences=(Span(0, 4),)), Document("x")]))
    assert (statistics.documents, statistics.sentences, statistics.characters) == (4, 7, 79)
    assert statistics.sentences_without_pair == 3
    assert statistics.entities["GPE"] == 6
    assert statistics.surfaces["GPE"] == {"Osh", "Kars"}
    assert statistics.relations["feeds", "actual"] == 2


def test_nothing_counts_nothing() -> None:
    assert count([]) == Statistics()
    assert count([Document("Osh")]) == Statistics(documents=1, characters=3)


def test_pairs_without_a_sentence_hide_no_sentence() -> None:
    loose = DOCUMENT.replace(sentences=(Span(14, 25),))
    assert count([loose]).sentences_without_pair == 1
