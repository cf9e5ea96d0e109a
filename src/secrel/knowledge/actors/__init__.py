"""Parties in the world: countries, organisations, bodies, groups, companies, outlets, leaders, in readable files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from secrel.errors import ConfigError
from secrel.knowledge.actors.index import LABELS, ActorKnowledge
from secrel.knowledge.actors.meanings import Kind, Meaning
from secrel.knowledge.actors.names import plain
from secrel.knowledge.actors.tables import ROLES, Row, Table, check_codes, read_table, split_period

__all__ = ["LABELS", "ROLES", "ActorKnowledge", "Meaning", "load_knowledge"]

FOLDER = Path(__file__).parent
LESS_KNOWN = "leaders_more.tsv"
"""The file of persons who give way to others of their surname."""
# Earlier files go first where a name has several meanings.
FILES = (
    "countries.tsv",
    "breakaway.tsv",
    "regions.tsv",
    "organisations.tsv",
    "bodies.tsv",
    "groups.tsv",
    "parties.tsv",
    "companies.tsv",
    "institutes.tsv",
    "outlets.tsv",
    "leaders.tsv",
    "leaders_world.tsv",
    LESS_KNOWN,
    "places.tsv",
    "cities.tsv",
    "places_more.tsv",
    "roles.tsv",
    "offices.tsv",
    "personal_names.tsv",
)


def load_knowledge(extra: Sequence[str | Path] = ()) -> ActorKnowledge:
    """What is known of actors.

    Args:
        extra: Files of the same form as those in this folder (see :mod:`secrel.knowledge.actors.tables`). What they say
            of a name goes before what was known of it, and later files before earlier ones.

    Raises:
        ConfigError: If a file cannot be read, a line in it is not of the form of its file, or a code of an extra file
            is none: its country or organisation neither known nor on a line of its own in the file, or its role none.
    """
    if not extra:
        return _own_knowledge()
    knowledge = _read_own()
    for path in extra:
        _take_in(knowledge, Path(path), overrides=True)
    return knowledge


@lru_cache(maxsize=1)
def _own_knowledge() -> ActorKnowledge:
    return _read_own()


def _read_own() -> ActorKnowledge:
    knowledge = ActorKnowledge()
    for name in FILES:
        _take_in(knowledge, FOLDER / name, overrides=False)
    return knowledge


def _take_in(knowledge: ActorKnowledge, path: Path, *, overrides: bool) -> None:
    table = read_table(path)
    if overrides:
        check_codes(table, countries=knowledge.countries, bases=knowledge.bases())
    if table.form == "places":
        knowledge.add_places(table.places(), cities=path.name == "cities.tsv", replace_known=overrides)
    elif table.form == "roles":
        knowledge.bodies.add(table.rows())
    elif table.form == "offices":
        knowledge.offices.add(table.rows())
    elif table.form == "personal names":
        knowledge.personal_names.add(table.rows())
    elif table.form == "persons":
        less_known = path.name == LESS_KNOWN and not overrides
        knowledge.persons.add(_persons(table.rows()), replace_known=overrides, less_known=less_known)
    else:
        knowledge.add_names(_names(knowledge, table, own=overrides), replace_known=overrides)


_LEADER = re.compile(
    r"(?:interim |acting )?(?:president|prime minister|premier|chancellor|king|queen|emperor|emir|sultan|supreme leader"
    r"|leader|general secretary|leader of the junta|head of state)",
    re.IGNORECASE,
)
# Kinds of the names, the adjectives and the towns that a file of each form lists.
_KINDS: dict[str, tuple[Kind, Kind, Kind]] = {
    "countries": ("country", "adjective", "capital"),
    "breakaway": ("breakaway", "breakaway", "seat"),
    "regions": ("region", "people", "seat"),
    "names": ("name", "name", "name"),
}


def _names(knowledge: ActorKnowledge, table: Table, *, own: bool) -> dict[str, list[Meaning]]:
    found: dict[str, list[Meaning]] = {}
    kind, adjective, seat = _KINDS[table.form]
    for row in table.rows():
        base, role = row.code()
        first, last = row.days() if "from" in row.cells else ("", "")
        names = row.listed("names")
        if table.form == "countries":
            if not names:
                raise ConfigError(row.where, found="no name", expected="the names of the country")
            knowledge.countries[base] = names[0]
        meanings = [(name, Meaning(base, role, kind, name, first, last, own=own)) for name in names]
        for name in row.listed("adjectives") if "adjectives" in row.cells else ():
            meanings.append((name, Meaning(base, role, adjective, names[0] if names else name, first, last)))
        towns = row.cells.get("capitals", row.cells.get("seats", ""))
        for listed in filter(None, map(str.strip, towns.split(";"))):
            town, start, end = split_period(listed, row.where)
            meanings.append((town, Meaning(base, role, seat, town, start or first, end or last)))
        for name, meaning in meanings:
            known = found.setdefault(plain(name), [])
            if meaning not in known:
                known.append(meaning)
    return found


def _persons(rows: Iterable[Row]) -> dict[str, list[Meaning]]:
    found: dict[str, list[Meaning]] = {}
    for row in rows:
        base, role = row.code()
        first, last = row.days()
        names = row.listed("person")
        leads = role == "GOV" and any(map(_LEADER.fullmatch, row.cells["office"].split(", ")))
        for name in names:
            found.setdefault(plain(name), []).append(Meaning(base, role, "person", names[0], first, last, leads))
    return found
