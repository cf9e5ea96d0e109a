"""The store of a run folder: one SQLite file that holds what was read, whatever happens to the process.

Rows are written in transactions that are on disk when they are done (write-ahead log, ``synchronous = FULL``), so
that a process that is killed, or a machine that goes down, loses at most the articles of the last two seconds; they are
read again by the next run. The file is locked as long as it is open: there is one run at a time.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from secrel.batch.duplicates import MATCHES, find_duplicates
from secrel.batch.inputs import Source
from secrel.batch.readers import ReadOptions
from secrel.batch.tasks import Row, Task, unpack
from secrel.domain import Document
from secrel.errors import InputError, OutputError

if TYPE_CHECKING:
    from typing_extensions import Self

STORE = "run.sqlite"
"""Name of the store in a run folder."""
FORMAT_VERSION = 2
"""Version of the tables and signatures; a store of version 1 gets the table that it lacks, of another it is refused."""

_APPLICATION = 0x5EC4E1
_SECONDS_BETWEEN_COMMITS = 1.0
_PAGE = 500
_TABLES = f"""
BEGIN IMMEDIATE;
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {FORMAT_VERSION};
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    name TEXT PRIMARY KEY NOT NULL,   -- path relative to the archive
    status TEXT NOT NULL CHECK (status IN ('done', 'failed')),
    sha256 TEXT,                      -- of the content; NULL if it could not be read
    model TEXT NOT NULL,              -- fingerprint of the model that it was read with
    reason TEXT,                      -- why it failed
    id TEXT,
    published TEXT,
    signature BLOB,
    document BLOB                     -- kept when the file can no longer be read, until it can
);
-- Articles that have a file of their own among the results, by format.
CREATE TABLE files (format TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (format, name)) WITHOUT ROWID;
{MATCHES}
COMMIT;
"""
_FROM_VERSION_1 = f"BEGIN IMMEDIATE; PRAGMA user_version = {FORMAT_VERSION}; {MATCHES} COMMIT;"
# What this run was given, not part of the file.
_GIVEN = "CREATE TEMP TABLE given (name TEXT PRIMARY KEY NOT NULL, path TEXT) WITHOUT ROWID"
_PUT = """
INSERT INTO articles (name, status, sha256, model, reason, id, published, signature, document)
VALUES (:name, :status, :sha256, :model, :reason, :id, :published, :signature, :document)
ON CONFLICT (name) DO UPDATE SET status = excluded.status, sha256 = excluded.sha256, model = excluded.model,
    reason = excluded.reason, id = excluded.id, published = excluded.published, signature = excluded.signature,
    document = excluded.document
"""
# A result is kept for the time when the file can be read again.
_PUT_UNREADABLE = """
INSERT INTO articles (name, status, model, reason) VALUES (:name, 'failed', :model, :reason)
ON CONFLICT (name) DO UPDATE SET status = 'failed', reason = excluded.reason,
    sha256 = CASE WHEN document IS NOT NULL THEN sha256 END
"""
_READABLE_AGAIN = """
UPDATE articles SET status = 'done', reason = NULL WHERE name = ? AND status = 'failed' AND document IS NOT NULL
"""
# Content that has a result, or that failed and is not to be tried again, needs no reading unless the model is another.
_PENDING = """
SELECT given.name, given.path,
    CASE WHEN articles.model = :model AND (articles.document IS NOT NULL OR NOT :retry) THEN articles.sha256 END,
    :retry AND articles.status IS 'failed'
