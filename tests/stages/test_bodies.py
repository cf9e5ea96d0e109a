"""Bodies whose words tell no country, and names that nothing is known of."""

from __future__ import annotations

import pytest
from tests.stages.test_actors import codes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # One body of one name, whose country stands beside it once.
        (
            "[G:Peru] and [G:Chile] quarrelled. The [O:Fisheries Agency] of [G:Chile] complained. [G:Peru] laughed at"
            " the [O:Fisheries Agency].",
            ["PER", "CHL", "CHLGOV", "CHL", "PER", "CHLGOV"],
        ),
        # A longer name before it.
        ("[G:Peru] watched. The [O:Chilean Fisheries Agency] spoke. The [O:Agency] left.", ["PER", "CHLGOV", "CHLGOV"]),
        ("[O:Lotus Bank of China] lent. [G:Peru] thanked [O:Lotus Bank].", ["CHNBUS", "PER", "CHNBUS"]),
        # A town in its name, or beside it.
        ("[G:Poland] slept near [G:Germany]. The [O:Gdansk Fisheries Office] closed.", ["POL", "DEU", "POLGOV"]),
        ("[G:Peru] and [G:Chile] slept. The [M:National Guard] in [G:Lima] woke.", ["PER", "CHL", "PERMIL", "PER"]),
        # Somebody of it with a name that tells.
        (
            "[G:Georgia] and [G:Norway] met. [G:Norway] ate."
            " [P:Giorgi Kapanadze] of the [O:Fisheries Institute] spoke.",
            ["GEO", "NOR", "NOR", "GEOEDU", "GEOEDU"],
        ),
        # A noun beside an unknown name tells the role.
        ("[G:Peru] closed the weekly [O:Bluebell].", ["PER", "PERJRN"]),
        ("[G:Peru] fined the [O:Bluebell] company.", ["PER", "PERBUS"]),
        ("[G:Peru] fined [O:Bluebell], a company of welders.", ["PER", "PERBUS"]),
        ("[G:Peru] fined [O:Bluebell].", ["PER", None]),
    ],
)
def test_whose_a_body_is(text: str, expected: list[str | None]) -> None:
    assert codes(text) == expected


def test_teams_bear_the_names_of_towns() -> None:
    assert codes("[O:Gdansk] lost to [O:Poznan] in the semifinal.") == ["POLSOC", "POLSOC"]
    # So do names that are not known, beside those of one country.
    assert codes("[O:Gdansk] lost to [O:Bluebell] in the semifinal.") == ["POLSOC", "POLSOC"]
    assert codes("[O:Bluebell] lost the semifinal.") == [None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[O:NATO] [M:troops] in [G:Peru] slept.", ["NATO", "NATOMIL", "PER"]),
        ("The [O:UN]’s [M:peacekeepers] in [G:Peru] slept.", ["UN", "UNMIL", "PER"]),
        ("[O:NATO] thanked the [G:Peruvian] [M:troops].", ["NATO", "PER", "PERMIL"]),
    ],
)
def test_forces_of_organisations(text: str, expected: list[str | None]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[G:Peru] wrote to the [O:UN]. The [O:Security Council] met.", ["PER", "UN", "UN"]),
        ("[G:Peru] left the [O:UN]. The [O:Security Council]’s secretary wept.", ["PER", "UN", "PERGOV"]),
        ("[G:Peru] slept. The [O:Security Council] renewed the mandate of [M:UNOMIG].", ["PER", "UN", "UNMIL"]),
        ("[G:Peru] slept. [G:Peru]’s [O:Security Council] met.", ["PER", "PER", "PERGOV"]),
    ],
)
def test_which_security_council(text: str, expected: list[str | None]) -> None:
    assert codes(text) == expected


def test_abbreviation_in_mixed_letters() -> None:
    text = "The [O:Peruvian Ministry of Dance] ([O:MoD]) met. [G:Chile] asked the [O:MoD]."
    assert codes(text) == ["PERGOV", "PERGOV", "CHL", "PERGOV"]
