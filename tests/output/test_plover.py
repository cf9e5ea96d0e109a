"""Events in the form of PLOVER."""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any

import pytest

from secrel.config import parse_scheme
from secrel.domain import Actor, Document, Dropped, LabelScheme, Metadata
from secrel.errors import ConfigError, OutputError
from secrel.output import PloverSink
from secrel.output.plover import read_mapping

Archive = list[tuple[Document, PurePath]]
RUSSIA, GEORGIA, CROWD = ("Moscow", Actor("RUS", "RUS")), ("Tbilisi", Actor("GEO", "GEO")), ("a crowd", None)
# The event categories and fields of the manual, version 0.7b1.
CATEGORIES = set(
    "AGREE CONSULT SUPPORT CONCEDE COOPERATE AID RETREAT DEMAND ACCUSE REJECT THREATEN PROTEST SANCTION MOBILIZE COERCE"
    " ASSAULT".split()
)
FIELDS = set(
    "id has_event date time enddate endtime source recipient event event_loc event_text quad_code event_scale mode"
    " context link text text_info cite_info coder coded_date coded_time comment".split()
)
MODES = {"AID": {"military"}, "RETREAT": {"withdraw"}, "SANCTION": {"sever"}, "MOBILIZE": {"troops"}}
CONTEXTS = {"military", "future", "hypothetical"}


def events(documents: list[Document] | Archive, **options: Any) -> tuple[list[dict[str, Any]], dict[str, int]]:
    stream = io.StringIO()
    with PloverSink(stream, **options) as sink:
        for item in documents:
            document, name = item if isinstance(item, tuple) else (item, PurePath("x.txt"))
            sink.write(document, name)
    return [json.loads(line) for line in stream.getvalue().split("\n")[:-1]], {d.reason: d.n for d in sink.dropped}


def test_one_event_whole(archive: Archive) -> None:
    found, _ = events(archive[:1])
    assert found[0] == {
        "id": "spring-R1",
        "date": "2006-07-11",
        "source": [{"code": "RUS", "actor_text": "Moscow"}],
        "recipient": [{"code": "GEO", "actor_text": "Tbilisi"}],
        "event": ["DEMAND"],
        "event_alternatives": ["THREATEN", "SANCTION", "COERCE", "MOBILIZE"],
        "quad_code": 3,
        "text_info": {"sequence": 0, "start": 0, "end": 48},
        "cite_info": {
            "citation": "spring",
            "title": "A “spring”",
            "publication": "Weekly",
            "coder": found[0]["cite_info"]["coder"],
            "codebook": "plover-0.7b1, secrel mapping 1",
        },
        "score": 0.75,
        "attribution": {"outlet": "Avesta", "date": "2006-07"},
    }
    assert re.fullmatch(r"secrel \S+, edm 0\.1\.0", found[0]["cite_info"]["coder"])


def test_fields_are_those_of_the_manual_and_the_text_is_left_out(archive: Archive) -> None:
    found, _ = events(archive)
    assert found
    own = {"event_alternatives", "score", "attribution"}
    for event in found:
        assert set(event) <= (FIELDS | own) - {"text", "event_text"}
        assert {"id", "date", "source", "event"} <= set(event)
        assert set(event["event"]) <= CATEGORIES
    assert len({event["id"] for event in found}) == len(found)


def test_every_label_of_the_packaged_scheme_has_a_rule(scheme: LabelScheme) -> None:
    mapping = read_mapping()
    rules = {(rule.kind, rule.label, rule.status) for rule in mapping.rules}
    assert rules == {("relation", label, status) for label in scheme.relation_labels for status in scheme.statuses} | {
        ("stance", polarity, "") for polarity in scheme.polarities
    }
    quads = {event.name: event.quad for event in mapping.events}
    assert set(quads) <= CATEGORIES
    assert set(quads.values()) == {1, 2, 3, 4}
    for rule in mapping.rules:
        assert rule.remark
        assert set(rule.alternatives) <= CATEGORIES - {rule.event}
        assert set(rule.context) <= CONTEXTS
        assert not rule.mode or rule.mode in MODES[rule.event]
        assert rule.event or rule.status == "denied" or rule.label == "ambivalent"


