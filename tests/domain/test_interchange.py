from __future__ import annotations

import json
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
    Dropped,
    Entity,
    Metadata,
    ModelTag,
    Pair,
    Relation,
    Span,
    Stance,
)
from secrel.domain.interchange import document_from_dict, document_to_dict
from secrel.errors import AnnotationError

TEXT = "Omsk trains \U0001f600 Kars (Avesta, July 6). “Omsk” fears Kars."
#       0    5      12         14   19                37


def _entity(start: int, end: int, **rest: Any) -> Entity:
    return Entity(Span(start, end), "GPE", TEXT[start:end], **rest)


def _document() -> Document:
    first, last = Span(0, 36), Span(37, 55)
    omsk, kars = _entity(0, 4, score=0.5, actor=Actor("RUS", "RUS", None, "Omsk")), _entity(14, 18)
    omsk_2, kars_2 = _entity(38, 42), _entity(50, 54)
    july = Entity(Span(28, 34), "DATE", TEXT[28:34], date=DateInterval("2006-07-06", "2006-07-06", "day"))
    source = Attribution("Avesta", None, "2006-07-06")
    return Document(
        TEXT,
        id="letter",
        metadata=Metadata("Weekly", 3, 4, "2006-07-11", 2006, "a.txt", "A letter", "N. N.", "original"),
        sentences=(first, last),
        entities=(omsk, kars, july, omsk_2, kars_2),
        relations=(Relation(Pair(omsk, kars), "trains", "actual", 0.75, 0.25, first, source),),
        stances=(Stance(Pair(omsk_2, kars_2), "against", 0.125, last),),
        citations=(Citation(Span(19, 35), (source,), (0,)),),
        model=ModelTag("edm", "0.1.0"),
        dropped=(Dropped("windows too long", 2),),
    )


def _plain(id: str, start: int, end: int) -> dict[str, Any]:
    plain = {"id": id, "label": "GPE", "start": start, "end": end, "text": TEXT[start:end], "score": 1.0}
    return plain | {"actor": None, "date": None}


def test_form_of_a_line() -> None:
    assert [e.text for e in _document().entities] == ["Omsk", "Kars", "July 6", "Omsk", "Kars"]
    assert document_to_dict(_document()) == {
        "id": "letter",
        "meta": {
            "publication": "Weekly",
            "volume": 3,
            "issue": 4,
            "date": "2006-07-11",
            "year": 2006,
            "source": "a.txt",
            "title": "A letter",
            "author": "N. N.",
            "duplicate_of": "original",
        },
        "text": TEXT,
        "sentences": [[0, 36], [37, 55]],
        "entities": [
            {
                "id": "T1",
                "label": "GPE",
                "start": 0,
                "end": 4,
                "text": "Omsk",
                "score": 0.5,
                "actor": {"code": "RUS", "country": "RUS", "role": None, "name": "Omsk"},
                "date": None,
            },
            _plain("T2", 14, 18),
            _plain("T3", 28, 34)
            | {
                "label": "DATE",
                "date": {"start": "2006-07-06", "end": "2006-07-06", "granularity": "day"},
            },
            _plain("T4", 38, 42),
            _plain("T5", 50, 54),
        ],
        "relations": [
            {
                "id": "R1",
                "label": "trains",
                "head": "T1",
                "tail": "T2",
                "status": "actual",
                "score": 0.75,
                "status_score": 0.25,
                "sentence": 0,
                "attribution": {"outlet": "Avesta", "speaker": None, "date": "2006-07-06"},
            }
        ],
        "stances": [
            {
                "id": "S1",
                "holder": "T4",
                "target": "T5",
                "polarity": "against",
                "score": 0.125,
                "sentence": 1,
                "attribution": None,
            }
        ],
        "citations": [
            {
                "start": 19,
                "end": 35,
                "sources": [{"outlet": "Avesta", "speaker": None, "date": "2006-07-06"}],
                "sentences": [0],
            }
        ],
        "model": {"name": "edm", "version": "0.1.0"},
        "dropped": [{"reason": "windows too long", "n": 2}],
    }


def test_round_trip_through_json_keeps_everything() -> None:
    document = _document()
    again = Document.from_dict(json.loads(json.dumps(document.to_dict(), ensure_ascii=False)))
    assert again == document
    assert [entity.id for entity in again.entities] == ["T1", "T2", "T3", "T4", "T5"]
    assert (again.relations[0].id, again.stances[0].id) == ("R1", "S1")


