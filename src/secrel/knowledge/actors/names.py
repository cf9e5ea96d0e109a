"""How names are compared: letters, spaces and spellings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_POSSESSIVE = re.compile(r"['’‘ʼ`´]s(?!\w)|(?<=s)['’](?!\w)")
_QUOTES = re.compile(r"[’‘'ʼ`´ʹʻ′“”\"«»]")
_INITIALS = re.compile(r"(?<=\b[A-Za-z]\.) (?=[A-Za-z]\.)")
_BREAKS = re.compile(r"[-‐‑‒–—/,()]+")
# Letters that do not part into a letter and a mark.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "ə": "a", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
    | {"Ø": "O", "Ł": "L", "Đ": "D", "Ə": "A", "Æ": "Ae", "Þ": "Th"}
)
# Systems of transliteration, brought to one: in this order.
_FOLDS = (
    (re.compile(r"dzh|zh|dj"), "j"),
    (re.compile(r"kh|gh"), "h"),
    (re.compile(r"q"), "k"),
    (re.compile(r"tz|ts"), "c"),
    (re.compile(r"ks"), "x"),
    (re.compile(r"w"), "v"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"ou"), "u"),
    (re.compile(r"(?<=[aeiou])y(?=[aeou])|j(?=$)"), "i"),
    (re.compile(r"\by(?=[aeou])"), ""),
    (re.compile(r"y"), "i"),
    (re.compile(r"i+(?=[aeou])"), ""),
    (re.compile(r"(?<=[aeou])i"), ""),
    (re.compile(r"iia?n\b|ian\b|ean\b"), "an"),
    (re.compile(r"([a-z])\1+"), r"\1"),
)
# One spelling for another in a place name, tried in turn where a name is not known as it stands.
_VARIANTS = tuple(
    pair
    for one, other in (
        ("kh", "h"), ("gh", "g"), ("q", "k"), ("dzh", "j"), ("zh", "j"), ("ts", "c"), ("y", "i"), ("iy", "y"),
        ("iya", "ia"), ("ye", "e"), ("yo", "o"), ("ou", "u"), ("w", "v"), ("oe", "o"), ("ai", "ay"), ("ei", "ey"),
        ("ii", "iy"), ("sh", "s"), ("ch", "c"), ("x", "ks"), ("j", "y"), ("u", "o"), ("e", "i"), ("iu", "yu"),
        ("hw", "w"), ("aw", "au"), ("ee", "i"), ("oo", "u"), ("th", "t"), ("ll", "l"), ("ss", "s"), ("nn", "n"),
    )
    for pair in ((one, other), (other, one))
)  # fmt: skip


def plain(name: str) -> str:
    """A name lower-cased, without diacritics, apostrophes, possessive endings, hyphens, commas and needless spaces."""
    if name.isascii() and name.replace(" ", "").isalnum():
        return " ".join(name.casefold().split())
    name = joined(name)
    if "'" in name or "’" in name or "‘" in name:
        name = _POSSESSIVE.sub("", name)
    if not name.isascii():
        letters = unicodedata.normalize("NFKD", name.translate(_LETTERS))
        name = "".join(character for character in letters if not unicodedata.combining(character))
    return " ".join(_BREAKS.sub(" ", _QUOTES.sub("", name)).casefold().split())


def joined(name: str) -> str:
    """A name with its initials written together: "U. N. Security Council" is that of the U.N."""
    return _INITIALS.sub("", name) if ". " in name else name


def folded(simple: str) -> str:
    """A :func:`plain` name in which the usual systems of transliteration agree: ``Rakhmonov`` is ``Rahmonov``."""
    for pattern, replacement in _FOLDS:
        simple = pattern.sub(replacement, simple)
    return simple


def spellings(simple: str) -> Iterator[str]:
    """Other spellings of a :func:`plain` name, each of which differs in one way, the likelier ones first."""
    for one, other in _VARIANTS:
        if one in simple:
            yield simple.replace(one, other)
