"""`secrel extract`: every format and destination, and what becomes of bad input."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from secrel.cli import main
from secrel.config import read_scheme
from secrel.domain import Document, Record
from secrel.pipeline import Pipeline, load
from secrel.reading import annotation_conf, parse_article, read_standoff, to_document

TEXT = "Moscow told Kyiv to drop its NATO bid. Tbilisi and Baku signed a pact with Ankara."
ODD = (
    "\ufeffPublication: Eurasia Daily Monitor\u00a0Volume: 3\u00a0Issue: 7\r\n\r\n"
    "“Moscow”\u00a0told Kyiv 😀 to drop\u00a0its bid.\r\n\r\nChis\u0327ina\u0306u’s envoy asked Baku and Ankara.\r\n"
)
FRENCH = (
    "Le président de la République a rencontré hier à Paris le premier ministre de la Géorgie, et les deux hommes ont"
    " parlé de la sécurité en mer Noire ainsi que des troupes qui restent encore dans le pays."
)
RUSSIAN = "Москва потребовала от Киева отказаться от вступления в НАТО, а Тбилиси и Баку подписали договор с Анкарой."


@pytest.fixture(scope="module")
def model(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    # Without thresholds every pair that the scheme allows is found.
    folder = Path(shutil.copytree(tiny_model, tmp_path_factory.mktemp("eager") / "eager"))
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["decision"] = {"relation": 0.0, "stance": 0.0}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return str(folder)


@pytest.fixture(scope="module")
def expected(model: str) -> Pipeline:
    return load(model)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    for name, text in (("a.txt", TEXT), ("odd.txt", ODD), ("sub/b.text", "Kyiv thanked Ankara.\n"), ("notes.md", "x")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode("utf-8"))
    return folder


def read_lines(text: str) -> list[Document]:
    return [Document.from_dict(json.loads(line)) for line in text.removesuffix("\n").split("\n")]


def bare(document: Document) -> Document:
    return document.replace(id="", metadata=document.metadata.__class__())


def feed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="ascii"))


def test_jsonl_on_standard_output(
    articles: Path, model: str, expected: Pipeline, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["extract", str(articles), "--model", model]) == 0
    out, err = capsys.readouterr()
    documents = read_lines(out)
    assert [document.id for document in documents] == ["a", "odd", "b"]
    assert [bare(d) for d in documents] == [bare(expected(text)) for text in (TEXT, ODD, "Kyiv thanked Ankara.\n")]
    assert documents[1].metadata.volume == 3
    assert documents[1].metadata.source == str(articles / "odd.txt")
    assert err == f"secrel: skipped 1 file that does not end in .txt or .html: {articles / 'notes.md'}\n"


def test_order_does_not_matter(articles: Path, model: str, capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(articles / name) for name in ("a.txt", "odd.txt", "sub/b.text")]
    lines = {}
    for order in (files, files[::-1]):
        assert main(["extract", *order, "--model", model, "-q"]) == 0
        out, err = capsys.readouterr()
        assert err == ""
        lines[order[0]] = out.splitlines()
    assert lines[files[0]] == lines[files[-1]][::-1]


@pytest.mark.parametrize("name", ["out", "new/folder", "out.jsonl", "deep/out.jsonl"])
def test_jsonl_into_a_folder_or_file(
    articles: Path, model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert main(["extract", str(articles / "odd.txt"), "--model", model, "-o", str(tmp_path / name)]) == 0
    path = tmp_path / name if name.endswith(".jsonl") else tmp_path / name / "articles.jsonl"
    (document,) = read_lines(path.read_bytes().decode("utf-8"))
    on_disk = (articles / "odd.txt").read_bytes().decode("utf-8")
    assert document.text == on_disk == ODD
    assert document.entities
    assert all(on_disk[e.start : e.end] == e.text for e in document.entities)
    out, err = capsys.readouterr()
    assert out == ""
    # A slow machine says how far it is.
    assert err.splitlines()[-1] == f"secrel: 1 article written to {path}"


@pytest.mark.parametrize("arguments", [["-o", "out.csv"], ["-o", "out", "--format", "csv"]])
def test_csv_into_a_file_or_folder(
    articles: Path, model: str, expected: Pipeline, tmp_path: Path, arguments: list[str]
) -> None:
    arguments = [str(tmp_path / a) if a.startswith("out") else a for a in arguments]
    assert main(["extract", str(articles / "odd.txt"), "--model", model, "-q", *arguments]) == 0
    path = tmp_path / "out.csv" if arguments[1].endswith(".csv") else tmp_path / "out" / "records.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    document = expected(ODD)
    assert len(rows) == len(document.relations) + len(document.stances) > 0
    for row in rows:
        assert ODD[int(row["head_start"]) : int(row["head_end"])] == row["head"]
        assert ODD[int(row["sentence_start"]) : int(row["sentence_end"])] == row["sentence"]
        assert (row["article"], row["year"], row["model"]) == ("odd", "2006", "tiny 0.0.1")


def test_csv_on_standard_output(articles: Path, model: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["extract", str(articles / "a.txt"), "--model", model, "--format", "csv"]) == 0
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert rows[0] == list(Record.columns())
    assert {row[6] for row in rows[1:]} == {"relation", "stance"}


def test_brat_reads_back_as_the_extraction(articles: Path, model: str, expected: Pipeline, tmp_path: Path) -> None:
    out = tmp_path / "brat"
    assert main(["extract", str(articles), "--model", model, "-o", str(out), "--format", "brat", "-q"]) == 0
    assert {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()} == {
        *("a.ann", "annotation.conf", "odd.ann", "sub/b.ann", "failures.jsonl", "run.sqlite")
    }
    assert (out / "annotation.conf").read_text(encoding="utf-8") == annotation_conf(
        read_scheme(Path(model) / "labels.toml")
    )
    for name in ("sub/b.text", "odd.txt", "a.txt"):
        text = (articles / name).read_bytes().decode("utf-8")
        document = expected(text)
        standoff = read_standoff((out / name).with_suffix(".ann"))
        again = to_document(standoff, parse_article(text).replace(sentences=document.sentences))
        assert [(e.span, e.label, e.text) for e in again.entities] == [
            (e.span, e.label, e.text) for e in document.entities
        ]
        assert [(r.head.span, r.label, r.tail.span, r.status, r.evidence) for r in again.relations] == [
            (r.head.span, r.label, r.tail.span, r.status, r.evidence) for r in document.relations
        ]
        assert [(s.holder.span, s.polarity, s.target.span, s.evidence) for s in again.stances] == [
            (s.holder.span, s.polarity, s.target.span, s.evidence) for s in document.stances
        ]
    assert again.relations
    assert again.stances


def test_brat_names_that_clash(articles: Path, model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (articles / "a.text").write_text("Baku.", encoding="utf-8")
    # Of the same name in another folder is no clash: folders are kept.
    (articles / "sub" / "a.txt").write_text("Kyiv.", encoding="utf-8")
    out = tmp_path / "brat"
    assert main(["extract", str(articles), "--model", model, "-o", str(out), "--format", "brat"]) == 1
    err = capsys.readouterr().err.splitlines()
    assert err[1:] == [
        f"secrel: failed: {articles / 'a.txt'}: not in brat: {out / 'a.ann'}: found a second article of this name; "
        "expected names that differ; extract their folders apart",
        f"secrel: 4 articles written to {out}, 1 failed",
    ]
    assert (out / "sub" / "a.ann").is_file()


def test_table(articles: Path, model: str, expected: Pipeline, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["extract", str(articles / "a.txt"), "--model", model, "--format", "table"]
    assert main(arguments) == 0
    plain = capsys.readouterr().out
    document = expected(TEXT)
    counts = (len(document.entities), len(document.relations), len(document.stances))
    assert "{} entities, {} relations, {} stances".format(*counts) in plain
    assert plain.count("cooperates-with") == sum(r.label == "cooperates-with" for r in document.relations) > 0
    assert main([*arguments, "--show-text"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(plain.rstrip("\n"))
    first = document.entities[0]
    assert f"{first.text} {first.label}{TEXT[first.end : first.end + 2]}" in shown


def test_table_and_progress_on_a_terminal(
    articles: Path, model: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(["extract", str(articles), "--model", model]) == 0
    out, err = capsys.readouterr()
    assert "stance: " in out
    assert "3/3" in err


def test_standard_input(
    model: str, expected: Pipeline, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    feed(monkeypatch, ODD.encode("utf-8"))
    assert main(["extract", "-", "--model", model]) == 0
    (document,) = read_lines(capsys.readouterr().out)
    assert document.id == "stdin"
    assert document.text == ODD
    assert bare(document) == bare(expected(ODD))
    feed(monkeypatch, b"")
    assert main(["extract", "-", "--model", model]) == 1
    assert capsys.readouterr().err == "secrel: failed: standard input: found no text; expected at least one sentence\n"


def test_bad_input_is_named_and_the_good_is_written(
    articles: Path, model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad: dict[str, tuple[bytes, str]] = {
        "empty.txt": (b"", "found no text; expected at least one sentence"),
        "blank.txt": ("\ufeff \u00a0\r\n".encode(), "found no text; expected at least one sentence"),
        "binary.txt": (b"ELF\x03\x04\x00\x01", "found a NUL byte at byte 5: a binary file; expected text"),
        "large.txt": (b"Moscow. " * 200, "found 1,600 bytes; expected at most 1,000 bytes; split the file"),
        "french.txt": (FRENCH.encode(), "found text in another language (identified as 'fr', probability"),
        "russian.txt": (RUSSIAN.encode(), "found text in another script than Latin; expected English text"),
        "cp1252.txt": (
            b"Kyiv\x92s envoy\r\nspoke.",
            "found byte 0x92 at byte 4 (line 1), which is not utf-8; expected a text in utf-8 throughout",
        ),
    }
    for name, (data, _) in bad.items():
        (articles / name).write_bytes(data)
    (tmp_path / "none").mkdir()
    given = [str(articles), str(tmp_path / "none"), str(tmp_path / "missing.txt")]
    out = tmp_path / "out.jsonl"
    assert main(["extract", *given, "--model", model, "-o", str(out), "--max-bytes", "1000"]) == 1
    assert [document.id for document in read_lines(out.read_text(encoding="utf-8"))] == ["a", "odd", "b"]
    lines = capsys.readouterr().err.splitlines()
    problems = {
        str(tmp_path / "none"): "found no article in this folder; expected files ending in .txt, .text, .html,",
        str(tmp_path / "missing.txt"): "found no such file or folder; expected a file, a folder or -",
        **{str(articles / name): problem for name, (_, problem) in bad.items()},
    }
    for where, problem in problems.items():
        assert [line for line in lines if line.startswith(f"secrel: failed: {where}: {problem}")], where
    assert len(lines) == len(problems) + 2
    assert lines[-1] == f"secrel: 3 articles written to {out}, 9 failed"


@pytest.mark.parametrize(
    ("data", "arguments", "text"),
    [
        (b"Kyiv\x92s envoy spoke.", ["--encoding", "cp1252"], "Kyiv’s envoy spoke."),
        (FRENCH.encode(), ["--any-language"], FRENCH),
        (TEXT.encode("utf-16"), [], f"\ufeff{TEXT}"),
    ],
)
def test_ways_out_that_the_errors_name(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], *, data: bytes, arguments: list[str], text: str
) -> None:
    (tmp_path / "x.txt").write_bytes(data)
    assert main(["extract", str(tmp_path / "x.txt"), "--model", model, *arguments]) == 0
    (document,) = read_lines(capsys.readouterr().out)
    assert document.text == text


def test_only_bad_paths_load_no_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["extract", str(tmp_path / "x"), "--model", "no-such-model"]) == 1
    assert capsys.readouterr().err == (
        f"secrel: failed: {tmp_path / 'x'}: found no such file or folder; expected a file, a folder or -\n"
    )


def test_many_skipped_files_are_not_all_listed(model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for n in range(7):
        (tmp_path / f"{n}.md").write_text("x", encoding="utf-8")
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    assert main(["extract", str(tmp_path), "--model", model]) == 0
    err = capsys.readouterr().err
    assert err.startswith(f"secrel: skipped 7 files that do not end in .txt or .html: {tmp_path / '0.md'}, ")
    assert err.endswith(f"{tmp_path / '4.md'} and 2 more\n")


def test_min_score(model: str, articles: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["extract", str(articles / "a.txt"), "--model", model, "--min-score", "1"]) == 0
    (document,) = read_lines(capsys.readouterr().out)
    assert (document.entities, document.relations, document.stances) == ((), (), ())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "brat"], "--format brat: found no folder to write to; expected -o FOLDER"),
        (["--format", "table", "-o", "x"], "--format table: found -o; expected standard output, or another format"),
        (["--format", "brat", "-o", "{file}"], "{file}: found a file; expected a folder"),
        (["--model", "none"], "model 'none': found neither a folder nor a model that ships with the package; "),
        (["-o", "{file}"], "{file}: found a file; expected a folder"),
        (["-o", "{file}/x.csv"], "{file}: found a file; expected a folder"),
        (["-o", "{file}/x", "--format", "brat"], "{file}: found a file; expected a folder"),
        (["-o", "x.xlsx"], "x.xlsx: found the ending .xlsx; expected a file ending in .csv, .duckdb, "),
        (["-o", "x.json", "--jobs", "2"], "x.json: found the ending .json; expected a file ending in .csv, .duckdb, "),
        (["-o", "x.csv", "--format", "jsonl"], "x.csv: found --format jsonl; expected a file ending in .jsonl, or a f"),
        (["-o", "x.csv", "--format", "brat"], "x.csv: found --format brat; expected a folder"),
        (["--encoding", "utf9"], "encoding: found 'utf9'; expected an encoding Python knows, such as utf-8 or cp1252,"),
        (["--format", "jsonl,csv"], "--format: found 2 formats and no folder; expected -o FOLDER"),
        (["-o", "out.csv", "--format", "jsonl,csv"], "out.csv: found one file for 2 formats; expected a folder"),
        (["--jobs", "2"], "--jobs: found no folder for the results; expected -o FOLDER"),
        (["-o", "out.csv", "--retry-failed"], "--retry-failed: found no folder for the results; expected -o FOLDER"),
    ],
)
def test_bad_usage_and_places(
    model: str, articles: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    file = str(articles / "notes.md")
    given = ["extract", str(articles / "a.txt"), "--model", model, *(a.format(file=file) for a in arguments)]
    assert main(given) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("secrel: " + message.format(file=file))
    assert (articles / "notes.md").read_text(encoding="utf-8") == "x"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "required: VERB"),
        (["extract"], "required: PATH"),
        (["extract", "x", "--format", "xml"], "invalid choice: 'xml'"),
        (["extract", "x", "--format", "csv,xml"], "invalid choice: 'xml'"),
        (["extract", "x", "--jobs", "0"], "found '0'; expected a whole number from 1 up"),
        (["extract", "x", "--min-score", "1.5"], "found '1.5'; expected a probability from 0 to 1"),
        (["extract", "x", "--min-score", "nan"], "found 'nan'; expected a probability from 0 to 1"),
        (["extract", "x", "--min-score", "much"], "found 'much'; expected a probability from 0 to 1"),
        (["extract", "x", "--max-bytes", "-5"], "--max-bytes"),
        (["translate", "x"], "invalid choice: 'translate'"),
    ],
)
def test_bad_arguments(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert message in capsys.readouterr().err


def test_a_model_that_fails_on_one_article_loses_no_other(
    model: str, articles: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    read = Pipeline.__call__

    def sometimes(self: Pipeline, text: Any) -> Document:
        if "NATO" in text.text:
            raise RuntimeError("out of memory")
        return read(self, text)

    monkeypatch.setattr(Pipeline, "__call__", sometimes)
    feed(monkeypatch, TEXT.encode())
    assert main(["extract", "-", str(articles), "--model", model, "-q"]) == 1
    out, err = capsys.readouterr()
    assert [document.id for document in read_lines(out)] == ["odd", "b"]
    assert err.splitlines() == [
        "secrel: failed: standard input: RuntimeError: out of memory",
        f"secrel: failed: {articles / 'a.txt'}: RuntimeError: out of memory",
    ]


def test_interruption_keeps_what_was_finished_and_the_old_file(
    model: str, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    read = Pipeline.__call__

    def interrupted(self: Pipeline, text: Any) -> Document:
        if text.id == "odd":
            raise KeyboardInterrupt
        return read(self, text)

    monkeypatch.setattr(Pipeline, "__call__", interrupted)
    (tmp_path / "out.jsonl").write_text("old", encoding="utf-8")
    assert main(["extract", str(articles), "--model", model, "-q", "-o", str(tmp_path / "out.jsonl")]) == 130
    assert capsys.readouterr().err == "secrel: interrupted; what was finished is kept\n"
    assert (tmp_path / "out.jsonl").read_text(encoding="utf-8") == "old"
    (kept,) = read_lines((tmp_path / "out.jsonl.part").read_text(encoding="utf-8"))
    assert kept.id == "a"


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    from secrel import __version__

    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out == f"secrel {__version__}\n"


def test_process_with_a_pipe_and_a_terminal_that_knows_only_ascii(model: str, expected: Pipeline) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}
    run = subprocess.run(
        [sys.executable, "-m", "secrel", "extract", "-", "no-such-file.txt", "--model", model],
        input=ODD.encode("utf-8"),
        capture_output=True,
        env=environment,
        check=False,
    )
    assert run.returncode == 1, run.stderr
    (document,) = read_lines(run.stdout.decode("utf-8"))
    assert document.text == ODD
    assert bare(document) == bare(expected(ODD))
    assert run.stderr.decode().splitlines() == [
        "secrel: failed: no-such-file.txt: found no such file or folder; expected a file, a folder or -"
    ]


def test_reader_of_standard_output_that_goes_away(
    model: str, articles: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w", encoding="utf-8") as broken, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", broken)
        assert main(["extract", str(articles), "--model", model, "-q"]) == 0
    assert capsys.readouterr().err == ""


def test_a_run_in_which_everything_fails_has_an_empty_result(tiny_model: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    out = tmp_path / "out" / "articles.jsonl"
    out.parent.mkdir()
    out.write_text("earlier\n", encoding="utf-8")
    arguments = ["extract", str(tmp_path / "empty.txt"), "-o", str(out.parent), "--model", str(tiny_model)]
    assert main(arguments) == 1
    assert out.read_text(encoding="utf-8") == ""
    assert sorted(path.name for path in out.parent.iterdir()) == ["articles.jsonl", "failures.jsonl", "run.sqlite"]
