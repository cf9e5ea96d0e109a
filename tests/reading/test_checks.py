from __future__ import annotations

import pytest

from secrel.config import parse_scheme
from secrel.domain import Document, LabelScheme, Span
from secrel.reading import check_standoff, parse_standoff

TEXT = "The Osh guard met Kars’ men and Naryn’s “wolves”. Al Jazeera saw the Dawn. \U0001f600 The Act."
#       0   4             18            32     40          50            65         77
SENTENCES = (Span(0, 49), Span(50, 74), Span(75, 85))
SCHEME = parse_scheme(
    {
        "name": "toy",
        "version": "1",
        "entities": ["GPE", "MIL", "MEDIA", "LAW"],
        "statuses": ["actual", "planned"],
        "relations": [
            {"label": "meets", "symmetric": True, "head": ["GPE", "MIL"], "tail": ["GPE", "MIL"]},
            {"label": "trains", "head": ["GPE"], "tail": ["MIL", "GPE"]},
        ],
        "stance": {"polarities": ["favor", "against"], "holder": ["GPE"], "target": ["MIL", "GPE"]},
    }
)
GOOD = """\
T1\tGPE 4 7\tOsh
T2\tGPE 18 22\tKars
T3\tGPE 32 37\tNaryn
T4\tMIL 41 47\twolves
T5\tMEDIA 50 60\tAl Jazeera
R1\ttrains Arg1:T1 Arg2:T4
R2\tmeets Arg1:T1 Arg2:T2
R3\tstance Holder:T3 Target:T1
A1\tStatus R1 actual
A2\tStatus R2 planned
A3\tPolarity R3 against
"""


def _check(ann: str, scheme: LabelScheme = SCHEME) -> list[tuple[str, str, str]]:
    document = Document(TEXT, sentences=SENTENCES)
    offences = check_standoff(parse_standoff(ann), document, scheme, where="x.ann")
    return [(offence.where, offence.code, offence.message) for offence in offences]


def test_the_fixture_is_clean_and_its_offsets_hold() -> None:
    assert [span.of(TEXT)[-1] for span in SENTENCES] == [".", ".", "."]
    assert _check(GOOD) == []
    assert _check("") == []


@pytest.mark.parametrize(
    ("extra", "where", "code", "message"),
    [
        ("T5\tGPE 69 73\tDawn", 12, "duplicate-id", "found T5 twice"),
        ("T9\tGPE 69 99\tDawn", 12, "offset-mismatch", "found offsets 69 99; expected 0 <= start < end <= 85"),
        ("T9\tGPE 69 69\t", 12, "offset-mismatch", "found offsets 69 69"),
        ("T9\tGPE 68 72\tDawn", 12, "offset-mismatch", "found 'Dawn' in the annotation, ' Daw' in the text at 68"),
        ("T9\tCITY 69 73\tDawn", 12, "unknown-label", "found 'CITY'; expected one of GPE, MIL, MEDIA, LAW"),
        ("T9\tGPE 75 80\t\U0001f600 The", None, "", ""),
        ("T9\tGPE 73 76\t. \U0001f600", 12, "outside-sentence", "'. \U0001f600' does not lie inside one sentence"),
        ("T9\tGPE 19 21\tar", 12, "overlap", "'ar' overlaps T2 'Kars'; expected flat spans"),
        ("T9\tGPE 40 41\t“", 12, "edge", "punctuation at the edge of '“'"),
        ("T9\tGPE 68 73\t Dawn", 12, "edge", "edge of ' Dawn'"),
        ("T9\tGPE 65 73\tthe Dawn", 12, "article", "found a leading article in 'the Dawn'"),
        ("T9\tMEDIA 65 73\tthe Dawn", None, "", ""),
        ("T9\tLAW 77 84\tThe Act", None, "", ""),
        ("R9\ttrains Arg1:T1 Arg2:T9\nA9\tStatus R9 actual", 12, "unknown-argument", "found T9; expected a T line"),
        ("R9\tmeets Arg1:T1 Arg2:T1\nA9\tStatus R9 actual", 12, "self-relation", "T1 is both arguments"),
        ("R9\tfeeds Arg1:T1 Arg2:T2\nA9\tStatus R9 actual", 12, "unknown-label", "one of meets, trains, stance"),
        ("R9\ttrains Arg1:T3 Head:T2\nA9\tStatus R9 actual", 12, "role", "expected ('Arg1', 'Arg2')"),
        ("R9\tstance Arg1:T3 Arg2:T2\nA9\tPolarity R9 favor", 12, "role", "expected ('Holder', 'Target')"),
        ("R9\ttrains Arg1:T4 Arg2:T3\nA9\tStatus R9 actual", 12, "argument-type", "MIL 'wolves' as Arg1 of trains"),
        ("R9\tstance Holder:T4 Target:T3\nA9\tPolarity R9 favor", 12, "argument-type", "as Holder of stance; expected"),
        ("T9\tGPE 69 73\tDawn\nR9\ttrains Arg1:T1 Arg2:T9\nA9\tStatus R9 actual", 13, "across-sentences", "'Osh' and"),
        ("R9\tmeets Arg1:T3 Arg2:T2\nA9\tStatus R9 actual", 12, "argument-order", "the first mention as Arg1"),
        ("R9\ttrains Arg1:T1 Arg2:T4\nA9\tStatus R9 planned", 12, "duplicate", "the same of the same pair as R1"),
        ("R9\tstance Holder:T3 Target:T1\nA9\tPolarity R9 favor", 12, "duplicate", "same pair as R3"),
        ("R9\ttrains Arg1:T2 Arg2:T4", 12, "missing-status", "found 0 Status lines; expected one"),
        ("R9\tstance Holder:T2 Target:T4", 12, "missing-polarity", "found 0 Polarity lines; expected one"),
        ("A9\tStatus R1 actual", 6, "duplicate", "found 2 Status lines; expected one"),
        (
            "R9\ttrains Arg1:T2 Arg2:T4\nA9\tStatus R9 sure",
            12,
            "unknown-status",
            "'sure'; expected one of actual, planned",
        ),
        (
            "R9\tstance Holder:T2 Target:T4\nA9\tPolarity R9 meh",
            12,
            "unknown-polarity",
            "expected one of favor, against",
        ),
        ("A9\tPolarity R1 favor", 6, "stray-attribute", "found Polarity of R1; expected no such line"),
        ("A9\tStatus R8 actual", 0, "stray-attribute", "found Status of R8"),
        ("R9\ttrains Arg1:T3 Arg2:T1\nA9\tStatus R9 actual", None, "", ""),
        ("#1\tAnnotatorNotes T1\tsure?", None, "", ""),
    ],
)
def test_every_offence_alone(extra: str, where: int | None, code: str, message: str) -> None:
    found = [offence for offence in _check(GOOD + extra) if offence[1] not in _consequences(code)]
    if where is None:
        assert found == []
        return
    assert [(place.split(" ")[0], kind) for place, kind, _ in found] == [(f"x.ann:{where}", code)]
    assert message in found[0][2]


