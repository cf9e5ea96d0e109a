"""Prodigy JSONL (https://prodi.gy/docs/api-interfaces, ``relations``): one document a line, pairs between tokens.

A relation is called ``label:status`` and a stance ``stance:polarity``. Prodigy names the last token of a mention as the
end of an arrow and gives the mention beside it, which is what is read back.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from secrel.domain import Document, LabelScheme, Span
from secrel.errors import AnnotationError
from secrel.exchange.marks import PairMark, build_document, join_label, pair_marks, split_label
from secrel.exchange.tokens import check_flat, document_tokens, token_range


def encode(documents: Sequence[Document], scheme: LabelScheme) -> bytes:  # noqa: ARG001
    """One line a document.

    Raises:
        AnnotationError: If a mention does not begin and end at word boundaries.
    """
    return b"".join((json.dumps(_line(d), ensure_ascii=False) + "\n").encode("utf-8") for d in documents)


def _line(document: Document) -> dict[str, Any]:
    check_flat(document)
    tokens = document_tokens(document)
    spans: dict[Span, dict[str, Any]] = {}
    for entity in document.entities:
        first, last = token_range(tokens, entity.span, where=document.id)
        spans[entity.span] = {
            "start": entity.start,
            "end": entity.end,
            "token_start": first,
            "token_end": last,
            "label": entity.label,
        }
    relations = [
        {
            "head": spans[head]["token_end"],
            "child": spans[tail]["token_end"],
            "head_span": spans[head],
            "child_span": spans[tail],
            "label": join_label(label, value),
        }
        for head, tail, label, value in pair_marks(document)
    ]
    meta: dict[str, Any] = {"id": document.id}
    if document.sentences is not None:
        meta["sentences"] = [[span.start, span.end] for span in document.sentences]
    return {
        "text": document.text,
        "tokens": [
            {
                "text": token.of(document.text),
                "start": token.start,
                "end": token.end,
                "id": n,
                "ws": document.text[token.end : token.end + 1].isspace(),
            }
            for n, token in enumerate(tokens)
        ],
        "spans": list(spans.values()),
        "relations": relations,
        "meta": meta,
        "answer": "accept",
    }


def decode(content: bytes, scheme: LabelScheme, *, where: str = "prodigy") -> list[Document]:
    """The documents of the lines that were accepted.

    Raises:
        AnnotationError: If a line is no such task, or a mark does not fit its text or the scheme.
    """
    if not content.strip():
        raise AnnotationError(where, found="an empty file", expected="a Prodigy task a line")
    documents = []
    # Not splitlines: a text may hold other line separators of Unicode.
    try:
        lines = content.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise AnnotationError(where, found=str(error), expected="a file in UTF-8") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        here = f"{where}, line {number}"
        try:
            task = json.loads(line)
            if task.get("answer", "accept") == "accept":
                documents.append(_document(task, f"{Path(where).stem}-{number}", scheme, here))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise AnnotationError(
                here, found=f"{type(error).__name__}: {error}", expected="a Prodigy task with text and spans"
            ) from error
    return documents


def _document(task: dict[str, Any], name: str, scheme: LabelScheme, where: str) -> Document:
    def span(item: dict[str, Any]) -> Span:
        return Span(item["start"], item["end"])

    meta = task.get("meta", {})
    pairs: list[PairMark] = [
        (span(item["head_span"]), span(item["child_span"]), *split_label(item["label"]))
        for item in task.get("relations", [])
    ]
    sentences = [Span(start, end) for start, end in meta["sentences"]] if "sentences" in meta else None
    mentions = [(span(item), item["label"]) for item in task.get("spans", [])]
    return build_document(str(meta.get("id", name)), task["text"], mentions, pairs, scheme, where, sentences)
