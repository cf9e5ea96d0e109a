"""Reprints: which article of an archive is nearly the text of an earlier one.

Texts are compared by the Jaccard similarity of their shingles, the sets of their runs of five words, header and case
aside (Broder, 1997). Comparing all pairs would take days; what is worth comparing is found by MinHash signatures cut
into bands (Leskovec, Rajaraman and Ullman, *Mining of Massive Datasets*, chapter 3): with 25 bands of 5 rows, two texts
of similarity 0.8 share a band with a probability of 0.99995, two of 0.3 with 0.06. Whatever shares a band is then
compared by its real shingles, so that what is marked is a reprint for sure; one at the very threshold is missed in
about one case in ten thousand.

Signatures are made where an article is read; the bands are matched in tables on disk, in constant memory, when all are
read. What was matched is kept: later runs compare new articles only, with those before and behind them.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from hashlib import blake2b
from itertools import chain, groupby, islice, repeat
from typing import TYPE_CHECKING

from secrel.reading import body_start

if TYPE_CHECKING:
    import sqlite3

    import numpy
    from numpy.typing import NDArray

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

MATCHES = """
CREATE TABLE matches (
    name TEXT PRIMARY KEY NOT NULL,  -- an article that was compared with all others that stand here
    original TEXT                    -- the earliest of them that it is nearly the text of
) WITHOUT ROWID;
"""
"""The table in a store that keeps what was matched. Whoever puts another text into a store deletes its row."""

# An article whose original is gone, or is another text, is compared anew. What this run does not export is gone.
_FORGET = (
    "DELETE FROM matches WHERE name NOT IN (SELECT name FROM exported)",
    "DELETE FROM matches WHERE original IS NOT NULL AND original NOT IN (SELECT name FROM matches)",
)
_COUNT_NEW = """
SELECT COUNT(*) FROM exported JOIN articles USING (name)
WHERE signature IS NOT NULL AND name NOT IN (SELECT name FROM matches)
"""
_TABLES = """
DROP TABLE IF EXISTS temp.ordered;
DROP TABLE IF EXISTS temp.bands;
DROP TABLE IF EXISTS temp.hashed;
CREATE TEMP TABLE ordered (
    position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, new INTEGER NOT NULL, original INTEGER,
    signature BLOB NOT NULL
);
-- Of the articles that are matched by now.
CREATE TEMP TABLE bands (
    digest INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (digest, position)
) WITHOUT ROWID;
-- The shingles of articles that share a band with another.
CREATE TEMP TABLE hashed (position INTEGER PRIMARY KEY, shingles BLOB NOT NULL);
"""
_ORDERED = """
INSERT INTO ordered (name, new, signature)
SELECT name, matches.name IS NULL, signature
FROM exported JOIN articles USING (name) LEFT JOIN matches USING (name) WHERE signature IS NOT NULL
ORDER BY published IS NULL, published, name
"""
_ORIGINALS = """
UPDATE ordered SET original = (
    SELECT earlier.position FROM matches JOIN ordered AS earlier ON earlier.name = matches.original
    WHERE matches.name = ordered.name
) WHERE NOT new
"""
_ANY = f"({', '.join('?' * BANDS)})"
# Articles behind a new one that have no original before it.
_LATER = f"""
SELECT DISTINCT position FROM bands JOIN ordered USING (position)
WHERE digest IN {_ANY} AND position > ? AND (original IS NULL OR original > ?)
"""
_CHUNKS = (1, 4, 16, 64)
_MASK = (1 << 20) - 1


def shingles(text: str) -> set[str]:
    """The runs of five words of an article, without its header and in folded case.

    A text of fewer words is one shingle; a text without words has none.
    """
    words = _WORD.findall(text[body_start(text) :].casefold())
    if not words:
        return set()
    return {" ".join(words[start : start + SHINGLE]) for start in range(max(1, len(words) - SHINGLE + 1))}


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


def find_duplicates(connection: sqlite3.Connection, text_of: Callable[[str], str]) -> Iterator[tuple[int, int]]:
    """Finds reprints and what they reprint, each the earliest article that it is nearly the text of.

    *Earliest* is by date, then by name; an article of which only the year is known comes behind the dated ones of that
    year, and one without a year behind all. What is found depends neither on the order in which articles were read, nor
    on what earlier runs had compared, nor on chance. It stands in the table ``matches``.

    Args:
        connection: A store with the tables ``articles`` (name, published, signature, ...), ``exported`` (name, ...) and
            ``matches``. Whenever a pair of numbers is given, it may be committed: what is matched by then need not be
            matched again.
        text_of: The text of the article of a name.

    Yields:
        How many new articles are compared by now, and how many new articles there are.
    """
    _begin(connection)
    for statement in _FORGET:
        connection.execute(statement)
    n_new = int(connection.execute(_COUNT_NEW).fetchone()[0])
    yield 0, n_new
    if not n_new:
        return
    connection.executescript(_TABLES)
    _begin(connection)
    connection.execute(_ORDERED)
    connection.execute(_ORIGINALS)
    index = _Index(connection, text_of)
    for position, sketch in connection.execute("SELECT position, signature FROM ordered WHERE NOT new"):
        index.add(position, list(_digests(sketch)))
    new = connection.execute("SELECT position, name, signature FROM ordered WHERE new ORDER BY position")
    for n_done, (position, name, sketch) in enumerate(new, 1):
        _begin(connection)
        index.match(position, name, list(_digests(sketch)))
        yield n_done, n_new


def _begin(connection: sqlite3.Connection) -> None:
    if not connection.in_transaction:
        connection.execute("BEGIN")


def _digests(sketch: bytes) -> Iterator[int]:
    for band in range(BANDS):
        piece = sketch[band * _BYTES : (band + 1) * _BYTES]
        yield int.from_bytes(blake2b(piece, digest_size=8, salt=bytes([band])).digest(), "big", signed=True)


class _Index:
    """The articles that are matched by now, by their bands."""

    def __init__(self, connection: sqlite3.Connection, text_of: Callable[[str], str]) -> None:
        import numpy

        self._numpy = numpy
        self._execute = connection.execute
        self._many = connection.executemany
        self._text_of = text_of
        # One original is compared with all of its copies, one after the other.
        self._signature = lru_cache(4096)(self._read_signature)
        self._shingles = lru_cache(256)(self._read_shingles)
        self._mask = numpy.zeros(_MASK + 1, dtype=bool)

    def add(self, position: int, digests: list[int]) -> None:
        """Makes an article known."""
        # Two bands of one digest would be a miracle, but no reason to stop.
        self._many("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(digest, position) for digest in digests])

    def match(self, position: int, name: str, digests: list[int]) -> None:
        """Compares a new article with those before it and those behind it, and makes it known.

        All that are new and stand before it are matched already.
        """
        original = None
        if self._execute(f"SELECT 1 FROM bands WHERE digest IN {_ANY} LIMIT 1", digests).fetchone():
            original = next(self._near(position, self._earlier(position, digests)), None)
            later = [row[0] for row in self._execute(_LATER, (*digests, position, position))]
            for reprint in self._near(position, iter(later)):
                self._execute("UPDATE ordered SET original = ? WHERE position = ?", (position, reprint))
                self._execute("UPDATE matches SET original = ? WHERE name = ?", (name, self._name(reprint)))
        by_name = None if original is None else self._name(original)
        self._execute("INSERT INTO matches VALUES (?, ?)", (name, by_name))
        self.add(position, digests)

    def _earlier(self, position: int, digests: list[int]) -> Iterator[int]:
        # One after the other: of many copies the first is the one.
        bands = [
            self._execute(
                "SELECT position FROM bands WHERE digest = ? AND position < ? ORDER BY position", (digest, position)
            )
            for digest in digests
        ]
        for candidate, _ in groupby(row[0] for row in heapq.merge(*bands)):
            yield int(candidate)

    def _near(self, position: int, candidates: Iterator[int]) -> Iterator[int]:
        """Those of some articles that are near one, in their order."""
        sizes = chain(_CHUNKS, repeat(_CHUNKS[-1]))
        while chunk := list(islice(candidates, next(sizes))):
            sketches = self._numpy.stack([self._signature(candidate) for candidate in chunk])
            n_equal = (sketches == self._signature(position)).sum(axis=1)
            likely = [one for one, n in zip(chunk, n_equal, strict=True) if n >= _LEAST_ESTIMATE * BANDS * ROWS]
            if likely:
                yield from self._compared(position, likely)

    def _compared(self, position: int, candidates: list[int]) -> Iterator[int]:
        one = self._shingles(position)
        others = [self._shingles(candidate) for candidate in candidates]
        # At most so many shingles are shared: as many fall on places of the mask that are taken.
        places = one & _MASK
        self._mask[places] = True
        starts = self._numpy.cumsum([0, *(len(other) for other in others[:-1])])
        most = self._numpy.add.reduceat(self._mask[self._numpy.concatenate(others) & _MASK], starts, dtype=int)
        self._mask[places] = False
        for candidate, other, n in zip(candidates, others, most, strict=True):
            if _similarity(n, len(one), len(other)) >= THRESHOLD:
                shared = len(self._numpy.intersect1d(one, other, assume_unique=True))
                if _similarity(shared, len(one), len(other)) >= THRESHOLD:
                    yield candidate

    def _name(self, position: int) -> str:
        return str(self._execute("SELECT name FROM ordered WHERE position = ?", (position,)).fetchone()[0])

    def _read_signature(self, position: int) -> NDArray[numpy.uint32]:
        row = self._execute("SELECT signature FROM ordered WHERE position = ?", (position,)).fetchone()
        return self._numpy.frombuffer(row[0], "<u4")

    def _read_shingles(self, position: int) -> NDArray[numpy.int64]:
        row = self._execute("SELECT shingles FROM hashed WHERE position = ?", (position,)).fetchone()
        if row is None:
            # Of 64 bits: that two of a pair of articles are the same by chance does not happen.
            digests = (blake2b(item.encode(), digest_size=8) for item in shingles(self._text_of(self._name(position))))
            row = (b"".join({digest.digest() for digest in digests}),)
            self._execute("INSERT INTO hashed VALUES (?, ?)", (position, *row))
        return self._numpy.frombuffer(row[0], "<i8")


def _similarity(n_shared: int, n_one: int, n_other: int) -> float:
    """Jaccard similarity in [0, 1] of two sets of so many elements."""
    return n_shared / (n_one + n_other - n_shared)
