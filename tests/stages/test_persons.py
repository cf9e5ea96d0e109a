"""Persons: their office by the words beside their name or as it is known, and whose it is."""

from __future__ import annotations

import re

import pytest
from tests.stages.test_actors import codes


def persons(text: str, *, when: str | None = "2010") -> list[str | None]:
    """Codes of the persons of a text alone; they are marked with a capital P."""
    labels = re.findall(r"\[([A-Z]):", text)
    return [code for label, code in zip(labels, codes(text, when=when), strict=True) if label == "P"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # What somebody does.
        ("[P:Ana Salazar], who sits for [O:Blue Wave] in the [G:Peruvian] congress, left early.", ["PERLEG"]),
        ("[P:Ana Salazar], who teaches at the [O:University of Lima], left early.", ["PEREDU"]),
        ("[P:Ana Salazar], who heads the [O:Peruvian Navy League], left early.", ["PERSOC"]),
        ("[P:Ana Salazar], who commands the [M:Peruvian navy], left early.", ["PERMIL"]),
        ("[G:Peru] was calm. [P:Ana Salazar], who sells shoes in [G:Lima], saw nothing.", ["PERCVL"]),
        # Bodies beside.
        ("[P:Ana Salazar] of the [O:Institute of Fisheries] in [G:Lima] counted the boats.", ["PEREDU"]),
        ("[P:Ana Salazar] ([O:Bank of Peru]) agreed.", ["PERBUS"]),
        ("The [O:Peruvian Foreign Ministry] was silent, said its spokesman, [P:Luis Rojas].", ["PERGOV"]),
        ("The [O:Peruvian Foreign Ministry] was silent. Its spokesman, [P:Luis Rojas], had a cold.", ["PERGOV"]),
        ("The [N:Peruvian] delegation, headed by [P:Luis Rojas], left [G:Quito].", ["PERGOV"]),
        (
            "[G:Peru] sent boats. [G:Chile] watched the [O:Bank of Peru]. Its minister, [P:Luis Rojas], wept.",
            ["CHLGOV"],
        ),
        ("Doctor [P:Ana Salazar] of the [O:University of Lima] was brief.", ["PEREDU"]),
        # Several at once.
        ("[P:Ana Salazar] and [P:Luis Rojas], two [N:Peruvian] senators, voted.", ["PERLEG", "PERLEG"]),
        ("[N:Peruvian] deputies, led by [P:Luis Rojas], walked out.", ["PERLEG"]),
        # A rank and an office.
        ("[G:Peru] sent General [P:Luis Rojas], the deputy minister.", ["PERGOVMIL"]),
        ("[G:Peru] sent Colonel [P:Luis Rojas], the spokesman of the [O:Interior Ministry].", ["PERGOVCOP"]),
        # Former offices.
        ("A retired [N:Peruvian] officer, Colonel [P:Luis Rojas], spoke.", ["PERELI"]),
        ("Admiral [P:Luis Rojas] (ret.), of [G:Peru], spoke.", ["PERELI"]),
        ("[P:Ana Salazar], [G:Peru]’s foreign minister until May, spoke.", ["PERGOV"]),
        # Of a country alone.
        ("[G:Peru]’s [P:Luis Rojas] abstained.", ["PERGOV"]),
        ("[P:Luis Rojas] of [G:Peru] abstained.", ["PERGOV"]),
        ("[P:Luis Rojas] from [G:Arequipa] abstained.", ["PERCVL"]),
        ("[G:Peru] let it be known through [P:Luis Rojas] that it would wait.", ["PERGOV"]),
        # Titles of one country.
        ("Rep. [P:Joan Brickell] voted no.", ["USALEG"]),
        ("[P:Joan Brickell] (R-Ohio) voted no.", ["USALEG"]),
        # Topics are no employers.
        ("[G:Peru] was quiet. [P:Luis Rojas], a historian of the [M:Soviet navy], wept.", ["PEREDU"]),
        # An office that a clause gives to somebody else.
        ("The [N:Peruvian] colonel who sat beside the president, [P:Luis Rojas], slept.", ["PERMIL"]),
    ],
)
def test_office_in_the_words_beside(text: str, expected: list[str | None]) -> None:
    assert persons(text) == expected


def test_the_committee_of_a_chairman() -> None:
    text = "[O:PARLIAMENT OF PERU], [O:DEFENSE COMMITTEE]\n\nCHAIRMAN [P:Luis Rojas-Vega]: We begin."
    later = "\n\nCHAIRMAN [P:Rojas-Vega]: We end."
    assert persons(text + " Nets are torn." * 80 + later) == ["PERLEG", "PERLEG"]
    assert persons("[G:Peru] waited. The defense committee’s chairman, [P:Luis Rojas], did not.") == ["PERLEG"]


