"""Behaviour tests: minimal pairs by capability (CheckList; Ribeiro et al., ACL 2020).

A *side* of a pair is right if its predicted relations (label, status, arguments) and stances (polarity, arguments) are
exactly the expected ones, spans and labels of the arguments included; a *pair* passes if both sides are right. Systems
are callables; nothing here loads a model.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from secrel.domain import BehaviourCase, Document, LabelScheme
from secrel.domain.behaviour import INVARIANCE, place
from secrel.evaluation.bootstrap import Interval
from secrel.evaluation.matching import relation_counts, stance_counts, total

END_TO_END, GOLD_ENTITIES = "end to end", "gold entities"
ALL = "all"
"""Name of the row over all capabilities."""

_Z95 = 1.959963984540054
_Section = dict[str, Any]
System = Callable[[Document], Document]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a system made of one case in one setting.

    Attributes:
        case: The case.
        predicted: What the system made of before and after.
        right: Whether each side is right.
        right_but_status: Whether each side is right if the status of relations is ignored.
        same: Whether the predictions of the two sides agree, right or wrong, up to the change.
    """

    case: BehaviourCase
    predicted: tuple[Document, Document]
    right: tuple[bool, bool]
    right_but_status: tuple[bool, bool]
    same: bool

    @property
    def passed(self) -> bool:
        """Whether both sides are right."""
        return all(self.right)


@dataclass(frozen=True, slots=True)
class BehaviourScores:
    """Outcomes of one system on all cases.

    Attributes:
        outcomes: For each setting, the outcome of every case, in the order of the cases.
    """

    outcomes: Mapping[str, Sequence[Outcome]]

    def capabilities(self) -> tuple[str, ...]:
        """The capabilities, in order of first appearance."""
        return tuple(dict.fromkeys(o.case.capability for outcomes in self.outcomes.values() for o in outcomes))

    def of(self, setting: str, capability: str = ALL) -> list[Outcome]:
        """The outcomes of one setting, of one capability or of all."""
        return [o for o in self.outcomes[setting] if capability in {ALL, o.case.capability}]

    def to_dict(self) -> _Section:
        """Numbers per capability and setting as plain data, for ``metrics.json``."""
        rows: dict[str, Any] = {}
        for capability in (*self.capabilities(), ALL):
            settings = {setting: _numbers(self.of(setting, capability)) for setting in self.outcomes}
            rows[capability] = {"pairs": max(len(self.of(setting, capability)) for setting in self.outcomes)} | settings
        return {"capabilities": rows}


def score_behaviour(
    cases: Iterable[BehaviourCase], systems: Mapping[str, System], scheme: LabelScheme
) -> BehaviourScores:
    """Runs systems over both sides of every case.

    Args:
        cases: The cases.
        systems: A system for each setting: the one called :data:`GOLD_ENTITIES` gets documents with the marked
            mentions, every other one documents without any mark. Sentences are given in either case.
        scheme: The label scheme.

    Raises:
        ValueError: If there is no case, or a system returns a document of another text.
    """
    everything = tuple(cases)
    if not everything:
        raise ValueError("behaviour is tested on at least one case")
    outcomes: dict[str, list[Outcome]] = {setting: [] for setting in systems}
    for setting, system in systems.items():
        for case in everything:
            before, after = (_predict(system, side, setting) for side in case.sides)
            outcomes[setting].append(_judge(case, before, after, scheme))
    return BehaviourScores(outcomes)


def wilson_interval(successes: int, n: int, *, z: float = _Z95) -> Interval:
    """Score interval of a proportion (Wilson, 1927).

    Args:
        successes: How often it succeeded, from 0 to ``n``.
        n: How often it was tried.
        z: Normal quantile of the coverage; that of 95 % by default.

    Raises:
        ValueError: If ``n`` is not positive or ``successes`` not in its range.
    """
    if n < 1 or not 0 <= successes <= n:
        raise ValueError(f"a proportion is of 0 to n successes out of n >= 1, not {successes} of {n}")
    share = successes / n
    centre = share + z * z / (2 * n)
    margin = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return Interval(max(0.0, (centre - margin) / scale), min(1.0, (centre + margin) / scale))


def _predict(system: System, side: Document, setting: str) -> Document:
    entities = side.entities if setting == GOLD_ENTITIES else ()
    predicted = system(side.replace(entities=entities, relations=(), stances=()))
    if predicted.text != side.text:
        raise ValueError(f"the system changed the text of {side.id}")
    return predicted


