"""Who does what to whom, counted.

A *statement* is one relation or stance of one sentence. A *dyad* is an ordered pair of actors with a label (of a
relation, or the polarity of a stance) and a status. Three rules hold wherever secrel counts:

* Both mentions must have an actor. A statement with one that has none belongs to no dyad and is counted apart.
* Of a symmetric relation the actor whose code comes first in the alphabet is the head: the pair is counted once.
* What stands in a reprint (``duplicate_of``) is not counted, only how much it is.

At the level of countries a *party*, a country or organisation, takes the place of all its actors, and the same rules
hold of parties. Those who fight a state or have broken away from it (``REB``) are a party of their own. What one does
to itself is then left out unless it is asked for, and counted apart.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Hashable, Iterable
from dataclasses import asdict, dataclass, fields
from typing import NamedTuple

from secrel.domain import Document, Dropped, LabelScheme, Record
from secrel.errors import SecrelError
from secrel.knowledge.actors.code_names import SECTORS
from secrel.output.columns import parse_day

_LOG = logging.getLogger(__name__)
_UNRESOLVED = "with a mention that has no actor"
_OPEN = "that may be anyone's: the mention asked for (head or tail) has no actor"

PERIODS = ("total", "year", "month", "outlet")
"""What dyads can be counted by; ``outlet`` is the one that reports the statement."""
SYMMETRIC = frozenset({"cooperates-with"})
"""The symmetric relations of the packaged label scheme."""
RELATIONS = ("cooperates-with", "pressures", "trains", "deploys-to")
"""The relations of the packaged label scheme."""
POLARITIES = ("favor", "against", "ambivalent")
"""The polarities of the packaged label scheme."""
STATUSES = ("actual", "planned", "possible", "ended", "denied")
"""The statuses of the packaged label scheme."""
LEVELS = ("actor", "country")
"""What dyads are of: actors as they are, or countries and organisations for them."""
ROLE = rf"(?:{'|'.join(SECTORS)}){{1,2}}"
"""Regular expression of the role in an actor code, one or two of PLOVER's sectors."""
REBELS = "REB"
"""The sector of those who fight the state that their code begins with, or have broken away from it."""


class Statement(NamedTuple):
    """What counting needs to know of a relation or stance; names as in :class:`Record`."""

    kind: str
    label: str
    status: str | None
    head_actor: str | None
    head_country: str | None
    tail_actor: str | None
    tail_country: str | None
    score: float
    date: str | None
    year: int | None
    outlet: str | None
    sentence_start: int
    duplicate_of: str | None

    @classmethod
    def from_record(cls, record: Record) -> Statement:
        """The statement of a row."""
        return cls(*(getattr(record, name) for name in cls._fields))

    def oriented(self, symmetric: frozenset[str]) -> Statement:
        """The same, with the alphabetically first actor as head where the relation is symmetric."""
        if not self.is_symmetric(symmetric) or (self.head_actor or "") <= (self.tail_actor or ""):
            return self
        return self._replace(
            head_actor=self.tail_actor,
            head_country=self.tail_country,
            tail_actor=self.head_actor,
            tail_country=self.head_country,
        )

    def of_parties(self) -> Statement:
        """The same, with the country or organisation of each actor for the actor; see :func:`party_of`."""
        head, tail = self.head_actor, self.tail_actor
        return self._replace(
            head_actor=None if head is None else party_of(head, self.head_country),
            tail_actor=None if tail is None else party_of(tail, self.tail_country),
        )

    def is_symmetric(self, symmetric: frozenset[str]) -> bool:
        """Whether the order of its actors carries no meaning."""
        return self.kind == "relation" and self.label in symmetric

    def group(self, by: str) -> str | None:
        """The period or outlet that it falls into; ``None`` where that is not known, and for ``total``."""
        if by == "outlet":
            return self.outlet
        if by == "month":
            return self.date[:7] if self.date else None
        if by == "year":
            return None if self.article_year is None else str(self.article_year)
        return None

    @property
    def article_year(self) -> int | None:
        """Year of the article: of its date, where that is known."""
        return int(self.date[:4]) if self.date else self.year


