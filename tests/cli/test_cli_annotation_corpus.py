"""`secrel annotations stats --coverage | --names`, `split`, `fetch`."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from secrel.cli import main
from secrel.reading import read_corpus

PLAN = """\
part = "texts"
[at_least]
articles = 2
voices = 1
each_entity = 2
[share_without_pair]
low = 0.4
high = 0.6
"""


def _notes(folder: Path) -> None:
    entry = 'title = "x"\nregion = "Baltics"\nyear = 2006\nvoice = "newswire"\n'
    (folder / "articles.toml").write_text("".join(f"[{name}]\n{entry}" for name in ("one", "two")))


def test_coverage_without_a_plan(corpus_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["annotations", "stats", str(corpus_folder), "--coverage"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "| | texts |"
    assert "| … of all sentences | 50.0 % |" in lines
    assert "| `attacks`, not marked | 2 |" in lines


def test_coverage_says_what_is_short(corpus_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (corpus_folder / "coverage.toml").write_text(PLAN)
    _notes(corpus_folder)
    assert main(["annotations", "stats", str(corpus_folder), "--coverage"]) == 1
    out, err = capsys.readouterr()
    assert "| articles | 2 | at least 2 | met |" in out.splitlines()
    assert "| `MIL` | 0 | at least 2 | **short** |" in out.splitlines()
    assert "| voice: newswire, articles | 2 |" in out.splitlines()
    assert err == "secrel: 1 minimums of coverage.toml are not met\n"
    (corpus_folder / "coverage.toml").write_text(PLAN.replace("each_entity = 2\n", ""))
    assert main(["annotations", "stats", str(corpus_folder), "--coverage"]) == 0


def test_names(corpus_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (corpus_folder / "texts" / "two.ann").write_text("T1\tGPE 0 6\tAvaria\nT2\tMIL 11 19\tBorduria\n")
    assert main(["annotations", "stats", str(corpus_folder), "--names"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "| `GPE` | 3 | 3 | 0.0 % |" in lines
    assert "| `MIL` | 1 | 0 | 100.0 % |" in lines


def test_split_deals_out_what_has_no_split(corpus_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("gas", "grain", "drones", "tolls", "visas", "radars", "bases", "banks")
    for n, word in enumerate(words):
        (corpus_folder / "texts" / f"new-{n}.txt").write_text(f"The {word} of {n} were {word}.\n")
        (corpus_folder / "texts" / f"new-{n}.ann").write_text("")
    arguments = ["annotations", "split", str(corpus_folder), "--dev", "0.2", "--test", "0.2", "--alike", "2"]
    assert main(arguments) == 0
    assert capsys.readouterr().err == f"secrel: {corpus_folder / 'splits.toml'}: train 6, test 2, dev 2\n"
    corpus = read_corpus(corpus_folder)
    assert "one" in corpus.names("train")
    assert "two" in corpus.names("test")
    assert corpus.check() == []


def test_split_refuses_near_duplicates_in_two_splits(corpus_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["annotations", "split", str(corpus_folder), "--alike", "0.5"]) == 2
    assert "found one, two in test, train; expected one split for all" in capsys.readouterr().err


def test_fixed_splits_are_checked_and_fixed_anew(corpus_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["annotations", "split", str(corpus_folder), "--fix", "test"]) == 0
    assert "test fixed as they are now" in capsys.readouterr().err
    assert main(["annotations", "check", str(corpus_folder)]) == 0
    (corpus_folder / "texts" / "two.ann").write_text("")
    assert main(["annotations", "check", str(corpus_folder)]) == 1
    assert "split-changed" in capsys.readouterr().out
    assert main(["annotations", "split", str(corpus_folder), "--fix", "test"]) == 0
    assert main(["annotations", "check", str(corpus_folder)]) == 0
    assert main(["annotations", "split", str(corpus_folder), "--fix", "nowhere"]) == 2


@pytest.fixture
def far(corpus_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An article whose text is cut out of a public file that can be downloaded from `public`."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("SECREL_DATA", raising=False)
    public = tmp_path / "public" / "records.json"
    public.parent.mkdir()
    text = "Avaria slept.\n"
    public.write_text(json.dumps({"_id": "A1", "text": text}) + "\n")
    folder = corpus_folder / "far"
    folder.mkdir()
    (folder / "away.ann").write_text("T1\tGPE 0 6\tAvaria\n")
    (folder / "SHA256SUMS").write_text(f"{hashlib.sha256(text.encode()).hexdigest()}  away.txt\n")
    (folder / "sources.toml").write_text(
        f'[files.f]\npath = "set/records.json"\nurl = "{public.as_uri()}"\nformat = "jsonl"\n'
        '[documents.away]\nfile = "f"\nkey = "A1"\n'
    )
    return public


def test_fetch(corpus_folder: Path, far: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["annotations", "fetch", str(corpus_folder)]) == 0
    target = tmp_path / "cache" / "secrel" / "data" / "set" / "records.json"
    assert capsys.readouterr().err == f"secrel: {far.as_uri()} -> {target}\nsecrel: 3 texts at hand and verified\n"
    assert read_corpus(corpus_folder).text("away").text == "Avaria slept.\n"
    assert main(["annotations", "fetch", str(corpus_folder)]) == 0
    assert capsys.readouterr().err == "secrel: 3 texts at hand and verified\n"


def test_fetch_names_what_cannot_be_had(corpus_folder: Path, far: Path, capsys: pytest.CaptureFixture[str]) -> None:
    far.unlink()
    assert main(["annotations", "fetch", str(corpus_folder)]) == 1
    err = capsys.readouterr().err.splitlines()
    assert err[0].startswith(f"secrel: failed: {far.as_uri()}: found ")
    assert err[-1] == "secrel: 2 texts at hand and verified, 1 not"


def test_fetch_replaces_a_damaged_file_of_the_cache(
    corpus_folder: Path, far: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "cache" / "secrel" / "data" / "set" / "records.json"
    target.parent.mkdir(parents=True)
    target.write_text("half")
    assert main(["annotations", "fetch", str(corpus_folder)]) == 0
    assert capsys.readouterr().err == f"secrel: {far.as_uri()} -> {target}\nsecrel: 3 texts at hand and verified\n"


def test_names_need_a_training_split(corpus_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (corpus_folder / "splits.toml").unlink()
    assert main(["annotations", "stats", str(corpus_folder), "--names"]) == 2
    assert "found no split 'train'; expected one to compare the others with" in capsys.readouterr().err
