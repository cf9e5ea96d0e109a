from __future__ import annotations

import pytest

from secrel.domain import LabelScheme, RelationType, StanceType, tag_names

SCHEME = LabelScheme(
    "toy",
    "1",
    ("GPE", "MIL", "DATE", "LAW"),
    (
        RelationType("meets", frozenset({"GPE"}), frozenset({"GPE"}), symmetric=True),
        RelationType("sends-to", frozenset({"MIL", "GPE"}), frozenset({"GPE"})),
    ),
    ("actual",),
    StanceType(("favor", "against"), frozenset({"GPE"}), frozenset({"LAW"})),
)
BARE = LabelScheme("bare", "1", ("GPE",))


@pytest.mark.parametrize(
    ("label", "head", "tail", "allowed"),
    [
        ("sends-to", "MIL", "GPE", True),
        ("sends-to", "GPE", "GPE", True),
        ("sends-to", "GPE", "MIL", False),
        ("sends-to", "DATE", "GPE", False),
        ("meets", "GPE", "LAW", False),
    ],
)
def test_relation_allows_arguments(label: str, head: str, tail: str, allowed: bool) -> None:
    assert SCHEME.relation(label).allows(head, tail) is allowed


def test_stance_allows_arguments() -> None:
    assert SCHEME.stance is not None
    assert SCHEME.stance.allows("GPE", "LAW")
    assert not SCHEME.stance.allows("LAW", "GPE")


def test_look_ups() -> None:
    assert SCHEME.relation_labels == ("meets", "sends-to")
    assert SCHEME.polarities == ("favor", "against")
    assert SCHEME.is_symmetric("meets")
    assert not SCHEME.is_symmetric("sends-to")
    assert not SCHEME.is_symmetric("unheard-of")
    assert SCHEME.pair_labels() == {"GPE", "MIL", "LAW"}
    with pytest.raises(KeyError, match="unheard-of"):
        SCHEME.relation("unheard-of")


def test_scheme_without_relations_and_stance() -> None:
    assert (BARE.relation_labels, BARE.polarities, BARE.statuses) == ((), (), ())
    assert BARE.pair_labels() == frozenset()


def test_tag_names() -> None:
    assert tag_names(["GPE", "MIL"]) == ("O", "B-GPE", "I-GPE", "B-MIL", "I-MIL")
    assert tag_names([]) == ("O",)


def test_packaged_scheme(scheme: LabelScheme) -> None:
    assert scheme.entities == tuple("PERSON NORP GPE LOC FAC ORG MIL WEAPON EVENT LAW MEDIA DATE".split())
    assert scheme.relation_labels == ("cooperates-with", "pressures", "trains", "deploys-to")
    assert [label for label in scheme.relation_labels if scheme.is_symmetric(label)] == ["cooperates-with"]
    assert set(scheme.statuses) == {"actual", "planned", "possible", "denied", "ended"}
    assert scheme.polarities == ("favor", "against", "ambivalent")
    assert scheme.relation("deploys-to").allows("WEAPON", "FAC")
    assert not scheme.relation("deploys-to").allows("GPE", "PERSON")
