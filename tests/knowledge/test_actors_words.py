from __future__ import annotations

import pytest

from secrel.knowledge.actors import load_knowledge


@pytest.mark.parametrize(
    ("name", "label", "role"),
    [
        ("ministry of defense", "ORG", "GOVMIL"),
        ("interior ministry", "ORG", "GOVCOP"),
        ("ministry of energy", "ORG", "GOV"),
        ("national security council", "ORG", "GOV"),
        ("national security service", "ORG", "SPY"),
        ("border guards", "ORG", "MIL"),
        ("city police", "ORG", "COP"),
        ("supreme court", "ORG", "JUD"),
        ("naval academy", "ORG", "MIL"),
        ("state university", "ORG", "EDU"),
        ("peasants party", "ORG", "PTY"),
        ("shipyard", "ORG", "BUS"),
        ("orthodox church", "ORG", "REL"),
        ("riot squads", "MIL", "COP"),
        ("paratroopers", "MIL", None),
        ("tailors", "ORG", None),
        # What stands before "of" goes first, and of that the noun at its end.
        ("bureau of company taxes", "ORG", "GOV"),
        ("energy research center", "ORG", "EDU"),
        ("opposition weekly", "ORG", "JRN"),
        ("oil fund", "ORG", "GOV"),
    ],
)
def test_body_shows_its_role(name: str, label: str, role: str | None) -> None:
    assert load_knowledge().bodies.role(name, label) == role


def found(text: str) -> list[tuple[str, str, bool]]:
    return [(text[o.start : o.end], o.role, o.as_body) for o in load_knowledge().offices.find(text)]


def test_longest_office_counts() -> None:
    assert found("the deputy defense minister of Norland") == [("deputy defense minister", "GOVMIL", False)]


def test_spokesmen_speak_for_a_body() -> None:
    assert found("a spokesman") == [("spokesman", "GOV", True)]


def test_accents_hyphens_and_plurals_do_not_hide_an_office() -> None:
    assert found("the attaché, two Vice-Premiers") == [("attaché", "GOV", False), ("Vice-Premiers", "GOV", False)]


def test_offices_are_whole_words() -> None:
    assert found("the generality of co-generals") == []


def test_personal_names_suit_countries() -> None:
    names = load_knowledge().personal_names
    suited = names.countries("Zurab Kvaradze")
    assert max(suited, key=lambda base: suited[base]) == "GEO"
    assert names.countries("") == {}


def test_titles_of_a_single_country_and_plurals() -> None:
    offices = load_knowledge().offices.find("two congressmen, a congresswoman, some deputies, an mep and a senator")
    assert [(o.base, o.plural) for o in offices] == [
        ("USA", False),
        (None, True),
        ("EU", False),
        (None, False),
    ]


def test_a_name_alone_tells_a_country_where_no_other_has_its_like() -> None:
    names = load_knowledge().personal_names
    assert names.country("Giorgi Kapanadze") == "GEO"
    assert names.country("Kapanadze") is None  # an ending alone
    assert names.country("Xyz") is None
    assert names.is_given("Giorgi")
    assert not names.is_given("Giorgi Kapanadze")
