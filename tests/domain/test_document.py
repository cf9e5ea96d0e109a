from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secrel.domain import (
    Actor,
    Attribution,
    Citation,
    DateInterval,
    Document,
    Entity,
    Metadata,
    ModelTag,
    Pair,
    Record,
    Relation,
    Span,
    Stance,
)

TEXT = "\ufeffOsh trains Naryn.\r\nNaryn thanks \U0001f600 Osh."
SENTENCES = (Span(1, 18), Span(20, 39))


def _entity(start: int, end: int, label: str = "GPE", **rest: Any) -> Entity:
    return Entity(Span(start, end), label, TEXT[start:end], **rest)


OSH = _entity(1, 4, score=0.5, actor=Actor("KGZ", "KGZ"))
NARYN = _entity(12, 17)
NARYN_2 = _entity(20, 25)
OSH_2 = _entity(35, 38, actor=Actor("KGZGOV", "KGZ", "GOV", "Kyrgyz government"))


def _document(**changes: Any) -> Document:
    document = Document(
        TEXT,
        id="letter",
        metadata=Metadata("Weekly", 3, 4, "2006-07-11", 2006, "a.txt"),
        sentences=SENTENCES,
        entities=(OSH, NARYN, NARYN_2, OSH_2),
        relations=(Relation(Pair(OSH, NARYN), "trains", "actual", 0.75, 0.5, SENTENCES[0]),),
        stances=(
            Stance(Pair(NARYN_2, OSH_2), "favor", 0.25, attribution=Attribution("Avesta", "the mayor", "2006-07-06")),
        ),
        model=ModelTag("edm", "0.1.0"),
    )
    return document.replace(**changes)


def test_texts_of_the_fixture_lie_where_the_offsets_say() -> None:
    assert [span.of(TEXT) for span in SENTENCES] == ["Osh trains Naryn.", "Naryn thanks \U0001f600 Osh."]
    assert [entity.text for entity in (OSH, NARYN, NARYN_2, OSH_2)] == ["Osh", "Naryn", "Naryn", "Osh"]
    assert (OSH_2.start, OSH_2.end) == (35, 38)


def test_replace_leaves_the_original_alone() -> None:
    document = _document()
    assert document.replace(entities=()).entities == ()
    assert len(document.entities) == 4
    assert document == _document()


@pytest.mark.parametrize(
    ("start", "end", "index"),
    [(1, 4, 0), (1, 18, 0), (17, 18, 0), (20, 25, 1), (38, 39, 1), (0, 1, None), (18, 19, None), (17, 21, None)],
)
def test_sentence_index(start: int, end: int, index: int | None) -> None:
    assert _document().sentence_index(Span(start, end)) == index


def test_sentence_index_of_sentences_without_a_gap() -> None:
    document = Document("One.Two.", sentences=(Span(0, 4), Span(4, 8)))
    assert [document.sentence_index(Span(*span)) for span in ((0, 4), (3, 4), (4, 5), (3, 5))] == [0, 0, 1, None]


@pytest.mark.parametrize("sentences", [None, ()])
def test_sentence_index_without_sentences(sentences: tuple[Span, ...] | None) -> None:
    document = _document(sentences=sentences)
    assert document.sentence_index(Span(1, 4)) is None
    assert list(document.entities_by_sentence()) == []


def test_entities_by_sentence_names_empty_sentences_and_skips_loose_entities() -> None:
    loose = _entity(17, 25)
    document = _document(entities=(OSH, loose, NARYN))
    assert list(document.entities_by_sentence()) == [(0, SENTENCES[0], (OSH, NARYN)), (1, SENTENCES[1], ())]


def test_with_ids_numbers_every_layer_and_the_arguments() -> None:
    document = _document().with_ids()
    assert [entity.id for entity in document.entities] == ["T1", "T2", "T3", "T4"]
    assert [(r.id, r.head.id, r.tail.id) for r in document.relations] == [("R1", "T1", "T2")]
    assert [(s.id, s.holder.id, s.target.id) for s in document.stances] == [("S1", "T3", "T4")]
    assert document == _document(), "identifiers are no part of equality"


