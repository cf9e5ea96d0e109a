"""Scores of a model beside the baselines, and the files that record them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from secrel._version import __version__
from secrel.config import Recipe
from secrel.domain import Document, LabelScheme
from secrel.evaluation import (
    END_TO_END,
    GOLD_ENTITIES,
    METRICS,
    CoOccurrence,
    Counts,
    Lexicon,
    System,
    always_none,
    score,
    scored_marks,
)
from secrel.evaluation.calibration import LAYERS, Layer
from secrel.evaluation.report import Unit
from secrel.output.scores import record_scores
from secrel.pipeline import Pipeline
from secrel.training.corpus import load_splits

MODEL = "model"
LEAST_SCORE = 0.05
"""Calibration is judged on all marks that are at least this probable, also those below the model's thresholds."""
_PAIR_METRICS = ("relations, strict", "relations with status, strict", "stances, strict")
LAYER_NAMES: dict[Layer, str] = {"entity": "entities", "relation": "relations", "status": "status", "stance": "stances"}

Section = dict[str, Any]


def evaluate_pipeline(
    pipeline: Pipeline,
    gold: Sequence[Document],
    trained_on: Sequence[Document],
    *,
    unit: Unit = "document",
) -> Section:
    """Scores a pipeline and the baselines, end to end and with gold entities.

    End to end the baselines take the pipeline's entities, so that all systems differ in the pairs only.

    Args:
        pipeline: The model.
        gold: Marked documents, none of which the model was trained on.
        trained_on: Marked training documents, for the counts of the co-occurrence baseline.
        unit: What the bootstrap draws.

    Returns:
        Scores per setting and system, as plain data.
    """
    predicted = [pipeline(_bare(document)) for document in gold]
    classified = [pipeline.classify(document) for document in gold]
    section = _section(
        gold,
        {END_TO_END: predicted, GOLD_ENTITIES: classified},
        _baselines(trained_on, pipeline.scheme),
        pipeline.scheme,
        unit,
    )
    open_pipeline = pipeline.with_min_score(LEAST_SCORE)
    section["calibration"] = _calibration(gold, [open_pipeline(_bare(d)) for d in gold], pipeline.scheme)
    return section


def leave_one_out(
    recipe: Recipe,
    recipe_folder: Path,
    *,
    articles: Iterable[str | Path] = (),
    work_folder: Path,
    resume: bool = False,
    progress: bool = True,
) -> tuple[Section | None, tuple[str, ...]]:
    """Trains once for every held-out article, without it, and scores the pooled predictions on its sentences.

    Args:
        recipe: The recipe; ``corpus.leave_one_out`` names the splits whose articles are held out in turn.
        recipe_folder: Folder that its paths are relative to.
        articles: Folders in which to look for texts that are not part of the corpus.
        work_folder: Folder for the states of the runs.
        resume: Whether to go on from the states in ``work_folder``, where there are any.
        progress: Whether to show progress bars.

    Returns:
        Scores, or ``None`` if no text is at hand, and the names of the articles whose text is not at hand. The
        bootstrap draws sentences, since there are few articles.
    """
    from secrel.training.trainer import train

    splits = load_splits(recipe, recipe_folder, articles=articles)
    if not splits.held_out:
        return None, splits.missing
    predicted, almost_all, classified, baseline_runs = [], [], [], []
    for held_out in splits.held_out:
        rest = [document for document in splits.train if document.id != held_out.id]
        trained = train(
            recipe,
            splits.scheme,
            rest,
            splits.dev,
            work_folder=work_folder / held_out.id,
            recipe_folder=recipe_folder,
            resume=resume and any((work_folder / held_out.id).glob("checkpoint-*")),
            progress=progress,
        )
        pipeline = Pipeline.from_checkpoint(trained.checkpoint, resolve=False)
        predicted.append(pipeline(_bare(held_out)))
        almost_all.append(pipeline.with_min_score(LEAST_SCORE)(_bare(held_out)))
        classified.append(pipeline.classify(held_out))
        baseline_runs.append(_baselines(rest, splits.scheme))

    def dispatch(name: str) -> System:
        by_text = {d.text: run[name] for d, run in zip(splits.held_out, baseline_runs, strict=True)}
        return lambda document: by_text[document.text](document)

    section = _section(
        splits.held_out,
        {END_TO_END: predicted, GOLD_ENTITIES: classified},
        {name: dispatch(name) for name in baseline_runs[0]},
        splits.scheme,
        "sentence",
    )
    section["calibration"] = _calibration(splits.held_out, almost_all, splits.scheme)
    return section, splits.missing


def _calibration(gold: Sequence[Document], predicted: Sequence[Document], scheme: LabelScheme) -> dict[str, Any]:
    marks = scored_marks(gold, predicted, scheme)
    return {"least_score": LEAST_SCORE, **{layer: item.to_dict() for layer, item in marks.items()}}


