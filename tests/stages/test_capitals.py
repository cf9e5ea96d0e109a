from __future__ import annotations

import pytest

from secrel.stages.capitals import acts, is_town


def judged(text: str) -> bool | None:
    start = text.index("Lima")
    return is_town(text, start, start + 4, (0, len(text)))


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("Lima warned the rebels.", False),
        ("They met in Lima.", True),
        ("In Lima, meanwhile, it rained.", True),
        ("He has no trust in Lima.", False),
        ("It is in Lima’s interest.", False),
        ("She flew to Lima.", True),
        ("She is loyal to Lima.", False),
        ("They sent two battalions to Lima.", True),
        ("The road from Lima is closed.", True),
        ("Under pressure from Lima they left.", False),
        ("The streets of Lima were empty.", True),
        ("The demands of Lima were many.", False),
        ("He left for Lima.", True),
        ("A plan for Lima is ready.", False),
        ("Lima’s airport closed.", True),
        ("The Lima-based firm closed.", True),
        ("It snowed in Quito, and Lima said nothing.", False),
        ("It snowed in Quito and Lima.", None),
        ("Anger at Lima grew.", False),
        ("LIMA".title() + ", May 3 – Rain fell.", True),
    ],
)
def test_words_around_tell_towns_from_governments(text: str, town: bool | None) -> None:
    assert judged(text) is town


def test_acting_is_more_than_not_being_a_town() -> None:
    text = "Lima agreed. Figures from Lima grew."
    assert acts(text, 0, 4, (0, 12))
    start = text.rindex("Lima")
    assert not acts(text, start, start + 4, (13, len(text)))