def test_records_of_a_relation_and_a_stance() -> None:
    relation, stance = _document().to_records()
    common = {
        "article": "letter",
        "publication": "Weekly",
        "volume": 3,
        "issue": 4,
        "date": "2006-07-11",
        "year": 2006,
        "head_label": "GPE",
        "tail_label": "GPE",
        "when_start": None,
        "when_end": None,
        "model": "edm 0.1.0",
        "duplicate_of": None,
    }
    assert relation.to_dict() == common | {
        "kind": "relation",
        "head": "Osh",
        "head_start": 1,
        "head_end": 4,
        "head_actor": "KGZ",
        "head_country": "KGZ",
        "label": "trains",
        "tail": "Naryn",
        "tail_start": 12,
        "tail_end": 17,
        "tail_actor": None,
        "tail_country": None,
        "status": "actual",
        "score": 0.75,
        "status_score": 0.5,
        "according_to": None,
        "outlet": None,
        "speaker": None,
        "report_date": None,
        "sentence": "Osh trains Naryn.",
        "sentence_start": 1,
        "sentence_end": 18,
    }
    assert stance.to_dict() == common | {
        "kind": "stance",
        "head": "Naryn",
        "head_start": 20,
        "head_end": 25,
        "head_actor": None,
        "head_country": None,
        "label": "favor",
        "tail": "Osh",
        "tail_start": 35,
        "tail_end": 38,
        "tail_actor": "KGZGOV",
        "tail_country": "KGZ",
        "status": None,
        "score": 0.25,
        "status_score": None,
        "according_to": "speaker",
        "outlet": "Avesta",
        "speaker": "the mayor",
        "report_date": "2006-07-06",
        "sentence": "Naryn thanks \U0001f600 Osh.",
        "sentence_start": 20,
        "sentence_end": 39,
    }
    assert tuple(relation.to_dict()) == Record.columns()
    assert Record.columns()[:7] == ("article", "publication", "volume", "issue", "date", "year", "kind")


def test_records_without_sentences_model_and_marks() -> None:
    document = _document(sentences=None, model=None, relations=())
    (stance,) = document.to_records()
    assert (stance.sentence, stance.sentence_start, stance.sentence_end, stance.model) == ("Naryn", 20, 25, None)
    assert Document("").to_records() == []


@pytest.mark.parametrize(
    ("attribution", "kind", "shown"),
    [
        (None, None, (None, None, None)),
        (Attribution(), "author", (None, None, None)),
        (Attribution("Avesta", None, "2006-07"), "outlet", ("Avesta", None, "2006-07")),
        (Attribution(None, "the mayor"), "speaker", (None, "the mayor", None)),
        (Attribution("Avesta", "the mayor", "2006"), "speaker", ("Avesta", "the mayor", "2006")),
    ],
)
def test_according_to_whom(attribution: Attribution | None, kind: str | None, shown: tuple[str | None, ...]) -> None:
    relation = Relation(Pair(OSH, NARYN), "trains", attribution=attribution)
    (record,) = _document(relations=(relation,), stances=()).to_records()
    assert record.according_to == kind
    assert (record.outlet, record.speaker, record.report_date) == shown
    assert attribution is None or attribution.kind == kind


DATED = "Osh met Naryn on July 6 or in May (Avesta, July 8)."
#        0   4   8        17        30      43


def _date(start: int, end: int, first: str, last: str, granularity: str = "day") -> Entity:
    return Entity(Span(start, end), "DATE", DATED[start:end], date=DateInterval(first, last, granularity))


JULY_6 = _date(17, 23, "2006-07-06", "2006-07-06")
MAY = _date(30, 33, "2006-05-01", "2006-05-31", "month")
JULY_8 = _date(43, 49, "2006-07-08", "2006-07-08")
UNKNOWN = Entity(Span(30, 33), "DATE", DATED[30:33])


@pytest.mark.parametrize(
    ("dates", "when"),
    [
        ((), (None, None)),
        ((JULY_6,), ("2006-07-06", "2006-07-06")),
        ((MAY,), ("2006-05-01", "2006-05-31")),
        # Two dates: which of them it is nobody knows. Two mentions of one day are one date.
        ((JULY_6, MAY), (None, None)),
        ((JULY_6, _date(30, 33, "2006-07-06", "2006-07-06")), ("2006-07-06", "2006-07-06")),
        # The date of a source bracket is that of a report, and a mention that stands for no days says nothing.
        ((JULY_6, JULY_8), ("2006-07-06", "2006-07-06")),
        ((JULY_8,), (None, None)),
        ((JULY_6, UNKNOWN), ("2006-07-06", "2006-07-06")),
    ],
)
def test_when_is_the_only_date_of_the_sentence(dates: tuple[Entity, ...], when: tuple[str | None, str | None]) -> None:
    osh, naryn = Entity(Span(0, 3), "GPE", "Osh"), Entity(Span(8, 13), "GPE", "Naryn")
    document = Document(
        DATED,
        sentences=(Span(0, len(DATED)),),
        entities=(osh, naryn, *dates),
        relations=(Relation(Pair(osh, naryn), "cooperates-with"),),
        citations=(Citation(Span(34, 50), (Attribution("Avesta"),), (0,)),),
    )
    (record,) = document.to_records()
    assert (record.when_start, record.when_end) == when


