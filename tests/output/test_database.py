"""Everything as one DuckDB file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePath
from typing import Any

import pytest

from secrel.config import parse_scheme
from secrel.domain import Actor, Document, LabelScheme, Metadata, Record
from secrel.errors import OutputError
from secrel.output import DuckDbSink, database
from secrel.output.tally import POLARITIES, RELATIONS, STATUSES, SYMMETRIC

duckdb = pytest.importorskip("duckdb")

Archive = list[tuple[Document, PurePath]]


def write(path: Path, archive: Archive, scheme: LabelScheme | None = None) -> Path:
    with DuckDbSink(path, scheme) as sink:
        for document, name in archive:
            sink.write(document, name)
    return path


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        found: list[tuple[Any, ...]] = connection.execute(query).fetchall()
        return found


@pytest.fixture
def filled(tmp_path: Path, archive: Archive) -> Path:
    return write(tmp_path / "secrel.duckdb", archive)


def test_articles_have_their_metadata(filled: Path) -> None:
    columns = "article, id, file, date, year, title, duplicate_of, model"
    found = rows(filled, f"SELECT {columns} FROM articles ORDER BY article")
    assert found[0] == (1, "spring", "in/0.txt", date(2006, 7, 11), 2006, "A “spring”", None, "edm 0.1.0")
    assert [row[1] for row in found] == ["spring", "autumn", "year", "undated", "reprint", "empty", "odd, “name”"]
    assert found[2][3:5] == (None, 2007)
    assert found[3][3:5] == (None, None)
    assert found[4][6] == "spring"


def test_actors_are_there_once(filled: Path) -> None:
    assert rows(filled, "SELECT * FROM actors ORDER BY code") == [
        ("GEO", "GEO", None, "GEO", "Georgia"),
        ("GEOOPP", "GEO", "OPP", "GEO", "Georgia, opposition"),
        ("NATO", None, None, "NATO", "North Atlantic Treaty Organization"),
        ("NATOMIL", None, "MIL", "NATO", "North Atlantic Treaty Organization, armed forces"),
        ("RUS", "RUS", None, "RUS", "Russia"),
        ("RUSMIL", "RUS", "MIL", "RUS", "Russia, armed forces"),
        ("TUR", "TUR", None, "TUR", "Turkey"),
    ]


def test_an_actor_has_its_name_whatever_is_said_first(
    tmp_path: Path, article: Callable[..., Document], said: Any
) -> None:
    province, mission = Actor("AFG", "AFG", None, "Badakhshan"), Actor("EU", None, None, "EUMM")
    unknown = Actor("XYZMIL", None, "MIL", "a brigade")
    marks = [said(("Badakhshan", province), "pressures", ("the monitors", mission)),
             said(("a brigade", unknown), "pressures", ("the monitors", mission))]  # fmt: skip
    path = write(tmp_path / "x.duckdb", [(article("a", marks), PurePath("a"))])
    assert rows(path, "SELECT code, party, name FROM actors ORDER BY code") == [
        ("AFG", "AFG", "Afghanistan"),
        ("EU", "EU", "European Union"),
        ("XYZMIL", "XYZ", "XYZMIL"),
    ]


def test_entities_lie_where_the_text_says(filled: Path, archive: Archive) -> None:
    found = rows(filled, "SELECT article, entity, text, start_offset, end_offset, sentence, actor FROM entities")
    assert len(found) == sum(len(document.entities) for document, _ in archive)
    for article, _, text, start, end, _, _ in found:
        assert archive[article - 1][0].text[start:end] == text
    assert found[:3] == [
        (1, "T1", "Moscow", 0, 6, 0, "RUS"),
        (1, "T2", "Tbilisi", 17, 24, 0, "GEO"),
        (1, "T3", "2006-07-06", 28, 38, 0, None),
    ]
    dated = "SELECT date_start, date_end, granularity FROM entities WHERE article = 1 AND granularity IS NOT NULL"
    assert rows(filled, dated) == [(date(2006, 7, 6), date(2006, 7, 6), "day")]


def test_statements_are_the_records(filled: Path, archive: Archive) -> None:
    columns = "head head_label head_actor label tail tail_label tail_actor status score status_score when_start"
    columns += " according_to outlet speaker report_date sentence sentence_start sentence_end kind date year"
    columns += " duplicate_of publication"
    found = rows(filled, f"SELECT {', '.join(columns.split())} FROM statements ORDER BY article, kind, statement")
    expected = [
        tuple(
            date.fromisoformat(value) if name in {"date", "when_start"} and isinstance(value, str) else value
            for name, value in ((name, getattr(record, name)) for name in columns.split())
        )
        for document, _ in archive
        for record in document.to_records()
    ]
    assert found == expected


def test_citations_have_a_row_a_source(filled: Path) -> None:
    found = rows(filled, "SELECT * FROM citations ORDER BY article")
    assert found[0] == (1, 1, 1, 39, 47, "Avesta", None, "2006-07", [0])
    assert [row[0] for row in found] == [1, 2, 5]


def test_a_bracket_without_source_has_a_row(tmp_path: Path, archive: Archive) -> None:
    document = archive[0][0]
    bare = document.replace(citations=tuple(c.__class__(c.span) for c in document.citations))
    path = write(tmp_path / "x.duckdb", [(bare, PurePath("x.txt"))])
    assert rows(path, "SELECT source, outlet, sentences FROM citations") == [(0, None, [])]


def test_dyads_count_what_has_actors_and_is_no_reprint(filled: Path) -> None:
    query = "SELECT * FROM dyads ORDER BY head, label, status, tail"
    spring, autumn = date(2006, 7, 11), date(2007, 10, 1)
    assert rows(filled, query) == [
        ("GEO", "stance", "against", None, "RUS", 1, 1, 1, 0.25, spring, spring, 2006, 2006),
        # Once this way, once that way in the text: of a symmetric relation the alphabetically first is the head.
        ("GEO", "relation", "cooperates-with", "planned", "NATO", 2, 2, 2, 0.75, spring, autumn, 2006, 2007),
        ("GEOOPP", "stance", "against", None, "TUR", 1, 1, 1, 0.125, date(2006, 7, 31), date(2006, 7, 31), 2006, 2006),
        ("NATOMIL", "relation", "trains", "actual", "GEO", 1, 1, 1, 0.5, None, None, 2007, 2007),
        ("RUS", "relation", "pressures", "actual", "GEO", 2, 2, 2, 0.5, spring, autumn, 2006, 2007),
        ("RUS", "relation", "pressures", "planned", "GEO", 1, 1, 1, 0.5, None, None, 2007, 2007),
        ("RUSMIL", "relation", "deploys-to", "ended", "GEO", 1, 1, 1, 0.5, autumn, autumn, 2007, 2007),
        ("RUSMIL", "relation", "pressures", "actual", "GEO", 1, 1, 1, 1.0, None, None, None, None),
    ]
    assert rows(filled, "SELECT kind, label, head, tail, not_counted FROM uncounted ORDER BY article") == [
        ("relation", "pressures", None, "GEO", "no actor"),
        ("stance", "favor", "RUS", None, "no actor"),
        ("relation", "pressures", "RUS", "GEO", "reprint"),
    ]


def test_what_is_counted_says_when_and_according_to_whom(filled: Path) -> None:
    query = "SELECT when_start, when_end, according_to, outlet, speaker FROM counted WHERE label = 'pressures'"
    day = date(2006, 7, 6)
    found = rows(filled, f"{query} ORDER BY article")
    assert found[:2] == [(day, day, "outlet", "Avesta", None), (None, None, "outlet", "Interfax", None)]
    assert found[2:] == [(None, None, "author", None, None)] * 2
    columns = "SELECT column_name FROM (DESCRIBE {}) WHERE column_name <> 'not_counted'"
    described = [rows(filled, columns.format(view)) for view in ("counted", "uncounted", "country_counted")]
    assert described[0] == described[1] == described[2]


@pytest.fixture
def internal(tmp_path: Path, archive: Archive, article: Callable[..., Document], said: Any) -> Path:
    """The archive, and what Russian actors do to each other and to NATO, on 1 March 2008."""
    army, russia = ("the army", Actor("RUSMIL", "RUS", "MIL")), ("Moscow", Actor("RUS", "RUS"))
    kfor, nato = ("KFOR", Actor("NATOMIL", None, "MIL")), ("NATO", Actor("NATO"))
    georgia = ("Tbilisi", Actor("GEOGOV", "GEO", "GOV"))
    marks = [said(russia, "pressures", army), said(army, "cooperates-with", russia), said(nato, "trains", kfor),
             said(army, "cooperates-with", kfor), said(nato, "cooperates-with", russia),
             said(army, "pressures", georgia)]  # fmt: skip
    document = article("internal", marks, date="2008-03-01")
    return write(tmp_path / "internal.duckdb", [*archive, (document, PurePath("internal.txt"))])


def test_dyads_of_countries(internal: Path) -> None:
    query = "SELECT head, label, status, tail, n_statements, n_articles FROM country_dyads ORDER BY ALL"
    assert rows(internal, query) == [
        ("GEO", "against", None, "RUS", 1, 1),
        ("GEO", "against", None, "TUR", 1, 1),
        ("GEO", "cooperates-with", "planned", "NATO", 2, 2),
        ("NATO", "cooperates-with", "actual", "RUS", 2, 1),
        ("NATO", "trains", "actual", "GEO", 1, 1),
        ("RUS", "deploys-to", "ended", "GEO", 1, 1),
        ("RUS", "pressures", "actual", "GEO", 4, 4),
        ("RUS", "pressures", "planned", "GEO", 1, 1),
    ]
    same = "SELECT head, label, count(*) FROM country_counted WHERE head = tail GROUP BY ALL ORDER BY ALL"
    assert rows(internal, same) == [("NATO", "trains", 1), ("RUS", "cooperates-with", 1), ("RUS", "pressures", 1)]
    total = "SELECT (SELECT count(*) FROM counted) - (SELECT count(*) FROM country_counted)"
    assert rows(internal, total) == [(0,)]
    by_month = "FROM country_dyads_by_month WHERE label = 'pressures' AND month = '2008-03'"
    assert rows(internal, f"SELECT month, head, tail, n_statements {by_month}") == [("2008-03", "RUS", "GEO", 1)]


def test_of_symmetric_relations_the_first_party_is_the_head(
    tmp_path: Path, article: Callable[..., Document], said: Any
) -> None:
    # A comes before B; the country of B before that of A.
    one = said(("a", Actor("A", "ZZZ")), "cooperates-with", ("b", Actor("B", "YYY")))
    path = write(tmp_path / "x.duckdb", [(article("a", [one], date="2006-07-11"), PurePath("a"))])
    assert rows(path, "SELECT head, tail FROM dyads") == [("A", "B")]
    assert rows(path, "SELECT head, tail FROM country_dyads") == [("YYY", "ZZZ")]


def test_views_count_sentences_once_and_rebels_apart(
    tmp_path: Path, article: Callable[..., Document], said: Any
) -> None:
    minsk, guards = ("Minsk", Actor("BLRGOV", "BLR", "GOV")), ("the guards", Actor("BLRMIL", "BLR", "MIL"))
    rebels = ("the rebels", Actor("LIEREB", "LIE", "REB"))
    one = article("a", [said(minsk, "pressures", rebels), said(guards, "pressures", rebels)], date="2006-07-11")
    first, second = one.relations
    both = one.replace(relations=(first, replace(second, evidence=first.evidence)))
    path = write(tmp_path / "x.duckdb", [(both, PurePath("a"))])
    expected = [("BLR", "LIEREB", 2, 1, 1)]
    for view in ("country_dyads", "country_dyads_by_month"):
        assert rows(path, f"SELECT head, tail, n_statements, n_sentences, n_articles FROM {view}") == expected
    assert rows(path, "SELECT party FROM actors WHERE code = 'LIEREB'") == [("LIEREB",)]


def test_dyads_by_month(filled: Path) -> None:
    query = "SELECT month, status, n_statements FROM dyads_by_month WHERE label = 'pressures' ORDER BY month, status"
    assert rows(filled, query) == [
        ("2006-07", "actual", 1),
        ("2007-10", "actual", 1),
        (None, "actual", 1),
        (None, "planned", 1),
    ]
    assert rows(filled, "SELECT year, count(*) FROM counted GROUP BY year ORDER BY year") == [
        (2006, 4),
        (2007, 5),
        (None, 1),
    ]


def test_the_scheme_says_what_is_symmetric(tmp_path: Path, archive: Archive) -> None:
    scheme = parse_scheme(
        {"name": "s", "version": "1", "entities": ["GPE"], "statuses": ["actual"],
         "relations": [{"label": "pressures", "head": ["GPE"], "tail": ["GPE"], "symmetric": True}]}
    )  # fmt: skip
    path = write(tmp_path / "x.duckdb", archive, scheme)
    assert rows(path, "SELECT DISTINCT head, tail FROM dyads WHERE label = 'pressures' ORDER BY tail") == [
        ("GEO", "RUS"),
        ("GEO", "RUSMIL"),
    ]
    assert rows(path, "SELECT DISTINCT head FROM dyads WHERE label = 'cooperates-with' ORDER BY head") == [
        ("GEO",),
        ("NATO",),
    ]
    labels = rows(path, "SELECT label, is_symmetric FROM labels")
    # The scheme's, then what occurs beside them.
    assert labels[:2] == [("pressures", True), ("cooperates-with", False)]


def test_the_packaged_labels_are_those_of_the_packaged_scheme(scheme: LabelScheme) -> None:
    assert set(RELATIONS) == set(scheme.relation_labels)
    assert set(POLARITIES) == set(scheme.polarities)
    assert set(STATUSES) == set(scheme.statuses)
    assert {label for label in RELATIONS if scheme.is_symmetric(label)} == SYMMETRIC


def test_keys_hold(filled: Path) -> None:
    with duckdb.connect(str(filled)) as connection:
        for query in (
            "INSERT INTO articles SELECT * FROM articles WHERE article = 1",
            "INSERT INTO relations SELECT * REPLACE (99 AS article) FROM relations LIMIT 1",
            "INSERT INTO relations SELECT * REPLACE ('R99' AS relation, 'XXX' AS head_actor) FROM relations LIMIT 1",
            "INSERT INTO stances SELECT * FROM stances LIMIT 1",
        ):
            with pytest.raises(duckdb.ConstraintException):
                connection.execute(query)
    # Not declared, for the size of the file.
    assert rows(filled, "SELECT count(*) - count(DISTINCT (article, entity)) FROM entities") == [(0,)]
    strangers = "SELECT count(*) FROM entities ANTI JOIN actors ON actor = code WHERE actor IS NOT NULL"
    assert rows(filled, strangers) == [(0,)]


def test_content_does_not_depend_on_how_much_is_held(
    tmp_path: Path, archive: Archive, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "ARTICLES_HELD", 2)
    other = write(tmp_path / "other.duckdb", archive)
    for table in (*database.TABLES, "labels"):
        assert rows(other, f"FROM {table}") == rows(filled, f"FROM {table}"), table


def test_identifiers_need_not_differ(tmp_path: Path, archive: Archive) -> None:
    path = write(tmp_path / "x.duckdb", [archive[0], archive[0]])
    assert rows(path, "SELECT max(n_statements), max(n_articles) FROM dyads") == [(2, 2)]


def test_without_a_document_nothing_is_made_or_replaced(tmp_path: Path, archive: Archive) -> None:
    write(tmp_path / "new.duckdb", [])
    assert list(tmp_path.iterdir()) == []
    write(tmp_path / "old.duckdb", archive)
    before = (tmp_path / "old.duckdb").read_bytes()
    write(tmp_path / "old.duckdb", [])
    assert (tmp_path / "old.duckdb").read_bytes() == before


def test_an_article_without_marks_is_an_article(tmp_path: Path, archive: Archive) -> None:
    path = write(tmp_path / "x.duckdb", archive[5:6])
    assert rows(path, "SELECT id FROM articles") == [("empty",)]
    assert rows(path, "FROM dyads") == []


def test_an_error_leaves_the_earlier_run(tmp_path: Path, archive: Archive) -> None:
    path = write(tmp_path / "x.duckdb", archive[:1])
    with pytest.raises(RuntimeError), DuckDbSink(path) as sink:
        sink.write(*archive[1])
        raise RuntimeError
    assert rows(path, "SELECT id FROM articles") == [("spring",)]
    assert rows(tmp_path / "x.duckdb.part", "SELECT id FROM articles") == [("autumn",)]


def test_a_bad_date_is_refused_and_leaves_nothing(tmp_path: Path, archive: Archive) -> None:
    bad = archive[0][0].replace(metadata=Metadata(date="July 2006"))
    with DuckDbSink(tmp_path / "x.duckdb") as sink:
        with pytest.raises(OutputError, match="article spring, date: found 'July 2006'"):
            sink.write(bad, PurePath("bad.txt"))
        sink.write(*archive[1])
    assert rows(tmp_path / "x.duckdb", "SELECT article, id FROM articles") == [(1, "autumn")]
    assert rows(tmp_path / "x.duckdb", "SELECT DISTINCT article FROM entities") == [(1,)]


def test_a_place_that_cannot_be_written_to(tmp_path: Path, archive: Archive) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(OutputError, match="expected a place that can be written to"):
        write(tmp_path / "file" / "x.duckdb", archive)
    with (
        pytest.raises(OutputError, match="expected a place that can be written to"),
        DuckDbSink(tmp_path / "y") as sink,
    ):
        sink.write(*archive[0])
        sink._connection.execute("DROP TABLE citations")
    assert not (tmp_path / "y").exists()


@pytest.mark.parametrize("field", ["volume", "issue", "year"])
def test_a_number_that_is_too_large_is_refused(tmp_path: Path, archive: Archive, field: str) -> None:
    document = archive[0][0].replace(metadata=Metadata(**{field: 2**31}))  # type: ignore[arg-type]
    with DuckDbSink(tmp_path / "x.duckdb") as sink:
        with pytest.raises(OutputError, match=f"article spring, {field}: found 2147483648"):
            sink.write(document, PurePath("large.txt"))
        sink.write(*archive[1])
    assert (tmp_path / "x.duckdb").exists()


def test_a_killed_run_leaves_no_half_under_the_final_name(tmp_path: Path, archive: Archive) -> None:
    path = tmp_path / "x.duckdb"
    code = f"""
import os
from pathlib import Path, PurePath
from secrel.output import DuckDbSink, database
from secrel.domain import *
database.ARTICLES_HELD = 1
with DuckDbSink(Path({str(path)!r})) as sink:
    sink.write(Document("a"), PurePath("a.txt"))
    os._exit(9)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    assert {found.name for found in tmp_path.iterdir()} <= {"x.duckdb.part", "x.duckdb.part.wal"}
    assert not path.exists()
    write(path, archive[:1])
    assert [found.name for found in tmp_path.iterdir()] == ["x.duckdb"]
    assert rows(path, "SELECT id FROM articles") == [("spring",)]


def test_the_schema_has_a_column_for_every_one_of_a_record(filled: Path) -> None:
    found = {name for (name,) in rows(filled, "SELECT column_name FROM (DESCRIBE statements)")}
    elsewhere = {"volume", "issue", "model", "head_country", "tail_country"}
    elsewhere |= {f"{side}_{what}" for side in ("head", "tail") for what in ("start", "end")}
    assert found - {"id", "statement"} == set(Record.columns()) - elsewhere
