from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secrel.domain import Document, Entity, LabelScheme, Pair, Relation, Span, Stance
from secrel.errors import AnnotationError
from secrel.reading import (
    Standoff,
    annotation_conf,
    format_standoff,
    from_document,
    parse_standoff,
    read_standoff,
    to_document,
    write_standoff,
)
from secrel.reading.standoff import Attribute, BinaryRelation, Note, TextBound

TEXT = "\ufeffOsh\r\ntrains \U0001f600 Naryn. Naryn “Guard” thanks Osh."
ANN = (
    "T1\tGPE 1 4\tOsh\n"
    "T2\tGPE 15 20\tNaryn\n"
    "R1\ttrains Arg1:T1 Arg2:T2\n"
    "A1\tStatus R1 planned\n"
    "T4\tGPE 43 46\tOsh\n"
    "T3\tMIL 22 35\tNaryn “Guard”\n"
    "R2\tstance Holder:T3 Target:T4\t\n"
    "A2\tPolarity R2 favor\n"
    "#1\tAnnotatorNotes T1\ta note\n"
)

numbers = st.integers(0, 10**6).map(str)
names = st.text(st.characters(exclude_categories=["Cs", "Z", "Cc"], exclude_characters=":"), min_size=1, max_size=6)
mentions = st.text(st.characters(exclude_characters="\n"), max_size=8)
lines = st.one_of(
    st.builds("T{}\t{} {} {}\t{}".format, numbers, names, numbers, numbers, mentions),
    st.builds("R{}\t{} {}:{} {}:{}{}".format, numbers, names, names, names, names, names, st.sampled_from(["", "\t"])),
    st.builds("{}{}\t{} {} {}".format, st.sampled_from("AM"), numbers, names, names, names),
    st.builds("{}{}".format, st.sampled_from(["#1\t", "N1\t", "E1\t", "*\tEquiv ", "", "\r"]), mentions).filter(
        lambda line: line[:1] not in set("TRAM")
    ),
)


@settings(deadline=None)
@given(st.lists(lines, max_size=8), st.booleans())
def test_format_is_the_exact_inverse_of_parse(file: list[str], final_newline: bool) -> None:
    text = "\n".join(file) + "\n" * final_newline
    standoff = parse_standoff(text)
    assert format_standoff(standoff) == text
    assert parse_standoff(format_standoff(standoff)) == standoff


@settings(deadline=None)
@given(st.text(st.sampled_from("TRA1 \t\n:ox"), max_size=30))
def test_what_parses_at_all_formats_to_the_same_characters(text: str) -> None:
    try:
        standoff = parse_standoff(text)
    except AnnotationError:
        return
    assert format_standoff(standoff) == text


def test_lines_are_taken_apart() -> None:
    assert parse_standoff(ANN).lines == (
        TextBound("T1", "GPE", 1, 4, "Osh"),
        TextBound("T2", "GPE", 15, 20, "Naryn"),
        BinaryRelation("R1", "trains", ("Arg1", "Arg2"), ("T1", "T2")),
        Attribute("A1", "Status", "R1", "planned"),
        TextBound("T4", "GPE", 43, 46, "Osh"),
        TextBound("T3", "MIL", 22, 35, "Naryn “Guard”"),
        BinaryRelation("R2", "stance", ("Holder", "Target"), ("T3", "T4"), "\t"),
        Attribute("A2", "Polarity", "R2", "favor"),
        Note("#1", "AnnotatorNotes", "T1", "a note"),
    )


def test_line_numbers_count_from_one() -> None:
    standoff = parse_standoff(ANN)
    assert [standoff.line_number(id) for id in ("T1", "T3", "A2", "T9", "#1")] == [1, 6, 8, 0, 9]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("T1\tGPE 0 3 Osh", "T<n><TAB>LABEL start end<TAB>text"),
        ("T1 GPE 0 3\tOsh", "T<n><TAB>LABEL start end<TAB>text"),
        ("T1\tGPE 0\tOsh", "T<n><TAB>LABEL start end<TAB>text"),
        ("T1\tGPE -1 3\tOsh", "T<n><TAB>LABEL start end<TAB>text"),
        ("T1\tGPE 00 03\tOsh", "T<n><TAB>LABEL start end<TAB>text"),
        ("T1\tGPE ٣ ٤\tOsh", "T<n><TAB>LABEL start end<TAB>text"),
        ("Tx\tGPE 0 3\tOsh", "T<n><TAB>LABEL start end<TAB>text"),
        ("T1\tGPE 0 3;5 8\tOsh sky", "one continuous span"),
        ("R1\ttrains Arg1:T1", "R<n><TAB>label Arg1:T<n> Arg2:T<n>"),
        ("R1\ttrains T1 T2", "R<n><TAB>label Arg1:T<n> Arg2:T<n>"),
        ("R1\ttrains Arg1:T1 Arg2:T2\r", "R<n><TAB>label Arg1:T<n> Arg2:T<n>"),
        ("A1\tStatus R1", "A<n><TAB>Name R<n> value"),
        ("A1 Status R1 actual", "A<n><TAB>Name R<n> value"),
        ("M1\tStatus R1 actual ", "A<n><TAB>Name R<n> value"),
    ],
)
def test_malformed_lines_are_named(line: str, expected: str) -> None:
    with pytest.raises(AnnotationError) as caught:
        parse_standoff(f"T9\tGPE 0 1\tO\n{line}\n", where="x.ann")
    assert caught.value.where == "x.ann, line 2"
    assert caught.value.expected == expected
    assert caught.value.found in {repr(line), "a discontinuous span"}