@pytest.mark.parametrize(
    ("label", "status", "expected"),
    [
        ("cooperates-with", "actual", ("COOPERATE", 2, None)),
        ("cooperates-with", "planned", ("AGREE", 1, ["future"])),
        ("cooperates-with", "ended", ("SANCTION", 4, None)),
        ("pressures", "planned", ("THREATEN", 3, None)),
        ("pressures", "possible", ("THREATEN", 3, ["hypothetical"])),
        ("pressures", "ended", ("CONCEDE", 1, None)),
        ("trains", "actual", ("AID", 2, ["military"])),
        ("deploys-to", "actual", ("MOBILIZE", 4, ["military"])),
        ("deploys-to", "ended", ("RETREAT", 2, ["military"])),
        ("favor", None, ("SUPPORT", 1, None)),
        ("against", None, ("ACCUSE", 3, None)),
    ],
)
def test_mapping(
    article: Callable[..., Document], said: Any, label: str, status: str | None, expected: tuple[Any, ...]
) -> None:
    (found,), dropped = events([article("a", [said(GEORGIA, label, RUSSIA, status)], date="2006-07-11")])
    event, quad, context = expected
    assert (found["event"], found["quad_code"], found.get("context")) == ([event], quad, context)
    assert dropped == {}


def test_what_maps_to_nothing_is_counted_and_said(
    tmp_path: Path, archive: Archive, article: Callable[..., Document], said: Any, caplog: pytest.LogCaptureFixture
) -> None:
    more = article("more", [said(RUSSIA, "trains", GEORGIA, "denied"), said(RUSSIA, "trains", GEORGIA, "denied"),
                            said(RUSSIA, "ambivalent", GEORGIA), said(RUSSIA, "invades", GEORGIA),
                            said(GEORGIA, "trains", CROWD)], date="2006-01-01")  # fmt: skip
    with caplog.at_level(logging.WARNING), PloverSink(tmp_path / "plover.jsonl") as sink:
        for document, name in [*archive, (more, PurePath("x.txt"))]:
            sink.write(document, name)
    expected = {
        "of a reprint": 1,
        "of an article without date and year": 2,
        "without PLOVER category: ambivalent": 1,
        "without PLOVER category: invades actual": 1,
        "without PLOVER category: trains denied": 2,
        "without actor as recipient, which AID requires": 1,
        "without actor as source": 1,
    }
    assert sink.dropped == tuple(Dropped(f"relations and stances {reason}", n) for reason, n in expected.items())
    lines = (tmp_path / "plover.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    n_marks = sum(len(document.to_records()) for document in (*(document for document, _ in archive), more))
    assert len(lines) + sum(expected.values()) == n_marks
    assert "left out 2 relations and stances without PLOVER category: trains denied" in caplog.text


def test_a_recipient_that_is_no_actor_is_left_out_where_plover_allows(
    article: Callable[..., Document], said: Any
) -> None:
    found, dropped = events(
        [article("a", [said(RUSSIA, "against", CROWD), said(RUSSIA, "trains", CROWD)], date="2006-07-11")]
    )
    assert [(event["event"], event.get("recipient")) for event in found] == [(["ACCUSE"], None)]
    assert list(dropped.values()) == [1]


def test_actors_have_code_and_sector(article: Callable[..., Document], said: Any) -> None:
    actors = {
        "ministry": (Actor("TJKGOVMIL", "TJK", "GOVMIL"), {"code": "TJK", "sector": "GOVMIL"}),
        "KFOR": (Actor("NATOMIL", None, "MIL"), {"code": "IGO", "sector": "MIL", "identifer_text": "NATO"}),
        "the bloc": (Actor("CSTO"), {"code": "IGO", "identifer_text": "CSTO"}),
        "the group": (Actor("IMG"), {"code": "IMG"}),
        "the charity": (Actor("NGO", None, None, "Amnesty"), {"code": "NGO"}),
        "Kosovo": (Actor("XKX", "XKX"), {"code": "XKX"}),
    }
    document = article("a", [said((name, actor), "against", GEORGIA) for name, (actor, _) in actors.items()], year=2006)
    found, _ = events([document])
    assert [event["source"] for event in found] == [
        [{**expected, "actor_text": name}] for name, (_, expected) in actors.items()
    ]


def test_a_deployment_has_a_place_and_no_recipient(article: Callable[..., Document], said: Any) -> None:
    found, _ = events(
        [article("a", [said(RUSSIA, "deploys-to", GEORGIA), said(RUSSIA, "deploys-to", CROWD)], year=2006)]
    )
    assert [event.get("recipient") for event in found] == [None, None]
    assert [event["event_loc"] for event in found] == [{"name": "Tbilisi", "cc3": "GEO"}, {"name": "a crowd"}]
    assert {event["mode"] for event in found} == {"troops"}


def test_the_alphabetically_first_actor_is_the_source_of_what_is_symmetric(
    article: Callable[..., Document], said: Any
) -> None:
    document = article(
        "a", [said(RUSSIA, "cooperates-with", GEORGIA), said(GEORGIA, "cooperates-with", RUSSIA)], year=2006
    )
    found, _ = events([document])
    assert {(event["source"][0]["code"], event["recipient"][0]["code"]) for event in found} == {("GEO", "RUS")}
    directed = parse_scheme({"name": "s", "version": "1", "entities": ["GPE"]})
    found, _ = events([document], scheme=directed)
    assert [event["source"][0]["code"] for event in found] == ["RUS", "GEO"]


def test_dates(article: Callable[..., Document], said: Any) -> None:
    one = [said(RUSSIA, "pressures", GEORGIA)]
    found, dropped = events(
        [article("day", one, date="2006-07-11"), article("year", one, year=2006), article("none", one)]
    )
    assert [(e["date"], e.get("enddate"), e.get("comment")) for e in found] == [
        ("2006-07-11", None, None),
        ("2006-01-01", "2006-12-31", "only the year is known"),
    ]
    assert dropped == {"relations and stances of an article without date and year": 1}
    with pytest.raises(OutputError, match="found 'July'; expected a date such as"):
        events([article("bad", one, year=2006).replace(metadata=Metadata(date="July"))])


@pytest.mark.parametrize(
    ("source", "url"), [("https://example.org/a?b", "https://example.org/a?b"), ("/home/me/a.txt", None), (None, None)]
)
def test_only_addresses_are_cited(
    article: Callable[..., Document], said: Any, source: str | None, url: str | None
) -> None:
    document = article("a", [said(RUSSIA, "pressures", GEORGIA)], year=2006, source=source)
    (found,), _ = events([document.replace(model=None)])
    assert found["cite_info"].get("url") == url
    assert found["cite_info"]["coder"].count(",") == 0


def test_identifiers_differ_even_where_those_of_articles_do_not(archive: Archive) -> None:
    found, _ = events([archive[0], archive[0]])
    assert [event["id"] for event in found[::3]] == ["spring-R1", "spring~2-R1"]


def test_odd_names_come_through(archive: Archive) -> None:
    (found,), _ = events(archive[-1:])
    assert found["id"] == "odd, “name”-S1"
    assert found["source"][0]["actor_text"] == 'O\'Neil "Bob", ümit\u2028\n; DROP TABLE'


def test_file_has_a_line_an_event_and_the_same_bytes_twice(tmp_path: Path, archive: Archive) -> None:
    for name in ("a", "b"):
        with PloverSink(tmp_path / name) as sink:
            for document, path in archive:
                sink.write(document, path)
    data = (tmp_path / "a").read_bytes()
    assert data == (tmp_path / "b").read_bytes()
    assert b"\r" not in data
    assert len(data.decode("utf-8").split("\n")) == 9 + 1


def test_without_a_document_nothing_is_made_or_replaced(tmp_path: Path, archive: Archive) -> None:
    (tmp_path / "old").write_text("earlier", encoding="utf-8")
    for name in ("old", "new"):
        with PloverSink(tmp_path / name):
            pass
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
    with PloverSink(tmp_path / "empty") as sink:
        sink.write(*archive[5])
    assert (tmp_path / "empty").read_bytes() == b""


def test_a_killed_run_leaves_no_half_under_the_final_name(tmp_path: Path) -> None:
    code = f"""
import os
from pathlib import Path, PurePath
from secrel.output import PloverSink
from secrel.domain import *
with PloverSink(Path({str(tmp_path / "x.jsonl")!r})) as sink:
    sink.write(Document("a"), PurePath("a.txt"))
    os._exit(9)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    assert [path.name for path in tmp_path.iterdir()] == ["x.jsonl.part"]


def test_a_mapping_of_ones_own(tmp_path: Path, article: Callable[..., Document], said: Any) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'version = "7"\ncodebook = "mine"\n[[events]]\nname = "COERCE"\nquad = 4\nrequires_recipient = false\n'
        '[[rules]]\nkind = "relation"\nlabel = "pressures"\nstatus = "actual"\nevent = "COERCE"\n',
        encoding="utf-8",
    )
    document = article("a", [said(RUSSIA, "pressures", GEORGIA), said(RUSSIA, "favor", GEORGIA)], year=2006)
    (found,), dropped = events([document], mapping=read_mapping(path))
    assert (found["event"], found["quad_code"]) == (["COERCE"], 4)
    assert found["cite_info"]["codebook"] == "mine, secrel mapping 7"
    assert dropped == {"relations and stances without PLOVER category: favor": 1}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("COERCE", "CORCE"), "relation pressures actual: found event 'CORCE'; expected one of COERCE"),
        (("[[rules]]", "[[rules]]\ncolour = 1"), "found an unknown key"),
        (("quad = 4", 'quad = "4"'), "expected a value of type int"),
        (("twice", ""), "found a second rule"),
    ],
)
def test_a_broken_mapping_is_refused(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    rule = '[[rules]]\nkind = "relation"\nlabel = "pressures"\nstatus = "actual"\nevent = "COERCE"\n'
    events_table = '[[events]]\nname = "COERCE"\nquad = 4\nrequires_recipient = false\n'
    rules = rule * 2 if change[0] == "twice" else rule
    if change[0] == "COERCE":
        rules = rules.replace(*change)
    elif change[0] != "twice":
        rules, events_table = rules.replace(*change), events_table.replace(*change)
    path = tmp_path / "mine.toml"
    path.write_text(f'version = "7"\ncodebook = "mine"\n{events_table}{rules}', encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape(message)):
        read_mapping(path)


def test_quads_are_those_of_the_manual() -> None:
    quads = {event.name: event.quad for event in read_mapping().events}
    manual = {
        1: "AGREE CONSULT SUPPORT CONCEDE",
        2: "COOPERATE AID RETREAT",
        3: "DEMAND ACCUSE REJECT THREATEN",
        4: "PROTEST SANCTION MOBILIZE COERCE ASSAULT",
    }
    assert all(name in manual[quad].split() for name, quad in quads.items())
    required = {event.name for event in read_mapping().events if event.requires_recipient}
    assert required == {"COOPERATE", "AID", "SANCTION"}


def test_metadata_is_not_needed(archive: Archive) -> None:
    document = archive[0][0]
    bare = document.replace(metadata=replace(Metadata(), year=2006), id="x")
    found, _ = events([bare])
    assert set(found[0]["cite_info"]) == {"citation", "coder", "codebook"}