@pytest.mark.parametrize("document", [Document(""), Document("x"), Document("x", sentences=())])
def test_round_trip_of_empty_layers(document: Document) -> None:
    assert Document.from_dict(document.to_dict()) == document


@settings(deadline=None)
@given(st.data())
def test_round_trip_of_any_spans(data: st.DataObject) -> None:
    text = data.draw(st.text(st.sampled_from("a B\u0301é\u00a0“\r\n\ufeff\U0001f600"), min_size=2, max_size=20))
    pairs = data.draw(st.lists(st.tuples(st.integers(0, len(text) - 1), st.integers(1, 5)), max_size=5))
    spans = sorted({Span(start, min(start + size, len(text))) for start, size in pairs})
    entities = tuple(Entity(span, "GPE", span.of(text), score=0.5) for span in spans)
    document = Document(text, sentences=(Span(0, len(text)),), entities=entities)
    line = json.dumps(document.to_dict())
    assert Document.from_dict(json.loads(line)) == document


def test_optional_keys_may_be_missing() -> None:
    data = _document().to_dict()
    meta = data["meta"]
    for key in ("meta", "citations", "model", "dropped", "sentences"):
        del data[key]
    del data["relations"][0]["status_score"], data["relations"][0]["attribution"], data["entities"][0]["actor"]
    del data["entities"][2]["date"]
    for key in ("title", "author", "duplicate_of"):
        del meta[key]
    document = document_from_dict({**data, "meta": meta})
    assert document.metadata == Metadata("Weekly", 3, 4, "2006-07-11", 2006, "a.txt")
    document = document_from_dict(data)
    assert (document.metadata, document.model, document.sentences) == (Metadata(), None, None)
    assert [(e.actor, e.date) for e in document.entities] == [(None, None)] * 5
    assert (document.relations[0].status_score, document.relations[0].evidence) == (1.0, None)


def test_a_bracket_of_an_earlier_version_covers_nothing() -> None:
    data = _document().to_dict()
    del data["citations"][0]["sentences"]
    assert document_from_dict(data).citations == (Citation(Span(19, 35), _document().citations[0].sources),)


def _broken(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    data = _document().to_dict()
    place: Any = data
    for key in path[:-1]:
        place = place[key]
    if value is KeyError:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("text",), KeyError, "document 'letter': found no entry 'text'; expected a key or identifier of that name"),
        (("entities", 0, "label"), KeyError, "no entry 'label'"),
        (("relations", 0, "head"), "T9", "no entry 'T9'"),
        (("stances", 0, "target"), "T9", "no entry 'T9'"),
        (("entities", 0, "text"), "Tomsk", "text 'Tomsk' at [0, 4) of a text that has 'Omsk' there"),
        (("entities", 1, "start"), 12, "entity T2: found text 'Kars' at [12, 18)"),
        (("entities", 0, "end"), 0, "not [0, 0)"),
        (
            ("entities", 4),
            {"id": "T5", "label": "GPE", "start": 50, "end": 99, "text": "Kars.", "score": 1},
            "[50, 99)",
        ),
        (("entities", 0, "start"), "0", "the JSONL form of a document"),
        (("entities", 0, "actor"), {"code": "RUS", "planet": 3}, "planet"),
        (("entities", 2, "date"), {"start": "2006-07-06"}, "end"),
        (("sentences",), [[0]], "the JSONL form of a document"),
        (("sentences",), [[0, 99]], "[0, 99)"),
        (("sentences", 0, 0), -1, "not [-1, 36)"),
        (("relations", 0, "sentence"), 2, "sentence 2"),
        (("stances", 0, "sentence"), -1, "sentence -1"),
        (("citations", 0, "end"), 99, "[19, 99)"),
        (("meta",), {"colour": "red"}, "colour"),
        (("model",), {"name": "edm"}, "version"),
        (("relations",), None, "the JSONL form of a document"),
    ],
)
def test_broken_lines_are_refused(path: tuple[Any, ...], value: Any, message: str) -> None:
    with pytest.raises(AnnotationError) as caught:
        document_from_dict(_broken(path, value))
    assert "document 'letter'" in caught.value.where
    assert message in str(caught.value)


def test_document_without_id_is_named_so() -> None:
    with pytest.raises(AnnotationError, match=r"document '\(without id\)': found no entry 'text'"):
        document_from_dict({})
