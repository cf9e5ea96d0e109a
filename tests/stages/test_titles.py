"""Offices beside names, by the text alone."""

from __future__ import annotations

import pytest

from secrel.knowledge.actors import load_knowledge
from secrel.stages.titles import Held, TitleReader, is_rank


def reader(text: str) -> tuple[TitleReader, int]:
    """A reader of a text, and where the name "Rojas" begins in it."""
    return TitleReader(load_knowledge().offices, text), text.index("Rojas")


def words(text: str, held: Held | None) -> str | None:
    return text[held.office.start : held.office.end] if held else None


@pytest.mark.parametrize(
    ("text", "office"),
    [
        ("Peru’s finance minister, Rojas, slept.", "finance minister"),
        ("The minister of fisheries, Rojas, slept.", "minister"),
        ("The colonel who wrote it, Rojas, slept.", "colonel"),
        ("A farmer by the name of Rojas slept.", "farmer"),
        ("Its spokesman, Colonel Rojas, slept.", "spokesman"),
        ("Senators, led by Rojas, slept.", "Senators"),
        ("The minister-designate, Rojas, slept.", "minister"),
        # The office is somebody else's, or part of a name.
        ("The minister visited Rojas.", None),
        ("Ministers and Rojas slept.", None),
        ("The governor of Lima fired Rojas.", None),
        # What another office is told of does not reach over a name.
        ("Friends of governor Silva, a man that senator Rojas knew, slept.", "senator"),
        ("The officer who sits beside the president, Rojas, slept.", "officer"),
    ],
)
def test_title_before_a_name(text: str, office: str | None) -> None:
    titles, start = reader(text)
    assert words(text, titles.before(0, start)) == office


@pytest.mark.parametrize(
    ("text", "office"),
    [
        ("Rojas, the deputy head of the service, slept.", "deputy head"),
        ("Rojas, 53, a shepherd, slept.", "shepherd"),
        ("Rojas, who was a shepherd, slept.", "shepherd"),
        ("Rojas, who chairs the committee, slept.", "chairs"),
        ("Rojas is a researcher of the institute.", "researcher"),
        ("Rojas (a lawyer) slept.", "lawyer"),
        # The clause goes on with somebody else.
        ("Rojas, the boat and the minister slept.", None),
        ("Rojas, Peruvian diplomats said, slept.", None),
        ("Rojas slept, a minister said.", None),
    ],
)
def test_apposition_behind_a_name(text: str, office: str | None) -> None:
    titles, start = reader(text)
    assert words(text, titles.behind(start + len("Rojas"), len(text))) == office


@pytest.mark.parametrize(
    ("text", "former"),
    [
        ("Former minister Rojas slept.", True),
        ("The retired Peruvian general Rojas slept.", True),
        ("Minister Rojas slept.", False),
        ("The colonel (ret.) Rojas slept.", True),
    ],
)
def test_former_offices(text: str, former: bool) -> None:
    titles, start = reader(text)
    held = titles.before(0, start)
    assert held is not None
    assert held.former is former


def test_an_office_of_two_stands_in_the_plural() -> None:
    text = "Silva and Rojas, the two ministers, slept."
    titles, start = reader(text)
    joint = titles.joint(start + len("Rojas"), len(text))
    assert words(text, joint) == "ministers"
    single = "Silva and Rojas, the minister, slept."
    titles, start = reader(single)
    assert titles.joint(start + len("Rojas"), len(single)) is None


def test_titles_of_one_country() -> None:
    text = "Representative Rojas slept."
    titles, start = reader(text)
    held = titles.before(0, start)
    assert held is not None
    assert (held.office.role, held.office.base) == ("LEG", "USA")


def test_ranks() -> None:
    text = "Colonel Rojas slept."
    titles, start = reader(text)
    held = titles.before(0, start)
    assert held is not None
    assert is_rank(held.office)