def test_counterparts_and_opposite_numbers_hold_the_same_office() -> None:
    text = "[N:Peruvian] foreign minister [P:Luis Rojas] met [P:Marta Silva], his opposite number in [G:Brazil]."
    assert persons(text) == ["PERGOV", "BRAGOV"]


def test_officials_in_the_seat_of_a_breakaway_entity_are_its() -> None:
    assert persons("The vice president in [G:Tiraspol], [P:Vadim Guzun], objected.") == ["MDAREB"]


def test_a_bare_minister_is_of_the_ministry_named_before() -> None:
    text = "The [O:Georgian Ministry of Defense] bought boots. Deputy Minister [P:Giorgi Kapanadze] tried one on."
    assert persons(text) == ["GEOGOVMIL"]


def test_a_name_alone_can_tell_the_country() -> None:
    # The text names no country; an envoy is not of the country that the text is about.
    assert persons("Senator [P:Giorgi Kapanadze] left early.") == ["GEOLEG"]
    assert persons("[G:Norway] was calm. [G:Norway] slept. Ambassador [P:Giorgi Kapanadze] left early.") == ["NORGOV"]
    text = "[G:Norway] and [G:Georgia] talked in [G:Oslo]. Ambassador [P:Giorgi Kapanadze] left early."
    assert persons(text) == ["GEOGOV"]


def test_a_known_person_has_the_office_of_the_time() -> None:
    assert persons("[P:Angela Merkel] agreed.", when="2010") == ["DEUGOV"]
    assert persons("[P:Angela Merkel] agreed.", when="2023") == ["DEUELI"]
    # What the text says of somebody goes first; his country is known.
    assert persons("[G:Norway] was calm, said the analyst [P:Angela Merkel].", when="2023") == ["DEUEDU"]
    # A title that goes by its body takes what is known.
    assert persons("Deputy leader [P:John McDonnell] agreed.", when="2017") == ["GBROPP"]


def test_candidates_where_the_text_has_no_date() -> None:
    assert persons("President [P:Barack Obama] slept.", when=None) == ["USAGOV"]
    assert persons("[P:Donald Trump] won the votes of the delegates.", when=None) == ["USAPTY"]
    assert persons("[P:Donald Trump] mocked [P:Hillary Clinton] and went home.", when=None) == ["USAPTY", "USAPTY"]
    assert persons("[P:Donald Trump] signed the order.", when=None) == ["USAGOV"]


def test_athletes_are_told_by_the_sport() -> None:
    assert persons("[G:Peru]’s [P:Luis Rojas] won the semifinal.") == ["PERELI"]
    assert persons("[P:Luis Rojas], the fifth seed from [G:Peru], lost his semifinal.") == ["PERELI"]
    assert persons("[P:Luis Rojas] scored twice for [O:Arsenal] in the first half.") == ["GBRELI"]
    # Nobody is taken for an athlete outside of sports.
    assert persons("[P:Luis Rojas] sold his shares of [O:Arsenal].") == [None]


def test_a_single_given_name_is_nobody_known() -> None:
    assert persons("[P:Sergei] slept.", when=None) == [None]


def test_unrelated_news_share_no_persons() -> None:
    stories = [
        "[P:Luis Rojas], a [N:Peruvian] senator, slept.",
        "[G:Norway] caught fewer herring.",
        "[G:Kenya] planted trees.",
        "[G:Nepal] mended a bridge.",
        "[G:Oman] painted a gate.",
        "In [G:Riga], [P:Rojas] sang.",
    ]
    assert persons("\n\n".join(stories)) == ["PERLEG", None]


def test_bare_surnames_of_several_words() -> None:
    text = "[N:Peruvian] minister [P:Ana Berg-Lund] spoke. [P:Berg-Lund] left. [P:Lund] slept."
    assert persons(text) == ["PERGOV"] * 3
    text = "[P:van den Linde] left. The [N:Peruvian] minister, [P:Jan van den Linde], had spoken."
    assert persons(text) == ["PERGOV"] * 2
    # A given name is none.
    assert persons("[N:Peruvian] minister [P:Ana Berg-Lund] spoke. [P:Ana Berg] left.") == ["PERGOV", None]


def test_a_leader_whose_surname_is_a_given_name() -> None:
    assert persons("[G:Pakistan] slept. [P:Sharif] woke.", when="2015") == ["PAKGOV"]
    assert persons("[G:Norway] slept. [P:Sharif] woke.", when="2015") == [None]


def test_ex_with_a_hyphen() -> None:
    assert persons("[N:Peruvian] ex-minister [P:Luis Rojas] wept.") == ["PERELI"]