@dataclass(frozen=True, slots=True)
class Dyad:
    """What the articles say of one ordered pair of actors.

    Attributes:
        period: Year (``2006``) or month (``2006-07``) of the articles, where it was counted by these; else ``None``,
            and ``None`` for articles that do not say.
        outlet: Outlet that reports it, where it was counted by outlets; ``None`` for what no outlet reports.
        head: Actor code of the first argument or holder; at the level of countries its party.
        kind: ``relation`` or ``stance``.
        label: Relation label, or polarity of a stance.
        status: Status of the relation, ``None`` for a stance.
        tail: Actor code (party) of the second argument or target.
        n_statements: How many relations or stances.
        n_sentences: In how many sentences; one that names several actors of a party gives several statements.
        n_articles: In how many articles.
        mean_score: Mean of their scores, in [0, 1], rounded to six digits.
        first_date: ISO 8601 date of the earliest article that has a date, or ``None`` if none has one.
        last_date: Date of the latest.
        first_year: Year of the earliest article, of those of which only the year is known, too; or ``None``.
        last_year: Year of the latest.
    """

    period: str | None
    outlet: str | None
    head: str
    kind: str
    label: str
    status: str | None
    tail: str
    n_statements: int
    n_sentences: int
    n_articles: int
    mean_score: float
    first_date: str | None
    last_date: str | None
    first_year: int | None
    last_year: int | None

    def to_dict(self) -> dict[str, object]:
        """The row as a dictionary, columns in order."""
        return asdict(self)

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(field.name for field in fields(cls))


@dataclass(slots=True)
class _Count:
    n_statements: int = 0
    n_sentences: int = 0
    n_articles: int = 0
    scores: float = 0.0
    dates: tuple[str, str] | None = None
    years: tuple[int, int] | None = None


class DyadTally:
    """Counts dyads statement by statement; holds the counts, and of the article that it is at the sentences.

    Args:
        by: One of :data:`PERIODS`.
        symmetric: Labels of the symmetric relations.
        level: One of :data:`LEVELS`.
        internal: Whether dyads of a party with itself are counted at the level of countries. At the level of actors
            they always are.

    Attributes:
        n_unresolved: Statements that belong to no dyad, since a mention has no actor.
        n_reprinted: Statements of reprints.
        n_internal: Statements of a party about itself that were left out.

    Raises:
        SecrelError: If ``by`` or ``level`` is none of them.
    """

    def __init__(
        self,
        *,
        by: str = "total",
        symmetric: Iterable[str] = SYMMETRIC,
        level: str = "actor",
        internal: bool = False,
    ) -> None:
        self.by = checked_period(by)
        self.symmetric = frozenset(symmetric)
        self.level = checked_level(level)
        self.internal = internal
        self.n_unresolved = 0
        self.n_reprinted = 0
        self.n_internal = 0
        self._counts: dict[tuple[str | None, str, str, str, str | None, str], _Count] = {}
        self._article: Hashable = None
        # In which sentences of the article each dyad was stated.
        self._sentences: dict[tuple[str | None, ...], set[int]] = {}

    def add(self, statement: Statement, article: Hashable) -> None:
        """Counts a statement.

        Args:
            statement: The statement.
            article: Tells articles apart; those of one article come in a row.

        Raises:
            OutputError: If the date of the article is no ISO 8601 date.
        """
        parse_day(statement.date, where=f"article {article}, date")
        if statement.duplicate_of is not None:
            self.n_reprinted += 1
            return
        if self.level == "country":
            statement = statement.of_parties()
        statement = statement.oriented(self.symmetric)
        head, tail = statement.head_actor, statement.tail_actor
        if head is None or tail is None:
            self.n_unresolved += 1
            return
        if self.level == "country" and head == tail and not self.internal:
            self.n_internal += 1
            return
        key = (statement.group(self.by), head, statement.kind, statement.label, statement.status, tail)
        count = self._counts.setdefault(key, _Count())
        count.n_statements += 1
        count.scores += statement.score
        if self._article != article:
            self._article = article
            self._sentences.clear()
        count.n_articles += key not in self._sentences
        sentences = self._sentences.setdefault(key, set())
        count.n_sentences += statement.sentence_start not in sentences
        sentences.add(statement.sentence_start)
        day, year = statement.date, statement.article_year
        if day is not None:
            first, last = count.dates or (day, day)
            count.dates = min(first, day), max(last, day)
        if year is not None:
            earliest, latest = count.years or (year, year)
            count.years = min(earliest, year), max(latest, year)

    def add_document(self, document: Document, article: Hashable) -> None:
        """Counts the statements of a document."""
        for record in document.to_records():
            self.add(Statement.from_record(record), article)

    def dyads(self) -> list[Dyad]:
        """The dyads, in the order of :func:`ordered`."""
        return ordered(
            Dyad(
                None if self.by == "outlet" else group,
                group if self.by == "outlet" else None,
                *(head, kind, label, status, tail, count.n_statements, count.n_sentences, count.n_articles),
                round(count.scores / count.n_statements, 6),
                *(count.dates or (None, None)),
                *(count.years or (None, None)),
            )
            for (group, head, kind, label, status, tail), count in self._counts.items()
        )

    def dropped(self) -> tuple[Dropped, ...]:
        """What was not counted, and how much."""
        return as_dropped(self.n_unresolved, self.n_reprinted, self.n_internal)


