"""Everything of many documents as one DuckDB file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import resources
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from secrel.domain import Actor, Document, LabelScheme, Record
from secrel.errors import OutputError
from secrel.knowledge.actors.code_names import name_of
from secrel.output.atomic import written_aside
from secrel.output.columns import checked_integer, parse_day
from secrel.output.tally import POLARITIES, RELATIONS, party_of, symmetric_labels

if TYPE_CHECKING:
    import duckdb
    from typing_extensions import Self

ARTICLES_HELD = 256
"""Articles that are held before they are written."""
TABLES = ("articles", "actors", "entities", "relations", "stances", "citations")


def schema() -> str:
    """The SQL that makes the tables and views."""
    return (resources.files("secrel.output") / "schema.sql").read_text(encoding="utf-8")


class DuckDbSink:
    """Tables ``articles``, ``actors``, ``entities``, ``relations``, ``stances`` and ``citations`` in one file.

    The views ``dyads`` and ``dyads_by_month`` count who does what to whom by the rules of :mod:`secrel.output.tally`,
    ``country_dyads`` and ``country_dyads_by_month`` by countries and organisations.
    Memory holds :data:`ARTICLES_HELD` articles, every actor once, and what DuckDB takes. The content depends on the
    articles and their order only; the bytes of the file do not, since DuckDB gives every file an identifier of its own.

    While it grows the file is called ``NAME.part``.

    Args:
        path: The file.
        scheme: The label scheme, which says what relations are symmetric; the packaged one if not given.
        empty: As for :class:`secrel.output.JsonlSink`.
    """

    def __init__(self, path: Path, scheme: LabelScheme | None = None, *, empty: bool = False) -> None:
        self.path = path
        self.scheme = scheme
        self.empty = empty
        self._stack = ExitStack()
        self._rows: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
        self._actors: set[str] = set()
        self._labels = _labels(scheme)
        self._n_written = 0
        self._connection: duckdb.DuckDBPyConnection

    def __enter__(self) -> Self:
        import duckdb

        part = self._stack.enter_context(written_aside(self.path, keep=lambda: self.empty or self._n_written > 0))
        with self._explained():
            self._connection = self._stack.enter_context(duckdb.connect(str(part)))
            self._connection.execute(schema())
        self._stack.callback(self._close)
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.__exit__(*exception)  # type: ignore[arg-type]

    def write(self, document: Document, name: PurePath) -> None:
        """Writes a document.

        Raises:
            OutputError: If a date is no ISO 8601 date, a number needs more than 32 bits, or the file cannot be written.
        """
        document = document.with_ids()
        number = self._n_written + 1
        # All rows of the document before any is kept: one with a bad date leaves nothing behind.
        rows = {
            "articles": [_article(document, name)],
            "actors": list(self._new_actors(document)),
            "entities": _entities(document),
            **_statements(document),
            "citations": _citations(document),
        }
        for table, found in rows.items():
            self._rows[table] += found if table == "actors" else [{"article": number, **row} for row in found]
        self._actors.update(row["code"] for row in rows["actors"])
        for relation in document.relations:
            self._labels.setdefault(("relation", relation.label), False)
        for stance in document.stances:
            self._labels.setdefault(("stance", stance.polarity), False)
        self._n_written = number
        if number % ARTICLES_HELD == 0:
            self._flush()

    def _new_actors(self, document: Document) -> list[dict[str, Any]]:
        actors: dict[str, Actor] = {}
        for entity in document.entities:
            if entity.actor is not None and entity.actor.code not in self._actors:
                actors.setdefault(entity.actor.code, entity.actor)
        return [
            {
                "code": actor.code,
                "country": actor.country,
                "role": actor.role,
                "party": party_of(actor.code, actor.country),
                # Not the actor's own, which is what one mention is called.
                "name": name_of(actor.code),
            }
            for actor in actors.values()
        ]

    @contextmanager
    def _explained(self) -> Iterator[None]:
        import duckdb

        try:
            yield
        except duckdb.Error as error:
            found = str(error).partition("\n")[0]
            raise OutputError(self.path, found=found, expected="a place that can be written to") from error

    def _flush(self) -> None:
        with self._explained():
            for table, rows in self._rows.items():
                _insert(self._connection, table, rows)
                rows.clear()

    def _close(self) -> None:
        self._flush()
        rows = [{"kind": kind, "label": label, "is_symmetric": s} for (kind, label), s in self._labels.items()]
        with self._explained():
            _insert(self._connection, "labels", rows)
            # Closing would do it, but say nothing of what goes wrong.
            self._connection.execute("CHECKPOINT")


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    import pyarrow

    if rows:
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        connection.register("batch", pyarrow.table(columns))
        connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM batch")
        connection.unregister("batch")


def _labels(scheme: LabelScheme | None) -> dict[tuple[str, str], bool]:
    symmetric = symmetric_labels(scheme)
    relations = scheme.relation_labels if scheme else RELATIONS
    polarities = scheme.polarities if scheme else POLARITIES
    return {("relation", label): label in symmetric for label in relations} | {
        ("stance", polarity): False for polarity in polarities
    }


def _article(document: Document, name: PurePath) -> dict[str, Any]:
    meta = document.metadata
    return {
        "id": document.id,
        "file": name.as_posix(),
        "publication": meta.publication,
        "volume": checked_integer(meta.volume, where=f"article {document.id}, volume"),
        "issue": checked_integer(meta.issue, where=f"article {document.id}, issue"),
        "date": parse_day(meta.date, where=f"article {document.id}, date"),
        "year": checked_integer(meta.year, where=f"article {document.id}, year"),
        "title": meta.title,
        "author": meta.author,
        "source": meta.source,
        "duplicate_of": meta.duplicate_of,
        "model": str(document.model) if document.model else None,
    }


def _entities(document: Document) -> list[dict[str, Any]]:
    where = f"article {document.id}, date of an entity"
    return [
        {
            "entity": e.id,
            "label": e.label,
            "text": e.text,
            "start_offset": e.start,
            "end_offset": e.end,
            "sentence": document.sentence_index(e.span),
            "score": e.score,
            "actor": e.actor.code if e.actor else None,
            "date_start": parse_day(e.date.start, where=where) if e.date else None,
            "date_end": parse_day(e.date.end, where=where) if e.date else None,
            "granularity": e.date.granularity if e.date else None,
        }
        for e in document.entities
    ]


def _statements(document: Document) -> dict[str, list[dict[str, Any]]]:
    # Records come in the order of the relations, then of the stances.
    records = document.to_records()
    n = len(document.relations)
    return {
        "relations": [
            {
                "relation": r.id,
                "label": r.label,
                "status": r.status,
                "head": r.head.id,
                "tail": r.tail.id,
                "head_actor": record.head_actor,
                "tail_actor": record.tail_actor,
                "status_score": r.status_score,
                **_shared(record),
            }
            for r, record in zip(document.relations, records[:n], strict=True)
        ],
        "stances": [
            {
                "stance": s.id,
                "polarity": s.polarity,
                "holder": s.holder.id,
                "target": s.target.id,
                "holder_actor": record.head_actor,
                "target_actor": record.tail_actor,
                **_shared(record),
            }
            for s, record in zip(document.stances, records[n:], strict=True)
        ],
    }


def _shared(record: Record) -> dict[str, Any]:
    where = f"article {record.article}, date of a sentence"
    return {
        "score": record.score,
        "when_start": parse_day(record.when_start, where=where),
        "when_end": parse_day(record.when_end, where=where),
        "according_to": record.according_to,
        "outlet": record.outlet,
        "speaker": record.speaker,
        "report_date": record.report_date,
        "sentence": record.sentence,
        "sentence_start": record.sentence_start,
        "sentence_end": record.sentence_end,
    }


def _citations(document: Document) -> list[dict[str, Any]]:
    return [
        {
            "citation": n,
            "source": m,
            "start_offset": citation.span.start,
            "end_offset": citation.span.end,
            "outlet": source.outlet if source else None,
            "speaker": source.speaker if source else None,
            "date": source.date if source else None,
            "sentences": list(citation.sentences),
        }
        for n, citation in enumerate(document.citations, 1)
        for m, source in (enumerate(citation.sources, 1) if citation.sources else ((0, None),))
    ]
