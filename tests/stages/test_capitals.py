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
        ("Musicians from Lima agreed.", True),
        ("It happened in the capital, Lima, on Friday.", True),
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
        # Names of bodies are written in capitals.
        ("Lima Mayor Rojas spoke.", True),
        ("The Lima City Council met.", True),
        # What a government has, and what a town has.
        ("On Lima’s terms they met.", False),
        ("They left at Lima’s request.", False),
        ("It drifted into Lima’s orbit.", False),
        ("Lima’s talks with Quito failed.", False),
        ("They met in Lima’s northern suburbs.", True),
        ("They met in Lima’s Kennedy Park.", True),
        ("They met in Lima’s Miraflores.", True),
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


def test_capitals_at_the_head_of_news_are_where_it_comes_from() -> None:
    text = "LIMA Builders opened a bridge."
    assert is_town(text, 0, 4, (0, len(text)))
    text = "LIMA AND QUITO AGREE"
    assert not is_town(text, 0, 4, (0, len(text)))
