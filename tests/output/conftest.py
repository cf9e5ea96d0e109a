"""Articles with actors, dates and outlets, built by hand: no model fills them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

import pytest

from secrel.domain import (
    Actor,
    Attribution,
    Citation,
    DateInterval,
    Document,
    Entity,
    Metadata,
    ModelTag,
    Pair,
    Relation,
    Span,
    Stance,
)

RUSSIA = Actor("RUS", "RUS", None, "Russia")
RUSSIAN_ARMY = Actor("RUSMIL", "RUS", "MIL", "armed forces of Russia")
GEORGIA = Actor("GEO", "GEO", None, "Georgia")
TURKEY = Actor("TUR", "TUR", None, "Türkiye & “Ankara”")
OPPOSITION = Actor("GEOOPP", "GEO", "OPP", "O'Neil's \"Dawn\" <party>")
NATO = Actor("NATO", None, None, "NATO")
KFOR = Actor("NATOMIL", None, "MIL", "NATO forces")


@dataclass
class Said:
    """One sentence: a head, a label, a tail."""

    head: tuple[str, Actor | None]
    label: str
    tail: tuple[str, Actor | None]
    status: str | None = "actual"
    score: float = 0.5
    outlet: str | None = None
    when: DateInterval | None = None
    tail_label: str = "GPE"

    @property
    def is_stance(self) -> bool:
        return self.label in {"favor", "against", "ambivalent"}


def build(id: str, said: list[Said], *, date: str | None = None, year: int | None = None, **meta: Any) -> Document:
    """A document of one sentence a statement; an outlet gives it a source bracket."""
    text, sentences, entities, relations, stances, citations = "", [], [], [], [], []
    for number, one in enumerate(said):
        start = len(text)

        def mention(name: str, label: str, actor: Actor | None, when: DateInterval | None = None) -> Entity:
            nonlocal text
            text += name
            entities.append(Entity(Span(len(text) - len(name), len(text)), label, name, 0.75, actor, when))
            return entities[-1]

        head = mention(one.head[0], "GPE", one.head[1])
        text += f" {one.label} "
        tail = mention(one.tail[0], one.tail_label, one.tail[1])
        if one.when:
            text += " on "
            mention(str(one.when), "DATE", None, one.when)
        attribution = Attribution(one.outlet, None, "2006-07") if one.outlet else Attribution()
        if one.outlet:
            text += f" ({one.outlet})"
            bracket = Span(len(text) - len(one.outlet) - 2, len(text))
            citations.append(Citation(bracket, (attribution,), (number,)))
        text += "."
        sentence = Span(start, len(text))
        sentences.append(sentence)
        text += "\n"
        pair = Pair(head, tail)
        if one.is_stance:
            stances.append(Stance(pair, one.label, one.score, sentence, attribution))
        else:
            relations.append(Relation(pair, one.label, one.status, one.score, 0.25, sentence, attribution))
    return Document(
        text,
        id=id,
        metadata=replace(Metadata("Weekly", 3, 4, date, int(date[:4]) if date else year), **meta),
        sentences=tuple(sentences),
        entities=tuple(entities),
        relations=tuple(relations),
        stances=tuple(stances),
        citations=tuple(citations),
        model=ModelTag("edm", "0.1.0"),
    )


@pytest.fixture
def article() -> Callable[..., Document]:
    """Builds a document; see :func:`build`."""
    return build


@pytest.fixture
def said() -> type[Said]:
    """One sentence of a document."""
    return Said


@pytest.fixture
def archive() -> list[tuple[Document, PurePath]]:
    """Six articles: dated, with a year only, without date, a reprint, without marks, with odd names."""
    moscow, army, tbilisi = ("Moscow", RUSSIA), ("the Russian army", RUSSIAN_ARMY), ("Tbilisi", GEORGIA)
    crowd = ("the crowd", None)
    day = DateInterval("2006-07-06", "2006-07-06", "day")
    spring = Said(moscow, "pressures", tbilisi, score=0.75, outlet="Avesta", when=day)
    documents = [
        build("spring", [spring, Said(tbilisi, "cooperates-with", ("Brussels", NATO), "planned", 0.5),
                         Said(tbilisi, "against", moscow, score=0.25)], date="2006-07-11", title="A “spring”"),
        build("autumn", [Said(moscow, "pressures", tbilisi, score=0.25, outlet="Interfax"),
                         Said(("NATO", NATO), "cooperates-with", tbilisi, "planned", 1.0),
                         Said(army, "deploys-to", ("Gori", GEORGIA), "ended", 0.5)], date="2007-10-01"),
        build("year", [Said(moscow, "pressures", tbilisi, "planned", 0.5), Said(crowd, "pressures", tbilisi),
                       Said(("KFOR", KFOR), "trains", tbilisi)], year=2007),
        build("undated", [Said(army, "pressures", tbilisi, score=1.0), Said(moscow, "favor", crowd)]),
        build("reprint", [spring], date="2006-07-12", duplicate_of="spring"),
        build("empty", [], date="2006-01-01"),
        build("odd, “name”", [Said(("O'Neil \"Bob\", ümit\u2028\n; DROP TABLE", OPPOSITION), "against",
                                   ("Türkiye ‘A & <B>’", TURKEY), score=0.125)], date="2006-07-31"),
    ]  # fmt: skip
    return [(document, PurePath("in", f"{n}.txt")) for n, document in enumerate(documents)]