def _unmarked() -> Document:
    return Document(TEXT, sentences=(Span(1, 21), Span(22, 47)))


def test_layers_of_a_document() -> None:
    document = to_document(parse_standoff(ANN), _unmarked())
    first, second = document.sentences or ()
    osh, naryn = Entity(Span(1, 4), "GPE", "Osh"), Entity(Span(15, 20), "GPE", "Naryn")
    guard, osh_2 = Entity(Span(22, 35), "MIL", "Naryn “Guard”"), Entity(Span(43, 46), "GPE", "Osh")
    assert document.entities == (osh, naryn, guard, osh_2)
    assert [entity.id for entity in document.entities] == ["T1", "T2", "T3", "T4"]
    assert document.relations == (Relation(Pair(osh, naryn), "trains", "planned", evidence=first),)
    assert document.stances == (Stance(Pair(guard, osh_2), "favor", evidence=second),)
    assert (document.relations[0].id, document.stances[0].id) == ("R1", "R2")


def test_entities_come_in_order_of_their_spans_whatever_their_names() -> None:
    standoff = parse_standoff("T1\tGPE 43 46\tOsh\nT2\tMIL 22 35\tNaryn “Guard”\nT10\tGPE 1 4\tOsh\n")
    assert [entity.id for entity in to_document(standoff, _unmarked()).entities] == ["T10", "T2", "T1"]


def test_relation_without_status_and_document_without_sentences() -> None:
    standoff = parse_standoff("T1\tGPE 1 4\tOsh\nT2\tGPE 15 20\tNaryn\nR1\ttrains Arg1:T1 Arg2:T2\n")
    (relation,) = to_document(standoff, Document(TEXT)).relations
    assert (relation.status, relation.evidence) == (None, None)


def test_document_to_lines_in_canonical_order() -> None:
    assert format_standoff(from_document(to_document(parse_standoff(ANN), _unmarked()))) == (
        "T1\tGPE 1 4\tOsh\n"
        "T2\tGPE 15 20\tNaryn\n"
        "T3\tMIL 22 35\tNaryn “Guard”\n"
        "T4\tGPE 43 46\tOsh\n"
        "R1\ttrains Arg1:T1 Arg2:T2\n"
        "R2\tstance Holder:T3 Target:T4\n"
        "A1\tStatus R1 planned\n"
        "A2\tPolarity R2 favor\n"
    )


def test_line_breaks_inside_a_mention_become_spaces() -> None:
    mention = "Osh\r\ntrains"
    document = Document(TEXT, entities=(Entity(Span(1, 12), "ORG", mention),))
    standoff = from_document(document)
    assert format_standoff(standoff) == "T1\tORG 1 12\tOsh  trains\n"
    assert to_document(standoff, Document(TEXT)).entities == document.entities


@settings(deadline=None)
@given(st.data())
def test_documents_survive_the_round_trip(data: st.DataObject) -> None:
    text = data.draw(st.text(st.sampled_from("aB e\u0301\u00a0“\r\n\t\ufeff\U0001f600"), min_size=1, max_size=20))
    pairs = data.draw(st.lists(st.tuples(st.integers(0, len(text) - 1), st.integers(1, 5)), min_size=2, max_size=5))
    spans = sorted({Span(start, min(start + size, len(text))) for start, size in pairs})
    entities = tuple(Entity(span, "GPE", span.of(text)) for span in spans)
    pair = st.builds(Pair, st.sampled_from(entities), st.sampled_from(entities))
    status = st.sampled_from([None, "actual", "planned"])
    relations = data.draw(st.lists(st.builds(Relation, pair, st.just("trains"), status), max_size=3))
    stances = data.draw(st.lists(st.builds(Stance, pair, st.sampled_from(["favor", "against"])), max_size=3))
    document = Document(text, entities=entities, relations=tuple(relations), stances=tuple(stances))
    written = format_standoff(from_document(document))
    assert to_document(parse_standoff(written), Document(text)) == document


