"""The figures of a public benchmark: micro-F1 per layer, and the scores of the published tasks with gold entities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from directed import CLASSES, classes, gold_pairs

from secrel.domain import Document, LabelScheme
from secrel.evaluation import Counts, relation_counts, total
from secrel.evaluation.matching import merge
from secrel.training.evaluation import END_TO_END, GOLD_ENTITIES, MODEL, Section


def layer_scores(section: Section, scheme: LabelScheme) -> dict[str, dict[str, float]]:
    """Micro-F1 in [0, 1] of every layer that the scheme has, out of what ``secrel evaluate --write`` recorded."""
    layers = ["relations"] * bool(scheme.relations) + ["stances"] * (scheme.stance is not None)
    settings = section["settings"]

    def f1(setting: str, layer: str) -> float:
        return float(settings[setting][MODEL][f"{layer}, strict"]["f1"])

    result = {END_TO_END: {layer: f1(END_TO_END, layer) for layer in ["entities", *layers]}}
    if layers:
        result[GOLD_ENTITIES] = {layer: f1(GOLD_ENTITIES, layer) for layer in layers}
    return result


def relation_scores(gold: Sequence[Document], classified: Sequence[Document], scheme: LabelScheme) -> dict[str, Any]:
    """Micro- and macro-F1 of relations between gold entities, all ordered pairs of a sentence being candidates.

    The macro-average is over the labels that occur in ``gold`` or were predicted.
    """
    counts = merge(relation_counts(g, c, scheme) for g, c in zip(gold, classified, strict=True))
    return _averages(counts) | {"labels": {label: _rounded(item.f1) for label, item in sorted(counts.items())}}


def directed_scores(gold: Sequence[Document], classified: Sequence[Document]) -> dict[str, Any]:
    """Micro- and macro-F1 of the five classes of directed sentiment, p and q being given.

    Every sentence has one class and gets one, so that the micro-F1 is the share of right sentences. The
    macro-average is over all five classes.
    """
    confusion: Counter[tuple[int, int]] = Counter()
    for g, c in zip(gold, classified, strict=True):
        pairs = list(gold_pairs(g))
        confusion.update(zip(classes(g, pairs), classes(c, pairs), strict=True))
    counts = {
        name: Counts(
            tp=confusion[n, n],
            fp=sum(k for (right, said), k in confusion.items() if said == n != right),
            fn=sum(k for (right, said), k in confusion.items() if right == n != said),
        )
        for n, name in enumerate(CLASSES)
    }
    return _averages(counts) | {"classes": {name: _rounded(item.f1) for name, item in counts.items()}}


def _averages(counts: Mapping[str, Counts]) -> dict[str, float]:
    macro = sum(item.f1 for item in counts.values()) / len(counts) if counts else 0.0
    return {"micro_f1": _rounded(total(counts).f1), "macro_f1": _rounded(macro)}


def _rounded(value: float) -> float:
    return round(value, 4)
