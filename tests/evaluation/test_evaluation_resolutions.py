"""Counts of resolutions."""

from __future__ import annotations

from dataclasses import replace

from secrel.domain import (
    Actor,
    Attribution,
    DateInterval,
    Document,
    Entity,
    Pair,
    Relation,
    Resolutions,
    Source,
    Span,
    Stance,
)
from secrel.evaluation import Counts, actor_counts, date_counts, source_counts

MAY = DateInterval("2006-05-01", "2006-05-31", "month")
RIGHT, WRONG = Counts(1, 0, 0), Counts(0, 1, 1)


def document(actor: Actor | None = None, date: DateInterval | None = None, said: Attribution | None = None) -> Document:
    moscow = Entity(Span(0, 6), "GPE", "Moscow", actor=actor, id="T1")
    may = Entity(Span(14, 17), "DATE", "May", date=date, id="T2")
    kyiv = Entity(Span(20, 24), "GPE", "Kyiv", id="T3")
    pair = Pair(moscow, kyiv)
    return Document(
        "Moscow leans, May, on Kyiv.",
        entities=(moscow, may, kyiv),
        relations=(Relation(pair, "pressures", attribution=said, id="R1"),),
        stances=(Stance(pair, "against", attribution=said, id="R2"),),
    )


def test_actor_codes() -> None:
    gold = Resolutions(actors={"T1": "RUSGOV", "T3": None})
    assert actor_counts(gold, document(Actor("RUSGOV"))) == {"GPE": RIGHT + RIGHT}
    assert actor_counts(gold, document(Actor("RUS"))) == {"GPE": WRONG + RIGHT}
    assert actor_counts(gold, document(None)) == {"GPE": WRONG + RIGHT}
    assert actor_counts(gold, document(Actor("RUS")), countries_only=True) == {"GPE": RIGHT + RIGHT}
    assert actor_counts(gold, document(Actor("UKR")), countries_only=True) == {"GPE": WRONG + RIGHT}
    assert actor_counts(Resolutions(actors={"T3": None}), document(Actor("RUS"))) == {"GPE": RIGHT}
    # An actor where none belongs is wrong.
    assert actor_counts(Resolutions(actors={"T1": None}), document(Actor("RUS"))) == {"GPE": WRONG}


def test_dates() -> None:
    gold = Resolutions(dates={"T2": MAY})
    assert date_counts(gold, document(date=MAY)) == {"month": RIGHT}
    assert date_counts(gold, document(date=replace(MAY, granularity="range"))) == {"month": WRONG}
    assert date_counts(gold, document()) == {"month": WRONG}
    assert date_counts(Resolutions(dates={"T2": None}), document()) == {"open": RIGHT}
    assert date_counts(Resolutions(dates={"T2": None}), document(date=MAY)) == {"open": WRONG}


def test_attributions() -> None:
    def score(source: Source, said: Attribution | None) -> dict[str, Counts]:
        return source_counts(Resolutions(sources={"R1": source}), document(said=said))

    assert score(Source(), Attribution()) == {"author": RIGHT}
    assert score(Source(), None) == {"author": WRONG}
    assert score(Source(), Attribution(speaker="Kyiv")) == {"author": WRONG}
    assert score(Source("T3"), Attribution(speaker="Kyiv")) == {"speaker": RIGHT}
    assert score(Source("T3"), Attribution(speaker="Moscow")) == {"speaker": WRONG}
    assert score(Source("?"), Attribution(speaker="an official")) == {"speaker": RIGHT}
    assert score(Source("?"), Attribution(speaker="Kyiv")) == {"speaker": WRONG}
    assert score(Source("?"), Attribution()) == {"speaker": WRONG}
    assert score(Source("T3", "AFP"), Attribution("AFP", "Kyiv", "2006-05-04")) == {"speaker and outlet": RIGHT}
    assert score(Source(None, "AFP", "2006-05-03"), Attribution("AFP", None, "2006-05-04")) == {"outlet": WRONG}
    both = Resolutions(sources={"R1": Source(), "R2": Source("?")})
    assert source_counts(both, document(said=Attribution())) == {"author": RIGHT, "speaker": WRONG}
