"""Questions to results that were written, and the page that explains them."""

from __future__ import annotations

import csv
import io
import os
import re
import shlex
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path, PurePath
from types import ModuleType
from typing import Any

import pytest

import secrel
import secrel.output
from secrel.cli import main
from secrel.config import parse_scheme
from secrel.domain import Actor, Document, Dropped, LabelScheme, Record, Span
from secrel.errors import InputError, SecrelError
from secrel.output import FORMATS, CsvSink, DuckDbSink, JsonlSink, ParquetSink, Sink
from secrel.output.columns import column_types
from secrel.output.dyads import Dyads, dyads
from secrel.output.plover import read_mapping
from secrel.output.tally import LEVELS, PERIODS, Dyad, matches, party_of

duckdb = pytest.importorskip("duckdb")

Archive = list[tuple[Document, PurePath]]
SOURCES = ("secrel.duckdb", "articles.jsonl", "records.csv", "records")


def write(folder: Path, archive: Archive, *names: str, scheme: LabelScheme | None = None) -> Path:
    sinks: dict[str, Callable[[Path], Sink]] = {
        "secrel.duckdb": lambda path: DuckDbSink(path, scheme),
        "articles.jsonl": JsonlSink,
        "records.csv": CsvSink,
        "records": ParquetSink,
    }
    for name in names or SOURCES:
        with sinks[name](folder / name) as sink:
            for document, path in archive:
                sink.write(document, path)
    return folder


def written_at(time: int, *places: Path) -> None:
    """As if they had been written at a time, in seconds."""
    for place in places:
        for path in (place, *place.rglob("*")) if place.is_dir() else (place,):
            os.utime(path, (time, time))


@pytest.fixture
def out(tmp_path: Path, archive: Archive) -> Path:
    """Results of one run."""
    folder = write(tmp_path / "out", archive)
    written_at(1_000, *(folder / name for name in SOURCES))
    return folder


def short(found: Dyads) -> list[tuple[Any, ...]]:
    names = ("period", "outlet", "head", "label", "status", "tail", "n_statements", "n_articles")
    return [tuple(getattr(row, name) for name in names if name in found.columns) for row in found]


QUESTIONS: list[tuple[dict[str, Any], list[tuple[Any, ...]]]] = [
    (
        {"relation": "pressures"},
        [
            ("RUS", "pressures", "actual", "GEO", 2, 2),
            ("RUS", "pressures", "planned", "GEO", 1, 1),
            ("RUSMIL", "pressures", "actual", "GEO", 1, 1),
        ],
    ),
    # A country stands for all its actors, a code with a role for itself, an organisation for its bodies.
    (
        {"head": "rus", "status": "actual"},
        [("RUS", "pressures", "actual", "GEO", 2, 2), ("RUSMIL", "pressures", "actual", "GEO", 1, 1)],
    ),
    ({"head": "RUSMIL", "relation": "pressures"}, [("RUSMIL", "pressures", "actual", "GEO", 1, 1)]),
    (
        {"head": "NATO"},
        [("GEO", "cooperates-with", "planned", "NATO", 2, 2), ("NATOMIL", "trains", "actual", "GEO", 1, 1)],
    ),
    (
        {"head": ["NATOMIL", "GEOOPP"]},
        [("GEOOPP", "against", None, "TUR", 1, 1), ("NATOMIL", "trains", "actual", "GEO", 1, 1)],
    ),
    # Either way round for what is symmetric, and only for that.
    ({"head": "GEO", "tail": "NATO"}, [("GEO", "cooperates-with", "planned", "NATO", 2, 2)]),
    (
        {"head": "NATO", "tail": "GEO", "relation": "cooperates-with"},
        [("GEO", "cooperates-with", "planned", "NATO", 2, 2)],
    ),
    ({"head": "GEO", "relation": "pressures"}, []),
    (
        {"stance": "against"},
        [("GEO", "against", None, "RUS", 1, 1), ("GEOOPP", "against", None, "TUR", 1, 1)],
    ),
    (
        {"stance": "against", "relation": "deploys-to", "status": "ended"},
        [
            ("GEO", "against", None, "RUS", 1, 1),
            ("GEOOPP", "against", None, "TUR", 1, 1),
            ("RUSMIL", "deploys-to", "ended", "GEO", 1, 1),
        ],
    ),
    (
        {"relation": "pressures", "by": "year"},
        [
            ("2006", "RUS", "pressures", "actual", "GEO", 1, 1),
            ("2007", "RUS", "pressures", "actual", "GEO", 1, 1),
            ("2007", "RUS", "pressures", "planned", "GEO", 1, 1),
            (None, "RUSMIL", "pressures", "actual", "GEO", 1, 1),
        ],
    ),
    (
        {"relation": "pressures", "by": "month"},
        [
            ("2006-07", "RUS", "pressures", "actual", "GEO", 1, 1),
            ("2007-10", "RUS", "pressures", "actual", "GEO", 1, 1),
            (None, "RUS", "pressures", "planned", "GEO", 1, 1),
            (None, "RUSMIL", "pressures", "actual", "GEO", 1, 1),
        ],
    ),
    (
        {"relation": "pressures", "status": "actual", "by": "outlet"},
        [
            (None, "RUSMIL", "pressures", "actual", "GEO", 1, 1),
            ("Avesta", "RUS", "pressures", "actual", "GEO", 1, 1),
            ("Interfax", "RUS", "pressures", "actual", "GEO", 1, 1),
        ],
    ),
    ({"outlet": "AVESTA"}, [("RUS", "pressures", "actual", "GEO", 1, 1)]),
    (
        {"relation": "pressures", "min_score": 0.75},
        [("RUS", "pressures", "actual", "GEO", 1, 1), ("RUSMIL", "pressures", "actual", "GEO", 1, 1)],
    ),
    # Known, but not in the results.
    ({"head": "FRAMIL"}, []),
]


