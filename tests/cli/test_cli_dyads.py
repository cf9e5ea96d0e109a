"""`secrel dyads`: questions on the command line."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path, PurePath

import pytest

from secrel.cli import main
from secrel.domain import Actor, Attribution, Document, Entity, Metadata, Pair, Relation, Span, Stance
from secrel.output import CsvSink, JsonlSink

TEXT = "Moscow warned Tbilisi [sic]."
MOSCOW = Entity(Span(0, 6), "GPE", "Moscow", actor=Actor("RUS", "RUS", None, "Russia"))
TBILISI = Entity(Span(14, 21), "GPE", "Tbilisi", actor=Actor("GEOGOV", "GEO", "GOV", "Georgia"))
NOBODY = Entity(Span(22, 27), "GPE", "[sic]")
EVERYTHING = Span(0, len(TEXT))


def document(date: str) -> Document:
    outlet = Attribution("“Avesta” [Dushanbe]")
    return Document(
        TEXT,
        id=date,
        metadata=Metadata("Weekly", 3, 4, date, int(date[:4])),
        sentences=(EVERYTHING,),
        entities=(MOSCOW, TBILISI, NOBODY),
        relations=(
            Relation(Pair(MOSCOW, TBILISI), "pressures", "actual", 0.625, 0.5, EVERYTHING, outlet),
            Relation(Pair(MOSCOW, NOBODY), "pressures", "actual", 0.5, 0.5, EVERYTHING),
        ),
        stances=(Stance(Pair(TBILISI, MOSCOW), "against", 0.25, EVERYTHING),),
    )


@pytest.fixture
def out(tmp_path: Path) -> Path:
    with JsonlSink(tmp_path / "out" / "articles.jsonl") as sink:
        for date in ("2006-07-11", "2006-07-12", "2007-01-01"):
            sink.write(document(date), PurePath("x"))
    return tmp_path / "out"


def test_table(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dyads", str(out), "--head", "RUS", "--head", "GEO"]) == 0
    captured = capsys.readouterr()
    rows = [[cell.strip() for cell in line.strip("│┃").split("│")] for line in captured.out.splitlines() if "│" in line]
    assert rows == [
        ["GEOGOV", "stance: against", "RUS", "", "3", "3", "3", "0.25", "2006-07-11", "2007-01-01"],
        ["RUS", "pressures", "GEOGOV", "actual", "3", "3", "3", "0.62", "2006-07-11", "2007-01-01"],
    ]
    heading = [cell.strip() for cell in captured.out.splitlines()[1].strip("┃").split("┃")]
    assert heading == ["who", "what", "whom", "status", "times", "sentences", "articles", "mean score", "first", "last"]
    assert captured.err == (
        "secrel: not counted: 3 relations and stances of the actors asked for, whose other mention has no actor\n"
    )


def test_what_may_fit_is_said_apart(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dyads", str(out), "--tail", "GEO"]) == 0
    assert capsys.readouterr().err == (
        "secrel: not counted: 3 relations and stances that may be anyone's: the mention asked for (head or tail) has no"
        " actor\n"
    )
    assert main(["dyads", str(out)]) == 0
    assert capsys.readouterr().err == (
        "secrel: not counted: 3 relations and stances with a mention that has no actor\n"
    )


def test_level_country(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ministry = Entity(Span(22, 27), "ORG", "[sic]", actor=Actor("RUSGOV", "RUS", "GOV"))
    own = document("2006-07-11").replace(entities=(MOSCOW, TBILISI, ministry))
    pairs = (Relation(Pair(MOSCOW, ministry), "pressures", "actual", 0.5, 0.5, EVERYTHING), own.relations[0])
    with JsonlSink(tmp_path / "articles.jsonl") as sink:
        sink.write(own.replace(relations=pairs), PurePath("x"))
    for arguments, expected, left_out in (
        ([], ["GEO against RUS", "RUS pressures GEO"], 1),
        (["--internal"], ["GEO against RUS", "RUS pressures GEO", "RUS pressures RUS"], 0),
    ):
        assert main(["dyads", str(tmp_path), "--level", "country", "--format", "json", *arguments]) == 0
        captured = capsys.readouterr()
        rows = [f"{row['head']} {row['label']} {row['tail']}" for row in json.loads(captured.out)]
        assert rows == expected
        said = "secrel: not counted: 1 relations and stances between actors of one country or organisation\n"
        assert captured.err == said * left_out


def test_table_by_year_and_by_outlet(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dyads", str(out), "--relation", "pressures", "--by", "year"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].strip("┃ ").startswith("when ")
    assert [line.split()[1] for line in lines if line.startswith("│")] == ["2006", "2007"]
    assert main(["dyads", str(out), "--relation", "pressures", "--by", "outlet"]) == 0
    shown = capsys.readouterr().out
    assert "according to" in shown
    assert "“Avesta” [Dushanbe]" in shown, "square brackets are no markup"


@pytest.mark.parametrize("by", ["total", "year", "month", "outlet"])
def test_a_narrow_terminal_breaks_no_word(
    out: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["dyads", str(out), "--by", by]) == 0
    captured = capsys.readouterr()
    lines = re.sub("\x1b\\[[0-9;]*m", "", captured.out).splitlines()
    assert max(map(len, lines)) <= 80
    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in lines if line.startswith("│")]
    assert sum("stance: against" in row for row in rows) == {"total": 1, "year": 2, "month": 2, "outlet": 1}[by]
    assert "secrel: too wide for 80 columns, left out: " in captured.err
    assert "mean score; a wider terminal or --format csv has them" in captured.err
    if by != "outlet":
        assert len(rows) == len({tuple(row) for row in rows}) == {"total": 2, "year": 4, "month": 4}[by]


def test_a_table_says_the_year_where_no_more_is_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dated = document("2006-07-11").replace(relations=())
    earlier = dated.replace(id="e", metadata=Metadata(year=2004))
    same = dated.replace(id="s", metadata=Metadata(year=2006))
    with JsonlSink(tmp_path / "articles.jsonl") as sink:
        for one in (dated, earlier, same):
            sink.write(one, PurePath(one.id))
    assert main(["dyads", str(tmp_path)]) == 0
    (row,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("│"))
    assert [cell.strip() for cell in row.strip("│").split("│")][-2:] == ["2004", "2006-07-11"]


def test_csv(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dyads", str(out), "--relation", "pressures", "--by", "month", "--format", "csv"]) == 0
    text = capsys.readouterr().out
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["period"], row["head"], row["n_statements"]) for row in rows] == [
        ("2006-07", "RUS", "2"),
        ("2007-01", "RUS", "1"),
    ]
    assert "outlet" not in rows[0]
    assert "\r" not in text


def test_json(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dyads", str(out), "--outlet", "“avesta” [dushanbe]", "--by", "outlet", "--format", "json"]) == 0
    text = capsys.readouterr().out
    assert json.loads(text) == [
        {
            "outlet": "“Avesta” [Dushanbe]",
            "head": "RUS",
            "kind": "relation",
            "label": "pressures",
            "status": "actual",
            "tail": "GEOGOV",
            "n_statements": 3,
            "n_sentences": 3,
            "n_articles": 3,
            "mean_score": 0.625,
            "first_date": "2006-07-11",
            "last_date": "2007-01-01",
            "first_year": 2006,
            "last_year": 2007,
        }
    ]
    assert "“Avesta”" in text


def test_csv_keeps_a_carriage_return(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = document("2006-07-11")
    relation = replace(odd.relations[0], attribution=Attribution("Inter\rfax"))
    with JsonlSink(tmp_path / "articles.jsonl") as sink:
        sink.write(odd.replace(relations=(relation,), stances=()), PurePath("x"))
    assert main(["dyads", str(tmp_path), "--by", "outlet", "--format", "csv"]) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out, newline=""))
    assert (row["outlet"], row["tail"]) == ("Inter\rfax", "GEOGOV")


def test_older_results_beside_those_that_are_read_are_said(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with CsvSink(out / "records.csv") as sink:
        sink.write(document("2006-07-11"), PurePath("x"))
    for time, read, older in ((0, "articles.jsonl", "records.csv"), (2**31, "records.csv", "articles.jsonl")):
        os.utime(out / "records.csv", (time, time))
        assert main(["dyads", str(out), "--stance", "against", "--format", "json"]) == 0
        captured = capsys.readouterr()
        assert captured.err == f"secrel: read {out / read}, and not what is older: {out / older}\n"
        assert json.loads(captured.out)[0]["n_articles"] == (3 if read == "articles.jsonl" else 1)


@pytest.mark.parametrize(("form", "expected"), [("table", ""), ("json", "[]\n"), ("csv", None)])
def test_nothing_found_is_said_and_no_error(
    out: Path, capsys: pytest.CaptureFixture[str], form: str, expected: str | None
) -> None:
    assert main(["dyads", str(out), "--head", "FRA", "--stance", "favor", "--format", form]) == 0
    captured = capsys.readouterr()
    assert captured.err == f"secrel: nothing found in {out / 'articles.jsonl'}\n"
    if expected is None:
        assert captured.out.count("\n") == 1
        assert captured.out.startswith("head,kind,label")
    else:
        assert captured.out == expected


def test_min_score(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dyads", str(out), "--min-score", "0.6", "--format", "json"]) == 0
    assert [row["label"] for row in json.loads(capsys.readouterr().out)] == ["pressures"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--relation", "presures"], "relation: found 'presures'; expected one of cooperates-with, pressures, trains"),
        (["--stance", "for"], "stance: found 'for'; expected one of favor, against, ambivalent"),
        (["--status", "past"], "status: found 'past'; expected one of actual, planned"),
        (
            ["--head", "Belarus"],
            "head: found 'BELARUS'; expected a code that is known or occurs in the results, such as",
        ),
        (["--tail", ""], "tail: found ''; expected a code"),
        (["--internal"], "--internal: found --level actor; expected --level country"),
        (["--min-score", "7"], "min_score: found 7.0; expected a probability from 0 to 1"),
    ],
)
def test_bad_questions(out: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    assert main(["dyads", str(out), *arguments]) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.out == ""


def test_wrong_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dyads", str(tmp_path / "missing")]) == 2
    assert "missing: found no such file or folder; expected what secrel extract wrote" in capsys.readouterr().err
    assert main(["dyads", str(tmp_path)]) == 2
    assert "found none of its files; expected what secrel extract wrote" in capsys.readouterr().err
    (tmp_path / "run.sqlite").touch()
    assert main(["dyads", str(tmp_path)]) == 2
    assert "found a run that is not finished" in capsys.readouterr().err


def test_no_heavy_library_is_loaded(out: Path) -> None:
    code = (
        "import sys; from secrel.cli import main\n"
        f"assert main(['dyads', {str(out)!r}, '--head', 'RUS']) == 0\n"
        "loaded = {'torch', 'transformers', 'spacy', 'datasets', 'networkx', 'pyarrow', 'pandas'} & set(sys.modules)\n"
        "assert not loaded, loaded"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
