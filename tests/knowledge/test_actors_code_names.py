"""Readable names of actor codes."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from secrel.knowledge.actors import FOLDER, ROLES
from secrel.knowledge.actors.code_names import SECTORS, name_of, role_words
from secrel.knowledge.actors.tables import read_table


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("AFG", "Afghanistan"),
        ("AFGGOV", "Afghanistan, government"),
        ("RUSMIL", "Russia, armed forces"),
        ("RUSGOVMIL", "Russia, ministry of defence"),
        ("GEOREB", "Georgia, rebels and breakaway entities"),
        ("UKRGOVLEG", "Ukraine, government and parliament"),
        ("SUN", "Soviet Union"),
        ("XKX", "Kosovo"),
        ("EU", "European Union"),
        ("EUGOV", "European Union, government"),
        ("NATOMIL", "North Atlantic Treaty Organization, armed forces"),
        ("UN", "United Nations"),
        ("LAS", "Arab League"),
        ("BRICS", "BRICS"),
        ("G7", "Group of Seven"),
        # Of many organisations, not of one.
        ("NGO", "non-governmental organisations"),
        ("IMG", "armed movements across states"),
        # A country wherever actors are made.
        ("CAN", "Canada"),
    ],
)
def test_names(code: str, name: str) -> None:
    assert name_of(code) == name


@pytest.mark.parametrize("code", ["", "XYZ", "XYZMIL", "MIL", "RUSX", "RUSMILX", "RUSGOVMILSPY", "rus", "UNESCO"])
def test_what_is_not_known_has_its_code_for_a_name(code: str) -> None:
    assert name_of(code) == code


def test_every_code_of_the_files_has_a_name_of_its_own() -> None:
    names: dict[str, str] = {}
    for file in FOLDER.glob("*.tsv"):
        table = read_table(file)
        if "code" in table.columns and table.form != "personal names":
            for row in table.rows():
                names[row.cells["code"]] = name_of(row.cells["code"])
    assert len(names) > 400
    assert len(set(names.values())) == len(names)
    bare = {code for code, name in names.items() if code == name}
    assert not {code for code in bare if len(code) == 3 and code.isalpha()}, "countries have a name"
    # Those that go by nothing but their abbreviation.
    assert len(bare) < 20


def test_every_role_has_words() -> None:
    assert all(role_words(role) for role in (*ROLES, *SECTORS))
    assert role_words("") == ""
    assert role_words("XXX") is None
    assert len(set(SECTORS.values())) == len(SECTORS)
    assert not any(re.search(r"[A-Z]{3}|,", words) for words in SECTORS.values())


def test_only_two_files_are_read() -> None:
    code = (
        "from pathlib import Path\n"
        "read, text = [], Path.read_text\n"
        "Path.read_text = lambda path, *a, **b: read.append(path.name) or text(path, *a, **b)\n"
        "from secrel.knowledge.actors.code_names import name_of\n"
        "assert name_of('RUSMIL') == name_of('RUSMIL') == 'Russia, armed forces'\n"
        "assert sorted(read) == ['countries.tsv', 'organisations.tsv'], read"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