def _bare(document: Document) -> Document:
    return document.replace(entities=(), relations=(), stances=())


def _baselines(trained_on: Sequence[Document], scheme: LabelScheme) -> dict[str, System]:
    systems: dict[str, System] = {"always none": always_none}
    if trained_on:
        systems["co-occurrence"] = CoOccurrence(trained_on, scheme)
    systems["verb lexicon"] = Lexicon(scheme)
    return systems


def _section(
    gold: Sequence[Document],
    settings: Mapping[str, Sequence[Document]],
    baselines: Mapping[str, System],
    scheme: LabelScheme,
    unit: Unit,
) -> Section:
    section: Section = {
        "secrel": __version__,
        "documents": len(gold),
        "sentences": sum(len(document.sentences or ()) for document in gold),
        "bootstrap_unit": unit,
        "settings": {},
    }
    for setting, predicted in settings.items():
        scores = score(gold, predicted, scheme, unit=unit)
        systems = {MODEL: scores.to_dict()}
        for name, baseline in baselines.items():
            other = score(gold, [baseline(document) for document in predicted], scheme, unit=unit)
            systems[name] = other.to_dict()
            for metric in METRICS:
                difference = scores.difference(other, metric)
                systems[name][metric]["model_minus_this_low"] = round(difference.low, 4)
                systems[name][metric]["model_minus_this_high"] = round(difference.high, 4)
        section["settings"][setting] = systems
    return section


def metrics_table(section: Section) -> str:
    """The scores of a section as Markdown: all systems, then the model label by label."""
    lines = [
        f"{section['documents']} articles, {section['sentences']} sentences; micro-F1 in percent with 95 % bootstrap"
        f" intervals over {section['bootstrap_unit']}s.",
        "",
    ]
    for setting, systems in section["settings"].items():
        rows = [metric for metric in METRICS if not (setting == GOLD_ENTITIES and metric.startswith("entities"))]
        lines += [f"| {setting} | {' | '.join(systems)} |", f"|---|{'---:|' * len(systems)}"]
        for metric in rows:
            cells = " | ".join(_cell(system[metric], metric) for system in systems.values())
            lines.append(f"| {metric} | {cells} |")
        margins = "; ".join(_margin(systems, metric) for metric in rows if metric in _PAIR_METRICS)
        lines += ["", f"Model minus best baseline, 95 % paired bootstrap: {margins}.", ""]
    if "calibration" in section:
        parts = [f"{LAYER_NAMES[layer]} {100 * section['calibration'][layer]['ece']:.1f}" for layer in LAYERS]
        least = section["calibration"]["least_score"]
        lines += [
            f"Expected calibration error in points, marks with a score of {least} or more: {', '.join(parts)}.",
            "",
        ]
    lines += ["| model, end to end, strict | precision | recall | F1 | gold |", "|---|---:|---:|---:|---:|"]
    for metric in (
        "entities, strict",
        "relations, strict",
        "relations with status, strict",
        "stances, strict",
    ):
        entry = section["settings"][END_TO_END][MODEL][metric]
        lines.append(f"| **{metric.partition(',')[0]}** | {_numbers(entry)} |")
        lines += [f"| `{label}` | {_numbers(item)} |" for label, item in entry["labels"].items()]
    return "\n".join(lines)


def _margin(systems: Mapping[str, Any], metric: str) -> str:
    baselines = [system[metric] for name, system in systems.items() if name != MODEL]
    best = max(baselines, key=lambda entry: float(entry["f1"]))
    low, high = 100 * best["model_minus_this_low"], 100 * best["model_minus_this_high"]
    return f"{metric.partition(',')[0]} {low:+.1f} to {high:+.1f}"


def _cell(entry: Mapping[str, Any], metric: str) -> str:
    if metric.startswith("entities") and "model_minus_this_low" in entry:
        # The baselines take the model's entities.
        return "="
    return f"{100 * entry['f1']:.1f} ({100 * entry['f1_low']:.1f}–{100 * entry['f1_high']:.1f})"


def _numbers(entry: Mapping[str, Any]) -> str:
    counts = Counts(entry["tp"], entry["fp"], entry["fn"])
    values = (counts.precision, counts.recall, counts.f1)
    return " | ".join(f"{100 * value:.1f}" for value in values) + f" | {counts.support}"


def write_metrics(folder: Path, name: str, section: Section) -> None:
    """Records a section in ``metrics.json`` and, between the marks of that name, in ``MODEL_CARD.md``.

    Args:
        folder: The model folder.
        name: Name of the section; one of the same name is replaced.
        section: The scores.

    Raises:
        ModelError: If ``metrics.json`` is there and damaged.
        OutputError: If a file cannot be written.
    """
    record_scores(folder, name, section, metrics_table)