@pytest.mark.parametrize(("question", "expected"), QUESTIONS)
def test_questions(out: Path, question: dict[str, Any], expected: list[tuple[Any, ...]]) -> None:
    answers = [dyads(out / name, **question) for name in SOURCES]
    rows = sorted(expected, key=str) if question.get("by") == "outlet" else expected
    for answer in answers:
        found = short(answer)
        assert (sorted(found, key=str) if question.get("by") == "outlet" else found) == rows
        assert (answer.rows, answer.dropped) == (answers[0].rows, answers[0].dropped), answer.source


def test_the_function_has_several_places(out: Path) -> None:
    assert secrel.dyads is secrel.output.dyads is dyads
    assert isinstance(import_module("secrel.output.dyads"), ModuleType)
    assert isinstance(secrel.output.dyads(out), secrel.output.Dyads)


def test_scores_and_dates(out: Path) -> None:
    rows = dyads(out, relation="pressures", status="actual").rows
    assert rows[0] == Dyad(
        None, None, "RUS", "relation", "pressures", "actual", "GEO", 2, 2, 2, 0.5, "2006-07-11", "2007-10-01",
        2006, 2007,
    )  # fmt: skip
    assert (rows[1].first_date, rows[1].last_date, rows[1].mean_score) == (None, None, 1.0)
    assert (rows[1].first_year, rows[1].last_year) == (None, None)


@pytest.mark.parametrize("name", SOURCES)
def test_since_when_where_only_the_year_is_known(
    tmp_path: Path, article: Callable[..., Document], said: Any, name: str
) -> None:
    one = [said(("Minsk", Actor("BLR", "BLR")), "trains", ("Vaduz", Actor("LIE", "LIE")))]
    years: list[tuple[str, dict[str, Any]]]
    years = [("a", {"year": 2004}), ("b", {"date": "2005-02-03"}), ("c", {"year": 2006}), ("d", {})]
    folder = write(tmp_path, [(article(id, one, **when), PurePath(id)) for id, when in years], name)
    (row,) = dyads(folder)
    assert (row.first_date, row.last_date) == ("2005-02-03", "2005-02-03")
    assert (row.first_year, row.last_year) == (2004, 2006)
    assert {r.period: (r.first_date, r.first_year, r.last_year) for r in dyads(folder, by="year")} == {
        "2004": (None, 2004, 2004), "2005": ("2005-02-03", 2005, 2005), "2006": (None, 2006, 2006),
        None: (None, None, None),
    }  # fmt: skip


@pytest.mark.parametrize("name", SOURCES)
def test_one_sentence_with_several_statements_is_one_sentence(
    tmp_path: Path, article: Callable[..., Document], said: Any, name: str
) -> None:
    minsk, guards = Actor("BLRGOV", "BLR", "GOV"), Actor("BLRMIL", "BLR", "MIL")
    vaduz = ("Vaduz", Actor("LIE", "LIE"))
    marks = [said(("Minsk", minsk), "pressures", vaduz), said(("the guards", guards), "pressures", vaduz),
             said(("Minsk", minsk), "pressures", vaduz), said(("the guards", guards), "pressures", vaduz)]  # fmt: skip
    one = article("a", marks, year=2004)
    first, _, third, fourth = (Span(mark.head.start, mark.tail.end) for mark in one.relations)
    # The first three are one sentence.
    sentences = (Span(first.start, third.end), fourth)
    relations = [replace(m, evidence=next(s for s in sentences if s.contains(m.head.span))) for m in one.relations]
    both = one.replace(sentences=sentences, relations=tuple(relations))
    folder = write(tmp_path, [(both, PurePath("a")), (both.replace(id="b"), PurePath("b"))], name)
    found = {row.head: (row.n_statements, row.n_sentences, row.n_articles) for row in dyads(folder)}
    assert found == {"BLRGOV": (4, 2, 2), "BLRMIL": (4, 4, 2)}
    (row,) = dyads(folder, level="country")
    assert (row.head, row.n_statements, row.n_sentences, row.n_articles) == ("BLR", 8, 4, 2)


