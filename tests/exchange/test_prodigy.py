from __future__ import annotations

import json

import pytest

from secrel.domain import LabelScheme
from secrel.errors import AnnotationError
from secrel.exchange import prodigy
from secrel.reading import parse_inline


def test_tokens_spans_and_relations_are_what_the_tool_expects(scheme: LabelScheme) -> None:
    document = parse_inline("[Tver Guards]MIL#1 left [Osh]GPE#2.\n> deploys-to 1 2 ended", scheme, id="d").document
    (line,) = prodigy.encode([document], scheme).decode().splitlines()
    task = json.loads(line)
    assert [token["text"] for token in task["tokens"]] == ["Tver", "Guards", "left", "Osh", "."]
    assert [token["ws"] for token in task["tokens"]] == [True, True, True, False, True]
    for token in task["tokens"]:
        assert task["text"][token["start"] : token["end"]] == token["text"]
    assert task["spans"][0] == {"start": 0, "end": 11, "token_start": 0, "token_end": 1, "label": "MIL"}
    (relation,) = task["relations"]
    assert (relation["head"], relation["child"], relation["label"]) == (1, 3, "deploys-to:ended")
    assert relation["child_span"] == task["spans"][1]


def test_rejected_lines_are_left_out_and_blank_ones_skipped(scheme: LabelScheme) -> None:
    lines = [json.dumps({"text": "Osh.", "answer": answer}) for answer in ("accept", "reject", "ignore")]
    documents = prodigy.decode("\n\n".join(lines).encode(), scheme)
    assert [document.id for document in documents] == ["prodigy-1"]


@pytest.mark.parametrize("line", ['{"txt": "Osh."}', "[]", '{"text": "Osh.", "spans": [{}]}', '{"text": "x"'])
def test_broken_lines_are_named(scheme: LabelScheme, line: str) -> None:
    with pytest.raises(AnnotationError, match=r"x.jsonl, line 2: found .* expected a Prodigy task"):
        prodigy.decode(f"\n{line}\n".encode(), scheme, where="x.jsonl")


def test_an_empty_file_is_no_export(scheme: LabelScheme) -> None:
    with pytest.raises(AnnotationError, match="x: found an empty file; expected a Prodigy task a line"):
        prodigy.decode(b"\n", scheme, where="x")


def test_marks_that_do_not_fit_are_named(scheme: LabelScheme) -> None:
    def decode(**parts: object) -> None:
        prodigy.decode(json.dumps({"text": "Osh hit Kars.", **parts}).encode(), scheme)

    osh = {"start": 0, "end": 3, "label": "GPE"}
    with pytest.raises(AnnotationError, match="a mention ending at 99; expected at most 13"):
        decode(spans=[{"start": 0, "end": 99, "label": "GPE"}])
    with pytest.raises(AnnotationError, match="two mentions at 0 to 3"):
        decode(spans=[osh, osh])
    with pytest.raises(AnnotationError, match="trains of 8 to 12; expected a mention at that place"):
        decode(spans=[osh], relations=[{"head_span": osh, "child_span": {"start": 8, "end": 12}, "label": "trains"}])
    with pytest.raises(AnnotationError, match="a stance 'loud'"):
        decode(spans=[osh], relations=[{"head_span": osh, "child_span": osh, "label": "stance:loud"}])


def test_other_encodings_are_refused(scheme: LabelScheme) -> None:
    with pytest.raises(AnnotationError, match=r"x: found .* expected a file in UTF-8"):
        prodigy.decode('{"text": "café"}'.encode("cp1252"), scheme, where="x")
    with pytest.raises(AnnotationError, match="expected a text of whole Unicode characters"):
        prodigy.decode(b'{"text": "half \\ud83d"}', scheme)
