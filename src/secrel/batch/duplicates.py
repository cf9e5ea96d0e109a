"""Reprints: which article of an archive is nearly the text of an earlier one.

Texts are compared by the Jaccard similarity of their shingles, the sets of their runs of five words, header and case
aside (Broder, 1997). Comparing all pairs would take days; what is worth comparing is found by MinHash signatures cut
into bands (Leskovec, Rajaraman and Ullman, *Mining of Massive Datasets*, chapter 3): with 25 bands of 5 rows, two texts
of similarity 0.8 share a band with a probability of 0.99995, two of 0.3 with 0.06. Whatever shares a band is then
compared by its real shingles, so that what is marked is a reprint for sure; one at the very threshold is missed in
about one case in ten thousand.

Signatures are made where an article is read; the bands are matched in tables on disk, in constant memory, when all are
read.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from hashlib import blake2b
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING

from secrel.reading import body_start

if TYPE_CHECKING:
    import sqlite3

SHINGLE = 5
"""Words in a shingle."""
THRESHOLD = 0.8
"""Least Jaccard similarity of a reprint."""
BANDS, ROWS = 25, 5

_WORD = re.compile(r"\w+")
_BYTES = 4 * ROWS
# Four standard deviations of the estimate below the threshold: what is estimated lower is not compared in full.
_LEAST_ESTIMATE = THRESHOLD - 4 * (THRESHOLD * (1 - THRESHOLD) / (BANDS * ROWS)) ** 0.5
_CHUNK = 4096

_TABLES = """
DROP TABLE IF EXISTS temp.ordered;
DROP TABLE IF EXISTS temp.bands;
CREATE TEMP TABLE ordered (position INTEGER PRIMARY KEY, name TEXT NOT NULL, signature BLOB NOT NULL);
CREATE TEMP TABLE bands (
    digest INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (digest, position)
) WITHOUT ROWID;
"""
_ORDERED = """
INSERT INTO ordered (name, signature)
SELECT name, signature FROM exported JOIN articles USING (name) WHERE signature IS NOT NULL
ORDER BY published IS NULL, published, name
"""
# The bands that an article shares with an earlier one.
_SHARED = """
SELECT position, digest FROM bands AS later
WHERE EXISTS (SELECT 1 FROM bands WHERE digest = later.digest AND position < later.position)
ORDER BY position
"""


def shingles(text: str) -> set[str]:
    """The runs of five words of an article, without its header and in folded case.

    A text of fewer words is one shingle; a text without words has none.
    """
    words = _WORD.findall(text[body_start(text) :].casefold())
    if not words:
        return set()
    return {" ".join(words[start : start + SHINGLE]) for start in range(max(1, len(words) - SHINGLE + 1))}


def similarity(one: set[str], other: set[str]) -> float:
    """Jaccard similarity in [0, 1] of two sets of shingles; 0 where either is empty."""
    if not one or not other:
        return 0.0
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)


def signature(text: str) -> bytes | None:
    """The MinHash signature of a text: 125 unsigned integers of 32 bits, little-endian; ``None`` without a word.

    Signatures are stored: a change of what they are is a change of :data:`secrel.batch.store.FORMAT_VERSION`.
    """
    # Seven tenths of a second, which those who extract one article do not wait for.
    from datasketch import MinHash

    items = iter(shingles(text))
    sketch = MinHash(num_perm=BANDS * ROWS, seed=1, scheme="affine32")
    some = False
    while chunk := [item.encode() for item in islice(items, _CHUNK)]:
        some = True
        # The whole of a long text at once would take a matrix of shingles by permutations.
        sketch.update_batch(chunk)
    return sketch.hashvalues.astype("<u4").tobytes() if some else None


def find_duplicates(connection: sqlite3.Connection, text_of: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """Pairs of a reprint and what it reprints: the earliest article that it is nearly the text of.

    *Earliest* is by date, then by name; an article of which only the year is known comes behind the dated ones of that
    year, and one without a year behind all. What is found depends neither on the order in which articles were read nor
    on chance.

    Args:
        connection: A store with the tables ``articles`` (name, published, signature, ...) and ``exported`` (name, ...).
        text_of: The text of the article of a name.

    Yields:
        The names of the reprint and of the earlier article, in the order of the dates of reprints.
    """
    connection.executescript(_TABLES)
    connection.execute("BEGIN")
    connection.execute(_ORDERED)
    rows = connection.execute("SELECT position, signature FROM ordered")
    connection.executemany(
        "INSERT OR IGNORE INTO bands (digest, position) VALUES (?, ?)",
        ((digest, position) for position, sketch in rows for digest in _digests(sketch)),
    )
    connection.execute("COMMIT")
    index = _Index(connection, text_of)
    for position, group in groupby(connection.execute(_SHARED), key=itemgetter(0)):
        original = index.original(position, [digest for _, digest in group])
        if original is not None:
            yield index.name(position), index.name(original)


def _digests(sketch: bytes) -> Iterator[int]:
    for band in range(BANDS):
        piece = sketch[band * _BYTES : (band + 1) * _BYTES]
        yield int.from_bytes(blake2b(piece, digest_size=8, salt=bytes([band])).digest(), "big", signed=True)


class _Index:
    def __init__(self, connection: sqlite3.Connection, text_of: Callable[[str], str]) -> None:
        self._connection = connection
        self._text_of = text_of
        # One original is compared with all of its copies, one after the other.
        self._signature = lru_cache(4096)(self._read_signature)
        self._shingles = lru_cache(16)(self._read_shingles)

    def name(self, position: int) -> str:
        row = self._connection.execute("SELECT name FROM ordered WHERE position = ?", (position,)).fetchone()
        return str(row[0])

    def original(self, position: int, digests: list[int]) -> int | None:
        earlier = [
            self._connection.execute(
                "SELECT position FROM bands WHERE digest = ? AND position < ? ORDER BY position", (digest, position)
            )
            for digest in digests
        ]
        for candidate, _ in groupby(row[0] for row in heapq.merge(*earlier)):
            if self._are_near(int(candidate), position):
                return int(candidate)
        return None

    def _are_near(self, one: int, other: int) -> bool:
        pairs = zip(self._signature(one), self._signature(other), strict=True)
        if sum(a == b for a, b in pairs) < _LEAST_ESTIMATE * BANDS * ROWS:
            return False
        return similarity(self._shingles(one), self._shingles(other)) >= THRESHOLD

    def _read_signature(self, position: int) -> memoryview:
        row = self._connection.execute("SELECT signature FROM ordered WHERE position = ?", (position,)).fetchone()
        return memoryview(row[0]).cast("I")

    def _read_shingles(self, position: int) -> set[str]:
        return shingles(self._text_of(self.name(position)))