@pytest.mark.parametrize("name", SOURCES)
def test_those_who_fight_a_state_are_a_party_of_their_own(
    tmp_path: Path, article: Callable[..., Document], said: Any, name: str
) -> None:
    chisinau, army = ("Chisinau", Actor("MDAGOV", "MDA", "GOV")), ("the army", Actor("RUSMIL", "RUS", "MIL"))
    tiraspol, guard = ("Tiraspol", Actor("MDAREB", "MDA", "REB")), ("the guard", Actor("MDAREBMIL", "MDA", "REBMIL"))
    marks = [
        said(army, "trains", guard),
        said(army, "cooperates-with", tiraspol),
        said(chisinau, "pressures", tiraspol),
    ]
    folder = write(tmp_path, [(article("a", marks, year=2004), PurePath("a"))], name)

    def pairs(**question: Any) -> set[tuple[str, str, str]]:
        return {(row.head, row.label, row.tail) for row in dyads(folder, **question)}

    assert pairs(level="country") == {
        ("RUS", "trains", "MDAREB"),
        ("MDAREB", "cooperates-with", "RUS"),
        ("MDA", "pressures", "MDAREB"),
    }
    assert pairs(head="MDA") == {("MDAGOV", "pressures", "MDAREB")}
    assert pairs(tail="MDA") == set()
    assert pairs(tail="MDAREB", relation=["trains", "pressures"]) == {
        ("RUSMIL", "trains", "MDAREBMIL"),
        ("MDAGOV", "pressures", "MDAREB"),
    }
    # It is not in the tables, but in the results.
    assert pairs(tail="MDAREBMIL") == {("RUSMIL", "trains", "MDAREBMIL")}
    assert not [entry for entry in dyads(folder, level="country").dropped if entry.reason == INTERNAL]


@pytest.mark.parametrize("name", ["Belarus", "BLRX", "", "O'Neil\"; DROP TABLE articles; --"])
@pytest.mark.parametrize("source", SOURCES)
def test_what_is_no_actor_code_is_refused(out: Path, source: str, name: str) -> None:
    for side in ("head", "tail"):
        expected = re.escape(f"{side}: found {name.upper()!r}; expected a code that is known or occurs")
        with pytest.raises(SecrelError, match=expected):
            dyads(out / source, **{side: ["RUS", name]})  # type: ignore[arg-type]


@pytest.mark.parametrize("name", SOURCES)
def test_what_fits_but_is_not_counted_is_said(out: Path, name: str) -> None:
    def not_counted(**question: Any) -> list[int]:
        return [dropped.n for dropped in dyads(out / name, **question).dropped]

    assert dyads(out / name).dropped == (
        Dropped("relations and stances with a mention that has no actor", 2),
        Dropped("relations and stances of reprints", 1),
    )
    assert not_counted(relation="pressures") == [1, 1]
    assert not_counted(relation="trains") == []


OPEN = "relations and stances that may be anyone's: the mention asked for (head or tail) has no actor"
OTHER = "relations and stances of the actors asked for, whose other mention has no actor"
REPRINTS = "relations and stances of reprints"


@pytest.mark.parametrize(
    ("question", "dropped"),
    [
        # The head that lacks an actor may be anybody; the holder of the stance is known, and is another.
        ({"head": "GEO"}, {OPEN: 1}),
        ({"head": "RUS"}, {OTHER: 1, REPRINTS: 1, OPEN: 1}),
        ({"head": "NATO", "relation": "trains"}, {}),
        ({"head": "NATO", "relation": "pressures"}, {OPEN: 1}),
        ({"tail": "GEO"}, {OTHER: 1, REPRINTS: 1, OPEN: 1}),
        ({"tail": "GEO", "relation": "pressures"}, {OTHER: 1, REPRINTS: 1}),
        ({"head": "RUS", "tail": "GEO", "stance": "favor"}, {OPEN: 1}),
        ({"head": "GEO", "tail": "RUS", "stance": "favor"}, {}),
    ],
)
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", SOURCES)
def test_what_may_fit_is_not_said_to_fit(
    out: Path, name: str, level: str, question: dict[str, Any], dropped: dict[str, int]
) -> None:
    assert {entry.reason: entry.n for entry in dyads(out / name, level=level, **question).dropped} == dropped


