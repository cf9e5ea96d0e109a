"""Behaviour cases on disk: what is read, and what is refused with which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from secrel.domain import LabelScheme
from secrel.errors import AnnotationError, ConfigError
from secrel.reading import check_cases, read_cases

BEFORE = "[Avaria]GPE#1 trains the [Syldavian army]MIL#2.\n> trains 1 2 actual"
AFTER = "[Avaria]GPE#1 never trained the [Syldavian army]MIL#2.\n> trains 1 2 denied"


def case(before: str = BEFORE, after: str = AFTER, *, id: str = "n-1", kind: str = "expectation") -> str:
    return f"[[case]]\nid = '{id}'\nkind = '{kind}'\nbefore = '''\n{before}\n'''\nafter = '''\n{after}\n'''\n"


def write(folder: Path, *cases: str, name: str = "negation") -> Path:
    (folder / f"{name}.toml").write_text("description = 'd'\n" + "".join(cases), encoding="utf-8")
    return folder


def test_a_case_becomes_two_documents_with_their_marks(tmp_path: Path, scheme: LabelScheme) -> None:
    write(tmp_path, case(id="p-1"), name="passive")
    first, second = read_cases(write(tmp_path, case()), scheme)
    assert (first.id, first.capability, first.kind) == ("n-1", "negation", "expectation")
    assert second.capability == "passive"
    assert first.before.text == "Avaria trains the Syldavian army.\n"
    assert [(r.head.text, r.label, r.tail.text, r.status) for r in first.after.relations] == [
        ("Avaria", "trains", "Syldavian army", "denied")
    ]
    assert [document.id for document in first.sides] == ["n-1-before", "n-1-after"]
    assert check_cases([first, second], scheme) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (case(kind="guess"), r"n-1: found kind 'guess'; expected one of expectation, invariance"),
        (case() + case(), r"n-1: found this id twice"),
        (case(after=BEFORE), r"n-1: found twice the same sentence"),
        (case(after=f"{AFTER}\nA second one."), r"n-1, after: found 2 sentences; expected one sentence"),
        (case(after="Nothing [here."), r"n-1, after, line 1: found 'Nothing \[here\.'"),
        (case(after=f"{AFTER}\n> attacks 1 2 actual"), r"n-1, after, line 3: found label 'attacks'"),
        (case(kind="invariance"), r"differ between before and after; expected the same in both"),
        (case(after="[Avaria]ORG#1 taught the [army]MIL#2.", kind="invariance"), r"differ between"),
    ],
)
def test_faults_are_named(text: str, message: str, tmp_path: Path, scheme: LabelScheme) -> None:
    with pytest.raises(AnnotationError, match=message):
        read_cases(write(tmp_path, text), scheme)


def test_unknown_and_missing_keys_are_refused(tmp_path: Path, scheme: LabelScheme) -> None:
    with pytest.raises(ConfigError, match="hint: found an unknown key"):
        read_cases(write(tmp_path, case() + "hint = 'x'\n"), scheme)
    with pytest.raises(ConfigError, match="after: found nothing"):
        read_cases(write(tmp_path, "[[case]]\nid = 'a'\nkind = 'expectation'\nbefore = 'A.'\n"), scheme)


def test_a_folder_without_cases_is_refused(tmp_path: Path, scheme: LabelScheme) -> None:
    with pytest.raises(AnnotationError, match=r"found no \.toml file"):
        read_cases(tmp_path, scheme)


def test_invariance_takes_other_names_with_the_same_marks(tmp_path: Path, scheme: LabelScheme) -> None:
    swapped = "[Lower Borduria]GPE#7 trains the [Zubrowkan 1st Army]MIL#8.\n> trains 7 8 actual"
    (read,) = read_cases(write(tmp_path, case(after=swapped, kind="invariance")), scheme)
    assert read.after.relations[0].head.text == "Lower Borduria"


def test_check_finds_what_offends_against_the_scheme(tmp_path: Path, scheme: LabelScheme) -> None:
    inside = "[Avar]GPEia trains the [Syldavian army]MIL."
    cases = read_cases(write(tmp_path, case(before="pro[Avaria]GPE men see [the army]MIL#2.")), scheme)
    assert {offence.code for offence in check_cases(cases, scheme)} == {"word-boundary", "article"}
    illegal = "[Avaria]GPE#1 sent men to the [army]MIL#2.\n> deploys-to 1 2 actual"
    cases = read_cases(write(tmp_path, case(before=illegal)), scheme)
    assert [offence.code for offence in check_cases(cases, scheme)] == ["argument-type"]
    with pytest.raises(AnnotationError, match="n-1, before"):  # the inline form refuses letters behind a mark
        read_cases(write(tmp_path, case(before=inside)), scheme)
