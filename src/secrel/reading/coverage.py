"""Whether a corpus has enough of everything that a model should learn: planned, counted, and checked against minimums.

A corpus folder may hold a ``coverage.toml``::

    part = "authored"            # the folder of the corpus whose articles are counted
    [at_least]
    articles = 280
    sentences = 4000
    voices = 8
    each_entity = 100            # mentions of every entity label
    each_relation_status = 100   # instances of every relation label with every status
    each_polarity = 300          # stances of every polarity
    each_negative = 40           # hard negatives of every kind
    [share_without_pair]         # of the sentences, those without relation or stance
    low = 0.35
    high = 0.45
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from secrel.config import build, read_toml
from secrel.domain import Document, LabelScheme, Relation
from secrel.errors import ConfigError
from secrel.reading.remarks import FORMS, NEGATIVES, Remarks
from secrel.reading.statistics import Statistics

DISTANCES = ((0, 2), (3, 5), (6, 10), (11, 19), (20, None))
"""Buckets of the words between two arguments."""
NOTES = ("region", "decade", "voice")
_WORD = re.compile(r"\w[\w’'.-]*")


@dataclass(frozen=True, slots=True)
class Minimums:
    """What a corpus should at least have; 0 asks for nothing."""

    articles: int = 0
    sentences: int = 0
    voices: int = 0
    each_entity: int = 0
    each_relation_status: int = 0
    each_polarity: int = 0
    each_negative: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """A range of a share in [0, 1]."""

    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True, slots=True)
class CoveragePlan:
    """The content of a ``coverage.toml``.

    Attributes:
        part: Folder of the corpus, ``Entry.part``, whose articles have to meet it.
        at_least: Minimums.
        share_without_pair: Range of the share of sentences without relation or stance.
    """

    part: str
    at_least: Minimums = field(default_factory=Minimums)
    share_without_pair: Share = field(default_factory=Share)


@dataclass(slots=True)
class Coverage:
    """What the articles of one part of a corpus hold.

    Attributes:
        statistics: Counts of articles, sentences, mentions, relations and stances.
        forms: Relations per (label, wording); wording ``not marked`` where there is no remark.
        orders: Relations per (label, ``head first`` or ``tail first``).
        distances: Relations and stances per (``relation`` or ``stance``, bucket of :data:`DISTANCES`).
        types: Relations per (label, head label, tail label), stances under ``stance``.
        negatives: Hard negatives per kind.
        notes: Articles per (``region``, ``decade`` or ``voice``, value).
        sentences_without_relation: Sentences without a relation, whether or not they have a stance.
    """

    statistics: Statistics = field(default_factory=Statistics)
    forms: Counter[tuple[str, str]] = field(default_factory=Counter)
    orders: Counter[tuple[str, str]] = field(default_factory=Counter)
    distances: Counter[tuple[str, str]] = field(default_factory=Counter)
    types: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    negatives: Counter[str] = field(default_factory=Counter)
    notes: Counter[tuple[str, str]] = field(default_factory=Counter)
    sentences_without_relation: int = 0

    def add(self, document: Document, remarks: Remarks, notes: Mapping[str, Any]) -> None:
        """Counts one document in.

        Args:
            document: The marked document.
            remarks: Its remarks.
            notes: Its entry in ``articles.toml``, or nothing.
        """
        self.statistics.add(document)
        related = {document.sentence_index(relation.head.span) for relation in document.relations}
        self.sentences_without_relation += len(document.sentences or ()) - len(related - {None})
        for index, relation in enumerate(document.relations):
            self.forms[relation.label, remarks.forms.get(index, "not marked")] += 1
            first = relation.head.start < relation.tail.start
            self.orders[relation.label, "head first" if first else "tail first"] += 1
            self._pair(document, relation.label, relation)
        for stance in document.stances:
            self._pair(document, "stance", stance)
        self.negatives.update(negative.kind for negative in remarks.negatives)
        if notes:
            values = {**notes, "decade": f"{int(notes['year']) // 10 * 10}s"}
            self.notes.update((key, str(values[key])) for key in NOTES if key in values)

    def _pair(self, document: Document, label: str, mark: Any) -> None:
        head, tail = sorted((mark.pair.head, mark.pair.tail), key=lambda entity: entity.span)
        between = len(_WORD.findall(document.text[head.end : tail.start]))
        kind = "relation" if isinstance(mark, Relation) else "stance"
        self.distances[kind, _bucket(between)] += 1
        self.types[label, mark.pair.head.label, mark.pair.tail.label] += 1

    @property
    def share_without_pair(self) -> float:
        """Share of the sentences that have neither a relation nor a stance, in [0, 1]."""
        return self.statistics.sentences_without_pair / max(1, self.statistics.sentences)


def _bucket(words: int) -> str:
    low, high = next((low, high) for low, high in DISTANCES if high is None or words <= high)
    return f"{low}+" if high is None else f"{low}-{high}"


def cover(items: Iterable[tuple[Document, Remarks, Mapping[str, Any]]]) -> Coverage:
    """The coverage of some articles, each with its remarks and its entry in ``articles.toml``."""
    coverage = Coverage()
    for document, remarks, notes in items:
        coverage.add(document, remarks, notes)
    return coverage


def read_plan(path: Path) -> CoveragePlan | None:
    """The plan of a corpus, or ``None`` if it has none.

    Raises:
        ConfigError: If the file is malformed.
    """
    return build(CoveragePlan, read_toml(path), where=str(path)) if path.exists() else None


def read_notes(path: Path) -> dict[str, dict[str, Any]]:
    """The entries of an ``articles.toml`` by article name; none if there is no such file.

    Raises:
        ConfigError: If an entry is not a table with a whole number as ``year``.
    """
    if not path.exists():
        return {}
    data = read_toml(path)
    for name, entry in data.items():
        if not isinstance(entry, dict) or not isinstance(entry.get("year"), int):
            raise ConfigError(f"{path}, {name}", found=repr(entry), expected="a table with a year")
    return data


def requirements(coverage: Coverage, plan: CoveragePlan, scheme: LabelScheme) -> Iterator[tuple[str, str, str, bool]]:
    """What the plan asks for: name, number found, number wanted, whether it is met."""
    least, statistics = plan.at_least, coverage.statistics
    voices = sum(1 for key, _ in coverage.notes if key == "voice")
    wanted: list[tuple[str, int, int]] = [
        ("articles", statistics.documents, least.articles),
        ("sentences", statistics.sentences, least.sentences),
        ("voices", voices, least.voices),
    ]
    wanted += [(f"`{label}`", statistics.entities[label], least.each_entity) for label in scheme.entities]
    wanted += [
        (f"`{label}` {status}", statistics.relations[label, status], least.each_relation_status)
        for label in scheme.relation_labels
        for status in scheme.statuses or ("-",)
    ]
    wanted += [(f"stance `{p}`", statistics.stances[p], least.each_polarity) for p in scheme.polarities]
    wanted += [(f"hard negatives: {kind}", coverage.negatives[kind], least.each_negative) for kind in NEGATIVES]
    for name, found, minimum in wanted:
        if minimum:
            yield name, str(found), f"at least {minimum}", found >= minimum
    share, bounds = coverage.share_without_pair, plan.share_without_pair
    yield (
        "sentences without relation or stance",
        f"{100 * share:.1f} %",
        f"{100 * bounds.low:.0f} to {100 * bounds.high:.0f} %",
        bounds.low <= share <= bounds.high,
    )


def coverage_tables(parts: Mapping[str, Coverage], scheme: LabelScheme) -> list[str]:
    """Markdown tables of what the parts of a corpus hold, beyond what :class:`Statistics` counts."""
    labels = [*scheme.relation_labels]
    columns = list(parts.values())
    lines = [f"| | {' | '.join(parts)} |", f"|---|{'---:|' * len(parts)}"]

    def row(name: str, values: Iterable[object]) -> None:
        lines.append(f"| {name} | {' | '.join(str(value) for value in values)} |")

    row("sentences without a relation", [c.sentences_without_relation for c in columns])
    row("sentences without relation or stance", [c.statistics.sentences_without_pair for c in columns])
    row("… of all sentences", [f"{100 * c.share_without_pair:.1f} %" for c in columns])
    for label in labels:
        for form in (*FORMS, "not marked"):
            if any(c.forms[label, form] for c in columns):
                row(f"`{label}`, {form}", [c.forms[label, form] for c in columns])
        if not scheme.is_symmetric(label):
            row(f"`{label}`, tail first", [c.orders[label, "tail first"] for c in columns])
    for kind in ("relation", "stance"):
        for low, high in DISTANCES:
            bucket = _bucket(high if high is not None else low)
            row(f"{kind}s, {bucket} words apart", [c.distances[kind, bucket] for c in columns])
    for kind in NEGATIVES:
        row(f"hard negatives: {kind}", [c.negatives[kind] for c in columns])
    for key in NOTES:
        for value in sorted({v for c in columns for k, v in c.notes if k == key}):
            row(f"{key}: {value}, articles", [c.notes[key, value] for c in columns])
    lines += ["", *_type_table(columns, [*labels, "stance"])]
    return lines


def _type_table(columns: Iterable[Coverage], labels: list[str], n: int = 8) -> list[str]:
    pooled: Counter[tuple[str, str, str]] = sum((c.types for c in columns), Counter())
    lines = ["| | argument types, the most frequent |", "|---|---|"]
    for label in labels:
        top = Counter({(head, tail): k for (name, head, tail), k in pooled.items() if name == label}).most_common(n)
        cells = ", ".join(f"{head}→{tail} {k}" for (head, tail), k in top)
        lines.append(f"| `{label}` | {cells} |")
    return lines
