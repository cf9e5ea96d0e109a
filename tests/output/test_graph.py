"""Networks of actors."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import Any
from xml.etree import ElementTree

import pytest

from secrel.config import parse_scheme
from secrel.domain import Actor, Document, Dropped, Metadata
from secrel.errors import OutputError
from secrel.output import GexfSink, GraphMlSink

networkx = pytest.importorskip("networkx")

Archive = list[tuple[Document, PurePath]]
SinkType = type[GraphMlSink] | type[GexfSink]
GEXF = "{http://www.gexf.net/1.2draft}"
both = pytest.mark.parametrize("sink_type", [GraphMlSink, GexfSink])


def write(sink: GraphMlSink | GexfSink, archive: Archive) -> Path:
    with sink:
        for document, name in archive:
            sink.write(document, name)
    return sink.path


def read(sink: GraphMlSink | GexfSink, archive: Archive) -> Any:
    path = write(sink, archive)
    return networkx.read_graphml(path) if isinstance(sink, GraphMlSink) else networkx.read_gexf(path)


def edges(graph: Any, *names: str) -> list[tuple[Any, ...]]:
    return sorted(
        ((head, tail, *(data.get(name) for name in names)) for head, tail, data in graph.edges(data=True)), key=str
    )


@both
def test_nodes_are_the_actors_of_dyads(tmp_path: Path, archive: Archive, sink_type: SinkType) -> None:
    graph = read(sink_type(tmp_path / "x"), archive)
    assert sorted(graph) == ["GEO", "GEOOPP", "NATO", "NATOMIL", "RUS", "RUSMIL", "TUR"]
    names = ("code", "country", "role", "name")
    found = {node: tuple(data.get(name) for name in names) for node, data in graph.nodes(data=True)}
    # Names of the codes, not the words of a mention.
    assert found["RUSMIL"] == ("RUSMIL", "RUS", "MIL", "Russia, armed forces")
    assert found["NATO"] == ("NATO", None, None, "North Atlantic Treaty Organization")
    assert found["GEOOPP"][3] == "Georgia, opposition"
    assert found["TUR"][3] == "Turkey"
    if sink_type is GexfSink:
        assert {data["label"] for _, data in graph.nodes(data=True)} == {name for *_, name in found.values()}


@both
def test_edges_are_dyads(tmp_path: Path, archive: Archive, sink_type: SinkType) -> None:
    graph = read(sink_type(tmp_path / "x", period="total"), archive)
    assert edges(graph, "label", "status", "weight", "n_articles", "mean_score", "symmetric") == [
        ("GEO", "NATO", "cooperates-with", "planned", 2, 2, 0.75, True),
        ("GEO", "RUS", "against", None, 1, 1, 0.25, False),
        ("GEOOPP", "TUR", "against", None, 1, 1, 0.125, False),
        ("NATOMIL", "GEO", "trains", "actual", 1, 1, 0.5, False),
        ("RUS", "GEO", "pressures", "actual", 2, 2, 0.5, False),
        ("RUS", "GEO", "pressures", "planned", 1, 1, 0.5, False),
        ("RUSMIL", "GEO", "deploys-to", "ended", 1, 1, 0.5, False),
        ("RUSMIL", "GEO", "pressures", "actual", 1, 1, 1.0, False),
    ]
    assert ("RUS", "GEO", "2006-07-11", "2007-10-01") in edges(graph, "first_date", "last_date")
    assert ("NATOMIL", "GEO", None, 2007, 2007, 1) in edges(
        graph, "first_date", "first_year", "last_year", "n_sentences"
    )
    assert {node: data["party"] for node, data in graph.nodes(data=True)}["NATOMIL"] == "NATO"
    assert {data["kind"] for _, _, data in graph.edges(data=True)} == {"relation", "stance"}


def test_graphml_has_an_edge_a_period(tmp_path: Path, archive: Archive) -> None:
    graph = read(GraphMlSink(tmp_path / "x", period="month"), archive)
    pressures = [edge for edge in edges(graph, "period", "start", "end", "weight", "label") if edge[-1] == "pressures"]
    assert pressures == [
        ("RUS", "GEO", "2006-07", "2006-07-01", "2006-07-31", 1, "pressures"),
        ("RUS", "GEO", "2007-10", "2007-10-01", "2007-10-31", 1, "pressures"),
        ("RUS", "GEO", None, None, None, 1, "pressures"),
        ("RUSMIL", "GEO", None, None, None, 1, "pressures"),
    ]
    by_year = read(GraphMlSink(tmp_path / "x", period="year"), archive)
    assert ("RUS", "GEO", "2007", "2007-01-01", "2007-12-31") in edges(by_year, "period", "start", "end")


def test_graphml_says_what_is_not_in_it(tmp_path: Path, archive: Archive, caplog: pytest.LogCaptureFixture) -> None:
    sink = GraphMlSink(tmp_path / "x")
    with caplog.at_level(logging.WARNING):
        graph = read(sink, archive)
    assert graph.graph["n_unresolved"] == 2
    assert graph.graph["n_reprinted"] == 1
    assert [dropped.n for dropped in sink.dropped] == [2, 1]
    assert sink.dropped[0] == Dropped("relations and stances with a mention that has no actor", 2)
    assert [record.getMessage() for record in caplog.records] == [
        f"{tmp_path / 'x'}: left out 2 relations and stances with a mention that has no actor",
        f"{tmp_path / 'x'}: left out 1 relations and stances of reprints",
    ]


def test_gexf_is_dynamic(tmp_path: Path, archive: Archive) -> None:
    path = write(GexfSink(tmp_path / "x"), archive)
    graph = networkx.read_gexf(path)
    (pressures,) = (d for h, _, d in graph.edges(data=True) if (h, d.get("status")) == ("RUS", "actual"))
    assert pressures["spells"] == [("2006-01-01", "2006-12-31"), ("2007-01-01", "2007-12-31")]
    assert pressures["statements"] == [(1, "2006-01-01", "2006-12-31"), (1, "2007-01-01", "2007-12-31")]
    assert pressures["score"] == [(0.75, "2006-01-01", "2006-12-31"), (0.25, "2007-01-01", "2007-12-31")]
    assert (pressures["weight"], pressures["n_undated"], pressures["mean_score"]) == (2, 0, 0.5)
    (undated,) = (d for h, _, d in graph.edges(data=True) if (h, d.get("label")) == ("RUSMIL", "pressures"))
    assert (undated["weight"], undated["n_undated"], undated.get("spells")) == (1, 1, None)
    element = ElementTree.parse(path).getroot().find(f"{GEXF}graph")
    assert element is not None
    assert (element.get("mode"), element.get("timeformat"), element.get("defaultedgetype")) == (
        "dynamic",
        "date",
        "directed",
    )


def test_gexf_by_total_is_static(tmp_path: Path, archive: Archive) -> None:
    path = write(GexfSink(tmp_path / "x", period="total"), archive)
    element = ElementTree.parse(path).getroot().find(f"{GEXF}graph")
    assert element is not None
    assert element.get("mode") == "static"
    assert b"spell" not in path.read_bytes()


@both
def test_february_has_its_days(
    tmp_path: Path, article: Callable[..., Document], said: Any, sink_type: SinkType
) -> None:
    russia, georgia = ("Moscow", Actor("RUS", "RUS")), ("Tbilisi", Actor("GEO", "GEO"))
    document = article("leap", [said(russia, "pressures", georgia)], date="2004-02-03")
    path = write(sink_type(tmp_path / "x", period="month"), [(document, PurePath("x"))])
    assert b"2004-02-29" in path.read_bytes()


@both
def test_same_articles_give_the_same_bytes(
    tmp_path: Path, archive: Archive, sink_type: SinkType, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = write(sink_type(tmp_path / "a"), archive).read_bytes()
    # networkx writes today's date into GEXF files.
    monkeypatch.setattr("time.strftime", lambda form: "1999-12-31")
    assert write(sink_type(tmp_path / "b"), archive).read_bytes() == first
    assert b"1999" not in first


@both
def test_characters_that_xml_cannot_hold(
    tmp_path: Path, article: Callable[..., Document], said: Any, sink_type: SinkType
) -> None:
    odd = Actor("AAA", "AAA", "a\x0b\x00\ud800😀\u2028b\nc")
    document = article("odd", [said(("A", odd), "pressures", ("B", Actor("BBB", "BBB")))])
    graph = read(sink_type(tmp_path / "x"), [(document, PurePath("x"))])
    assert graph.nodes["AAA"]["role"] == "a\ufffd\ufffd\ufffd😀\u2028b\nc"


@both
def test_the_scheme_says_what_is_symmetric(tmp_path: Path, archive: Archive, sink_type: SinkType) -> None:
    scheme = parse_scheme({"name": "s", "version": "1", "entities": ["GPE"]})
    graph = read(sink_type(tmp_path / "x", scheme, period="total"), archive)
    cooperates = [edge for edge in edges(graph, "label", "symmetric") if edge[2] == "cooperates-with"]
    assert cooperates == [("GEO", "NATO", "cooperates-with", False), ("NATO", "GEO", "cooperates-with", False)]


@both
def test_without_a_document_nothing_is_made_or_replaced(tmp_path: Path, archive: Archive, sink_type: SinkType) -> None:
    write(sink_type(tmp_path / "new"), [])
    assert list(tmp_path.iterdir()) == []
    before = write(sink_type(tmp_path / "old"), archive).read_bytes()
    assert write(sink_type(tmp_path / "old"), []).read_bytes() == before


@both
def test_an_article_without_marks_gives_an_empty_network(tmp_path: Path, archive: Archive, sink_type: SinkType) -> None:
    assert len(read(sink_type(tmp_path / "x"), archive[5:6])) == 0


@both
def test_an_error_leaves_the_earlier_run(tmp_path: Path, archive: Archive, sink_type: SinkType) -> None:
    before = write(sink_type(tmp_path / "x"), archive[:1]).read_bytes()
    with pytest.raises(RuntimeError), sink_type(tmp_path / "x") as sink:
        sink.write(*archive[1])
        raise RuntimeError
    assert (tmp_path / "x").read_bytes() == before


@both
def test_a_bad_date_or_period_is_refused(tmp_path: Path, archive: Archive, sink_type: SinkType) -> None:
    with pytest.raises(OutputError, match="found 'week'; expected one of total, year, month"):
        sink_type(tmp_path / "x", period="week")
    bad = archive[0][0].replace(metadata=Metadata(date="soon"))
    sink = sink_type(tmp_path / "x")
    with sink:
        with pytest.raises(OutputError, match="found 'soon'; expected a date such as"):
            sink.write(bad, PurePath("x"))
        sink.write(*archive[1])
    assert sink.tally.dyads() and sink.dropped == ()


@both
def test_a_killed_run_leaves_no_half_under_the_final_name(tmp_path: Path, sink_type: SinkType) -> None:
    code = f"""
import os
from pathlib import Path, PurePath
from secrel.output import {sink_type.__name__}, graph
from secrel.domain import *
sink = {sink_type.__name__}(Path({str(tmp_path / "x")!r}))
def lines():
    yield "<half>"
    os._exit(9)
sink._lines = lines
with sink:
    sink.write(Document("a"), PurePath("a.txt"))
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    assert [path.name for path in tmp_path.iterdir()] == ["x.part"]
