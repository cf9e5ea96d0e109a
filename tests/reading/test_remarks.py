from __future__ import annotations

from pathlib import Path

import pytest

from secrel.domain import LabelScheme, Pair
from secrel.errors import AnnotationError
from secrel.reading import (
    NEGATIVES,
    Negative,
    Remarks,
    add_remarks,
    format_inline,
    format_standoff,
    from_document,
    parse_inline,
    parse_standoff,
    read_corpus,
    to_document,
    to_remarks,
)
from secrel.reading.remarks import contradictions

INLINE = """\
# title: Two towns

[Osh]GPE#1 was trained by [Kars]GPE#2, whose mayor met [Baku]GPE#3.
> trains 2 1 actual passive
> stance 1 2 favor
> negative 1 2 role-reversal
> negative 2 3 bare-meeting
[Osh]GPE#1 may train [Kars]GPE#2.
> trains 1 2 possible
"""


def test_inline_remarks_become_notes_and_come_back(scheme: LabelScheme) -> None:
    article = parse_inline(INLINE, scheme)
    assert article.remarks.forms == {0: "passive"}
    assert [(n.pair.head.text, n.pair.tail.text, n.kind) for n in article.remarks.negatives] == [
        ("Osh", "Kars", "role-reversal"),
        ("Kars", "Baku", "bare-meeting"),
    ]
    text = format_standoff(add_remarks(from_document(article.document), article.document, article.remarks))
    assert text.endswith(
        "#1\tAnnotatorNotes R1\tform passive\n#2\tAnnotatorNotes T1\tnegative role-reversal T2\n"
        "#3\tAnnotatorNotes T2\tnegative bare-meeting T3\n"
    )
    standoff = parse_standoff(text)
    document = to_document(standoff, article.document.replace(entities=(), relations=(), stances=()))
    assert to_remarks(standoff, document) == article.remarks
    assert format_inline(document, article.notes, to_remarks(standoff, document)) == INLINE.replace("\n\n", "\n")


def test_without_remarks_the_lines_stay_as_they_are(scheme: LabelScheme) -> None:
    document = parse_inline("[Osh]GPE#1 trains [Kars]GPE#2.\n> trains 1 2 actual", scheme).document
    standoff = from_document(document)
    assert add_remarks(standoff, document, Remarks()).lines == standoff.lines
    assert to_remarks(standoff, document) == Remarks()


def test_an_annotators_own_notes_are_left_alone(scheme: LabelScheme) -> None:
    document = parse_inline("[Osh]GPE#1 trains [Kars]GPE#2.\n> trains 1 2 actual", scheme).document.with_ids()
    text = format_standoff(from_document(document))
    notes = "#1\tAnnotatorNotes T1\ta doubtful case\n#2\tNormalization R1\tform strange\n#3 a line of another kind\n"
    assert to_remarks(parse_standoff(text + notes), document) == Remarks()
    assert format_standoff(parse_standoff(text + notes)) == text + notes


@pytest.mark.parametrize(
    ("note", "found"),
    [
        ("#1\tAnnotatorNotes R1\tform loud", "'form loud' of R1"),
        ("#1\tAnnotatorNotes T1\tform active", "'form active' of T1"),
        ("#1\tAnnotatorNotes T1\tnegative nonsense T2", "'negative nonsense T2' of T1"),
        ("#1\tAnnotatorNotes T1\tnegative co-mention T9", "'negative co-mention T9' of T1"),
        ("#1\tAnnotatorNotes R1\tnegative co-mention T2", "'negative co-mention T2' of R1"),
    ],
)
def test_broken_remarks_are_named(scheme: LabelScheme, note: str, found: str) -> None:
    document = parse_inline("[Osh]GPE#1 trains [Kars]GPE#2.\n> trains 1 2 actual", scheme).document.with_ids()
    standoff = parse_standoff(format_standoff(from_document(document)) + note + "\n")
    with pytest.raises(AnnotationError) as caught:
        to_remarks(standoff, document, where="x.ann")
    assert (caught.value.where, caught.value.found) == ("x.ann, #1", found)


def test_a_negative_is_a_pair_and_a_kind(scheme: LabelScheme) -> None:
    document = parse_inline("[Osh]GPE#1 met [Kars]GPE#2.\n> negative 1 2 bare-meeting", scheme)
    (negative,) = document.remarks.negatives
    assert negative == Negative(negative.pair, "bare-meeting")
    assert negative.kind in NEGATIVES


@pytest.mark.parametrize(
    ("marks", "fault"),
    [
        ("> trains 1 2 actual\n> negative 1 2 co-mention", "is marked as a relation"),
        ("> trains 1 2 actual\n> negative 1 2 deed-without-attitude", ""),
        ("> stance 1 2 favor\n> negative 1 2 deed-without-attitude", "is marked as a stance"),
        ("> stance 1 2 favor\n> negative 1 2 co-mention", ""),
        ("> trains 1 2 actual\n> negative 2 1 role-reversal", ""),
    ],
)
def test_negatives_that_are_marked_after_all(scheme: LabelScheme, marks: str, fault: str) -> None:
    article = parse_inline(f"[Osh]GPE#1 trains [Kars]GPE#2.\n{marks}", scheme)
    assert [text for _, text in contradictions(article.document, article.remarks)] == ([fault] if fault else [])


def test_a_negative_across_sentences_is_refused(scheme: LabelScheme) -> None:
    article = parse_inline("[Osh]GPE slept.\n[Kars]GPE woke.", scheme)
    osh, kars = article.document.entities
    remarks = Remarks(negatives=(Negative(Pair(osh, kars), "co-mention"),))
    assert [text for _, text in contradictions(article.document, remarks)] == ["lies not inside one sentence"]
    with pytest.raises(AnnotationError, match="negative of 'Osh' and 'Kars' across sentences"):
        format_inline(article.document, remarks=remarks)


def test_check_lists_broken_remarks(tmp_path: Path) -> None:
    (tmp_path / "labels.toml").write_text('name = "toy"\nversion = "1"\nentities = ["GPE"]\n')
    (tmp_path / "a.txt").write_text("Osh slept. Kars woke.\n")
    marks = "T1\tGPE 0 3\tOsh\nT2\tGPE 11 15\tKars\n"
    (tmp_path / "a.ann").write_text(marks + "#1\tAnnotatorNotes T1\tnegative co-mention T2\n")
    (offence,) = read_corpus(tmp_path).check()
    assert (offence.code, offence.message) == (
        "negative",
        "'Osh' to 'Kars', co-mention, lies not inside one sentence",
    )
    (tmp_path / "a.ann").write_text(marks + "#1\tAnnotatorNotes T1\tform active\n")
    assert [offence.code for offence in read_corpus(tmp_path).check()] == ["remark"]
