"""Documents as plain data: the form of one line of JSONL."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from secrel.domain.actor import Actor, Attribution
from secrel.domain.date import DateInterval
from secrel.domain.document import Citation, Document, Metadata, ModelTag
from secrel.domain.dropped import Dropped
from secrel.domain.entity import Entity
from secrel.domain.pair import Pair, Relation, Stance
from secrel.domain.span import Span
from secrel.errors import AnnotationError


def document_to_dict(document: Document) -> dict[str, Any]:
    """A document as plain data; identifiers are given anew, in order."""
    document = document.with_ids()
    return {
        "id": document.id,
        "meta": asdict(document.metadata),
        "text": document.text,
        "sentences": None
        if document.sentences is None
        else [[sentence.start, sentence.end] for sentence in document.sentences],
        "entities": [
            {
                "id": e.id,
                "label": e.label,
                "start": e.start,
                "end": e.end,
                "text": e.text,
                "score": e.score,
                "actor": asdict(e.actor) if e.actor else None,
                "date": asdict(e.date) if e.date else None,
            }
            for e in document.entities
        ],
        "relations": [
            {
                "id": r.id,
                "label": r.label,
                "head": r.head.id,
                "tail": r.tail.id,
                "status": r.status,
                "score": r.score,
                "status_score": r.status_score,
                "sentence": document.sentence_index(r.head.span),
                "attribution": asdict(r.attribution) if r.attribution else None,
            }
            for r in document.relations
        ],
        "stances": [
            {
                "id": s.id,
                "holder": s.holder.id,
                "target": s.target.id,
                "polarity": s.polarity,
                "score": s.score,
                "sentence": document.sentence_index(s.holder.span),
                "attribution": asdict(s.attribution) if s.attribution else None,
            }
            for s in document.stances
        ],
        "citations": [
            {
                "start": c.span.start,
                "end": c.span.end,
                "sources": [asdict(s) for s in c.sources],
                "sentences": list(c.sentences),
            }
            for c in document.citations
        ],
        "model": asdict(document.model) if document.model else None,
        "dropped": [asdict(d) for d in document.dropped],
    }


def document_from_dict(data: dict[str, Any]) -> Document:
    """The inverse of :func:`document_to_dict`.

    Raises:
        AnnotationError: If a key is missing, an identifier unknown, or an offset does not fit the text.
    """
    where = f"document {data.get('id', '(without id)')!r}"
    try:
        return _build(data, where)
    except KeyError as error:
        raise AnnotationError(
            where, found=f"no entry {error.args[0]!r}", expected="a key or identifier of that name"
        ) from error
    except (TypeError, ValueError) as error:
        raise AnnotationError(where, found=str(error), expected="the JSONL form of a document") from error


def _build(data: dict[str, Any], where: str) -> Document:
    text: str = data["text"]
    entities: dict[str, Entity] = {}

    def span_of(start: int, end: int) -> Span:
        if end > len(text):
            raise AnnotationError(where, found=f"span [{start}, {end})", expected=f"offsets up to {len(text)}")
        return Span(start, end)

    for item in data["entities"]:
        span = span_of(item["start"], item["end"])
        if span.of(text) != item["text"]:
            raise AnnotationError(
                f"{where}, entity {item['id']}",
                found=f"text {item['text']!r} at [{span.start}, {span.end}) of a text that has {span.of(text)!r} there",
                expected="offsets in code points into the text of the same line",
            )
        actor = Actor(**item["actor"]) if item.get("actor") else None
        date = DateInterval(**item["date"]) if item.get("date") else None
        entities[item["id"]] = Entity(span, item["label"], item["text"], item["score"], actor, date, item["id"])
    raw = data.get("sentences")
    sentences = None if raw is None else tuple(span_of(start, end) for start, end in raw)

    def evidence(item: dict[str, Any]) -> Span | None:
        index: int | None = item.get("sentence")
        if not sentences or index is None:
            return None
        if not 0 <= index < len(sentences):
            raise AnnotationError(where, found=f"sentence {index}", expected=f"0 to {len(sentences) - 1}")
        return sentences[index]

    def attribution(item: dict[str, Any]) -> Attribution | None:
        return Attribution(**item["attribution"]) if item.get("attribution") else None

    return Document(
        text=text,
        id=data["id"],
        metadata=Metadata(**data.get("meta", {})),
        sentences=sentences,
        entities=tuple(entities.values()),
        relations=tuple(
            Relation(
                Pair(entities[r["head"]], entities[r["tail"]]),
                r["label"],
                r["status"],
                r["score"],
                r.get("status_score", 1.0),
                evidence(r),
                attribution(r),
                r["id"],
            )
            for r in data["relations"]
        ),
        stances=tuple(
            Stance(
                Pair(entities[s["holder"]], entities[s["target"]]),
                s["polarity"],
                s["score"],
                evidence(s),
                attribution(s),
                s["id"],
            )
            for s in data["stances"]
        ),
        citations=tuple(
            Citation(
                span_of(c["start"], c["end"]),
                tuple(Attribution(**s) for s in c["sources"]),
                tuple(c.get("sentences", ())),
            )
            for c in data.get("citations", ())
        ),
        model=ModelTag(**data["model"]) if data.get("model") else None,
        dropped=tuple(Dropped(**d) for d in data.get("dropped", ())),
    )