@pytest.mark.parametrize(
    ("lines", "where", "found", "expected"),
    [
        ("T1\tGPE 1 99\tOsh", "T1", "offsets 1 99", "0 <= start < end <= 47, the length of the text in code points"),
        ("T1\tGPE 4 4\t", "T1", "offsets 4 4", "0 <= start < end <= 47"),
        ("T1\tGPE 2 5\tOsh", "T1", "'Osh' in the annotation and 'sh\\r' in the text at 2", "the same characters"),
        ("T1\tGPE 1 4\tosh", "T1", "'osh' in the annotation and 'Osh' in the text at 1", "the same characters"),
        ("T1\tGPE 1 4\tOsh\nR1\ttrains Arg1:T1 Arg2:T2", "R1", "argument T2", "a T line of that identifier"),
        (
            "T1\tGPE 1 4\tOsh\nT2\tGPE 15 20\tNaryn\nR1\tstance Holder:T1 Target:T2\nA1\tStatus R1 actual",
            "R1",
            "a stance without polarity",
            "an A line Polarity",
        ),
    ],
)
def test_lines_that_do_not_fit_the_text(lines: str, where: str, found: str, expected: str) -> None:
    with pytest.raises(AnnotationError) as caught:
        to_document(parse_standoff(lines), _unmarked(), where="x.ann")
    assert (caught.value.where, caught.value.found) == (f"x.ann, {where}", found)
    assert caught.value.expected.startswith(expected)


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "x.ann"
    write_standoff(parse_standoff(ANN), path)
    assert path.read_bytes() == ANN.encode("utf-8")
    assert read_standoff(path) == parse_standoff(ANN)


@pytest.mark.parametrize(
    ("data", "n_lines"),
    [(b"", 0), (b"\n", 1), (b"\r\n \n", 2), (b"\xef\xbb\xbfT1\tGPE 1 4\tOsh\n", 1)],
)
def test_files_without_marks_and_with_a_byte_order_mark(tmp_path: Path, data: bytes, n_lines: int) -> None:
    path = tmp_path / "x.ann"
    path.write_bytes(data)
    standoff = read_standoff(path)
    assert len(standoff.lines) == n_lines
    assert len(to_document(standoff, _unmarked()).entities) == data.count(b"T1")


def test_a_document_without_marks_can_be_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "x.ann"
    write_standoff(from_document(_unmarked()), path)
    assert path.read_bytes() == b""
    assert to_document(read_standoff(path), _unmarked()) == _unmarked()
    assert format_standoff(Standoff()) == ""


@pytest.mark.parametrize(
    ("data", "found", "expected"),
    [
        (None, "No such file or directory", "a readable .ann file"),
        (b"T1\tGPE 1 4\tO\xffh", "byte 0xff at byte 12 (line 1), which is not utf-8", "a text in utf-8 throughout"),
        (b"T1\x00", "a NUL byte at byte 2: a binary file", "text"),
    ],
)
def test_unreadable_files(tmp_path: Path, data: bytes | None, found: str, expected: str) -> None:
    path = tmp_path / "x.ann"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(AnnotationError) as caught:
        read_standoff(path)
    assert (caught.value.where, caught.value.found) == (str(path), found)
    assert caught.value.expected.startswith(expected)


def test_brat_configuration() -> None:
    from secrel.config import parse_scheme

    scheme = parse_scheme(
        {
            "name": "toy",
            "version": "1",
            "entities": ["GPE", "MIL"],
            "statuses": ["actual", "planned"],
            "relations": [{"label": "sends-to", "head": ["MIL", "GPE"], "tail": ["GPE"]}],
            "stance": {"polarities": ["favor", "against"], "holder": ["GPE"], "target": ["MIL"]},
        }
    )
    assert annotation_conf(scheme) == (
        "[entities]\nGPE\nMIL\n\n"
        "[relations]\nsends-to\tArg1:GPE|MIL, Arg2:GPE\nstance\tHolder:GPE, Target:MIL\n"
        "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>\n\n"
        "[events]\n\n"
        "[attributes]\nStatus\tArg:<RELATION>, Value:actual|planned\nPolarity\tArg:<RELATION>, Value:favor|against\n"
    )


def test_brat_configuration_without_status_and_stance() -> None:
    conf = annotation_conf(LabelScheme("bare", "1", ("GPE",)))
    assert "Status" not in conf
    assert "stance" not in conf
    assert conf.endswith("[attributes]\n")


def test_two_mentions_of_one_identifier_are_refused() -> None:
    lines = parse_standoff("T1\tGPE 0 4\tKyiv\nT1\tGPE 5 10\tMinsk\n")
    with pytest.raises(AnnotationError, match="two T lines"):
        to_document(lines, Document("Kyiv Minsk"))
