"""Files of resolutions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from secrel.domain import DateInterval, Document, Entity, Pair, Relation, Resolutions, Source, Span, Stance
from secrel.errors import AnnotationError
from secrel.reading import Corpus, check_resolutions, parse_resolutions, read_resolutions

LINES = """-\tissued\t2013-09-24
T1\tactor\tLVAGOV
T2\tactor\t-
T3\tdate\t2013-09-01/2013-09-30 month
R1\tattribution\tspeaker=T1 outlet=LETA date=2013-09-12
R2\tattribution\tauthor
"""
GOLD = Resolutions(
    "2013-09-24",
    {"T1": "LVAGOV", "T2": None},
    {"T3": DateInterval("2013-09-01", "2013-09-30", "month")},
    {"R1": Source("T1", "LETA", "2013-09-12"), "R2": Source()},
)


def document() -> Document:
    text = "Riga trains Tallinn in September."
    riga, tallinn = (
        Entity(Span(0, 4), "GPE", "Riga", id="T1"),
        Entity(Span(12, 19), "GPE", "Tallinn", id="T2"),
    )
    september = Entity(Span(23, 32), "DATE", "September", id="T3")
    pair = Pair(riga, tallinn)
    return Document(
        text,
        entities=(riga, tallinn, september),
        relations=(Relation(pair, "trains", id="R1"),),
        stances=(Stance(pair, "favor", id="R2"),),
    )


def test_a_file_is_read() -> None:
    assert parse_resolutions(LINES) == GOLD
    assert check_resolutions(GOLD, document()) == []


@pytest.mark.parametrize(
    ("value", "source"),
    [
        ("author", Source()),
        ("speaker=?", Source("?")),
        ("outlet=Krasnaya zvezda", Source(None, "Krasnaya zvezda")),
        ("outlet=AFP date=2006-07", Source(None, "AFP", "2006-07")),
        ("speaker=T12 outlet=AFP", Source("T12", "AFP")),
    ],
)
def test_attributions(value: str, source: Source) -> None:
    assert parse_resolutions(f"R1\tattribution\t{value}").sources == {"R1": source}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("T1 actor RUS", r"line 2: found 'T1 actor RUS'; expected three columns"),
        ("T9\tactor\trus", r"line 2: found 'rus'; expected a code such as TJKMIL"),
        ("T9\tdate\t2006-07-06", r"line 2: .*expected FIRST/LAST GRANULARITY"),
        ("T9\tdate\t2006-07-06/2006-07-05 day", r"expected FIRST/LAST"),
        ("T9\tdate\t2006-07-06/2006-07-36 month", r"expected FIRST/LAST"),
        ("T9\tdate\t2006-07-06/2006-07-06 hour", r"one of day, week"),
        ("R9\tattribution\t", r"expected author, or speaker=T1"),
        ("R9\tattribution\tdate=2006", r"expected author"),
        ("R9\tattribution\toutlet=AFP date=2006-13", r"expected author"),
        ("T9\tplace\tRiga", r"expected actor, date or attribution, once"),
        ("T1\tactor\tRUS", r"line 2: .*once for each mark"),
        ("-\tissued\tJuly", r"expected an ISO 8601 date or a year"),
    ],
)
def test_malformed_lines_are_named(line: str, message: str) -> None:
    with pytest.raises(AnnotationError, match=message):
        parse_resolutions(f"T1\tactor\tLVA\n{line}\n", where="x.tsv")


def test_marks_without_a_resolution_and_the_reverse_are_offences() -> None:
    gold = replace(GOLD, actors={"T1": "LVA", "T7": "RUS"}, sources={"R1": Source("T8"), "R2": Source()})
    messages = [f"{offence.code}: {offence.message}" for offence in check_resolutions(gold, document(), where="x")]
    assert messages == [
        "actor-resolution: found none for T2",
        "actor-resolution: found one for T7, which is no such mark",
        "attribution-resolution: found speaker T8 of R1; expected a mention of the article",
    ]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(AnnotationError, match=r"none\.tsv: found .*expected a file of resolutions"):
        read_resolutions(tmp_path / "none.tsv")


def test_the_corpus_has_resolutions_of_its_dev_and_test_articles(corpus: Corpus) -> None:
    for name in corpus.names("dev", "test", "real-dev", "edm"):
        assert corpus.resolutions(name) is not None, name
    assert corpus.resolutions(corpus.names("train")[0]) is None