@pytest.mark.parametrize("name", SOURCES)
def test_either_mention_of_a_symmetric_relation_may_be_the_one_asked_for(
    tmp_path: Path, article: Callable[..., Document], said: Any, name: str
) -> None:
    russia, nato, crowd = ("Moscow", Actor("RUS", "RUS")), ("NATO", Actor("NATO")), ("the crowd", None)
    marks = [said(crowd, "cooperates-with", russia), said(nato, "cooperates-with", crowd)]
    document = article("a", marks, date="2006-07-11")
    reprint = article("b", marks, date="2006-07-11", duplicate_of="a")
    out = write(tmp_path, [(document, PurePath("a")), (reprint, PurePath("b"))], name)

    def dropped(**question: Any) -> dict[str, int]:
        return {entry.reason: entry.n for entry in dyads(out / name, **question).dropped}

    assert dropped(head="RUS") == dropped(tail="RUS") == {OTHER: 1, REPRINTS: 1, OPEN: 2}
    assert dropped(head="NATO", tail="RUS") == {OPEN: 4}
    assert dropped(head="GEO", tail="RUS") == {OPEN: 2}


INTERNAL = "relations and stances between actors of one country or organisation"


@pytest.fixture
def levels(tmp_path: Path, archive: Archive, article: Callable[..., Document], said: Any) -> Path:
    """The archive, and an article with dyads of one party with itself, and of pairs whose order the level turns."""
    army, russia = ("the army", Actor("RUSMIL", "RUS", "MIL")), ("Moscow", Actor("RUS", "RUS"))
    kfor, nato = ("KFOR", Actor("NATOMIL", None, "MIL")), ("NATO", Actor("NATO"))
    # Codes of one's own: A before B, but the country of B before that of A.
    first, last = ("a", Actor("A", "ZZZ")), ("b", Actor("B", "YYY"))
    marks = [said(russia, "pressures", army), said(army, "cooperates-with", russia), said(nato, "trains", kfor),
             said(army, "cooperates-with", kfor), said(nato, "cooperates-with", russia),
             said(first, "cooperates-with", last), said(army, "against", army)]  # fmt: skip
    added = article("internal", marks, date="2008-03-01")
    return write(tmp_path / "levels", [*archive, (added, PurePath("internal"))])


@pytest.mark.parametrize("name", SOURCES)
def test_dyads_of_countries(levels: Path, name: str) -> None:
    found = dyads(levels / name, level="country")
    assert found.level == "country"
    assert short(found) == [
        ("RUS", "pressures", "actual", "GEO", 3, 3),
        ("GEO", "cooperates-with", "planned", "NATO", 2, 2),
        ("NATO", "cooperates-with", "actual", "RUS", 2, 1),
        ("GEO", "against", None, "RUS", 1, 1),
        ("GEO", "against", None, "TUR", 1, 1),
        ("NATO", "trains", "actual", "GEO", 1, 1),
        ("RUS", "deploys-to", "ended", "GEO", 1, 1),
        ("RUS", "pressures", "planned", "GEO", 1, 1),
        ("YYY", "cooperates-with", "actual", "ZZZ", 1, 1),
    ]
    assert {entry.reason: entry.n for entry in found.dropped}[INTERNAL] == 4
    assert found.rows == dyads(levels / "records.csv", level="country").rows, "scores and dates too"
    with_itself = [row for row in short(dyads(levels / name, level="country", internal=True)) if row[0] == row[3]]
    assert with_itself == [
        ("NATO", "trains", "actual", "NATO", 1, 1),
        ("RUS", "cooperates-with", "actual", "RUS", 1, 1),
        ("RUS", "pressures", "actual", "RUS", 1, 1),
        ("RUS", "against", None, "RUS", 1, 1),
    ]


@pytest.mark.parametrize("name", SOURCES)
def test_nothing_is_lost_between_the_levels(levels: Path, name: str) -> None:
    def total(**question: Any) -> int:
        return sum(row.n_statements for row in dyads(levels / name, **question))

    assert total(level="country", internal=True) == total() == total(level="country") + 4
    for by in PERIODS:
        assert total(level="country", by=by) == total(level="country")
    # At the level of actors they are no reason to leave anything out.
    assert total(internal=True) == total()
    assert ("RUSMIL", "against", None, "RUSMIL", 1, 1) in short(dyads(levels / name))
    assert INTERNAL not in {entry.reason for entry in dyads(levels / name).dropped}


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_asked_for_is_of_actors_at_either_level(levels: Path, name: str) -> None:
    army = dyads(levels / name, level="country", head="RUSMIL", relation=["pressures", "cooperates-with"])
    assert short(army) == [
        ("NATO", "cooperates-with", "actual", "RUS", 1, 1),
        ("RUS", "pressures", "actual", "GEO", 1, 1),
    ]
    # With Moscow, which a pair of either order is.
    assert {entry.reason: entry.n for entry in army.dropped} == {INTERNAL: 1, OPEN: 1}
    by_year = dyads(levels / name, level="country", head="RUS", relation="pressures", by="year")
    assert [row[:5] for row in short(by_year)] == [
        ("2006", "RUS", "pressures", "actual", "GEO"),
        ("2007", "RUS", "pressures", "actual", "GEO"),
        ("2007", "RUS", "pressures", "planned", "GEO"),
        (None, "RUS", "pressures", "actual", "GEO"),
    ]


