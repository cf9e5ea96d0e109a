"""Prepares a public set, trains on it and scores the model on its development part.

``python benchmarks/public/run.py NAME --data FOLDER -o OUT`` writes corpus and model below OUT, prints the figures,
and writes them to ``OUT.json``. Training and evaluation are ``secrel train`` and ``secrel evaluate``.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tomli_w
from formats import READERS
from prepare import prepare, report
from scores import directed_scores, layer_scores, relation_scores

from secrel import __version__, load, read_corpus
from secrel.cli import main as secrel
from secrel.config import read_recipe, read_toml
from secrel.errors import SecrelError
from secrel.output.atomic import write_whole

DEV = "dev"
PUBLISHED: dict[str, list[dict[str, Any]]] = {
    "dse": [
        {"system": "DSE2QA, RoBERTa-base", "source": "Park et al., ACL Findings 2021", "micro": 79.7, "macro": 67.7},
        {
            "system": "pair classifier with transitive consistency, RoBERTa-base",
            "source": "Wen et al.",
            "micro": 85.2,
            "macro": 72.5,
        },
    ]
}
"""Published figures in percent."""
CAVEAT = "published figures are of the test part, which is not used here, and of an encoder five times larger"


def run(
    name: str,
    data: Path,
    folder: Path,
    *,
    epochs: int | None = None,
    seed: int | None = None,
    limit: int | None = None,
    recipe_changes: dict[str, dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """One benchmark from the files of a set to its figures.

    Args:
        name: Name of the set.
        data: Folder with the public sets.
        folder: Folder for corpus, model and the state of the run.
        epochs: Passes over the data, instead of the recipe's.
        seed: Seed of the training, instead of the recipe's; the deal into parts does not depend on it.
        limit: Most sentences of a part.
        recipe_changes: Values to put into the recipe, by section and key; for tests.

    Returns:
        The figures, as plain data.

    Raises:
        SecrelError: If the set, the recipe or the encoder is not as expected.
        SystemExit: If training or evaluation failed; they have said why.
    """
    counts, lost = prepare(name, data, folder, limit=limit)
    report(counts, lost)
    changes = {section: dict(values) for section, values in (recipe_changes or {}).items()}
    for key, value in (("epochs", epochs), ("seed", seed)):
        if value is not None:
            changes.setdefault("training", {})[key] = value
    _change_recipe(folder / "recipe.toml", changes)
    seconds = _train_and_evaluate(folder)
    recipe = read_recipe(folder / "recipe.toml")
    return {
        "set": name,
        "part": DEV,
        "secrel": __version__,
        "encoder": recipe.encoder.name,
        "epochs": recipe.training.epochs,
        "seed": recipe.training.seed,
        "limit": limit,
        "sentences": counts,
        "left out or changed": lost,
        "training seconds": round(seconds, 1),
        **_figures(name, folder),
        "published": PUBLISHED.get(name, []),
    }


def _train_and_evaluate(folder: Path) -> float:
    started = time.monotonic()
    _call(["train", str(folder / "recipe.toml"), "-o", str(folder / "model"), "--runs", str(folder / "runs"), "-q"])
    seconds = time.monotonic() - started
    # Scores of a model that was here before are none of this one's.
    (folder / "model" / "metrics.json").unlink(missing_ok=True)
    _call(["evaluate", str(folder / "model"), str(folder), "--split", DEV, "--unit", "sentence", "--write"])
    return seconds


def _change_recipe(path: Path, changes: dict[str, dict[str, Any]]) -> None:
    if changes:
        recipe = read_toml(path)
        for section, values in changes.items():
            recipe.setdefault(section, {}).update(values)
        path.write_text(tomli_w.dumps(recipe), encoding="utf-8")


def _call(arguments: Sequence[str]) -> None:
    if status := secrel(list(arguments)):
        raise SystemExit(f"secrel {' '.join(arguments)}: exit status {status}")


def _figures(name: str, folder: Path) -> dict[str, Any]:
    corpus = read_corpus(folder)
    section = json.loads((folder / "model" / "metrics.json").read_text(encoding="utf-8"))[DEV]
    figures: dict[str, Any] = {"micro_f1": layer_scores(section, corpus.scheme)}
    if corpus.scheme.relations or corpus.scheme.stance:
        pipeline = load(folder / "model")
        gold = corpus.documents(DEV)
        classified = [pipeline.classify(document) for document in gold]
        if name == "dse":
            figures["five classes, entities given"] = directed_scores(gold, classified)
        else:
            figures["relations, entities given"] = relation_scores(gold, classified, corpus.scheme)
    return figures


def table(result: dict[str, Any]) -> str:
    """The figures in percent, with published ones beside them."""
    lines = [
        "",
        f"{result['set']}, {result['part']} part, {result['sentences'][result['part']]} sentences; {result['encoder']},"
        f" {result['epochs']} epochs, seed {result['seed']}, trained in {result['training seconds']} s",
    ]
    for setting, layers in result["micro_f1"].items():
        lines += [f"  {layer}, strict micro-F1, {setting}: {100 * f1:.1f}" for layer, f1 in layers.items()]
    for task in ("five classes, entities given", "relations, entities given"):
        if task in result:
            scores = result[task]
            lines.append(f"  {task}: micro-F1 {100 * scores['micro_f1']:.1f}, macro-F1 {100 * scores['macro_f1']:.1f}")
    lines += [
        f"  published: micro-F1 {item['micro']}, macro-F1 {item['macro']} ({item['system']}; {item['source']})"
        for item in result["published"]
    ]
    return "\n".join(lines + [f"  {CAVEAT}"] * bool(result["published"]))


def main(arguments: list[str] | None = None) -> int:
    """Runs the command."""
    parser = argparse.ArgumentParser(description="Trains and scores secrel on a public set.")
    parser.add_argument("name", choices=READERS, metavar="NAME", help=", ".join(READERS))
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="folder with the public sets")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="OUT", help="folder to work in (default: runs/public/NAME); also OUT.json"
    )
    parser.add_argument("--epochs", type=int, metavar="E", help="passes over the data (default: the recipe's)")
    parser.add_argument("--seed", type=int, metavar="S", help="seed of the training (default: the recipe's)")
    parser.add_argument("--limit", type=int, metavar="N", help="at most N sentences of every part")
    given = parser.parse_args(arguments)
    folder = given.output or Path("runs") / "public" / given.name
    try:
        result = run(given.name, given.data, folder, epochs=given.epochs, seed=given.seed, limit=given.limit)
    except SecrelError as error:
        print(f"run: {error}", file=sys.stderr)
        return 1
    print(table(result))
    output = folder.with_name(folder.name + ".json")
    write_whole(output, json.dumps(result | {"caveat": CAVEAT} if result["published"] else result, indent=1) + "\n")
    print(f"written to {output}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
