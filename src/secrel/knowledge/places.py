"""Names of populated places."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from secrel.domain import Span

FILE = Path(__file__).with_name("places.txt")
MOST_WORDS = 6
"""Words of the longest name; hyphens are words of their own."""
_APOSTROPHES = re.compile(r"[’'ʼ`´ʹʻ]")


def plain(name: str) -> str:
    """A name lower-cased, without diacritics and apostrophes, white space made single."""
    letters = unicodedata.normalize("NFKD", name)
    kept = "".join(character for character in letters if not unicodedata.combining(character))
    return " ".join(_APOSTROPHES.sub("", kept).casefold().split())


@lru_cache(maxsize=1)
def place_names() -> frozenset[str]:
    """The names, as :func:`plain` writes them."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@lru_cache(maxsize=1)
def _beginnings() -> frozenset[str]:
    """First words of the names, so that most words of a text need one look-up."""
    return frozenset(re.split(r"[ -]", name, maxsplit=1)[0] for name in place_names())


def find_places(text: str, words: Sequence[Span]) -> list[tuple[int, int]]:
    """Ranges of words that are the name of a populated place, from left to right, the longest at each place.

    Args:
        text: The text.
        words: Spans of its words; hyphens may be words of their own.

    Returns:
        Half-open ranges of indices into ``words``, which do not overlap. A name begins with a capital letter.
    """
    names, beginnings = place_names(), _beginnings()
    found: list[tuple[int, int]] = []
    word = 0
    while word < len(words):
        first = words[word].of(text)
        if not first[:1].isupper() or plain(first) not in beginnings:
            word += 1
            continue
        for end in range(min(len(words), word + MOST_WORDS), word, -1):
            if plain(text[words[word].start : words[end - 1].end]) in names:
                found.append((word, end))
                word = end
                break
        else:
            word += 1
    return found
