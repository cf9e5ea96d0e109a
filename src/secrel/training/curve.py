"""The learning curve: what a recipe gives with ever more of the training articles."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from secrel.config import Recipe
from secrel.domain import Document, LabelScheme
from secrel.errors import ConfigError
from secrel.evaluation import score
from secrel.pipeline import Pipeline

CURVE_METRICS = ("entities, strict", "relations, strict", "relations with status, strict", "stances, strict")
GOLD_METRICS = CURVE_METRICS[1:]


def nested_subset(groups: Mapping[str, Sequence[Document]], fraction: float, *, seed: int) -> list[Document]:
    """A share of every group of documents, at random; with one seed, smaller shares lie within larger ones.

    Args:
        groups: Documents by the group that they are drawn within.
        fraction: The share, in (0, 1]; of every group at least one document is taken.
        seed: Seed of the draw.
    """
    generator = np.random.default_rng(seed)
    chosen: list[Document] = []
    for documents in groups.values():
        order = generator.permutation(len(documents))
        n = max(1, round(fraction * len(documents)))
        chosen += [documents[index] for index in sorted(order[:n])]
    return chosen


def epochs_for(epochs: int, fraction: float) -> int:
    """Passes over a share of the data, inversely to the root of the share.

    As many passes as over all of it would be too few steps to learn from, as many steps a waste of passes.
    """
    return max(1, round(epochs / math.sqrt(fraction)))


def learning_curve(
    recipe: Recipe,
    scheme: LabelScheme,
    groups: Mapping[str, Sequence[Document]],
    development: Sequence[Document],
    judged_on: Mapping[str, Sequence[Document]],
    *,
    fractions: Sequence[float],
    seeds: Sequence[int],
    output: Path,
    work_folder: Path,
    recipe_folder: Path = Path(),
    progress: bool = True,
) -> Iterator[dict[str, Any]]:
    """Trains and scores once for every share and seed; points that ``output`` has already are not trained again.

    These keep the scores that they have, also where other texts are at hand now to judge on.

    Args:
        recipe: The recipe.
        scheme: The label scheme.
        groups: Training documents by group, each of which is drawn from in the same share.
        development: Documents that thresholds are tuned on.
        judged_on: Marked documents to score on, by name; none of them in ``groups``.
        fractions: Shares of the training documents, in (0, 1].
        seeds: Seeds of draw and training.
        output: A JSONL file to which every point is appended as soon as it is there.
        work_folder: Folder for the states of the runs.
        recipe_folder: Folder that the recipe's paths are relative to.
        progress: Whether to show progress bars.

    Yields:
        The points: ``fraction``, ``seed``, ``articles``, ``sentences``, ``epochs``, and under ``scores`` for every
        name in ``judged_on`` the micro-F1 per metric, ``gold: `` before those with gold entities.

    Raises:
        ConfigError: If a share is out of range or ``output`` has points of another recipe or other articles.
    """
    from secrel.training.trainer import train

    for fraction in fractions:
        if not 0 < fraction <= 1:
            raise ConfigError("fractions", found=str(fraction), expected="shares in (0, 1]")
    known = read_points(output)
    # As JSON gives it back, and without the seed, which differs from point to point.
    setting = json.loads(json.dumps(recipe.to_dict()))
    del setting["training"]["seed"]
    names = [name for name, gold in judged_on.items() if gold]
    for point in known:
        n_articles = len(nested_subset(groups, point["fraction"], seed=point["seed"]))
        if point["recipe"] != setting:
            raise ConfigError(output, found="points of another recipe", expected="an output file of its own")
        if point["articles"] != n_articles:
            raise ConfigError(
                output,
                found=f"a point of {point['articles']} articles",
                expected=f"{n_articles} articles, as now; or an output file of its own",
            )
    done = {(point["fraction"], point["seed"]) for point in known}
    for fraction in sorted(fractions):
        for seed in seeds:
            if (fraction, seed) in done:
                continue
            documents = nested_subset(groups, fraction, seed=seed)
            epochs = epochs_for(recipe.training.epochs, fraction)
            trained = train(
                replace(recipe, training=replace(recipe.training, seed=seed, epochs=epochs)),
                scheme,
                documents,
                development,
                work_folder=work_folder / f"{fraction:g}-{seed}",
                recipe_folder=recipe_folder,
                progress=progress,
            )
            pipeline = Pipeline.from_checkpoint(trained.checkpoint, resolve=False)
            point = {
                "fraction": fraction,
                "seed": seed,
                "articles": len(documents),
                "sentences": sum(len(document.sentences or ()) for document in documents),
                "epochs": epochs,
                "scores": {name: _scores(pipeline, judged_on[name], scheme) for name in names},
                "recipe": setting,
            }
            output.parent.mkdir(parents=True, exist_ok=True)
            with output.open("a", encoding="utf-8") as file:
                file.write(json.dumps(point, ensure_ascii=False) + "\n")
            yield point


def _scores(pipeline: Pipeline, gold: Sequence[Document], scheme: LabelScheme) -> dict[str, float]:
    bare = [document.replace(entities=(), relations=(), stances=()) for document in gold]
    end_to_end = score(gold, list(pipeline.pipe(bare)), scheme)
    on_gold = score(gold, [pipeline.classify(document) for document in gold], scheme)
    values = {metric: round(end_to_end.total(metric).f1, 4) for metric in CURVE_METRICS}
    return values | {f"gold: {metric}": round(on_gold.total(metric).f1, 4) for metric in GOLD_METRICS}


def read_points(path: Path) -> list[dict[str, Any]]:
    """The points of a learning curve; none if there is no such file.

    Raises:
        ConfigError: If a line is not one of them.
    """
    if not path.exists():
        return []
    points = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            point = json.loads(line)
            if not {"fraction", "seed", "articles", "sentences", "scores", "recipe"} <= point.keys():
                raise ValueError("keys are missing")
        except (ValueError, AttributeError) as error:
            raise ConfigError(f"{path}, line {number}", found=str(error), expected="a point of a curve") from error
        points.append(point)
    return points


def curve_table(points: Sequence[Mapping[str, Any]]) -> list[str]:
    """A Markdown table: mean and, in brackets, range over the seeds, in percent, per share of the data."""
    if not points:
        return []
    metrics = [*CURVE_METRICS, *(f"gold: {metric}" for metric in GOLD_METRICS)]
    lines = []
    for name in dict.fromkeys(name for point in points for name in point["scores"]):
        judged = [point for point in points if name in point["scores"]]
        fractions = sorted({point["fraction"] for point in judged})
        heads = []
        for fraction in fractions:
            some = [point for point in judged if point["fraction"] == fraction]
            heads.append(f"{100 * fraction:g} % ({round(float(np.mean([p['sentences'] for p in some])))} sentences)")
        lines += [f"| {name} | {' | '.join(heads)} |", f"|---|{'---:|' * len(fractions)}"]
        for metric in metrics:
            cells = []
            for fraction in fractions:
                values = [100 * p["scores"][name][metric] for p in judged if p["fraction"] == fraction]
                cells.append(f"{np.mean(values):.1f} ({min(values):.1f}–{max(values):.1f})")
            lines.append(f"| {metric.replace(', strict', '')} | {' | '.join(cells)} |")
        lines.append("")
    return lines
