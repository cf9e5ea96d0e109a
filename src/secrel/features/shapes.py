"""Case and shape of words and subwords.

The default encoder reads lower-cased text; these features give back what that takes away.
"""

from __future__ import annotations

from secrel.domain import Span
from secrel.knowledge import find_places

CASES = ("none", "lower", "title", "upper", "mixed", "digit", "alphanumeric", "other")
"""Classes of :func:`case_of`; 0 is kept for special tokens and padding."""

WORD_FEATURES = (len(CASES), 2, 2, 2, 2, 3)
"""Number of values of each feature of :func:`word_features`: case, in brackets, in quotation marks, first word of
the sentence, preceded by white space, and in no name of a populated place, at its beginning or further on in it."""

N_SHAPES = len(WORD_FEATURES) - 1
"""Number of the features that come from the characters alone."""

_OPEN_QUOTES, _CLOSE_QUOTES = "“«", "”»"


def case_of(text: str) -> int:
    """Index into :data:`CASES` of the case of some characters."""
    letters = [character for character in text if character.isalpha()]
    has_digit = any(character.isdigit() for character in text)
    if not letters:
        return CASES.index("digit" if has_digit else "other")
    if has_digit:
        return CASES.index("alphanumeric")
    if all(character.islower() for character in letters):
        return CASES.index("lower")
    if len(letters) > 1 and all(character.isupper() for character in letters):
        return CASES.index("upper")
    if letters[0].isupper() and not any(character.isupper() for character in letters[1:]):
        return CASES.index("title")
    return CASES.index("mixed")


def word_features(text: str, words: tuple[Span, ...], *, gazetteer: bool = True) -> tuple[tuple[int, ...], ...]:
    """Feature values of every word, in the order of :data:`WORD_FEATURES`.

    Args:
        text: The text.
        words: Spans of its words.
        gazetteer: Whether to look names of places up; without, no word is in one, and the names are not even loaded.
    """
    rows: list[tuple[int, int, int, int, int]] = []
    depth, quoted, straight = 0, False, False
    for index, word in enumerate(words):
        token = word.of(text)
        if token in {")", "]"}:
            depth = max(0, depth - 1)
        if token in _CLOSE_QUOTES:
            quoted = False
        is_straight = token in {'"', "''", "``"}
        if is_straight and straight:
            straight = False
            is_straight = False
        spaced = index > 0 and words[index - 1].end < word.start
        rows.append((case_of(token), int(depth > 0), int(quoted or straight), int(index == 0), int(spaced)))
        if token in {"(", "["}:
            depth += 1
        if token in _OPEN_QUOTES:
            quoted = True
        if is_straight:
            straight = True
    places = [0] * len(words)
    for start, end in find_places(text, words) if gazetteer else ():
        places[start:end] = [1, *[2] * (end - start - 1)]
    return tuple((*row, place) for row, place in zip(rows, places, strict=True))
