"""Whose office somebody holds, by the mentions beside."""

from __future__ import annotations

import pytest
from tests.stages.test_actors import marked

from secrel.knowledge.actors import load_knowledge
from secrel.stages.mentions import Mentions
from secrel.stages.owners import OwnerReader
from secrel.stages.titles import TitleReader


def read(text: str) -> tuple[OwnerReader, TitleReader, Mentions]:
    """Readers of a marked text in which what is sure was chosen."""
    mentions = Mentions(load_knowledge(), marked(text, when="2010"))
    for index, options in enumerate(mentions.options):
        mentions.chosen[index] = options[0] if options else None
    mentions.take(range(len(mentions.entities)))
    return OwnerReader(mentions), TitleReader(mentions.knowledge.offices, mentions.text), mentions


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[G:Peru]’s minister, [P:Rojas], slept.", "PER"),
        ("The [N:Peruvian] deputy minister [P:Rojas] slept.", "PER"),
        ("The head of the [O:Peruvian Foreign Ministry], [P:Rojas], slept.", "PERGOV"),
        ("[G:Peru] slept and the minister [P:Rojas] woke.", None),
    ],
)
def test_owner_of_an_office(text: str, code: str | None) -> None:
    owners, titles, mentions = read(text)
    person = next(entity for entity in mentions.entities if entity.label == "PERSON")
    held = titles.before(0, person.start)
    assert held is not None
    whose = owners.of_office(held, person)
    assert (whose.code if whose else None) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[P:Rojas] of the [O:Bank of Peru] slept.", "PERBUS"),
        ("[P:Rojas] ([O:Bank of Peru]) slept.", "PERBUS"),
        ("The [O:Bank of Peru]’s [P:Rojas] slept.", "PERBUS"),
        ("The [O:Bank of Peru] grew. The bank’s [P:Rojas] slept.", "PERBUS"),
        ("The [O:Bank of Peru] grew. [P:Rojas] of the bank slept.", "PERBUS"),
        ("[P:Rojas] slept while the [O:Bank of Peru] grew.", None),
    ],
)
def test_body_beside_a_person(text: str, code: str | None) -> None:
    owners, _, mentions = read(text)
    person = next(entity for entity in mentions.entities if entity.label == "PERSON")
    meaning = owners.body_beside(person)
    assert (meaning.code if meaning else None) == code


def test_subject_of_a_sentence_and_nearest_name() -> None:
    owners, _, mentions = read("[G:Peru] told [G:Chile] and [G:Oman] that it slept.")
    end = mentions.text.index("slept")
    first, nearest = owners.first_of_sentence(end, {"GPE"}), owners.nearest_before(end, 60)
    assert first is not None
    assert nearest is not None
    assert (first.base, nearest.base) == ("PER", "OMN")
    assert owners.nearest_before(end, 3) is None


def test_body_of_a_common_noun() -> None:
    owners, titles, mentions = read("[P:Rojas], who runs a fishing cooperative, slept.")
    held = titles.behind(len("Rojas"), len(mentions.text))
    assert held is not None
    common = owners.common_body(held)
    assert common is not None
    assert (common.base, common.role) == (None, "BUS")
