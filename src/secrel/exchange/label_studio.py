"""Label Studio tasks in JSON (https://labelstud.io/guide/export.html): spans as ``labels``, pairs as ``relation``.

A relation carries its status, and a stance its polarity, as a second label. Label Studio counts code points since
version 1.5; earlier ones counted UTF-16 units, which is recognised by the text that stands beside every span.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from secrel.domain import Document, LabelScheme, Span
from secrel.errors import AnnotationError
from secrel.exchange.marks import STANCE, PairMark, build_document, pair_marks

_FROM, _TO = "label", "text"


def encode(documents: Sequence[Document], scheme: LabelScheme) -> bytes:  # noqa: ARG001
    """A list of tasks, each with one annotation."""
    tasks = [_task(document) for document in documents]
    return (json.dumps(tasks, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _task(document: Document) -> dict[str, Any]:
    ids = {entity.span: f"T{n}" for n, entity in enumerate(document.entities, 1)}
    result: list[dict[str, Any]] = [
        {
            "id": ids[entity.span],
            "from_name": _FROM,
            "to_name": _TO,
            "type": "labels",
            "value": {"start": entity.start, "end": entity.end, "text": entity.text, "labels": [entity.label]},
        }
        for entity in document.entities
    ]
    for head, tail, label, value in pair_marks(document):
        labels = [label] if value is None else [label, value]
        pair = {"from_id": ids[head], "to_id": ids[tail], "type": "relation", "direction": "right", "labels": labels}
        result.append(pair)
    data: dict[str, Any] = {"id": document.id, "text": document.text}
    if document.sentences is not None:
        data["sentences"] = [[span.start, span.end] for span in document.sentences]
    return {"data": data, "annotations": [{"result": result}]}


def decode(content: bytes, scheme: LabelScheme, *, where: str = "label-studio") -> list[Document]:
    """The documents of a list of tasks, with the first annotation of each that was not cancelled.

    Raises:
        AnnotationError: If the content is no such list, or a mark does not fit its text or the scheme.
    """
    try:
        tasks = json.loads(content.decode("utf-8"))
        if not isinstance(tasks, list):
            raise TypeError("not a list")
        stem = Path(where).stem
        return [_document(task, f"{stem}-{number}", scheme, where) for number, task in enumerate(tasks, 1)]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise AnnotationError(
            where, found=f"{type(error).__name__}: {error}", expected="a list of Label Studio tasks with data.text"
        ) from error


def _document(task: dict[str, Any], name: str, scheme: LabelScheme, where: str) -> Document:
    data = task["data"]
    text = str(data["text"])
    name = str(data.get("id", name))
    here = f"{where}, {name}"
    kept = [entry for entry in task.get("annotations", []) if not entry.get("was_cancelled")]
    result = kept[0]["result"] if kept else []
    spans: dict[str, Span] = {}
    mentions: list[tuple[Span, str]] = []
    pairs: list[PairMark] = []
    for item in result:
        if item["type"] == "labels":
            if len(item["value"]["labels"]) != 1:
                raise AnnotationError(here, found=f"labels {item['value']['labels']}", expected="one label a mention")
            spans[item["id"]] = _span(item["value"], text, here)
            mentions.append((spans[item["id"]], item["value"]["labels"][0]))
    for item in result:
        if item["type"] == "relation":
            first, second = item["from_id"], item["to_id"]
            if item.get("direction") == "left":
                first, second = second, first
            label, value = _labels(item.get("labels", []), scheme, here)
            pairs.append((spans[first], spans[second], label, value))
    sentences = [Span(start, end) for start, end in data["sentences"]] if "sentences" in data else None
    return build_document(name, text, mentions, pairs, scheme, here, sentences)


def _labels(labels: list[str], scheme: LabelScheme, where: str) -> tuple[str, str | None]:
    kinds = [label for label in labels if label in {*scheme.relation_labels, STANCE}]
    values = [label for label in labels if label in {*scheme.statuses, *scheme.polarities}]
    if len(kinds) != 1 or len(values) > 1 or len(kinds) + len(values) != len(labels):
        raise AnnotationError(
            where, found=f"relation labels {labels}", expected="a relation with a status, or stance with a polarity"
        )
    return kinds[0], values[0] if values else None


def _span(value: dict[str, Any], text: str, where: str) -> Span:
    start, end = value["start"], value["end"]
    covered = value.get("text")
    if covered is None or text[start:end] == covered:
        return Span(start, end)
    units = text.encode("utf-16-le")
    if units[2 * start : 2 * end].decode("utf-16-le", errors="replace") == covered:
        before = len(units[: 2 * start].decode("utf-16-le", errors="replace"))
        return Span(before, before + len(covered))
    raise AnnotationError(where, found=f"{text[start:end]!r} at {start} to {end}", expected=repr(covered))


def configuration(scheme: LabelScheme) -> str:
    """The labelling interface of Label Studio for a scheme, as XML."""
    labels = "\n".join(f'    <Label value="{label}"/>' for label in scheme.entities)
    names = [*scheme.relation_labels, *scheme.statuses, *([STANCE] if scheme.stance else []), *scheme.polarities]
    relations = "\n".join(f'    <Relation value="{name}"/>' for name in names)
    return (
        f'<View>\n  <Relations>\n{relations}\n  </Relations>\n  <Labels name="{_FROM}" toName="{_TO}">\n{labels}\n'
        f'  </Labels>\n  <Text name="{_TO}" value="$text"/>\n</View>\n'
    )