def test_the_view_says_the_same(levels: Path) -> None:
    with duckdb.connect(str(levels / "secrel.duckdb"), read_only=True) as connection:
        columns = "head, label, status, tail, n_statements, n_articles"
        rows = connection.execute(f"SELECT {columns} FROM country_dyads").fetchall()
        assert sorted(rows, key=str) == sorted(short(dyads(levels, level="country")), key=str)
        rows = connection.execute(f"SELECT month, {columns} FROM country_dyads_by_month").fetchall()
        assert sorted(rows, key=str) == sorted(short(dyads(levels, level="country", by="month")), key=str)


@pytest.mark.parametrize(
    ("code", "country", "party"),
    [
        ("RUS", "RUS", "RUS"),
        ("RUSGOVMIL", "RUS", "RUS"),
        ("NATO", None, "NATO"),
        ("NATOMIL", None, "NATO"),
        ("UNGOVLEG", None, "UN"),
        ("AFGGOV", None, "AFG"),
        ("MIL", None, "MIL"),
        ("G7", None, "G7"),
        ("GEOREB", "GEO", "GEOREB"),
        ("GEOMILREB", "GEO", "GEOREB"),
        ("AREBUS", "ARE", "ARE"),
    ],
)
def test_parties(code: str, country: str | None, party: str) -> None:
    assert party_of(code, country) == party


@pytest.mark.parametrize("name", SOURCES)
def test_an_article_that_says_it_twice_is_one_article(
    tmp_path: Path, article: Callable[..., Document], said: Any, archive: Archive, name: str
) -> None:
    russia, georgia = ((e.text, e.actor) for e in archive[0][0].entities[:2])
    twice = [said(russia, "pressures", georgia), said(georgia, "against", russia), said(russia, "pressures", georgia)]
    documents = [article(id, twice, date=f"2006-07-{day}") for id, day in (("a", 11), ("b", 12), ("c", 13))]
    folder = write(tmp_path, [(document, PurePath(document.id)) for document in documents], name)
    assert short(dyads(folder, relation="pressures")) == [("RUS", "pressures", "actual", "GEO", 6, 3)]


def test_results_of_one_run_are_found_in_this_order(tmp_path: Path, archive: Archive) -> None:
    folder = tmp_path / "out"
    for name in reversed(SOURCES):
        write(folder, archive, name)
        written_at(1_000, folder / name)
        assert dyads(folder).source == folder / name
    (folder / "secrel.duckdb").rename(folder / "mine.duckdb")
    assert dyads(str(folder)).source == folder / "mine.duckdb"
    part = folder / "records" / "2006.parquet"
    assert short(dyads(folder / "records", by="year"))
    assert len(dyads(part)) == 4


@pytest.mark.parametrize("last", SOURCES)
def test_the_results_that_were_written_last_are_read(out: Path, archive: Archive, last: str) -> None:
    assert dyads(out).older == ()
    write(out, archive[:1], last)
    found = dyads(out)
    assert found.source == out / last
    assert found.older == tuple(out / name for name in SOURCES if name != last)
    assert found.rows == dyads(out / last).rows
    assert sum(row.n_statements for row in found) == 3
    assert dyads(out / "secrel.duckdb").older == (), "what is named is what is asked for"


def test_records_without_years_are_found_wherever_they_lie(tmp_path: Path, archive: Archive) -> None:
    # What a folder further above is called says nothing.
    records = write(tmp_path / "year=1999", archive[3:4], "records") / "records"
    for place in (records.parent, records, records / "no-year.parquet"):
        assert short(dyads(place, by="year")) == [(None, "RUSMIL", "pressures", "actual", "GEO", 1, 1)], place


def test_part_of_the_records_has_its_year(out: Path) -> None:
    folder = out / "records"
    assert {row.period for row in dyads(folder / "2006.parquet", by="year")} == {"2006"}
    assert {row.period for row in dyads(folder / "no-year.parquet", by="year")} == {None}
    (folder / "2006.parquet").rename(out / "mine.parquet")
    assert {row.period for row in dyads(out / "mine.parquet", by="year")} == {"2006"}
    # Some systems leave files of their own beside others.
    (folder / "._2006.parquet").write_bytes(b"x")
    assert {row.period for row in dyads(folder, by="year")} == {"2007", None}


