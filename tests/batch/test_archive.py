"""A run folder: whatever happens to a run, the results are those of an undisturbed one."""

from __future__ import annotations

import errno
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePath

import pytest
from fake_archive import FakeLoader

from secrel.batch import Progress, ReadOptions, Summary, extract_archive
from secrel.batch.store import STORE, Store
from secrel.domain import Document, Record
from secrel.errors import InputError, OutputError
from secrel.output import FORMATS as ALL_FORMATS
from secrel.output import JsonlSink
from secrel.output.dyads import dyads

FORMATS = ("jsonl", "csv", "brat")
PAGES = Path(__file__).parents[1] / "data" / "pages"


def text(n: int) -> str:
    words = random.Random(n).choices("the army said that it was in this city and would not leave".split(), k=60)
    return f"Moscow told Kyiv in note {n} to go home. {' '.join(words)}.\n"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    for n in range(12):
        path = folder / ("2006" if n % 3 else "2007") / f"{n:02d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text(n), encoding="utf-8")
    (folder / "2007" / "01.txt").write_text(text(1), encoding="utf-8")
    (folder / "bad.txt").write_bytes(b"caf\xe9 in Moscow")
    (folder / "crash.txt").write_text("CRASH Now", encoding="utf-8")
    (folder / "empty.txt").write_bytes(b"")
    return folder


@pytest.fixture
def loader(tmp_path: Path) -> FakeLoader:
    (tmp_path / "notes").mkdir()
    return FakeLoader(tmp_path / "notes")


def results(out: Path) -> dict[str, bytes]:
    """All that is written but the store."""
    files = (path for path in sorted(out.rglob("*")) if path.is_file())
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files if not path.name.startswith(STORE)}


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def numbers(summary: Summary) -> tuple[int, int, int, int]:
    return summary.n_articles, summary.n_written, summary.n_failed, summary.n_read


def test_results_do_not_depend_on_the_number_of_processes(archive: Path, tmp_path: Path, loader: FakeLoader) -> None:
    seen: list[Progress] = []
    for jobs in (1, 4):
        out = tmp_path / f"out{jobs}"
        summary = extract_archive(
            archive, out, jobs=jobs, formats=FORMATS, loader=loader, on_progress=seen.append if jobs == 4 else None
        )
        assert numbers(summary) == (16, 13, 3, 16)
        assert (summary.n_reprints, summary.n_absent, summary.n_retryable) == (1, 0, 3)
    assert results(tmp_path / "out1") == results(tmp_path / "out4")
    assert len(results(tmp_path / "out1")) == 13 + 4
    documents = [Document.from_dict(line) for line in lines(tmp_path / "out1" / "articles.jsonl")]
    ids = [document.id for document in documents]
    assert ids == sorted(ids)
    assert ids[:2] == ["2006/01", "2006/02"]
    assert documents[0].text == text(1)
    assert documents[0].metadata.source == str(archive / "2006" / "01.txt")
    assert {d.id: d.metadata.duplicate_of for d in documents if d.metadata.duplicate_of} == {"2007/01": "2006/01"}
    failures = lines(tmp_path / "out1" / "failures.jsonl")
    reasons = {
        "bad.txt": "found byte 0xe9 at byte 3 (line 1), which is not utf-8; expected a text in utf-8 throughout; ",
        "crash.txt": "the process that read it ended twice (by SIGSEGV)",
        "empty.txt": "found no text; expected at least one sentence",
    }
    for failure, (name, reason) in zip(failures, reasons.items(), strict=True):
        assert list(failure) == ["name", "source", "reason"]
        assert (failure["name"], failure["source"]) == (name, str(archive / name))
        assert str(failure["reason"]).startswith(reason)
    # While nothing comes, it is told that nothing came.
    steps = list(dict.fromkeys((progress.step, progress.n_done) for progress in seen))
    assert steps == [
        *(("reading", n) for n in range(17)),
        *(("comparing", n) for n in range(14)),
        *(("writing", n) for n in range(14)),
    ]
    assert [one for one in seen if one.step == "reading"][-1] == Progress("reading", 16, 16, 0, 3)