def test_dates_of_other_sentences_do_not_count() -> None:
    elsewhere = _entity(31, 34, "DATE", date=DateInterval("2006-07-06", "2006-07-06", "day"))
    document = _document(entities=(OSH, NARYN, NARYN_2, elsewhere, OSH_2))
    assert [record.when_start for record in document.to_records()] == [None, "2006-07-06"]


@settings(deadline=None)
@given(data=st.data())
def test_when_is_the_same_as_by_looking_at_everything(data: st.DataObject) -> None:
    spans = st.tuples(st.integers(0, 12), st.integers(1, 9)).map(lambda pair: Span(pair[0], sum(pair)))
    days = st.sampled_from([None, *(DateInterval(f"2006-07-0{n}", f"2006-07-0{n}", "day") for n in (1, 2))])
    dates = data.draw(st.lists(st.builds(Entity, spans, st.just("DATE"), st.just("x"), date=days), max_size=6))
    brackets = data.draw(st.lists(spans, max_size=3))
    evidence = data.draw(spans)
    osh, naryn = Entity(Span(0, 3), "GPE", "Osh"), Entity(Span(8, 13), "GPE", "Naryn")
    document = Document(
        DATED,
        entities=(osh, naryn, *dates),
        stances=(Stance(Pair(osh, naryn), "favor", evidence=evidence),),
        citations=tuple(Citation(bracket) for bracket in brackets),
    )
    named = {
        e.date
        for e in dates
        if e.date and evidence.contains(e.span) and not any(bracket.contains(e.span) for bracket in brackets)
    }
    only = named.pop() if len(named) == 1 else None
    (record,) = document.to_records()
    assert (record.when_start, record.when_end) == ((only.start, only.end) if only else (None, None))


def test_records_of_a_long_text_do_not_look_at_every_entity_for_every_mark() -> None:
    n, looked = 1_000, 0

    class Counted(Span):
        def contains(self, other: Span) -> bool:
            nonlocal looked
            looked += 1
            return Span.contains(self, other)

    text = "Osh July 6 " * n
    mentions = [Entity(Span(11 * i, 11 * i + 3), "GPE", "Osh") for i in range(n)]
    dates = [replace(JULY_6, span=Span(11 * i + 4, 11 * i + 10)) for i in range(n)]
    document = Document(
        text,
        sentences=tuple(Counted(11 * i, 11 * i + 11) for i in range(n)),
        entities=(*mentions, *dates),
        stances=tuple(Stance(Pair(one, one), "favor", evidence=Counted(one.start, one.start + 11)) for one in mentions),
        citations=tuple(Citation(Counted(11 * i + 10, 11 * i + 11)) for i in range(n)),
    )
    assert {record.when_start for record in document.to_records()} == {"2006-07-06"}
    assert looked <= n


def test_a_date_shows_its_days() -> None:
    assert [date.text for date in (JULY_6, MAY, JULY_8)] == ["July 6", "May", "July 8"]
    assert str(JULY_6.date) == "2006-07-06"
    assert str(MAY.date) == "2006-05-01/2006-05-31"


def test_records_of_a_reprint_say_so() -> None:
    document = _document(metadata=Metadata("Weekly", duplicate_of="first"))
    assert {record.duplicate_of for record in document.to_records()} == {"first"}


def test_with_entities_moves_relations_and_stances() -> None:
    document = _document()
    resolved = tuple(
        Entity(e.span, e.label, e.text, e.score, Actor("KGZ", "KGZ"), None, e.id) for e in document.entities
    )
    moved = document.with_entities(resolved)
    assert moved.entities == resolved
    assert {record.head_actor for record in moved.to_records()} == {"KGZ"}
    assert moved.relations[0].tail == resolved[1]
    assert document == _document()
    with pytest.raises(ValueError, match="argument"):
        document.with_entities(resolved[:-1])


def test_the_year_is_that_of_the_date() -> None:
    assert Metadata(date="2006-07-11").year == 2006
    assert Metadata(date="2006-07-11", year=2005).year == 2006
    assert replace(Metadata(date="2006-07-11"), date="2007-01-01").year == 2007
    assert Metadata(year=2005).year == 2005
    # No date, which what writes dates refuses.
    assert Metadata(date="July 2006").year is None
    head, tail = Entity(Span(0, 5), "GPE", "Minsk"), Entity(Span(13, 18), "GPE", "Vaduz")
    document = Document(
        "Minsk trains Vaduz.",
        metadata=Metadata(date="2006-07-11"),
        entities=(head, tail),
        relations=(Relation(Pair(head, tail), "trains", "actual"),),
    )
    assert [record.year for record in document.to_records()] == [2006]
    assert document.to_dict()["meta"]["year"] == 2006
