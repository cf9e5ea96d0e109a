"""Who pressured whom, how often, since when, according to which outlet: answers from results that were written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from secrel.domain import Dropped
from secrel.errors import InputError, SecrelError
from secrel.knowledge.actors.code_names import name_of
from secrel.output.statements import find_results, read_statements
from secrel.output.table import typed_frame
from secrel.output.tally import (
    POLARITIES,
    RELATIONS,
    STATUSES,
    SYMMETRIC,
    Dyad,
    DyadTally,
    Statement,
    as_dropped,
    checked_level,
    checked_period,
    matches,
    ordered,
)

if TYPE_CHECKING:
    import pandas

Names = str | Sequence[str] | None
"""One name, several (any of them), or ``None`` for all."""


@dataclass(frozen=True, slots=True)
class Dyads:
    """The answer to a question.

    Attributes:
        rows: The dyads: by period, then the most frequent first.
        by: What they are counted by.
        source: What was read.
        dropped: What fits the question, or may fit it, but is not counted, and how much.
        level: What they are of: ``actor`` or ``country``.
        older: Results beside ``source`` that were written before it, and may be of other articles; they were not read.
    """

    rows: tuple[Dyad, ...]
    by: str
    source: Path
    dropped: tuple[Dropped, ...] = ()
    level: str = "actor"
    older: tuple[Path, ...] = ()

    def __iter__(self) -> Iterator[Dyad]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that mean something here: ``period`` by year and month, ``outlet`` by outlet."""
        without = {"period", "outlet"} - {"outlet" if self.by == "outlet" else "" if self.by == "total" else "period"}
        return tuple(name for name in Dyad.columns() if name not in without)

    def to_dicts(self) -> list[dict[str, object]]:
        """The rows as dictionaries of :attr:`columns`."""
        return [{name: getattr(row, name) for name in self.columns} for row in self.rows]

    def to_dataframe(self) -> pandas.DataFrame:
        """The rows as a data frame of :attr:`columns`.

        Raises:
            ImportError: If pandas is not installed (``pip install secrel[dataframe]``).
        """
        types = dict.fromkeys(self.columns, "text") | {
            **dict.fromkeys(("n_statements", "n_sentences", "n_articles", "first_year", "last_year"), "integer"),
            **{"mean_score": "number", "first_date": "day", "last_date": "day"},
        }
        return typed_frame(self.to_dicts(), types)


@dataclass(frozen=True, slots=True)
class _Question:
    head: tuple[str, ...]
    tail: tuple[str, ...]
    relation: tuple[str, ...]
    stance: tuple[str, ...]
    status: tuple[str, ...]
    outlet: tuple[str, ...]
    min_score: float

    @property
    def kinds(self) -> tuple[str, ...]:
        """Relations, stances, or both; only relations have a status."""
        relations = bool(self.relation) or not self.stance
        stances = bool(self.stance) or not (self.relation or self.status)
        return ("relation",) * relations + ("stance",) * stances

    def check(self) -> None:
        """Refuses what no results can answer."""
        if self.status and "relation" not in self.kinds:
            raise SecrelError("status", found="stances only", expected="a relation: stances have no status")
        if not 0.0 <= self.min_score <= 1.0:
            raise SecrelError("min_score", found=repr(self.min_score), expected="a probability from 0 to 1")

    def check_names(self, *, relations: Iterable[str], polarities: Iterable[str], statuses: Iterable[str]) -> None:
        """Refuses labels that are not among the known ones."""
        for what, names, every in (
            ("relation", self.relation, relations),
            ("stance", self.stance, polarities),
            ("status", self.status, statuses),
        ):
            known = tuple(dict.fromkeys(every))
            for name in names:
                if name not in known:
                    raise SecrelError(what, found=repr(name), expected=f"one of {', '.join(known)}")

    def unknown_actors(self) -> list[tuple[str, str]]:
        """What is asked for as an actor (``head`` or ``tail``, and its name) without being a code of the tables."""
        asked = (("head", self.head), ("tail", self.tail))
        return [(side, name) for side, names in asked for name in names if name_of(name) == name]

    def check_actors(self, occurring: Iterable[tuple[str, str | None]]) -> None:
        """Refuses names that are no actor codes: neither those of the tables nor of the results.

        Args:
            occurring: Codes and countries of the actors in the results.
        """
        unknown = self.unknown_actors()
        actors = set(occurring) if unknown else ()
        for side, name in unknown:
            if not any(matches(code, country, name) for code, country in actors):
                expected = "a code that is known or occurs in the results, such as RUS, RUSMIL or NATO"
                raise SecrelError(side, found=repr(name), expected=expected)

    @property
    def asks_actors(self) -> bool:
        """Whether it is about some actors only."""
        return bool(self.head or self.tail)

    def fits(self, statement: Statement, symmetric: frozenset[str]) -> bool | None:
        """Whether a statement is asked for; ``None`` if only the actor that it lacks would tell."""
        labels = self.relation if statement.kind == "relation" else self.stance
        if (
            statement.kind not in self.kinds
            or (labels and statement.label not in labels)
            or (self.status and statement.kind == "relation" and statement.status not in self.status)
            or (self.outlet and (statement.outlet or "").lower() not in self.outlet)
            or statement.score < self.min_score
        ):
            return False
        head = (statement.head_actor, statement.head_country)
        tail = (statement.tail_actor, statement.tail_country)
        ways = [{_fits(head, self.head), _fits(tail, self.tail)}]
        if statement.is_symmetric(symmetric):
            ways.append({_fits(tail, self.head), _fits(head, self.tail)})
        fits = [False if False in sides else None if None in sides else True for sides in ways]
        return True if True in fits else None if None in fits else False