def _judge(case: BehaviourCase, before: Document, after: Document, scheme: LabelScheme) -> Outcome:
    pairs = list(zip(case.sides, (before, after), strict=True))
    right, but_status = (
        tuple(_is_right(gold, predicted, scheme, with_status=with_status) for gold, predicted in pairs)
        for with_status in (True, False)
    )
    first, second = (_placed(gold, predicted, scheme) for gold, predicted in pairs)
    return Outcome(case, (before, after), (right[0], right[1]), (but_status[0], but_status[1]), first == second)


def _is_right(gold: Document, predicted: Document, scheme: LabelScheme, *, with_status: bool) -> bool:
    counts = total(relation_counts(gold, predicted, scheme, with_status=with_status))
    counts += total(stance_counts(gold, predicted))
    return not counts.fp and not counts.fn


def _placed(gold: Document, predicted: Document, scheme: LabelScheme) -> set[tuple[object, ...]]:
    """Predicted marks by the place of their mentions, so that those of two wordings compare."""
    marks: set[tuple[object, ...]] = set()
    for relation in predicted.relations:
        arguments = [relation.head, relation.tail]
        if scheme.is_symmetric(relation.label):
            arguments.sort(key=lambda entity: entity.span)
        places = (place(entity, gold.entities, gold.text) for entity in arguments)
        marks.add((relation.label, relation.status, *places))
    for stance in predicted.stances:
        places = (place(entity, gold.entities, gold.text) for entity in (stance.holder, stance.target))
        marks.add((stance.polarity, *places))
    return marks


def _numbers(outcomes: Sequence[Outcome]) -> _Section:
    passed = sum(outcome.passed for outcome in outcomes)
    interval = wilson_interval(passed, len(outcomes))
    invariant = [outcome for outcome in outcomes if outcome.case.kind == INVARIANCE]
    return {
        "passed": passed,
        "passed_low": round(interval.low, 6),
        "passed_high": round(interval.high, 6),
        "passed_if_status_is_ignored": sum(all(outcome.right_but_status) for outcome in outcomes),
        "sides_right": sum(sum(outcome.right) for outcome in outcomes),
        "invariance_pairs": len(invariant),
        "same": sum(outcome.same for outcome in invariant),
    }


def behaviour_table(section: Mapping[str, Any]) -> str:
    """The numbers of :meth:`BehaviourScores.to_dict` as Markdown, one table a setting."""
    rows = section["capabilities"]
    settings = [name for name in rows[ALL] if name != "pairs"]
    lines = [
        f"{rows[ALL]['pairs']} minimal pairs; percent of pairs passed with 95 % Wilson intervals, percent of sides"
        " right, and for invariance the percent of pairs whose two predictions agree.",
    ]
    for setting in settings:
        lines += [
            "",
            f"| {setting} | pairs | passed | passed if status is ignored | sides right | same |",
            "|---|---:|---:|---:|---:|---:|",
        ]
        lines += [_row(name, row["pairs"], row[setting]) for name, row in rows.items()]
    return "\n".join(lines)


def _row(name: str, pairs: int, numbers: Mapping[str, Any]) -> str:
    passed = (
        f"{100 * numbers['passed'] / pairs:.1f} ({100 * numbers['passed_low']:.1f}–{100 * numbers['passed_high']:.1f})"
    )
    invariant = numbers["invariance_pairs"]
    cells = [
        f"**{name}**" if name == ALL else name,
        str(pairs),
        passed,
        f"{100 * numbers['passed_if_status_is_ignored'] / pairs:.1f}",
        f"{100 * numbers['sides_right'] / (2 * pairs):.1f}",
        f"{100 * numbers['same'] / invariant:.1f}" if invariant else "",
    ]
    return f"| {' | '.join(cells)} |"


def describe_failure(outcome: Outcome, scheme: LabelScheme) -> list[str]:
    """A failed case in words: both sentences, with their marks where the side is wrong.

    Args:
        outcome: What a system made of the case.
        scheme: The label scheme, to write symmetric relations in one order.
    """
    lines = [f"{outcome.case.id} ({outcome.case.kind})"]
    sides = zip(("before", "after"), outcome.case.sides, outcome.predicted, outcome.right, strict=True)
    for name, gold, predicted, right in sides:
        lines.append(f"  {name}, {'right' if right else 'wrong'}: {gold.text.strip()}")
        if not right:
            lines += [
                f"    expected:  {_in_words(gold, scheme)}",
                f"    predicted: {_in_words(predicted, scheme)}",
            ]
    return lines


def _in_words(document: Document, scheme: LabelScheme) -> str:
    words = []
    for relation in document.relations:
        head, tail = relation.head, relation.tail
        if scheme.is_symmetric(relation.label) and head.start > tail.start:
            head, tail = tail, head
        words.append(f"{head.text} {relation.label} {tail.text} ({relation.status})")
    words += [f"{stance.holder.text} {stance.polarity} {stance.target.text}" for stance in document.stances]
    return "; ".join(words) or "nothing"