def _consequences(code: str) -> set[str]:
    return {"outside-sentence": {"edge"}}.get(code, set())


@pytest.mark.parametrize(("span", "mention"), [("32 39", "Naryn’s"), ("18 23", "Kars’")])
def test_only_a_final_s_is_a_possessive(span: str, mention: str) -> None:
    codes = [code for _, code, _ in _check(f"T1\tGPE {span}\t{mention}\n")]
    assert codes == (["possessive"] if mention == "Naryn’s" else [])


def test_a_relation_outside_all_sentences() -> None:
    standoff = parse_standoff(GOOD)
    offences = check_standoff(standoff, Document(TEXT, sentences=(Span(50, 74),)), SCHEME)
    assert [offence.code for offence in offences] == ["outside-sentence"] * 4 + ["across-sentences"] * 3


def test_a_relation_of_an_empty_span() -> None:
    found = _check(GOOD + "T9\tGPE 4 4\t\nR9\ttrains Arg1:T1 Arg2:T9\nA9\tStatus R9 actual\n")
    assert [code for _, code, _ in found] == ["offset-mismatch", "across-sentences"]


def test_symmetric_relation_the_other_way_round_is_a_duplicate() -> None:
    codes = [code for _, code, _ in _check(GOOD + "R9\tmeets Arg1:T2 Arg2:T1\nA9\tStatus R9 actual")]
    assert codes == ["argument-order", "duplicate"]


def test_all_offences_are_reported_at_once_with_file_line_and_name() -> None:
    offences = _check(
        "T1\tCITY 0 7\tThe Osh\n"
        "T2\tGPE 18 23\tKars\n"
        "T3\tGPE 32 39\tNaryn’s\n"
        "R1\tfeeds Arg1:T1 Arg2:T3\n"
        "R2\ttrains Arg1:T3 Arg2:T9\n"
        "R3\tstance Holder:T3 Target:T3\n"
        "A1\tStatus R2 sure\n"
        "A2\tPolarity T1 favor\n"
    )
    assert [(where, code) for where, code, _ in offences] == [
        ("x.ann:1 (T1)", "unknown-label"),
        ("x.ann:1 (T1)", "article"),
        ("x.ann:2 (T2)", "offset-mismatch"),
        ("x.ann:3 (T3)", "possessive"),
        ("x.ann:4 (R1)", "unknown-label"),
        ("x.ann:5 (R2)", "unknown-argument"),
        ("x.ann:6 (R3)", "self-relation"),
        ("x.ann:4 (R1)", "missing-status"),
        ("x.ann:5 (R2)", "unknown-status"),
        ("x.ann:6 (R3)", "missing-polarity"),
        ("x.ann:1 (T1)", "stray-attribute"),
    ]


def test_offence_reads_as_one_line() -> None:
    document = Document(TEXT, sentences=SENTENCES)
    (offence,) = check_standoff(parse_standoff("T1\tGPE 68 73\t Dawn\n"), document, SCHEME)
    assert str(offence) == (
        "annotation:1 (T1): edge: found a space, quotation mark or punctuation at the edge of ' Dawn'"
    )


def test_scheme_without_status_and_stance() -> None:
    bare = parse_scheme(
        {
            "name": "toy",
            "version": "1",
            "entities": ["GPE"],
            "relations": [{"label": "trains", "head": ["GPE"], "tail": ["GPE"]}],
        }
    )
    lines = "T1\tGPE 4 7\tOsh\nT2\tGPE 18 22\tKars\nR1\ttrains Arg1:T1 Arg2:T2\n"
    assert _check(lines, bare) == []
    assert [code for _, code, _ in _check(lines + "A1\tStatus R1 actual\n", bare)] == ["stray-attribute"]
    stance = lines.replace("trains Arg1:T1 Arg2:T2", "stance Holder:T1 Target:T2") + "A1\tPolarity R1 favor\n"
    assert "unknown-label" in [code for _, code, _ in _check(stance, bare)]