def dyads(
    source: str | Path,
    *,
    head: Names = None,
    tail: Names = None,
    relation: Names = None,
    stance: Names = None,
    status: Names = None,
    outlet: Names = None,
    by: str = "total",
    level: str = "actor",
    internal: bool = False,
    min_score: float | None = None,
    symmetric: Iterable[str] = SYMMETRIC,
) -> Dyads:
    """Counts who does what to whom in results that were written.

    An actor is asked for by its code: a country stands for all its actors (``RUS`` for ``RUS``, ``RUSGOV``, ``RUSMIL``
    ...) but for those who fight it (``RUSREB``), an organisation for its bodies (``NATO`` for ``NATO`` and
    ``NATOMIL``), a code with a role for itself (``RUSMIL``). The order of the two does not matter for symmetric
    relations. With neither ``relation`` nor ``stance`` both are counted, with one of them only that, with both both.
    How is counted: :mod:`secrel.output.tally`.

    Args:
        source: A folder of results or one of its files. Of several files in a folder those of the last run are read:
            ``*.duckdb``, else ``articles.jsonl``, else ``records.csv``, else the Parquet files in ``records``.
        head: Actors, first arguments or holders.
        tail: Actors, second arguments or targets.
        relation: Relation labels.
        stance: Polarities of stances.
        status: Statuses of relations; without ``stance`` it leaves stances out.
        outlet: Outlets that report it; upper and lower case are the same.
        by: ``total``, ``year`` or ``month`` of the articles, or ``outlet``.
        level: ``actor``, or ``country`` for dyads of countries and organisations: ``RUS`` for all that the country
            stands for, ``NATO`` for ``NATO`` and ``NATOMIL``, ``GEOREB`` for itself. It does not change what is asked
            for: ``head="RUSMIL"`` are the armed forces alone, then counted as ``RUS``.
        internal: Whether to count at level ``country`` what actors of one country or organisation do to each other.
            At level ``actor`` it is always counted.
        min_score: Least score, in [0, 1].
        symmetric: Symmetric relations, where the results do not say it themselves (DuckDB files do).

    Raises:
        InputError: If there are no results at ``source``, or they cannot be read.
        SecrelError: If an actor code, label, polarity or status is unknown, ``by`` or ``level`` is none of these, or
            ``min_score`` no probability.
    """
    question = _Question(
        head=tuple(name.upper() for name in _names(head)),
        tail=tuple(name.upper() for name in _names(tail)),
        relation=_names(relation),
        stance=_names(stance),
        status=_names(status),
        outlet=tuple(name.lower() for name in _names(outlet)),
        min_score=0.0 if min_score is None else min_score,
    )
    question.check()
    checked_period(by)
    checked_level(level)
    results = find_results(source)
    if results.form == "duckdb":
        found = _from_database(results.path, question, by, level, internal)
    else:
        tally = DyadTally(by=by, symmetric=symmetric, level=level, internal=internal)
        found = _from_statements(results.form, results.path, question, tally)
    return replace(found, older=results.older)


def _from_statements(form: str, path: Path, question: _Question, tally: DyadTally) -> Dyads:
    seen: set[tuple[str, str, str | None]] = set()
    actors: set[tuple[str, str | None]] = set()
    n_open = 0
    for statement, article in read_statements(form, path):
        seen.add((statement.kind, statement.label, statement.status))
        if statement.head_actor is not None:
            actors.add((statement.head_actor, statement.head_country))
        if statement.tail_actor is not None:
            actors.add((statement.tail_actor, statement.tail_country))
        fits = question.fits(statement, tally.symmetric)
        if fits:
            tally.add(statement, article)
        n_open += fits is None
    question.check_names(
        relations=(*RELATIONS, *sorted({label for kind, label, _ in seen if kind == "relation"})),
        polarities=(*POLARITIES, *sorted({label for kind, label, _ in seen if kind == "stance"})),
        statuses=(*STATUSES, *sorted({value for _, _, value in seen if value is not None})),
    )
    question.check_actors(actors)
    counts = (tally.n_unresolved, tally.n_reprinted, tally.n_internal)
    dropped = as_dropped(*counts, n_open=n_open, asked=question.asks_actors)
    return Dyads(tuple(tally.dyads()), tally.by, path, dropped, tally.level)