FROM given LEFT JOIN articles USING (name) WHERE given.name > :after ORDER BY given.name LIMIT :page
"""
# An identifier that is also that of another article, or its name, is replaced by the name, which nothing shares.
_EXPORTED = """
DROP TABLE IF EXISTS temp.exported;
CREATE TEMP TABLE exported (name TEXT PRIMARY KEY NOT NULL, id TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO exported SELECT name, id FROM given JOIN articles USING (name) WHERE status = 'done' ORDER BY name;
CREATE INDEX temp.exported_id ON exported (id);
UPDATE exported SET id = name WHERE id IN (
    SELECT id FROM exported GROUP BY id HAVING COUNT(*) > 1
    UNION SELECT one.id FROM exported AS one JOIN exported AS other ON one.id = other.name AND one.name != other.name
);
"""
_GONE = "format = ? AND name NOT IN (SELECT name FROM exported)"
_STORED = """
SELECT exported.name, exported.id, given.path, original.id, articles.document
FROM exported JOIN given USING (name) JOIN articles USING (name)
LEFT JOIN matches ON matches.name = exported.name LEFT JOIN exported AS original ON original.name = matches.original
ORDER BY exported.name
"""


@dataclass(frozen=True, slots=True)
class Failure:
    """An article that failed.

    Attributes:
        name: Its name in the run, or ``None`` for a path that leads to no article.
        source: Its path.
        reason: What was found and what was expected.
    """

    name: str | None
    source: str
    reason: str

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Stored:
    """An article that is done.

    Attributes:
        name: Its name in the run.
        id: Its identifier among the results.
        source: Its path.
        original: The identifier of the article that it reprints, or ``None``.
        packed: Its document, packed.
    """

    name: str
    id: str
    source: str | None
    original: str | None
    packed: bytes

    def document(self) -> Document:
        """The document, as it is written to results.

        Raises:
            AnnotationError: If the stored document is damaged.
        """
        document = unpack(self.packed)
        meta = replace(document.metadata, source=self.source, duplicate_of=self.original)
        return document.replace(id=self.id, metadata=meta)


class Store:
    """The articles of a run folder; used as a context manager.

    Args:
        folder: The run folder; made where it is missing.

    Raises:
        OutputError: If the folder cannot be written to, another run has it open, or its store is of another version.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / STORE
        if folder.exists() and not folder.is_dir():
            raise OutputError(folder, found="a file", expected="a folder")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            found = str(error.strerror or error)
            raise OutputError(folder, found=found, expected="a place that can be written to") from error
        with self.explained():
            # Transactions are begun by hand; a second run is refused rather than waited for.
            self.connection = sqlite3.connect(self.path, isolation_level=None, timeout=1.0)
        try:
            with self.explained():
                self._open()
        except BaseException:
            self.connection.close()
            raise
        self._committed = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        try:
            self.commit()
        finally:
            self.connection.close()

    def _open(self) -> None:
        execute = self.connection.execute
        execute("PRAGMA locking_mode = EXCLUSIVE")
        version = execute("PRAGMA user_version").fetchone()[0]
        application = execute("PRAGMA application_id").fetchone()[0]
        fresh = not execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]
        if not fresh and (application != _APPLICATION or version not in {1, FORMAT_VERSION}):
            found = f"a store of format {version}" if application == _APPLICATION else "a database of something else"
            expected = f"format {FORMAT_VERSION}; name another folder, or use the version of secrel that made it"
            raise OutputError(self.path, found=found, expected=expected)
        execute("PRAGMA journal_mode = WAL")
        execute("PRAGMA synchronous = FULL")
        # Each takes the lock that keeps other runs out.
        opening = _TABLES if fresh else _FROM_VERSION_1 if version == 1 else "BEGIN IMMEDIATE; COMMIT;"
        self.connection.executescript(opening)
        execute(_GIVEN)

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turns what SQLite raises (a full disk, a damaged file, another run) into an :class:`OutputError`."""
        try:
            yield
        except sqlite3.Error as error:
            if "locked" in str(error):
                found, expected = "another run that has it open", "one run at a time in a folder"
            elif "full" in str(error):
                found = f"{error}, this one or that of temporary tables"
                expected = "room on both; temporary tables lie in the folder that SQLITE_TMPDIR or TMPDIR names"
            else:
                found, expected = str(error), "a store of secrel, in a place that can be written to"
            raise OutputError(self.path, found=found, expected=expected) from error

    # What is asked for

    def settle(self, options: dict[str, Any], *, may_differ: Iterable[str] = ()) -> dict[str, Any]:
        """Keeps the options of the first run, and refuses others once an article has a result that they would mix with.

        Until then what failed by the earlier options is forgotten, to be read by the new ones.

        Args:
            options: The options, as plain data.
            may_differ: Those that may be others this time.

        Returns:
            The options that hold for this run folder.

        Raises:
            OutputError: If another option differs.
        """
        row = self.connection.execute("SELECT value FROM settings WHERE key = 'options'").fetchone()
        before: dict[str, Any] = {} if row is None else json.loads(row[0])
        if before != options and not self._count("articles WHERE document IS NOT NULL"):
            self._begin()
            self.connection.execute("DELETE FROM articles")
            self.connection.execute("INSERT OR REPLACE INTO settings VALUES ('options', ?)", (json.dumps(options),))
            self.commit()
            return options
        for name, value in options.items():
            if name not in may_differ and before.get(name) != value:
                raise OutputError(
                    self.path,
                    found=f"results of {_option(name, before.get(name))}",
                    expected=f"{_option(name, value)}, as is asked for now: name another folder or the same options"
                    " (those of reading may be others with --retry-failed, for the failed articles)",
                )
        return before

    def give(self, sources: Iterable[Source]) -> int:
        """Takes down what this run is to read.

        Returns:
            How many articles there are.

        Raises:
            InputError: If two have the same name.
        """
        self._begin()
        n = 0
        for source in sources:
            path = None if source.path is None else str(source.path)
            name = source.name.as_posix()
            try:
                self.connection.execute("INSERT INTO given VALUES (?, ?)", (name, path))
            except sqlite3.IntegrityError as error:
                raise InputError(
                    path or "standard input",
                    found=f"a second article of the name {name}",
                    expected="names that differ; give one folder that holds them all",
                ) from error
            n += 1
        self.commit()
        return n

    def pending(self, model: str, *, retry: ReadOptions | None = None) -> Iterator[Task]:
        """The articles of this run in the order of their names, each with the hash that needs no reading again.

        Args:
            model: Fingerprint of the model.
            retry: How failed articles are read again, if they are.
        """
        after, last = "", False
        while not last:
            # Page by page: an open query would keep the write-ahead log growing to the size of the whole store.
            values = {"model": model, "retry": retry is not None, "after": after, "page": _PAGE}
            rows = self.connection.execute(_PENDING, values).fetchall()
            last = len(rows) < _PAGE
            for name, path, known, again in rows:
                after = name
                yield Task(name, path, known=known, options=retry if again else None)

    def count_of_other_models(self, model: str) -> int:
        """How many articles of this run have a result of another model."""
        return self._count("given JOIN articles USING (name) WHERE model != ? AND document IS NOT NULL", model)

    # What becomes of it

    def put(self, row: Row, model: str) -> None:
        """Keeps what became of an article."""
        with self.explained():
            self._begin()
            values = {field.name: getattr(row, field.name) for field in fields(row)} | {"model": model}
            if row.status == "unchanged":
                self.connection.execute(_READABLE_AGAIN, (row.name,))
            elif row.sha256 is None:
                self.connection.execute(_PUT_UNREADABLE, values)
            else:
                self.connection.execute(_PUT, values)
                self.connection.execute("DELETE FROM matches WHERE name = ?", (row.name,))
            self._commit_if_due()

    def commit(self) -> None:
        """Writes all that was put to disk."""
        with self.explained():
            if self.connection.in_transaction:
                self.connection.execute("COMMIT")
        self._committed = time.monotonic()

    def _commit_if_due(self) -> None:
        if time.monotonic() - self._committed >= _SECONDS_BETWEEN_COMMITS:
            self.commit()

    def _begin(self) -> None:
        if not self.connection.in_transaction:
            self.connection.execute("BEGIN")

    # What is exported

    def mark_reprints(self, on_done: Callable[[int, int], None] | None = None) -> int:
        """Settles which articles are exported, by which identifiers, and which of them are reprints.

        Args:
            on_done: Given the numbers of articles that no earlier run has compared: those that are done, and all.

        Returns:
            How many are reprints.
        """
        self.connection.executescript(_EXPORTED)
        for numbers in find_duplicates(self.connection, self._text):
            self._commit_if_due()
            if on_done is not None:
                on_done(*numbers)
        self.commit()
        return self._count("matches WHERE original IS NOT NULL")

    def stored(self) -> Iterator[Stored]:
        """The articles of this run that are done, in the order of their names, after :meth:`mark_reprints`."""
        for row in self.connection.execute(_STORED):
            yield Stored(*row)

    def failures(self) -> Iterator[Failure]:
        """The articles of this run that failed, in the order of their names."""
        query = "SELECT name, path, reason FROM given JOIN articles USING (name) WHERE status = 'failed' ORDER BY name"
        for name, path, reason in self.connection.execute(query):
            yield Failure(name, path or "standard input", reason)

    def count(self, status: str) -> int:
        """How many articles of this run are done, or failed."""
        return self._count("given JOIN articles USING (name) WHERE status = ?", status)

    def count_of_others(self) -> int:
        """How many articles with a result this run was not given."""
        return self._count("articles WHERE document IS NOT NULL AND name NOT IN (SELECT name FROM given)")

    def stale_files(self, form: str) -> list[PurePath]:
        """Takes down which articles get a file of their own in a format; those that had one and get none now."""
        self._begin()
        names = [PurePath(row[0]) for row in self.connection.execute(f"SELECT name FROM files WHERE {_GONE}", (form,))]
        self.connection.execute("INSERT OR IGNORE INTO files SELECT ?, name FROM exported", (form,))
        self.commit()
        return names

    def forget_files(self, form: str) -> None:
        """Takes down that the stale files of a format are removed."""
        self._begin()
        self.connection.execute(f"DELETE FROM files WHERE {_GONE}", (form,))
        self.commit()

    def _text(self, name: str) -> str:
        row = self.connection.execute("SELECT document FROM articles WHERE name = ?", (name,)).fetchone()
        return unpack(row[0]).text

    def _count(self, what: str, *values: str) -> int:
        return int(self.connection.execute(f"SELECT COUNT(*) FROM {what}", values).fetchone()[0])


def _option(name: str, value: object) -> str:
    option = f"--{name.replace('_', '-')}"
    if value is None or value is False:
        return f"no {option}"
    return option if value is True else f"{option} {value}"
