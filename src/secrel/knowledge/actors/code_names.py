"""Readable names of actor codes: ``RUSMIL`` is "Russia, armed forces", whatever words of a text stand for it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from secrel.knowledge.actors.tables import read_table

_FOLDER = Path(__file__).parent
# Letters of a sector.
_SECTOR = 3

SECTORS: Mapping[str, str] = MappingProxyType(
    {
        "GOV": "government",
        "JUD": "courts",
        "LEG": "parliament",
        "MIL": "armed forces",
        "COP": "police",
        "OPP": "opposition",
        "PTY": "parties",
        "REB": "rebels and breakaway entities",
        "PRM": "paramilitaries",
        "SPY": "intelligence services",
        "UAF": "unidentified armed forces",
        "CVL": "civilians",
        "ELI": "former officials and other elites",
        "BUS": "business",
        "EDU": "education",
        "MED": "health care",
        "LAB": "labour",
        "AGR": "agriculture",
        "JRN": "news media",
        "REF": "refugees",
        "REL": "religious organisations",
        "SOC": "civil society",
        "CRM": "criminals",
    }
)
"""PLOVER's primary sectors (Open Event Data Alliance, PLOVER manual 0.7b1, table of sector primary codes) in words."""
_JOINED = {"GOVMIL": "ministry of defence", "GOVCOP": "ministry of the interior"}
# Bases that stand for many organisations, so that no name of one of them is theirs.
_KINDS = {"NGO": "non-governmental organisations", "IMG": "armed movements across states"}


def name_of(code: str) -> str:
    """The readable name of an actor code, the same in every text.

    Countries have the name that :file:`countries.tsv` gives first, organisations of several states the one that they
    have in full in :file:`organisations.tsv`; a role follows in words. Nothing else is read.

    Args:
        code: Country or organisation, and role, in one; see :class:`secrel.domain.Actor`.

    Returns:
        "Afghanistan", "European Union", "Russia, armed forces", "Georgia, rebels and breakaway entities"; of a code
        that is in neither file, or ends in something else than one or two sectors, the code itself.

    Raises:
        ConfigError: If one of the two files cannot be read.
    """
    names = _names()
    for length in (0, _SECTOR, 2 * _SECTOR):
        end = len(code) - length
        base, role = code[: max(end, 0)], role_words(code[max(end, 0) :])
        if base in names and role is not None:
            return f"{names[base]}, {role}" if role else names[base]
    return code


def role_words(role: str) -> str | None:
    """A role in words: "ministry of defence" for ``GOVMIL``; empty for none.

    Args:
        role: None, one or two sectors in one.

    Returns:
        The words, or ``None`` if it is no role.
    """
    if role in _JOINED:
        return _JOINED[role]
    sectors = [role[n : n + _SECTOR] for n in range(0, len(role), _SECTOR)]
    if len(sectors) > 2 or any(sector not in SECTORS for sector in sectors):
        return None
    return " and ".join(SECTORS[sector] for sector in sectors)


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for row in read_table(_FOLDER / "organisations.tsv").rows():
        base, role = row.code()
        if role is None and base not in names:
            listed = row.listed("names") or [base]
            # Its abbreviation is the code already.
            abbreviated = listed[0].upper() == base
            names[base] = next((name for name in listed if abbreviated and " " in name), listed[0])
    # Last: a code that is both is a country wherever actors are made.
    names |= {row.cells["code"]: row.listed("names")[0] for row in read_table(_FOLDER / "countries.tsv").rows()}
    return names | _KINDS