def test_records_of_an_earlier_version_are_refused(tmp_path: Path, archive: Archive) -> None:
    from pyarrow import parquet

    file = write(tmp_path, archive[:1], "records") / "records" / "2006.parquet"
    rows = parquet.read_table(file)
    (file.parent / "year=2006").mkdir()
    parquet.write_table(rows.drop_columns(["year"]), file.parent / "year=2006" / "part-0.parquet")
    file.unlink()
    with pytest.raises(InputError, match=r"part-0.parquet: found no column year; expected records as"):
        dyads(tmp_path)


@pytest.mark.parametrize("chosen", [slice(3, 4), slice(5, 6)])
@pytest.mark.parametrize("name", SOURCES)
def test_articles_without_year_or_marks(tmp_path: Path, archive: Archive, name: str, chosen: slice) -> None:
    found = short(dyads(write(tmp_path, archive[chosen], name), by="year"))
    assert found == ([(None, "RUSMIL", "pressures", "actual", "GEO", 1, 1)] if chosen.start == 3 else [])


def test_a_scheme_of_ones_own(tmp_path: Path, article: Callable[..., Document], said: Any, archive: Archive) -> None:
    scheme = parse_scheme(
        {"name": "s", "version": "1", "entities": ["GPE"],
         "relations": [{"label": "borders", "head": ["GPE"], "tail": ["GPE"], "symmetric": True}]}
    )  # fmt: skip
    russia = archive[0][0].entities[0]
    georgia = archive[0][0].entities[1]
    one = said((russia.text, russia.actor), "borders", (georgia.text, georgia.actor))
    folder = write(tmp_path, [(article("a", [one], year=2006), PurePath("a"))], scheme=scheme)
    written_at(1_000, *(folder / name for name in SOURCES))
    expected = [("GEO", "borders", "actual", "RUS", 1, 1)]
    assert short(dyads(folder / "secrel.duckdb", relation="borders", head="RUS")) == expected
    for name in SOURCES[1:]:
        assert short(dyads(folder / name, relation="borders", head="RUS", symmetric=["borders"])) == expected
        assert short(dyads(folder / name, head="GEO")) == []
    with pytest.raises(SecrelError, match="found 'pressures'; expected one of borders"):
        dyads(folder, relation="pressures")


@pytest.mark.parametrize("name", SOURCES)
def test_unknown_names_are_refused_and_the_known_ones_said(out: Path, name: str) -> None:
    relations = "cooperates-with, pressures, trains, deploys-to"
    with pytest.raises(SecrelError, match=f"relation: found 'presures'; expected one of {relations}$"):
        dyads(out / name, relation=["trains", "presures"])
    with pytest.raises(SecrelError, match=r"stance: found 'for'; expected one of favor, against, ambivalent$"):
        dyads(out / name, stance="for")
    statuses = "actual, planned, possible, ended, denied"
    with pytest.raises(SecrelError, match=f"status: found 'past'; expected one of {statuses}$"):
        dyads(out / name, status="past")


def test_bad_questions_are_refused(out: Path) -> None:
    with pytest.raises(SecrelError, match="found stances only; expected a relation"):
        dyads(out, stance="favor", status="actual")
    with pytest.raises(SecrelError, match="by: found 'week'; expected one of total, year, month, outlet"):
        dyads(out, by="week")
    with pytest.raises(SecrelError, match="level: found 'bloc'; expected one of actor, country"):
        dyads(out, level="bloc")
    for score in (-0.1, 1.5, float("nan")):
        with pytest.raises(SecrelError, match="expected a probability from 0 to 1"):
            dyads(out, min_score=score)


