from __future__ import annotations

import pytest

from secrel.knowledge.actors.names import folded, joined, plain, spellings


@pytest.mark.parametrize(
    ("name", "simple"),
    [
        ("Côte d’Ivoire", "cote divoire"),
        ("Azerbaijan’s Border  Guards", "azerbaijan border guards"),
        ("People's Army", "people army"),
        ("Mazar-e-Sharif", "mazar e sharif"),
        ("ŁÓDŹ", "lodz"),
        ("Bodø", "bodo"),
        ("Ministry of Trade, Industry", "ministry of trade industry"),
    ],
)
def test_plain_leaves_out_marks_possessives_and_hyphens(name: str, simple: str) -> None:
    assert plain(name) == simple


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("rakhmonov", "rahmonov"),
        ("nazarbayev", "nazarbaev"),
        ("dzhaksybekov", "jaksybekov"),
        ("zhirinovskiy", "zhirinovsky"),
        ("pashinyan", "pashinian"),
    ],
)
def test_transliterations_fold_together(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_folding_keeps_different_names_apart() -> None:
    assert folded("ivanov") != folded("ivanenko")


def test_spellings_differ_from_the_name() -> None:
    assert "hujand" in set(spellings("khujand"))
    assert "khujand" not in set(spellings("khujand"))


def test_initials_are_written_together() -> None:
    assert joined("U. S. Navy") == "U.S. Navy"
    assert joined("Dr. Navy") == "Dr. Navy"
    assert plain("U. S. Navy") == plain("U.S. Navy")
