from __future__ import annotations

from pathlib import Path

import pytest

from secrel.domain import LabelScheme
from secrel.errors import ConfigError
from secrel.reading import Corpus, Remarks, cover, coverage_tables, parse_inline, read_notes, read_plan, requirements
from secrel.reading.coverage import Coverage

TEXT = """\
[Osh]GPE#1 was trained by [Kars]GPE#2, and [Baku]GPE#3 met [Tver]GPE#4.
> trains 2 1 actual passive
> negative 3 4 bare-meeting
[Osh]GPE#1 and one two three four five six [Kars]GPE#2 signed.
> cooperates-with 1 2 planned
[Osh]GPE#1 likes [Kars]GPE#2.
> stance 1 2 favor
Nothing happened.
"""
PLAN = """\
part = "own"
[at_least]
articles = 1
sentences = 5
voices = 1
each_polarity = 1
[share_without_pair]
low = 0.2
high = 0.3
"""


@pytest.fixture
def coverage(scheme: LabelScheme) -> Coverage:
    article = parse_inline(TEXT, scheme)
    return cover([(article.document, article.remarks, {"year": 2006, "voice": "newswire", "region": "Baltics"})])


def test_what_is_counted(coverage: Coverage) -> None:
    assert (coverage.statistics.documents, coverage.statistics.sentences) == (1, 4)
    assert (coverage.statistics.sentences_without_pair, coverage.sentences_without_relation) == (1, 2)
    assert coverage.share_without_pair == 0.25
    assert coverage.forms == {("trains", "passive"): 1, ("cooperates-with", "not marked"): 1}
    assert coverage.orders == {("trains", "tail first"): 1, ("cooperates-with", "head first"): 1}
    assert coverage.distances == {("relation", "3-5"): 1, ("relation", "6-10"): 1, ("stance", "0-2"): 1}
    assert coverage.types[("trains", "GPE", "GPE")] == 1
    assert coverage.types[("stance", "GPE", "GPE")] == 1
    assert coverage.negatives == {"bare-meeting": 1}
    assert coverage.notes == {("decade", "2000s"): 1, ("voice", "newswire"): 1, ("region", "Baltics"): 1}


def test_articles_without_notes_count_too(scheme: LabelScheme) -> None:
    coverage = cover([(parse_inline("[Osh]GPE slept.", scheme).document, Remarks(), {})])
    assert coverage.statistics.documents == 1
    assert not coverage.notes
    assert cover([]).share_without_pair == 0


def test_requirements_say_what_falls_short(coverage: Coverage, scheme: LabelScheme, tmp_path: Path) -> None:
    (tmp_path / "coverage.toml").write_text(PLAN)
    plan = read_plan(tmp_path / "coverage.toml")
    assert plan is not None
    rows = {name: (found, wanted, met) for name, found, wanted, met in requirements(coverage, plan, scheme)}
    assert rows == {
        "articles": ("1", "at least 1", True),
        "sentences": ("4", "at least 5", False),
        "voices": ("1", "at least 1", True),
        "stance `favor`": ("1", "at least 1", True),
        "stance `against`": ("0", "at least 1", False),
        "stance `ambivalent`": ("0", "at least 1", False),
        "sentences without relation or stance": ("25.0 %", "20 to 30 %", True),
    }


def test_tables_have_a_column_a_part(coverage: Coverage, scheme: LabelScheme) -> None:
    lines = coverage_tables({"own": coverage, "none": cover([])}, scheme)
    assert lines[0] == "| | own | none |"
    assert "| sentences without a relation | 2 | 0 |" in lines
    assert "| `trains`, passive | 1 | 0 |" in lines
    assert "| `trains`, tail first | 1 | 0 |" in lines
    assert not any(line.startswith("| `cooperates-with`, tail first") for line in lines)
    assert "| relations, 6-10 words apart | 1 | 0 |" in lines
    assert "| hard negatives: bare-meeting | 1 | 0 |" in lines
    assert "| voice: newswire, articles | 1 | 0 |" in lines
    assert "| `trains` | GPE→GPE 1 |" in lines


def test_malformed_plans_and_notes(tmp_path: Path) -> None:
    assert read_plan(tmp_path / "coverage.toml") is None
    assert read_notes(tmp_path / "articles.toml") == {}
    (tmp_path / "coverage.toml").write_text(PLAN.replace("voices", "choirs"))
    with pytest.raises(ConfigError, match="choirs: found an unknown key"):
        read_plan(tmp_path / "coverage.toml")
    (tmp_path / "articles.toml").write_text('[a]\nyear = "then"\n')
    with pytest.raises(ConfigError, match="expected a table with a year"):
        read_notes(tmp_path / "articles.toml")


def test_the_project_meets_its_plan(corpus: Corpus, scheme: LabelScheme) -> None:
    plan = read_plan(corpus.folder / "coverage.toml")
    assert plan is not None
    # The figures that the corpus was asked for, so that nobody lowers them in passing.
    least = plan.at_least
    assert (plan.part, least.articles, least.sentences, least.voices) == ("authored", 600, 9000, 8)
    assert (least.each_entity, least.each_relation_status, least.each_polarity) == (500, 200, 600)
    assert (plan.share_without_pair.low, plan.share_without_pair.high) == (0.35, 0.45)
    notes = read_notes(corpus.folder / "articles.toml")
    names = [name for name, entry in corpus.entries.items() if entry.part == plan.part]
    assert set(names) == set(notes)
    coverage = cover((corpus.document(n), corpus.remarks(n), notes[n]) for n in names)
    assert [name for name, _, _, met in requirements(coverage, plan, scheme) if not met] == []
