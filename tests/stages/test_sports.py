from __future__ import annotations

import pytest

from secrel.stages.sports import is_of_sports


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("She hit the post in the second half.", True),
        ("The striker went home.", True),
        ("The players left the stadium after the match.", True),
        ("The party won the match of words.", False),
        ("The coach of the regiment broke down.", False),
        ("The general lost the game.", False),
        ("", False),
    ],
)
def test_sentences_on_sports(sentence: str, expected: bool) -> None:
    assert is_of_sports(sentence) is expected