def test_wrong_places(tmp_path: Path, archive: Archive) -> None:
    def error(path: Path) -> str:
        with pytest.raises(InputError) as caught:
            dyads(path)
        assert caught.value.where.startswith(str(path))
        return caught.value.found

    assert error(tmp_path / "missing") == "no such file or folder"
    assert error(tmp_path) == "none of its files"
    (tmp_path / "run.sqlite").touch()
    assert error(tmp_path).startswith("a run that is not finished, or that wrote none of these formats")
    with pytest.raises(InputError, match="the same secrel extract again goes on with the run"):
        dyads(tmp_path)
    (tmp_path / "run.sqlite").unlink()
    (tmp_path / "articles.jsonl.part").write_text("{}", encoding="utf-8")
    assert error(tmp_path) == "only unfinished results: articles.jsonl.part"
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    assert error(tmp_path / "notes.txt") == "a file ending in '.txt'"
    for name in ("a.duckdb", "b.duckdb"):
        write(tmp_path / name, archive[:1], "secrel.duckdb")
        (tmp_path / name / "secrel.duckdb").rename(tmp_path / f"x{name}")
    assert error(tmp_path) == "several databases: a.duckdb, b.duckdb, xa.duckdb, xb.duckdb"
    (tmp_path / "none" / "records").mkdir(parents=True)
    with pytest.raises(InputError, match="records: found no Parquet file; expected what secrel extract wrote"):
        dyads(tmp_path / "none")


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.jsonl", b"{}\n", "no entry 'text'"),
        ("a.jsonl", b"[]\n", "'list' object has no attribute 'get'"),
        ("a.jsonl", b'{"id": "a", "date": "2006-07-11", "event": ["AGREE"]}\n', "no entry 'text'"),
        ("a.jsonl", b"\xff\n", "utf-8"),
        ("a.csv", b"head,tail\na,b\n", "no column kind, label"),
        ("a.duckdb", b"not a database", "not a valid DuckDB database"),
        ("a.parquet", b"not a table", "Parquet"),
    ],
)
def test_files_of_something_else(tmp_path: Path, name: str, content: bytes, found: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        dyads(tmp_path / name)
    assert found.lower() in str(caught.value).lower()


def test_a_database_of_something_else(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "x.duckdb")) as connection:
        connection.execute("CREATE TABLE t (a INTEGER)")
    with pytest.raises(InputError, match="expected a database that this version of secrel wrote"):
        dyads(tmp_path)


def test_a_broken_row_is_named(tmp_path: Path, archive: Archive) -> None:
    path = write(tmp_path, archive[:1], "records.csv") / "records.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",0.75,", ",high,"), encoding="utf-8")
    with pytest.raises(InputError, match=r"records.csv, line 2: found could not convert string to float: 'high'"):
        dyads(tmp_path)


def test_dataframe(out: Path) -> None:
    pandas = pytest.importorskip("pandas")
    frame = dyads(out, relation="pressures", by="year").to_dataframe()
    assert list(frame.columns) == [name for name in Dyad.columns() if name != "outlet"]
    assert frame["n_statements"].sum() == 4
    assert frame["period"].tolist()[:3] == ["2006", "2007", "2007"]
    assert frame["period"].isna().tolist() == [False, False, False, True]
    assert frame["first_date"][0] == pandas.Timestamp("2006-07-11")
    assert frame["first_year"].isna().tolist() == [False, False, False, True]
    empty = dyads(out, head="FRA").to_dataframe()
    assert len(empty) == 0
    assert str(empty["first_date"].dtype) == "datetime64[s]"
    assert {str(empty[name].dtype) for name in ("n_sentences", "first_year", "last_year")} == {"Int64"}


@pytest.mark.parametrize(
    ("code", "country", "wanted", "fits"),
    [
        ("RUS", "RUS", "RUS", True),
        ("RUSMIL", "RUS", "RUS", True),
        ("RUSMIL", "RUS", "RUSMIL", True),
        ("RUSGOVMIL", "RUS", "RUSGOV", False),
        ("RUS", "RUS", "RUSMIL", False),
        ("NATOMIL", None, "NATO", True),
        ("UNGOVMIL", None, "UN", True),
        ("UNESCO", None, "UN", False),
        ("NATO", None, "NAT", False),
        (None, None, "RUS", False),
        ("A.B", None, "A.", False),
        ("GEOREB", "GEO", "GEO", False),
        ("GEOREBMIL", "GEO", "GEOREB", True),
        ("GEOOPP", "GEO", "GEO", True),
    ],
)
def test_matches(code: str | None, country: str | None, wanted: str, fits: bool) -> None:
    assert matches(code, country, wanted) is fits


# The page


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "output.md").read_text(encoding="utf-8")


