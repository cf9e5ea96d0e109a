"""`secrel extract -o FOLDER`: what a run says, and how it goes on."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from secrel.cli import main, progress

# A pipeline that needs no model, importable in worker processes.
sys.path.insert(0, str(Path(__file__).parents[1] / "batch"))

from fake_archive import FakeLoader

PAGES = Path(__file__).parents[1] / "data" / "pages"


@pytest.fixture
def loader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeLoader:
    (tmp_path / "notes").mkdir()
    loader = FakeLoader(tmp_path / "notes")
    monkeypatch.setattr("secrel.batch.archive.model_loader", lambda model, **_: loader)
    return loader


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.txt").write_text(f"Moscow told Kyiv of {name}.", encoding="utf-8")
    return folder


def test_what_a_run_and_its_successors_say(
    archive: Path,
    loader: FakeLoader,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "out"
    command = ["extract", str(archive), "-o", str(out), "--format", "jsonl,csv"]
    where = f"{out / 'articles.jsonl'}, {out / 'records.csv'}"
    assert main(command) == 0
    assert capsys.readouterr() == ("", f"secrel: 3 articles written to {where}\n")

    (archive / "a.txt").unlink()
    (archive / "b.txt").write_text("Moscow told Kyiv of c.", encoding="utf-8")
    (archive / "d.txt").write_bytes(b"caf\xe9")
    assert main([*command, "--jobs", "2"]) == 1
    first, *others = capsys.readouterr().err.splitlines()
    assert first.startswith(
        f"secrel: failed: {archive / 'd.txt'}: found byte 0xe9 at byte 3 (line 1), which is not utf-8;"
    )
    assert others == [
        "secrel: 1 article is unchanged and was not read again",
        "secrel: 1 article of earlier runs not among the given ones: left out of the results, kept in"
        f" {out / 'run.sqlite'}",
        "secrel: 1 article is nearly the text of an earlier one (meta.duplicate_of)",
        f"secrel: 1 article in {out / 'failures.jsonl'} to be read again with --retry-failed",
        f"secrel: 2 articles written to {where}, 1 failed",
    ]
    assert main([*command, "-q"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1

    assert main([*command, "--retry-failed", "--encoding", "cp1252", "--format", "brat"]) == 0
    assert capsys.readouterr().err.splitlines()[-1] == f"secrel: 3 articles written to {where}, {out}"
    assert (out / "d.ann").is_file()
    assert main([*command, "--min-score", "0.5"]) == 2
    assert "found results of no --min-score; expected --min-score 0.5" in capsys.readouterr().err

    other = FakeLoader(loader.folder, version="2")
    monkeypatch.setattr("secrel.batch.archive.model_loader", lambda model, **_: other)
    assert main(command) == 1
    assert (
        "secrel: 3 articles have results of another model or other tables of actors, read again now"
        in capsys.readouterr().err
    )


def test_pages_and_what_is_said_of_other_files(
    archive: Path, loader: FakeLoader, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (archive / "page.html").write_bytes((PAGES / "bare.html").read_bytes())
    (archive / "list.jsonl").write_text("{}", encoding="utf-8")
    out = tmp_path / "out"
    assert main(["extract", str(archive), "-o", str(out), "--format", "jsonl,brat"]) == 0
    assert capsys.readouterr().err.splitlines() == [
        f"secrel: skipped 1 file that does not end in .txt or .html: {archive / 'list.jsonl'}",
        f"secrel: 4 articles written to {out / 'articles.jsonl'}, {out}",
    ]
    last = json.loads((out / "articles.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert (last["id"], last["meta"]["title"]) == ("page", "A bridge over the Panj")
    assert (out / "page.txt").read_text(encoding="utf-8") == last["text"]
    for entity in last["entities"]:
        assert last["text"][entity["start"] : entity["end"]] == entity["text"]


def test_a_page_without_a_folder(
    loader: FakeLoader, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("secrel.pipeline.load", lambda model, **_: loader())
    page = str(PAGES / "wordpress-2022.html")
    assert main(["extract", page, "--format", "jsonl"]) == 0
    out, err = capsys.readouterr()
    line = json.loads(out)
    assert (line["id"], line["meta"]["source"], line["meta"]["date"]) == ("wordpress-2022", page, "2022-07-14")
    assert line["text"].startswith("Kazakhstan's president ordered his cabinet on July 7")
    assert line["relations"]
    assert main(["extract", page, "--format", "table", "--show-text"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "precedes" in out
    assert "left out 21: lines of the page outside the article" in out


def test_a_fault_in_one_article_does_not_cost_the_others_without_a_folder(
    archive: Path, loader: FakeLoader, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("secrel.pipeline.load", lambda model, **_: loader())
    (archive / "b.txt").write_text("RAISE Now", encoding="utf-8")
    (archive / "c.txt").write_text("HUGE Now", encoding="utf-8")
    assert main(["extract", str(archive), "--format", "jsonl"]) == 1
    out, err = capsys.readouterr()
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["a"]
    assert err.splitlines() == [
        f"secrel: failed: {archive / 'b.txt'}: KeyError: 'a fault of the program'",
        f"secrel: failed: {archive / 'c.txt'}: MemoryError",
    ]


def test_typing_errors_do_not_tie_a_folder_down(
    archive: Path, loader: FakeLoader, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["extract", str(archive), "-o", str(tmp_path / "out")]
    assert main([*command, "--encoding", "utf9"]) == 2
    assert capsys.readouterr().err.startswith("secrel: encoding: found 'utf9'; expected an encoding Python knows")
    assert main([*command, "--max-bytes", "5"]) == 1
    capsys.readouterr()
    assert main(command) == 0
    assert capsys.readouterr().err.startswith("secrel: 3 articles written to ")


@pytest.mark.parametrize("name", ["run.2006", "out-2.5", "out.json/"])
def test_folders_may_have_points_in_their_names(
    archive: Path, loader: FakeLoader, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    command = ["extract", str(archive), "-o", f"{tmp_path}/{name}"]
    assert main(command) == 0
    # Once it is there, it is known to be a folder.
    assert main([*command[:-1], command[-1].rstrip("/"), "-q"]) == 0
    assert (tmp_path / name / "articles.jsonl").is_file()


def test_many_failures_are_not_all_listed(
    archive: Path, loader: FakeLoader, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for n in range(25):
        (archive / f"{n:02d}.txt").write_bytes(b"")
    out = tmp_path / "out"
    assert main(["extract", str(archive), str(tmp_path / "none"), "-o", str(out)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith(f"secrel: failed: {tmp_path / 'none'}: found no such file or folder")
    assert sum(line.startswith(f"secrel: failed: {archive}") for line in lines) == 19
    assert lines[20] == f"secrel: failed: 6 more, all of them in {out / 'failures.jsonl'}"
    assert lines[-1] == f"secrel: 3 articles written to {out / 'articles.jsonl'}, 26 failed"
    assert len((out / "failures.jsonl").read_text(encoding="utf-8").splitlines()) == 26


@pytest.fixture
def _interruptible() -> Iterator[None]:
    # A shell that starts the tests in the background has them ignore the signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_interruptible")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_says_how_to_go_on(
    archive: Path, loader: FakeLoader, tmp_path: Path, capsys: pytest.CaptureFixture[str], number: int
) -> None:
    handler = signal.getsignal(signal.SIGTERM)
    (archive / "bb.txt").write_text("SLOW Down", encoding="utf-8")
    out = tmp_path / "out"

    def press() -> None:
        while "bb" not in loader.lines("read"):
            time.sleep(0.02)
        time.sleep(1.0)
        os.kill(os.getpid(), number)

    threading.Thread(target=press, daemon=True).start()
    assert main(["extract", str(archive), "-o", str(out)]) == 130
    assert capsys.readouterr().err == (
        f"secrel: interrupted: 2 of 4 articles are done and kept in {out}; the same command goes on from here\n"
    )
    assert signal.getsignal(signal.SIGTERM) == handler
    (archive / "bb.txt").write_text("Slow no more", encoding="utf-8")
    assert main(["extract", str(archive), "-o", str(out)]) == 0
    assert loader.lines("read") == ["a", "b", "bb", "bb", "c"]


def test_a_single_article_that_takes_long_is_named(
    archive: Path,
    loader: FakeLoader,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 1.0)
    monkeypatch.setattr("secrel.batch.archive.model_loader", lambda model, **_: replace(loader, delay=3.0))
    assert main(["extract", str(archive / "a.txt"), "-o", str(tmp_path / "out")]) == 0
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("secrel: reading 0 of 1 ")]
    assert re.fullmatch(r"secrel: reading 0 of 1 article, a\.txt for \d s", lines[-1])


def test_own_tables_of_actors_are_passed_on(
    archive: Path, loader: FakeLoader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[object] = []

    def load(model: object, *, knowledge: object, **_: object) -> FakeLoader:
        given.append(knowledge)
        return loader

    monkeypatch.setattr("secrel.batch.archive.model_loader", load)
    monkeypatch.setattr("secrel.pipeline.load", lambda model, **options: load(model, **options)())
    command = ["extract", str(archive / "a.txt"), "--knowledge", "a.tsv", "--knowledge", "b.tsv"]
    assert main([*command, "-o", str(tmp_path / "out")]) == 0
    assert main([*command, "-o", str(tmp_path / "out.jsonl")]) == 0
    assert given == [["a.tsv", "b.tsv"]] * 2


def test_engine_and_address_are_passed_on(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[tuple[object, object]] = []

    def stop(*arguments: object, engine: str, address: str | None, **options: object) -> None:
        given.append((engine, address))
        raise KeyboardInterrupt

    monkeypatch.setattr("secrel.batch.extract_archive", stop)
    command = ["extract", str(archive), "-o", str(tmp_path / "out")]
    for more in ([], ["--engine", "ray"], ["--engine", "ray", "--address", "head:6379"]):
        assert main([*command, *more]) == 130
    assert given == [("processes", None), ("ray", None), ("ray", "head:6379")]
    capsys.readouterr()
    assert main([*command, "--address", "head:6379"]) == 2
    assert "--address: found no --engine ray; expected both, or neither" in capsys.readouterr().err
    assert main(["extract", str(archive), "--engine", "ray"]) == 2
    assert "--engine: found no folder for the results; expected -o FOLDER" in capsys.readouterr().err


@pytest.mark.slow
def test_with_the_default_model(default_model: Path, root: Path, tmp_path: Path) -> None:
    text = (root / "examples" / "sample-article.txt").read_text(encoding="utf-8")
    for n in range(3):
        (tmp_path / "archive").mkdir(exist_ok=True)
        (tmp_path / "archive" / f"{n}.txt").write_text(text.replace("\n", f"\nNote {n}.\n", 1), encoding="utf-8")
    written = []
    for jobs in ("1", "2"):
        out = tmp_path / f"out{jobs}"
        command = ["extract", str(tmp_path / "archive"), "-o", str(out), "--format", "jsonl,csv", "--jobs", jobs]
        assert main([*command, "--model", str(default_model)]) == 0
        written.append([(out / name).read_bytes() for name in ("articles.jsonl", "records.csv", "failures.jsonl")])
    assert written[0] == written[1]
    assert written[0][1].count(b"\n") > 3
