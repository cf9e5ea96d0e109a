from __future__ import annotations

from secrel.domain import Document, Span
from secrel.stages.surroundings import OF_BODIES, OF_PERSONS, Anchor, Surroundings

TEXT = "Norway slept. Peru woke and the army marched. Peru won."


def surroundings() -> Surroundings:
    sentences = (Span(0, 13), Span(14, 45), Span(46, 55))
    found = Surroundings(Document(TEXT, sentences=sentences))
    found.add([Anchor(0, 6, "NOR"), Anchor(14, 18, "PER"), Anchor(46, 50, "PER")])
    return found


def test_nearest_country_of_the_sentence_is_the_best() -> None:
    start = TEXT.index("army")
    assert surroundings().country(start, start + 4, OF_BODIES) == "PER"


def test_country_must_have_its_share() -> None:
    start = TEXT.index("army")
    assert surroundings().country(start, start + 4, OF_BODIES, least=0.99) is None
    assert Surroundings(Document(TEXT)).country(0, 1, OF_BODIES) is None


def test_other_reasons_can_outweigh_nearness() -> None:
    start = TEXT.index("army")
    assert surroundings().country(start, start + 4, OF_PERSONS, suited={"NOR": 4.0}) == "NOR"
    # A country that the text does not name is none of its.
    assert surroundings().country(start, start + 4, OF_PERSONS, suited={"CHL": 4.0}) == "PER"


def test_share_of_mentions() -> None:
    assert surroundings().share("PER") == 2 / 3
    assert surroundings().share("CHL") == 0.0


def test_owner_stands_right_beside() -> None:
    text = "Peru’s army and the ministry in Chile"
    found = Surroundings(Document(text))
    found.add([Anchor(0, 4, "PER"), Anchor(32, 37, "CHL")])
    owner = found.owner_beside(7, 11, sited=False)
    assert owner is not None
    assert owner.base == "PER"
    ministry = (20, 28)
    sited = found.owner_beside(*ministry, sited=True)
    assert sited is not None
    assert sited.base == "CHL"
    assert found.owner_beside(*ministry, sited=False) is None