def table(page: str, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its first two lines."""
    lines = page[page.index(heading) :].split("\n")
    first = next(n for n, line in enumerate(lines) if line.startswith("|"))
    rows = []
    for line in lines[first + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def ticked(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_the_page_names_every_format(page: str) -> None:
    rows = {ticked(row[0])[0]: row[1] for row in table(page, "# Output")}
    assert set(rows) == set(FORMATS)
    for name, form in FORMATS.items():
        if form.file:
            assert f"`{form.file}" in rows[name]


def test_the_page_names_every_column_of_a_record(page: str) -> None:
    assert {ticked(row[0])[0]: row[1] for row in table(page, "## Records")} == column_types()
    assert [ticked(row[0])[0] for row in table(page, "## Records")] == list(Record.columns())


def test_the_page_names_every_key_of_a_line(page: str, archive: Archive) -> None:
    line = archive[0][0].to_dict()
    rows = {ticked(row[0])[0]: row[1] for row in table(page, "## Articles")}
    assert list(rows) == list(line)
    for key in ("meta", "model"):
        assert ticked(rows[key]) == list(line[key])
    for key in ("entities", "relations", "stances", "citations"):
        assert set(line[key][0]) <= set(ticked(rows[key])), key


def test_the_page_names_every_column_of_the_database(page: str, out: Path) -> None:
    with duckdb.connect(str(out / "secrel.duckdb"), read_only=True) as connection:
        documented: dict[str, list[tuple[str, str]]] = {}
        for name, column, kind, _ in table(page, "## The DuckDB file"):
            documented.setdefault(ticked(name)[0], []).append((ticked(column)[0], kind))
        tables = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        assert set(documented) == {name for (name,) in tables}
        for name, columns in documented.items():
            described = connection.execute(f"DESCRIBE {name}").fetchall()
            assert columns == [(column, kind) for column, kind, *_ in described], name
        views = {ticked(row[0])[0]: ticked(row[2]) for row in table(page, "\nViews:")}
        made = connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
        assert {*views, "oriented"} == {name for (name,) in made}
        described = {name: [row[0] for row in connection.execute(f"DESCRIBE {name}").fetchall()] for name in views}
        for name in ("statements", "counted", "dyads"):
            assert views[name] == described[name], name
        for name in ("counted", "dyads", "dyads_by_month"):
            assert described[f"country_{name}"] == described[name]


def test_the_page_has_the_mapping(page: str) -> None:
    mapping = read_mapping()
    quads = {event.name: event.quad for event in mapping.events}
    lines = ["| relation or stance | status | event | quad code | mode | context | may as well be |", "|---" * 7 + "|"]
    for rule in mapping.rules:
        cells = (
            f"`{rule.label}`",
            rule.status and f"`{rule.status}`",
            rule.event or "none",
            str(quads[rule.event]) if rule.event else "",
            rule.mode,
            ", ".join(rule.context),
            ", ".join(rule.alternatives),
        )
        lines.append(f"| {' | '.join(cells)} |")
    expected = "\n".join(lines)
    assert f"<!-- mapping -->\n{expected}\n<!-- end -->" in page
    assert f"version {mapping.version};" in page


def questions(page: str) -> list[tuple[str, list[str]]]:
    """The queries of the page, each with the commands that ask the same."""
    blocks = re.findall(r"```sql\n(.*?)```\n(?:\n```sh\n(.*?)```\n)?", page, re.DOTALL)
    return [(query, commands.splitlines()) for query, commands in blocks]


@pytest.fixture
def sites(tmp_path: Path, archive: Archive, article: Callable[..., Document], said: Any) -> Path:
    """The archive, and a deployment to what has no actor."""
    army = ("the army", Actor("RUSMIL", "RUS", "MIL"))
    site = article("site", [said(army, "deploys-to", ("the airfield", None), tail_label="FAC")], date="2006-08-01")
    return write(tmp_path / "out", [*archive, (site, PurePath("site"))])


def test_every_query_of_the_page_finds_something(page: str, sites: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sites.parent)
    assert len(questions(page)) == 11
    with duckdb.connect("out/secrel.duckdb", read_only=True) as connection:
        for query, _ in questions(page):
            assert connection.execute(query).fetchall(), query


def test_commands_of_the_page_say_what_its_queries_say(
    page: str, out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(out.parent)
    asked = 0
    with duckdb.connect("out/secrel.duckdb", read_only=True) as connection:
        for query, commands in questions(page):
            for n, command in enumerate(commands):
                program, *arguments = shlex.split(command)
                assert program == "secrel"
                assert main(arguments) == 0
                shown = capsys.readouterr().out
                assert "GEO" in shown or "Avesta" in shown
                if n:
                    continue
                # The first command under a query counts the same statements.
                arguments = [*arguments, "--format", "csv"]
                assert main(arguments) == 0
                rows = csv.DictReader(io.StringIO(capsys.readouterr().out))
                counted = connection.execute(f"SELECT sum(n_statements) FROM ({query.rstrip().rstrip(';')})").fetchall()
                assert counted == [(sum(int(row["n_statements"]) for row in rows),)]
                asked += 1
    assert asked == 6


def test_the_query_of_the_readme_says_since_when(root: Path, out: Path) -> None:
    (query,) = re.findall(r"```sql\n(.*?)```", (root / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    with duckdb.connect(str(out / "secrel.duckdb"), read_only=True) as connection:
        assert connection.execute(query).fetchall() == [("RUS", "GEO", 3, 2006), ("RUSMIL", "GEO", 1, None)]


def test_python_of_the_page_writes_what_it_says(
    page: str, tmp_path: Path, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)

    class Model:
        def pipe(self, texts: list[str]) -> list[Document]:
            return [document for (document, _), _ in zip(archive, texts, strict=False)]

    monkeypatch.setattr(secrel, "load", Model)
    monkeypatch.chdir(tmp_path)
    exec(code, {})
    assert sum(row.n_statements for row in dyads("records")) == 6