def test_later_runs_read_what_is_new_or_changed(archive: Path, tmp_path: Path, loader: FakeLoader) -> None:
    out = tmp_path / "out"
    (archive / "crash.txt").unlink()
    extract_archive(archive, out, formats=FORMATS, loader=loader)
    first, read = results(out), loader.lines("read")
    summary = extract_archive(archive, out, formats=FORMATS, loader=loader)
    assert numbers(summary) == (15, 13, 2, 0)
    assert (results(out), loader.lines("read"), len(loader.lines("loaded"))) == (first, read, 1)

    (archive / "2006" / "01.txt").write_text("Minsk asked Baku.", encoding="utf-8")
    (archive / "2006" / "02.txt").write_bytes(b"")
    (archive / "2007" / "03.txt").unlink()
    (archive / "new.txt").write_text("Ankara asked Baku.", encoding="utf-8")
    os.utime(archive / "2006" / "04.txt", (0, 0))
    summary = extract_archive(archive, out, formats=FORMATS, loader=loader)
    assert (numbers(summary), summary.n_absent, summary.n_reprints) == ((15, 12, 3, 3), 1, 0)
    assert loader.lines("read")[len(read) :] == ["2006/01", "new"]
    # As if there had been no earlier run, the files of single articles included.
    extract_archive(archive, tmp_path / "fresh", formats=FORMATS, loader=loader)
    assert results(out) == results(tmp_path / "fresh")
    # What left the archive has not to be read again when it is back.
    (archive / "2007" / "03.txt").write_text(text(3), encoding="utf-8")
    assert extract_archive(archive, out, formats=FORMATS, loader=loader).n_read == 0


def test_failed_articles_are_read_again_when_that_is_asked_for(
    archive: Path, tmp_path: Path, loader: FakeLoader
) -> None:
    out = tmp_path / "out"
    (archive / "crash.txt").write_text("ONCE Upon", encoding="utf-8")
    extract_archive(archive, out, loader=loader)
    read = loader.lines("read")
    with pytest.raises(OutputError, match="found results of --encoding utf-8; expected --encoding cp1252"):
        extract_archive(archive, out, loader=loader, options=ReadOptions(encoding="cp1252"))
    summary = extract_archive(
        archive, out, loader=loader, options=ReadOptions(encoding="cp1252"), retry_failed=True, formats=("csv",)
    )
    assert numbers(summary) == (16, 15, 1, 2)
    assert loader.lines("read")[len(read) :] == ["bad"]
    assert [failure.name for failure in summary.failures] == ["empty.txt"]
    summary = extract_archive(archive, out, loader=loader)
    assert numbers(summary) == (16, 15, 1, 0)
    assert "café in Moscow" in [line["text"] for line in lines(out / "articles.jsonl")]


@pytest.mark.parametrize("jobs", [1, 2])
def test_other_options_of_reading_hold_for_failed_articles_only(
    archive: Path, tmp_path: Path, loader: FakeLoader, jobs: int
) -> None:
    out = tmp_path / "out"
    (archive / "crash.txt").write_text("Café in Baku", encoding="utf-8")
    extract_archive(archive, out, loader=loader, jobs=jobs)
    (archive / "new.txt").write_text("Café in Kyiv", encoding="utf-8")
    (archive / "crash.txt").write_text("Café in Minsk", encoding="utf-8")
    again = {"loader": loader, "jobs": jobs, "retry_failed": True, "options": ReadOptions(encoding="cp1252")}
    assert numbers(extract_archive(archive, out, **again)) == (17, 16, 1, 4)  # type: ignore[arg-type]
    found = {line["id"]: line["text"] for line in lines(out / "articles.jsonl")}
    assert [found[name] for name in ("bad", "crash", "new")] == ["café in Moscow", "Café in Minsk", "Café in Kyiv"]
    # As are those that another model reads again; what was read in another way fails then, and is named.
    again["loader"] = FakeLoader(loader.folder, version="2")
    assert numbers(extract_archive(archive, out, **again)) == (17, 15, 2, 17)  # type: ignore[arg-type]
    assert numbers(extract_archive(archive, out, **again)) == (17, 16, 1, 2)  # type: ignore[arg-type]
    assert {line["id"]: line["text"] for line in lines(out / "articles.jsonl")} == found


