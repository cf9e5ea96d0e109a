"""Names that several states, parties or places have."""

from __future__ import annotations

import pytest
from tests.stages.test_actors import codes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A party of a usual name is that of the country that the text is about.
        ("[G:Norway] voted. In [G:Norway] the [O:Labour Party] won.", ["NOR", "NOR", "NORPTY"]),
        ("[G:Bhutan] voted. In [G:Bhutan] the [O:Conservative Party] won.", ["BTN", "BTN", "BTNPTY"]),
        # So is a parliament, and the school or the command of an army.
        ("[G:Japan] waited. The [O:House of Representatives] in [G:Japan] voted.", ["JPN", "JPNLEG", "JPN"]),
        ("[G:Kenya] built it. [G:Kenya] opened the [O:Military Medical Academy].", ["KEN", "KEN", "KENMIL"]),
        ("[G:Kenya] sent the [M:Western Command] home.", ["KEN", "KENMIL"]),
        # With its owner in it, a name is nobody else's.
        ("[G:Norway] and [G:Sweden] heard [O:France’s National Front].", ["NOR", "SWE", "FRAOPP"]),
    ],
)
def test_bodies_of_a_usual_name(text: str, expected: list[str | None]) -> None:
    assert codes(text) == expected


def test_an_abbreviation_means_what_its_name_does() -> None:
    text = "The [O:Peruvian Bakers Institute] ([O:PBI]) met. [G:Spain] wrote to the [O:PBI]."
    assert codes(text) == ["PEREDU", "PEREDU", "ESP", "PEREDU"]
    # It goes before what the letters mean elsewhere, though not where they are other words' initials.
    text = "The [O:Peruvian Union of Natives] ([O:UN]) met."
    assert codes(text) == ["PERSOC", "PERSOC"]


def test_known_persons_tell_the_country_of_bodies() -> None:
    assert codes("[P:Angela Merkel] thanked the [O:Ministry of Fisheries].") == ["DEUGOV", "DEUGOV"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Whoever stands beside owns it, though it is listed for another state, and though the text speaks of that.
        ("[G:Peru]’s [O:Congress] met. The [G:United States] wrote.", ["PER", "PERLEG", "USA"]),
        ("[G:Russia] asked [G:Peru]’s [O:Prosecutor General’s Office].", ["RUS", "PER", "PERCOP"]),
        ("[G:Peru] wants the [O:State Department] to answer.", ["PER", "USAGOV"]),
        # The text is about another state.
        ("[G:Peru] slept. In [G:Peru] the [O:Foreign Intelligence Service] woke.", ["PER", "PER", "PERSPY"]),
        ("[G:Peru] trained. The [M:Airborne Troops] jumped over [G:Peru].", ["PER", "PERMIL", "PER"]),
        # It names none.
        ("The [O:Prosecutor General’s Office] slept.", ["RUSCOP"]),
    ],
)
def test_bodies_that_are_listed_for_the_best_known_state(text: str, expected: list[str | None]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[G:Tajikistan] watched the [M:201st Division] leave.", ["TJK", "RUSMIL"]),
        ("[G:Armenia] watched the [M:102nd Military Base].", ["ARM", "RUSMIL"]),
        # Small numbers are everybody's.
        ("[G:Kenya] sent the [M:1st Armored Division] home.", ["KEN", "KENMIL"]),
        # A force with a name of its own is nobody else's.
        ("[G:Sevastopol]’s [M:Black Sea Fleet] left.", ["UKR", "RUSMIL"]),
    ],
)
def test_units_with_large_numbers_keep_their_country(text: str, expected: list[str | None]) -> None:
    assert codes(text) == expected


def test_an_army_that_two_states_have() -> None:
    assert codes("[G:Nepal] fought the [M:PLA].", when="2003") == ["NPL", "NPLREB"]
    assert codes("[G:India] watched the [M:PLA].", when="2003") == ["IND", "CHNMIL"]


def test_places_move_only_to_countries_that_a_text_is_full_of() -> None:
    # Known in Norway alone.
    assert codes("[G:Peru] sent boats to [G:Tananger].")[-1] == "NOR"
    assert codes("[G:Peru] slept. " * 5 + "It snowed in [G:Tananger].")[-1] == "PER"
    # Known in Portugal and Brazil.
    assert codes("[G:Peru] sent boats to [G:Valadares].")[-1] == "PRT"
    assert codes("[G:Peru] slept. [G:Peru] sent boats to [G:Valadares].")[-1] == "PER"
