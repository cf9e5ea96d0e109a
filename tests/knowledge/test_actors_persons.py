"""Look-up of persons by the names that texts give them."""

from __future__ import annotations

import pytest

from secrel.knowledge.actors import load_knowledge
from secrel.knowledge.actors.meanings import Meaning
from secrel.knowledge.actors.names import plain
from secrel.knowledge.actors.persons import KnownPersons


def period(code: str, name: str, first: str = "", last: str = "", *, leads: bool = False) -> Meaning:
    return Meaning(code[:3], code[3:] or None, "person", name, first, last, leads)


def known(*periods: Meaning, less: tuple[Meaning, ...] = ()) -> KnownPersons:
    persons = KnownPersons()
    for some, less_known in ((periods, False), (less, True)):
        by_name: dict[str, list[Meaning]] = {}
        for one in some:
            by_name.setdefault(plain(one.name), []).append(one)
        persons.add(by_name, less_known=less_known)
    return persons


OLA = (
    period("NORLEG", "Ola Tveit", "1998-01-01", "2003-12-31"),
    period("NORGOV", "Ola Tveit", "2004-01-01", "2009-12-31"),
)


@pytest.mark.parametrize(
    ("name", "when", "code"),
    [
        ("Ola Tveit", "2001", "NORLEG"),
        ("Ola Tveit", "2005", "NORGOV"),
        ("Ola Tveit", "2015", "NORELI"),
        ("Ola Tveit", "1990", None),
        # Without a time, the last office.
        ("Ola Tveit", None, "NORGOV"),
        ("Tveit", "2005", "NORGOV"),
        ("Mr. Tveit", "2005", "NORGOV"),
        ("Ola J. Tveit", "2005", "NORGOV"),
        ("Ola Tveits", "2005", "NORGOV"),
        ("Nils Tveit", "2005", None),
    ],
)
def test_a_person_at_a_time(name: str, when: str | None, code: str | None) -> None:
    found = known(*OLA).meanings(name, when)
    assert (found[0].code if found else None) == code


def test_who_left_long_ago_is_a_former_official_where_no_time_is_known() -> None:
    persons = known(period("NORGOV", "Kari Vik", "1970-01-01", "1979-12-31"))
    assert [meaning.code for meaning in persons.meanings("Kari Vik", None)] == ["NORELI"]


def test_a_surname_of_several_tells_what_they_have_in_common() -> None:
    minister = period("NORGOV", "Ola Tveit", "2004-01-01")
    assert known(minister, period("NORGOV", "Kari Tveit", "2004-01-01")).meanings("Tveit", "2005")
    assert not known(minister, period("NORLEG", "Kari Tveit", "2004-01-01")).meanings("Tveit", "2005")
    # One who left his office is meant less often.
    former = period("NORGOV", "Kari Tveit", "1990-01-01", "1995-12-31")
    assert known(minister, former).meanings("Tveit", None)[0].code == "NORGOV"


def test_those_who_are_less_known_give_way() -> None:
    minister = period("NORGOV", "Ola Tveit", "2004-01-01")
    member = period("NORLEG", "Kari Tveit", "2004-01-01")
    persons = known(minister, less=(member,))
    assert persons.meanings("Tveit", "2005")[0].code == "NORGOV"
    assert persons.meanings("Kari Tveit", "2005")[0].code == "NORLEG"
    # A surname of two of them is nobody's.
    two = (period("NORLEG", "Kari Moe", "2004-01-01"), period("NORLEG", "Nils Moe", "2004-01-01"))
    assert not known(minister, less=two).meanings("Moe", "2005")


def test_celebrities_are_known_by_their_full_names() -> None:
    persons = known(period("NORELI", "Kari Vik", "2000-01-01"))
    assert persons.meanings("Kari Vik", "2005")
    assert not persons.meanings("Vik", "2005")


def test_surnames_with_particles_and_before_the_given_name() -> None:
    persons = known(period("FRAGOV", "Anne de la Tour", "2000-01-01"), period("CHNGOV", "Shan Boyu", "2000-01-01"))
    assert persons.meanings("de la Tour", "2005")
    assert persons.meanings("Tour", "2005")
    assert persons.meanings("Shan", "2005")
    assert not persons.meanings("Boyu", "2005")


def test_of_a_surname_the_head_of_state_is_meant() -> None:
    premier = period("NORGOV", "Ola Tveit", "2004-01-01", "2009-12-31", leads=True)
    persons = known(premier, period("NORLEG", "Kari Tveit", "2004-01-01"))
    assert [meaning.code for meaning in persons.meanings("Tveit", "2005")] == ["NORGOV"]
    # Not after his time, nor where no time is known.
    assert [meaning.code for meaning in persons.meanings("Tveit", "2012")] == ["NORLEG"]
    assert not persons.meanings("Tveit", None)


def test_offices_of_heads_of_state_are_told_by_their_words() -> None:
    persons = load_knowledge().persons
    led = {
        name: persons.meanings(name, when)[0].leads
        for name, when in (
            ("Angela Merkel", "2010"),
            ("Joe Biden", "2010"),
            ("Joe Biden", "2022"),
            ("Kim Jong-un", "2018"),
        )
    }
    assert led == {"Angela Merkel": True, "Joe Biden": True, "Kim Jong-un": True}
    assert not persons.meanings("Joe Biden", "2010")[0].leads


@pytest.mark.parametrize("name", ["Berg-Lund", "Berg Lund", "Lund", "Kari Berg-Lund"])
def test_surnames_with_hyphens(name: str) -> None:
    assert known(period("NORGOV", "Kari Berg-Lund", "2000-01-01")).meanings(name, "2005")
