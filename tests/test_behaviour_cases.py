"""The behaviour cases of the repository: well-formed, enough of them, current, and no copies of the corpus."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from secrel.domain import BehaviourCase, LabelScheme
from secrel.reading import Corpus, check_cases, read_cases

MINIMUM = {
    "negation": 55,
    "role-reversal": 45,
    "passive": 45,
    "status": 60,
    "coordination": 45,
    "distractors": 50,
    "unseen-names": 35,
    "name-swap": 40,
    "typos": 30,
    "quote-styles": 30,
}
INVARIANT = {"name-swap", "typos", "quote-styles"}
WITH_STANCES = ("negation", "role-reversal", "passive", "coordination", "distractors")


@pytest.fixture(scope="module")
def cases(root: Path, scheme: LabelScheme) -> tuple[BehaviourCase, ...]:
    return read_cases(root / "benchmarks" / "behaviour", scheme)


def by_hand(case: BehaviourCase) -> bool:
    return re.fullmatch(rf"{case.capability}-\d+", case.id) is not None


def test_cases_are_well_formed_under_the_label_scheme(cases: tuple[BehaviourCase, ...], scheme: LabelScheme) -> None:
    assert check_cases(cases, scheme) == []
    assert all((case.kind == "invariance") == (case.capability in INVARIANT) for case in cases)


def test_there_are_enough(cases: tuple[BehaviourCase, ...]) -> None:
    counts = Counter(case.capability for case in cases)
    assert set(counts) == set(MINIMUM)
    assert {name: n for name, n in counts.items() if n < MINIMUM[name]} == {}
    assert len(cases) >= 420
    assert sum(map(by_hand, cases)) >= 170
    assert len({(case.before.text, case.after.text) for case in cases}) == len(cases)


def test_hand_written_sentences_have_ten_to_thirty_words(cases: tuple[BehaviourCase, ...]) -> None:
    lengths = {d.id: len(d.text.split()) for case in cases if by_hand(case) for d in case.sides}
    assert {id: n for id, n in lengths.items() if not 10 <= n <= 30} == {}


def test_labels_statuses_and_polarities_all_occur(cases: tuple[BehaviourCase, ...], scheme: LabelScheme) -> None:
    relations = {(r.label, r.status) for case in cases for d in case.sides for r in d.relations}
    assert relations == {(label, status) for label in scheme.relation_labels for status in scheme.statuses}
    for capability in WITH_STANCES:
        sides = [d for case in cases if case.capability == capability for d in case.sides]
        assert {r.label for d in sides for r in d.relations} == set(scheme.relation_labels), capability
        assert {s.polarity for d in sides for s in d.stances} == set(scheme.polarities), capability


def test_generated_cases_are_current(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(root / "benchmarks" / "behaviour"))
    import generate

    assert set(generate.COUNTS) == set(MINIMUM)
    for name in generate.COUNTS:
        path = generate.FOLDER / f"{name}.toml"
        assert generate.current(path) == path.read_text(encoding="utf-8"), f"run {generate.__file__}"


def test_no_sentence_is_taken_from_the_corpus(cases: tuple[BehaviourCase, ...], corpus: Corpus) -> None:
    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", text.lower())
        return {tuple(words[n : n + 7]) for n in range(len(words) - 6)}

    known = {run for name in corpus.available()[0] for run in runs(corpus.text(name).text)}
    assert [d.id for case in cases for d in case.sides if runs(d.text) & known] == []