def _from_database(path: Path, question: _Question, by: str, level: str, internal: bool) -> Dyads:
    import duckdb

    where, fits, values = _condition(question)
    head, tail, kept = "head", "tail", "true"
    if level == "country":
        # As in the view country_counted, which does not say which actors of a country it was.
        swapped = "is_symmetric AND t.party < h.party"
        head = f"CASE WHEN {swapped} THEN t.party ELSE h.party END"
        tail = f"CASE WHEN {swapped} THEN h.party ELSE t.party END"
        kept = "true" if internal else "h.party <> t.party"
    group = {"total": "NULL", "year": "CAST(year AS VARCHAR)", "month": "month", "outlet": "outlet"}[by]
    actors = "LEFT JOIN actors AS h ON h.code = head LEFT JOIN actors AS t ON t.code = tail"
    counts = (
        f"SELECT {group}, {head}, kind, label, status, {tail}, count(*), count(DISTINCT (article, sentence_start)),"
        " count(DISTINCT article), round(avg(score), 6), CAST(min(date) AS VARCHAR), CAST(max(date) AS VARCHAR),"
        " min(year), max(year)"
        f" FROM counted {actors} WHERE {where} AND {fits} AND {kept} GROUP BY ALL"
    )
    left_out = (
        f"SELECT count(*) FILTER ({fits} AND not_counted = 'no actor'),"
        f" count(*) FILTER ({fits} AND not_counted = 'reprint'), count(*) FILTER ({fits} AND not_counted IS NULL),"
        f" count(*) FILTER (({fits}) IS NULL)"
        f" FROM oriented {actors} WHERE {where} AND NOT (not_counted IS NULL AND {kept})"
    )
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            labels = connection.execute("SELECT kind, label FROM labels ORDER BY rowid").fetchall()
            statuses = connection.execute("SELECT DISTINCT status FROM relations WHERE status IS NOT NULL ORDER BY 1")
            question.check_names(
                relations=(label for kind, label in labels if kind == "relation"),
                polarities=(label for kind, label in labels if kind == "stance"),
                statuses=(*STATUSES, *(value for (value,) in statuses.fetchall())),
            )
            if question.unknown_actors():
                occurring = "(SELECT head AS code FROM oriented UNION SELECT tail FROM oriented)"
                actors_there = connection.execute(f"SELECT code, country FROM {occurring} JOIN actors USING (code)")
                question.check_actors(actors_there.fetchall())
            rows = connection.execute(counts, values).fetchall()
            *counts_left_out, n_open = connection.execute(left_out, values).fetchall()[0]
    except duckdb.Error as error:
        found = str(error).partition("\n")[0]
        raise InputError(path, found=found, expected="a database that this version of secrel wrote") from error
    found_dyads = (
        Dyad(None if by == "outlet" else first, first if by == "outlet" else None, *rest) for first, *rest in rows
    )
    dropped = as_dropped(*counts_left_out, n_open=n_open, asked=question.asks_actors)
    return Dyads(tuple(ordered(found_dyads)), by, path, dropped, level)


def _condition(question: _Question) -> tuple[str, str, dict[str, Any]]:
    """What :meth:`_Question.fits` says, as SQL over the views ``counted`` and ``oriented`` with their actors.

    Returns:
        What the actors have no part in, what is asked of the actors (null where one that is missing would tell), and
        the values of both.
    """
    values: dict[str, Any] = {"score": question.min_score}

    def named(value: object) -> str:
        values[f"v{len(values)}"] = value
        return f"$v{len(values) - 1}"

    def one_of(column: str, names: tuple[str, ...]) -> str:
        return f"{column} IN ({', '.join(named(name) for name in names)})" if names else "true"

    def side(alias: str, codes: tuple[str, ...]) -> str:
        tests = []
        for code in codes:
            whole = named(code)
            tests.append(f"{alias}.code = {whole} OR {alias}.party = {whole}")
        # Null for a mention without actor, and only for that.
        return f"({' OR '.join(tests)})" if codes else "true"

    of_kind = {
        "relation": f"{one_of('label', question.relation)} AND {one_of('status', question.status)}",
        "stance": one_of("label", question.stance),
    }
    kinds = " OR ".join(f"(kind = '{kind}' AND {of_kind[kind]})" for kind in question.kinds)
    straight = f"({side('h', question.head)} AND {side('t', question.tail)})"
    swapped = f"(is_symmetric AND {side('t', question.head)} AND {side('h', question.tail)})"
    outlet = one_of("lower(outlet)", question.outlet)
    where, fits = f"({kinds}) AND score >= $score AND {outlet}", f"({straight} OR {swapped})"
    used = where + fits
    return where, fits, {name: value for name, value in values.items() if re.search(rf"\${name}\b", used)}


def _names(value: Names) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def _fits(actor: tuple[str | None, str | None], wanted: tuple[str, ...]) -> bool | None:
    code, country = actor
    if not wanted:
        return True
    return None if code is None else any(matches(code, country, name) for name in wanted)