def as_dropped(
    n_unresolved: int, n_reprinted: int, n_internal: int = 0, *, n_open: int = 0, asked: bool = False
) -> tuple[Dropped, ...]:
    """What was not counted, in words; what did not occur is left out.

    Args:
        n_unresolved: Statements with a mention that has no actor.
        n_reprinted: Statements of reprints.
        n_internal: Statements of a party about itself.
        n_open: Statements of which it is not known whether they are asked for, since the mention that would tell has
            no actor.
        asked: Whether actors were asked for; then ``n_unresolved`` are statements of theirs.
    """
    unresolved = "of the actors asked for, whose other mention has no actor" if asked else _UNRESOLVED
    reasons = (
        Dropped(f"relations and stances {unresolved}", n_unresolved),
        Dropped("relations and stances of reprints", n_reprinted),
        Dropped("relations and stances between actors of one country or organisation", n_internal),
        Dropped(f"relations and stances {_OPEN}", n_open),
    )
    return tuple(reason for reason in reasons if reason.n)


def log_dropped(where: object, dropped: Iterable[Dropped]) -> None:
    """Says in the log, as a warning, what an output leaves out.

    Args:
        where: The output.
        dropped: What it leaves out.
    """
    for entry in dropped:
        _LOG.warning("%s: left out %d %s", where, entry.n, entry.reason)


def ordered(dyads: Iterable[Dyad]) -> list[Dyad]:
    """Dyads by period (those without last), then the most frequent first, then by their names."""
    return sorted(
        dyads,
        key=lambda d: (d.period is None, d.period or "", -d.n_statements, d.head, d.tail, d.kind, d.label,
                       d.status or "", d.outlet or ""),
    )  # fmt: skip


def symmetric_labels(scheme: LabelScheme | None) -> frozenset[str]:
    """The symmetric relations of a scheme; those of the packaged one if there is none."""
    if scheme is None:
        return SYMMETRIC
    return frozenset(relation.label for relation in scheme.relations if relation.symmetric)


def checked_period(by: str) -> str:
    """``by`` itself.

    Raises:
        SecrelError: If it is none of :data:`PERIODS`.
    """
    if by not in PERIODS:
        raise SecrelError("by", found=repr(by), expected=f"one of {', '.join(PERIODS)}")
    return by


def checked_level(level: str) -> str:
    """``level`` itself.

    Raises:
        SecrelError: If it is none of :data:`LEVELS`.
    """
    if level not in LEVELS:
        raise SecrelError("level", found=repr(level), expected=f"one of {', '.join(LEVELS)}")
    return level


def party_of(code: str, country: str | None) -> str:
    """The country or organisation that an actor belongs to; those who fight a state do not belong to it.

    Args:
        code: Its code.
        country: Its country, or ``None``.

    Returns:
        The country if there is one, else the code without its role: ``RUS`` for ``RUSGOVMIL``, ``NATO`` for
        ``NATOMIL``. Rebels and breakaway entities are a party of their own: ``GEOREB`` for ``GEOREB``.
    """
    found = re.fullmatch(rf"(.{{2,}}?)({ROLE})", code)
    base, role = found.groups() if found else (code, "")
    party = base if country is None else country
    return party + REBELS if REBELS in (role[:3], role[3:]) else party


def matches(code: str | None, country: str | None, wanted: str) -> bool:
    """Whether an actor is the wanted one or belongs to it.

    Args:
        code: Its code, or ``None`` for no actor.
        country: Its country, or ``None``.
        wanted: A code: a country stands for all its actors (``RUS`` for ``RUS``, ``RUSGOV``, ``RUSMIL``) but for those
            who fight it (``RUSREB``), an organisation for its bodies (``NATO`` for ``NATO``, ``NATOMIL``), a code with
            a role for itself.
    """
    return code is not None and wanted in {code, party_of(code, country)}
