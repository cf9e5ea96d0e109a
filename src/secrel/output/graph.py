"""Networks of actors as GraphML and GEXF."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from secrel.domain import Actor, Document, Dropped, LabelScheme, Relation, Stance
from secrel.errors import OutputError
from secrel.knowledge.actors.code_names import name_of
from secrel.output.atomic import streamed
from secrel.output.tally import Dyad, DyadTally, log_dropped, party_of, symmetric_labels

if TYPE_CHECKING:
    from typing_extensions import Self

GRAPH_PERIODS = ("total", "year", "month")
# What XML 1.0 cannot hold, even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# networkx writes the day on which it ran.
_TODAY = re.compile(r' lastmodifieddate="[^"]*"')


class _GraphSink:
    """Counts dyads while documents come, and writes the network at the end.

    Memory holds the actors and the counts of dyads, by period if it is asked for. If something failed, nothing is
    written, and a file of an earlier run is left as it was.

    Args:
        path: The file.
        scheme: The label scheme, which says what relations are symmetric; the packaged one if not given.
        period: ``total``, ``year`` or ``month``.
        empty: As for :class:`secrel.output.JsonlSink`.

    Raises:
        OutputError: If the period is none of these.
    """

    def __init__(self, path: Path, scheme: LabelScheme | None = None, *, period: str, empty: bool) -> None:
        if period not in GRAPH_PERIODS:
            raise OutputError("period of a graph", found=repr(period), expected=f"one of {', '.join(GRAPH_PERIODS)}")
        self.path = path
        self.empty = empty
        self.tally = DyadTally(by=period, symmetric=symmetric_labels(scheme))
        self._actors: dict[str, Actor] = {}
        self._n_written = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if not any(exception) and (self.empty or self._n_written):
            with streamed(self.path) as file:
                file.write('<?xml version="1.0" encoding="utf-8"?>\n')
                file.writelines(line + "\n" for line in self._lines())
            log_dropped(self.path, self.dropped)

    @property
    def dropped(self) -> tuple[Dropped, ...]:
        """What is not in the network, and how much."""
        return self.tally.dropped()

    def write(self, document: Document, name: PurePath) -> None:
        """Counts the dyads of a document.

        Raises:
            OutputError: If its date is no ISO 8601 date.
        """
        self.tally.add_document(document, name)
        self._n_written += 1
        marks: tuple[Relation | Stance, ...] = (*document.relations, *document.stances)
        for mark in marks:
            for entity in (mark.pair.head, mark.pair.tail):
                if entity.actor is not None:
                    self._actors.setdefault(entity.actor.code, entity.actor)

    def _lines(self) -> Iterator[str]:
        raise NotImplementedError

    def _graph(self, dyads: list[Dyad]) -> Any:
        """A network of the actors that are in any dyad, without edges."""
        from networkx import MultiDiGraph

        graph = MultiDiGraph()
        for code in sorted({code for dyad in dyads for code in (dyad.head, dyad.tail)}):
            actor = self._actors[code]
            described = {"code": code, "country": actor.country, "party": party_of(code, actor.country)}
            described |= {"role": actor.role, "name": name_of(code)}
            graph.add_node(code, **_attributes(described))
        return graph


class GraphMlSink(_GraphSink):
    """Actors and their dyads as GraphML (http://graphml.graphdrawing.org).

    An edge is a dyad in a period: an ordered pair of actors, a label, a status. Its attributes are ``kind``, ``label``,
    ``status``, ``symmetric``, ``weight`` (relations or stances), ``n_sentences``, ``n_articles``, ``mean_score``,
    ``first_date``, ``last_date``, ``first_year``, ``last_year``, and by year or month ``period``, ``start`` and ``end``
    (not for articles whose period is not known).
    The graph's own attributes ``n_unresolved`` and ``n_reprinted`` say how much is not in it. The same articles give
    the same bytes with the same version of networkx.
    """

    def __init__(
        self, path: Path, scheme: LabelScheme | None = None, *, period: str = "total", empty: bool = False
    ) -> None:
        super().__init__(path, scheme, period=period, empty=empty)

    def _lines(self) -> Iterator[str]:
        from networkx import generate_graphml

        dyads = self.tally.dyads()
        graph = self._graph(dyads)
        graph.graph |= {
            "period": self.tally.by,
            "n_unresolved": self.tally.n_unresolved,
            "n_reprinted": self.tally.n_reprinted,
        }
        for number, dyad in enumerate(dyads):
            start, end = _bounds(dyad.period)
            attributes = _described(dyad, self.tally.symmetric) | {"period": dyad.period, "start": start, "end": end}
            graph.add_edge(dyad.head, dyad.tail, number, **_attributes(attributes))
        yield from generate_graphml(graph)


class GexfSink(_GraphSink):
    """Actors and their dyads as GEXF 1.2 (https://gexf.net), which Gephi reads.

    An edge is a dyad: an ordered pair of actors, a label, a status. Its attributes are ``kind``, ``status``,
    ``symmetric``, ``n_sentences``, ``n_articles``, ``mean_score``, ``first_date``, ``last_date``, ``first_year`` and
    ``last_year``, beside the edge's own label and weight (relations or stances). By year or month the network is
    dynamic: an edge has a spell for every period in which it occurs, and ``statements`` and ``score``, which differ by
    period; ``n_undated`` is the part of its weight whose period is not known. The same articles give the same bytes
    with the same version of networkx.
    """

    def __init__(
        self, path: Path, scheme: LabelScheme | None = None, *, period: str = "year", empty: bool = False
    ) -> None:
        super().__init__(path, scheme, period=period, empty=empty)

    def _lines(self) -> Iterator[str]:
        from networkx import generate_gexf

        groups: dict[tuple[str | None, ...], list[Dyad]] = {}
        for dyad in self.tally.dyads():
            groups.setdefault((dyad.head, dyad.tail, dyad.kind, dyad.label, dyad.status), []).append(dyad)
        graph = self._graph([dyads[0] for dyads in groups.values()])
        graph.graph["name"] = f"dyads, {self.tally.by}"
        for _, data in graph.nodes(data=True):
            data["label"] = data["name"]
        for number, dyads in enumerate(groups.values()):
            whole = _whole(dyads)
            attributes = _described(whole, self.tally.symmetric) | self._periods(dyads)
            graph.add_edge(whole.head, whole.tail, number, **_attributes(attributes))
        for line in generate_gexf(graph):
            yield _TODAY.sub("", line) if "<meta" in line else line

    def _periods(self, dyads: list[Dyad]) -> dict[str, Any]:
        if self.tally.by == "total":
            return {}
        dated = [(dyad, *_bounds(dyad.period)) for dyad in dyads if dyad.period is not None]
        attributes: dict[str, Any] = {"n_undated": sum(d.n_statements for d in dyads if d.period is None)}
        if dated:
            attributes["spells"] = [(start, end) for _, start, end in dated]
            attributes["statements"] = [(dyad.n_statements, start, end) for dyad, start, end in dated]
            attributes["score"] = [(dyad.mean_score, start, end) for dyad, start, end in dated]
        return attributes


def _described(dyad: Dyad, symmetric: frozenset[str]) -> dict[str, Any]:
    return {
        "kind": dyad.kind,
        "label": dyad.label,
        "status": dyad.status,
        "symmetric": dyad.kind == "relation" and dyad.label in symmetric,
        "weight": dyad.n_statements,
        "n_sentences": dyad.n_sentences,
        "n_articles": dyad.n_articles,
        "mean_score": dyad.mean_score,
        "first_date": dyad.first_date,
        "last_date": dyad.last_date,
        "first_year": dyad.first_year,
        "last_year": dyad.last_year,
    }


def _attributes(values: dict[str, Any]) -> dict[str, Any]:
    """Without what is not known, and without characters that XML cannot hold."""
    return {
        name: _NOT_XML.sub("\ufffd", value) if isinstance(value, str) else value
        for name, value in values.items()
        if value is not None
    }


def _bounds(period: str | None) -> tuple[str | None, str | None]:
    """First and last day of a year or month."""
    if period is None:
        return None, None
    year, _, month = period.partition("-")
    if month:
        return f"{period}-01", f"{period}-{monthrange(int(year), int(month))[1]:02}"
    return f"{year}-01-01", f"{year}-12-31"


def _whole(dyads: list[Dyad]) -> Dyad:
    """The sum of one dyad's periods; an article falls into one of them only."""
    first, n = dyads[0], sum(dyad.n_statements for dyad in dyads)
    dates = [date for dyad in dyads for date in (dyad.first_date, dyad.last_date) if date is not None]
    years = [year for dyad in dyads for year in (dyad.first_year, dyad.last_year) if year is not None]
    return Dyad(
        None,
        None,
        *(first.head, first.kind, first.label, first.status, first.tail, n),
        *(sum(dyad.n_sentences for dyad in dyads), sum(dyad.n_articles for dyad in dyads)),
        round(sum(dyad.mean_score * dyad.n_statements for dyad in dyads) / n, 6),
        min(dates, default=None),
        max(dates, default=None),
        min(years, default=None),
        max(years, default=None),
    )