def test_article_that_was_too_large_is_not_lost_again(tmp_path: Path, loader: FakeLoader) -> None:
    archive, out = tmp_path / "archive", tmp_path / "out"
    archive.mkdir()
    (archive / "a.txt").write_text("Baku.", encoding="utf-8")
    (archive / "b.txt").write_text("Moscow said it. " * 10, encoding="utf-8")
    small = ReadOptions(max_bytes=100)
    assert numbers(extract_archive(archive, out, loader=loader, options=small)) == (2, 1, 1, 2)
    large = ReadOptions(max_bytes=1000)
    assert numbers(extract_archive(archive, out, loader=loader, options=large, retry_failed=True)) == (2, 2, 0, 1)
    for _ in range(2):
        assert numbers(extract_archive(archive, out, loader=loader, options=small)) == (2, 2, 0, 0)
    (archive / "b.txt").write_text("Moscow said so. " * 10, encoding="utf-8")
    assert numbers(extract_archive(archive, out, loader=loader, options=small))[1:3] == (1, 1)


def test_what_came_in_is_on_disk_when_nothing_more_comes(
    archive: Path, tmp_path: Path, loader: FakeLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of itself the store would wait for ever; half a second after the first article it is told to wait no longer.
    monkeypatch.setattr("secrel.batch.store._SECONDS_BETWEEN_COMMITS", float("inf"))
    slow = FakeLoader(loader.folder, delay=1.5)
    copy = tmp_path / "copy"
    copy.mkdir()

    def watch(progress: Progress) -> None:
        if progress.step == "reading" and progress.n_done == 2:
            # As after a `kill -9`.
            for path in (tmp_path / "out").glob(f"{STORE}*"):
                (copy / path.name).write_bytes(path.read_bytes())

    extract_archive(
        [archive / "2007" / "00.txt", archive / "2007" / "01.txt"], tmp_path / "out", loader=slow, on_progress=watch
    )
    with Store(copy) as store:
        store.give([])
        assert store.count_of_others() == 1


def test_another_model_reads_all_again(archive: Path, tmp_path: Path, loader: FakeLoader) -> None:
    out = tmp_path / "out"
    (archive / "crash.txt").unlink()
    extract_archive(archive, out, loader=loader)
    other = FakeLoader(loader.folder, version="2")
    seen: list[Progress] = []
    summary = extract_archive(archive, out, loader=other, on_progress=seen.append)
    assert numbers(summary) == (15, 13, 2, 15)
    assert seen[0] == Progress("reading", 15, n_outdated=13)
    assert {json.dumps(line["model"]) for line in lines(out / "articles.jsonl")} == {'{"name": "fake", "version": "2"}'}


def test_paths_that_lead_nowhere_are_among_the_failures(archive: Path, tmp_path: Path, loader: FakeLoader) -> None:
    out = archive / "2006" / "out"
    given = [archive / "2006", archive / "none"]
    for _ in range(2):
        # The folder of results lies in the archive, and is not read.
        summary = extract_archive(given, out, loader=loader)
        assert numbers(summary)[:3] == (8, 8, 1)
        assert summary.n_retryable == 0
        assert lines(out / "failures.jsonl") == [
            {
                "name": None,
                "source": str(archive / "none"),
                "reason": "found no such file or folder; expected a file, a folder or -",
            }
        ]


def test_pages_and_texts_mixed(tmp_path: Path, loader: FakeLoader) -> None:
    archive, out = tmp_path / "archive", tmp_path / "out"
    (archive / "2006").mkdir(parents=True)
    for name in ("wordpress-2022", "windows-1252", "login"):
        (archive / "2006" / f"{name}.html").write_bytes((PAGES / f"{name}.html").read_bytes())
    page = (PAGES / "windows-1252.html").read_text(encoding="utf-8")
    (archive / "2006" / "windows-1252.html").write_bytes(page.encode("cp1252"))
    (archive / "text.txt").write_text(text(1), encoding="utf-8")
    (archive / "list.jsonl").write_text("{}", encoding="utf-8")
    summary = extract_archive(archive, out, formats=FORMATS, loader=loader, jobs=2)
    assert numbers(summary) == (4, 3, 1, 4)
    (failure,) = summary.failures
    assert failure.name == "2006/login.html"
    assert failure.reason.startswith("found a page titled ")
    documents = [Document.from_dict(line) for line in lines(out / "articles.jsonl")]
    assert [document.id for document in documents] == ["2006/windows-1252", "2006/wordpress-2022", "text"]
    assert documents[0].text.startswith("General Jürgen Šimek said")
    meta = documents[1].metadata
    assert (meta.title, meta.date) == ("Kazakhstan Looks for a Road Around Russia", "2022-07-14")
    assert meta.source == str(archive / "2006" / "wordpress-2022.html")
    # The text of a page lies beside its marks, that of a text where it always did.
    assert {name for name in results(out) if name.endswith((".txt", ".ann"))} == {
        *("2006/windows-1252.ann", "2006/windows-1252.txt", "2006/wordpress-2022.ann", "2006/wordpress-2022.txt"),
        "text.ann",
    }
    assert [results(out)[f"{document.id}.txt"].decode() for document in documents[:2]] == [
        document.text for document in documents[:2]
    ]
    (archive / "2006" / "windows-1252.html").unlink()
    assert numbers(extract_archive(archive, out, formats=FORMATS, loader=loader)) == (3, 2, 1, 0)
    extract_archive(archive, tmp_path / "fresh", formats=FORMATS, loader=loader)
    assert results(out) == results(tmp_path / "fresh")


def test_texts_of_pages_are_not_written_among_articles(tmp_path: Path, loader: FakeLoader) -> None:
    archive = tmp_path / "archive"
    (archive / "pages").mkdir(parents=True)
    (archive / "pages" / "a.html").write_bytes((PAGES / "bare.html").read_bytes())
    (archive / "b.txt").write_text(text(1), encoding="utf-8")
    for paths, out in (([archive], archive), ([archive / "pages", archive / "b.txt"], archive)):
        with pytest.raises(OutputError, match="found articles, pages among them, in the folder of the results"):
            extract_archive(paths, out, formats=("jsonl", "brat"), loader=loader)
    assert not loader.lines("read")
    assert sorted(path.name for path in archive.iterdir()) == ["b.txt", "pages"]
    # Below the folder of the results, or without brat, they are in nobody's way.
    assert extract_archive(archive / "pages", archive, formats=("brat",), loader=loader).n_written == 1
    assert (archive / "b.txt").read_text(encoding="utf-8") == text(1)


def test_standard_input(tmp_path: Path, loader: FakeLoader, monkeypatch: pytest.MonkeyPatch) -> None:
    for content, n_read in ((b"Moscow asked Kyiv.", 1), (b"Moscow asked Kyiv.", 0), (b"Baku asked Kyiv.", 1)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        assert extract_archive("-", tmp_path / "out", loader=loader).n_read == n_read
        (line,) = lines(tmp_path / "out" / "articles.jsonl")
        assert (line["id"], line["text"]) == ("stdin", content.decode())


def test_what_cannot_be_asked_for(archive: Path, tmp_path: Path, loader: FakeLoader) -> None:
    with pytest.raises(OutputError, match="format 'xml': found no such format; expected one of jsonl, csv, brat"):
        extract_archive(archive, tmp_path / "out", formats=("xml",), loader=loader)
    with pytest.raises(ValueError, match="jobs is at least 1, not 0"):
        extract_archive(archive, tmp_path / "out", jobs=0, loader=loader)
    assert not (tmp_path / "out").exists()
    with pytest.raises(InputError, match=r"found a second article of the name 01\.txt"):
        extract_archive([archive / "2006", archive / "2007"], tmp_path / "out", loader=loader)
    with Store(tmp_path / "out"), pytest.raises(OutputError, match="found another run that has it open"):
        extract_archive(archive, tmp_path / "out", loader=loader)


def test_result_that_is_damaged_or_clashes_loses_no_other(archive: Path, tmp_path: Path, loader: FakeLoader) -> None:
    out = tmp_path / "out"
    for name in ("bad", "crash", "empty"):
        (archive / f"{name}.txt").unlink()
    (archive / "2006" / "04.text").write_text("Baku.", encoding="utf-8")
    summary = extract_archive(archive, out, formats=("brat",), loader=loader)
    assert numbers(summary)[:3] == (14, 13, 1)
    (failure,) = summary.failures
    assert (failure.name, failure.source) == ("2006/04.txt", str(archive / "2006" / "04.txt"))
    assert failure.reason.startswith(f"not in brat: {out / '2006' / '04.ann'}: found a second article of this name; ")
    assert [line["name"] for line in lines(out / "failures.jsonl")] == ["2006/04.txt"]


@pytest.fixture
def odd_archive(tmp_path: Path) -> Path:
    """Three articles: two of one name for brat, and one whose volume typed formats cannot hold."""
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "a.txt").write_text("Moscow asked Kyiv.", encoding="utf-8")
    (folder / "a.text").write_text("Baku asked Kyiv for oil.", encoding="utf-8")
    header = "Publication: Eurasia Daily Monitor Volume: 99999999999 Issue: 1\n\n"
    (folder / "b.txt").write_text(f"{header}Ankara asked Baku for gas.", encoding="utf-8")
    return folder


def test_what_a_format_holds_does_not_depend_on_the_others(
    odd_archive: Path, tmp_path: Path, loader: FakeLoader
) -> None:
    pytest.importorskip("duckdb")
    names = ("brat", "parquet", "duckdb", "jsonl", "csv", "graphml")
    for formats in (names, names[::-1]):
        summary = extract_archive(odd_archive, tmp_path / formats[0], formats=formats, loader=loader)
        assert numbers(summary)[:3] == (3, 1, 2)
    one, other = results(tmp_path / names[0]), results(tmp_path / names[-1])
    for files in (one, other):
        # It has an identifier of its own.
        del files["secrel.duckdb"]
    assert [name for name in one if name.endswith(".ann")] == ["a.ann", "b.ann"]
    assert [line["id"] for line in lines(tmp_path / names[0] / "articles.jsonl")] == ["a.text", "a.txt", "b"]
    assert len(dyads(tmp_path / names[0] / "secrel.duckdb").dropped) == 1
    failures = {str(line["name"]): line for line in lines(tmp_path / names[0] / "failures.jsonl")}
    assert list(failures) == ["a.txt", "b.txt"]
    assert failures["b.txt"]["source"] == str(odd_archive / "b.txt")
    assert failures["b.txt"]["reason"] == (
        "not in parquet, duckdb: article b, volume: found 99999999999; expected a whole number of 32 bits"
    )
    for files in (one, other):
        del files["failures.jsonl"]
    assert one == other


def test_without_any_article_the_results_are_empty(tmp_path: Path, loader: FakeLoader) -> None:
    pytest.importorskip("duckdb")
    archive, out = tmp_path / "archive", tmp_path / "out"
    archive.mkdir()
    formats = tuple(ALL_FORMATS)
    (archive / "a.txt").write_text("Moscow asked Kyiv.", encoding="utf-8")
    extract_archive(archive, out, formats=formats, loader=loader)
    (archive / "a.txt").write_text("RAISE Kyiv.", encoding="utf-8")
    summary = extract_archive(archive, out, formats=formats, loader=loader)
    assert numbers(summary) == (1, 0, 1, 1)
    assert not (out / "a.ann").exists()
    assert (out / "articles.jsonl").read_bytes() == (out / "plover.jsonl").read_bytes() == b""
    assert (out / "records.csv").read_text(encoding="utf-8") == ",".join(Record.columns()) + "\n"
    for name in ("secrel.duckdb", "articles.jsonl", "records.csv", "records"):
        assert (dyads(out / name).rows, dyads(out / name).dropped) == ((), ())


def test_results_of_one_run_have_one_time(archive: Path, tmp_path: Path, loader: FakeLoader) -> None:
    pytest.importorskip("duckdb")
    out, formats = tmp_path / "out", ("duckdb", "parquet", "jsonl")
    extract_archive(archive, out, formats=formats, loader=loader)
    written = [path for path in out.rglob("*") if path.suffix in {".duckdb", ".parquet", ".jsonl"}]
    times = {path.name: path.stat().st_mtime_ns for path in written if path.name != "failures.jsonl"}
    assert set(times) == {"secrel.duckdb", "no-year.parquet", "articles.jsonl"}
    assert len(set(times.values())) == 1
    assert (dyads(out).source, dyads(out).older) == (out / "secrel.duckdb", ())
    extract_archive(archive / "2006", out, loader=loader)
    found = dyads(out)
    assert (found.source, found.older) == (out / "articles.jsonl", (out / "secrel.duckdb", out / "records"))


def test_what_a_killed_run_was_at_is_cleared_whatever_is_written(
    archive: Path, tmp_path: Path, loader: FakeLoader
) -> None:
    pytest.importorskip("pyarrow")
    out = tmp_path / "out"
    extract_archive(archive, out, formats=("parquet",), loader=loader)
    before = (out / "records" / "no-year.parquet").read_bytes()
    (out / "records").rename(out / "records.replaced")
    for folder in ("records.part", "articles.jsonl.part"):
        (out / folder).mkdir()
    for file in ("records.part/x", "records.csv.part", "secrel.duckdb.part", "secrel.duckdb.part.wal"):
        (out / file).write_bytes(b"half")
    extract_archive(archive, out, formats=("jsonl",), loader=loader)
    assert {path.name for path in out.iterdir()} == {STORE, "articles.jsonl", "failures.jsonl", "records"}
    assert (out / "records" / "no-year.parquet").read_bytes() == before


def test_a_full_disk_is_said_of_the_file_that_was_written(
    archive: Path, tmp_path: Path, loader: FakeLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(sink: JsonlSink, document: Document, name: PurePath) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(JsonlSink, "write", full)
    with pytest.raises(OutputError, match=r"articles\.jsonl: found No space left on device; expected a place that can"):
        extract_archive(archive, tmp_path / "out", formats=("jsonl", "csv", "parquet"), loader=loader)
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names.isdisjoint({"articles.jsonl", "records.csv", "records", "failures.jsonl"})


def test_killed_at_any_moment_it_goes_on_to_the_same_results(archive: Path, tmp_path: Path, loader: FakeLoader) -> None:
    for n in range(12, 130):
        (archive / f"{n}.txt").write_text(text(n), encoding="utf-8")
    (archive / "crash.txt").write_text("ONCE Upon", encoding="utf-8")
    extract_archive(archive, tmp_path / "expected", formats=FORMATS, loader=loader)
    read = sorted(loader.lines("read"))
    (tmp_path / "notes" / "read").unlink()
    (tmp_path / "notes" / "loaded").unlink()
    script = [sys.executable, str(Path(__file__).parent / "fake_archive.py"), str(archive), str(tmp_path / "out")]
    source = random.Random()
    n_killed = 0
    for _ in range(5):
        n_articles = len(loader.lines("read")) + source.randint(1, 40)
        process = subprocess.Popen([*script, str(loader.folder), "2", "0.01"])
        while process.poll() is None and len(loader.lines("read")) < n_articles:
            time.sleep(0.01)
        time.sleep(source.uniform(0.0, 0.1))
        process.kill()
        n_killed += process.wait() == -signal.SIGKILL
    assert n_killed
    assert_ended(loader)
    if (tmp_path / "out" / STORE).exists():
        for name in results(tmp_path / "out"):
            assert name.endswith((".part", ".ann", "annotation.conf")) or (tmp_path / "expected" / name).exists()
    summary = extract_archive(archive, tmp_path / "out", formats=FORMATS, loader=loader)
    assert numbers(summary)[:3] == (134, 132, 2)
    assert summary.n_read < 134
    assert results(tmp_path / "out") == results(tmp_path / "expected")
    # Nothing was left out, and what was read twice is what was at hand when a run was killed.
    again = loader.lines("read")
    assert set(again) == set(read)
    assert len(again) - len(read) <= 5 * 40


def assert_ended(loader: FakeLoader) -> None:
    """No worker process outlives the run that started it."""
    deadline = time.monotonic() + 20
    for number in loader.lines("loaded"):
        while (Path("/proc") / number).exists() and b"spawn" in (Path("/proc") / number / "cmdline").read_bytes():
            assert time.monotonic() < deadline, f"process {number} is still there"
            time.sleep(0.05)


def test_killed_in_the_middle_of_an_article_its_processes_end(tmp_path: Path, loader: FakeLoader) -> None:
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "a.txt").write_text("SLOW Down", encoding="utf-8")
    script = [sys.executable, str(Path(__file__).parent / "fake_archive.py"), str(tmp_path / "archive")]
    process = subprocess.Popen([*script, str(tmp_path / "out"), str(loader.folder), "1", "0"])
    while process.poll() is None and not loader.lines("read"):
        time.sleep(0.02)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert_ended(loader)


def test_what_a_run_waits_for_is_told(archive: Path, tmp_path: Path, loader: FakeLoader) -> None:
    seen: list[Progress] = []
    extract_archive(archive / "2007", tmp_path / "out", loader=replace(loader, delay=0.7), on_progress=seen.append)
    told = [(one.n_done, one.slowest) for one in seen if one.step == "reading" and one.seconds > 0.4]
    assert {n: name for n, name in told if n < 2} == {0: "00.txt", 1: "01.txt"}
    assert max(one.seconds for one in seen if one.n_done == 1) < 30


def test_interrupted_it_keeps_what_was_done_and_ends_its_processes(
    archive: Path, tmp_path: Path, loader: FakeLoader
) -> None:
    (archive / "2006" / "05.txt").write_text("SLOW Down", encoding="utf-8")
    script = [sys.executable, str(Path(__file__).parent / "fake_archive.py"), str(archive), str(tmp_path / "out")]
    # A shell that starts the tests in the background has them ignore the signal, and this process with them.
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    script += [str(loader.folder), "1", "0"]
    process = subprocess.Popen(script, stderr=subprocess.PIPE, text=True, preexec_fn=heed)  # noqa: PLW1509
    while process.poll() is None and "2006/05" not in loader.lines("read"):
        time.sleep(0.02)
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=10)
    assert "KeyboardInterrupt" in errors
    assert errors.count("Traceback") == 1
    assert_ended(loader)
    with Store(tmp_path / "out") as store:
        store.give([])
        assert store.count_of_others() == 3
