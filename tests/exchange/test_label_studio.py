from __future__ import annotations

import json
from typing import Any

import pytest

from secrel.domain import LabelScheme
from secrel.errors import AnnotationError
from secrel.exchange import label_studio
from secrel.reading import parse_inline

TEXT = "\U0001f600 Osh trains Kars."


def _task(**changes: Any) -> dict[str, Any]:
    def span(id: str, start: int, end: int, text: str) -> dict[str, Any]:
        return {"id": id, "type": "labels", "value": {"start": start, "end": end, "text": text, "labels": ["GPE"]}}

    relation = {"type": "relation", "from_id": "a", "to_id": "b", "direction": "right", "labels": ["trains", "actual"]}
    result = [span("a", 2, 5, "Osh"), span("b", 13, 17, "Kars"), relation | changes]
    return {"data": {"text": TEXT}, "annotations": [{"was_cancelled": True, "result": []}, {"result": result}]}


def _decode(scheme: LabelScheme, task: dict[str, Any]) -> Any:
    return label_studio.decode(json.dumps([task]).encode(), scheme, where="x.json")[0]


def test_an_export_of_the_tool_is_read(scheme: LabelScheme) -> None:
    document = _decode(scheme, _task())
    assert (document.id, document.text, len(document.sentences)) == ("x-1", TEXT, 1)
    (relation,) = document.relations
    assert (relation.head.text, relation.label, relation.tail.text, relation.status) == (
        "Osh",
        "trains",
        "Kars",
        "actual",
    )
    (reverse,) = _decode(scheme, _task(direction="left")).relations
    assert (reverse.head.text, reverse.tail.text) == ("Kars", "Osh")


def test_utf16_offsets_of_old_versions_are_recognised(scheme: LabelScheme) -> None:
    task = _task()
    for item in task["annotations"][1]["result"][:2]:
        item["value"]["start"] += 1
        item["value"]["end"] += 1
    assert [(e.start, e.text) for e in _decode(scheme, task).entities] == [(2, "Osh"), (13, "Kars")]
    task["annotations"][1]["result"][0]["value"]["text"] = "Ash"
    with pytest.raises(AnnotationError, match=r"x.json, x-1: found .* expected 'Ash'"):
        _decode(scheme, task)


@pytest.mark.parametrize(
    "labels", [[], ["actual"], ["trains", "pressures"], ["trains", "actual", "planned"], ["trains", "no such"]]
)
def test_relation_labels_have_to_fit(scheme: LabelScheme, labels: list[str]) -> None:
    with pytest.raises(AnnotationError, match="expected a relation with a status, or stance with a polarity"):
        _decode(scheme, _task(labels=labels))


def test_unmarked_tasks_and_broken_ones(scheme: LabelScheme) -> None:
    assert _decode(scheme, {"data": {"text": "Osh."}}).entities == ()
    two = _task()
    two["annotations"][1]["result"][0]["value"]["labels"] = ["GPE", "ORG"]
    with pytest.raises(AnnotationError, match="expected one label a mention"):
        _decode(scheme, two)
    for content in (b"{}", b"[{}]", b'[{"data": {}}]'):
        with pytest.raises(AnnotationError, match="expected a list of Label Studio tasks"):
            label_studio.decode(content, scheme)
    with pytest.raises(AnnotationError):
        _decode(scheme, _task(from_id="z"))


def test_the_interface_names_every_label(scheme: LabelScheme) -> None:
    xml = label_studio.configuration(scheme)
    for label in (*scheme.entities, *scheme.relation_labels, *scheme.statuses, *scheme.polarities):
        assert f'value="{label}"' in xml
    assert 'value="stance"' in xml
    assert 'value="stance"' not in label_studio.configuration(LabelScheme("bare", "1", ("GPE",)))


def test_what_is_written(scheme: LabelScheme) -> None:
    document = parse_inline("[Osh]GPE#1 likes [Kars]GPE#2.\n> stance 1 2 favor", scheme, id="d").document
    (task,) = json.loads(label_studio.encode([document], scheme))
    assert task["data"] == {"id": "d", "text": "Osh likes Kars.\n", "sentences": [[0, 15]]}
    assert task["annotations"][0]["result"][-1] == {
        "from_id": "T1",
        "to_id": "T2",
        "type": "relation",
        "direction": "right",
        "labels": ["stance", "favor"],
    }
