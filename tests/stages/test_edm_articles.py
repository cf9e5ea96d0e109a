"""Dates and source brackets of the two EDM articles."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from secrel.domain import Document
from secrel.reading import Corpus
from secrel.stages import resolving_stages

CITED = {
    "edm-v2-i91": [
        [("EDM", "2005-04-21")],
        [
            ("IRNA", "2005-04-20"),
            ("IRNA", "2005-04-23"),
            ("Itar-Tass", "2005-04-27"),
            ("Voice of the Islamic Republic of Iran", "2005-04-28"),
            ("Nezavisimaya gazeta", "2005-04-29"),
            ("Avesta", "2005-05-01"),
        ],
    ],
    "edm-v3-i133": [
        [("Avesta", "2006-07-06")],
        [("Avesta", "2006-07-04")],
        [("Avesta", "2006-07-01")],
        [("Krasnaya zvezda", "2006-06-10")],
        [("Avesta", "2006-07-05")],
    ],
}


@pytest.fixture(params=sorted(CITED))
def resolved(request: pytest.FixtureRequest, corpus: Corpus, articles_folder: Path) -> Document:
    # The header gives volume and issue, and no date.
    document = corpus.document(request.param)
    for stage in resolving_stages().values():
        document = stage(document)
    return document


def test_every_source_bracket_is_read_and_nothing_else(resolved: Document) -> None:
    found = [[(source.outlet, source.date) for source in citation.sources] for citation in resolved.citations]
    assert found == CITED[resolved.id]


def test_every_date_with_a_day_is_right(resolved: Document, corpus: Corpus) -> None:
    gold = corpus.resolutions(resolved.id)
    assert gold is not None
    days = {id: interval for id, interval in gold.dates.items() if interval and interval.granularity == "day"}
    assert len(days) >= 5
    assert {entity.id: entity.date for entity in resolved.entities if entity.id in days} == days


def test_marks_stay_what_they_were(resolved: Document, corpus: Corpus) -> None:
    gold = corpus.document(resolved.id)
    assert [replace(e, actor=None, date=None) for e in resolved.entities] == list(gold.entities)
    assert [(r.head.span, r.label, r.tail.span) for r in resolved.relations] == [
        (r.head.span, r.label, r.tail.span) for r in gold.relations
    ]
