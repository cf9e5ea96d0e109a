"""Turns the files that the peers wrote into Markdown tables: ``python benchmarks/peers/table.py OUT.json ...``.

One table a split, one row a method. Several files of one method (other seeds) give the mean F1 with the lowest and the
highest; one file gives the F1 with its 95 % bootstrap interval. The first row is the packaged model's, from the
``metrics.json`` that ``secrel evaluate`` wrote, unless a file of ``ours.py`` is among them. What a method does not have
is a dash.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
END_TO_END, GOLD_ENTITIES = "end to end", "gold entities"
COLUMNS = (
    ("entities", END_TO_END, "entities, strict"),
    ("relations", END_TO_END, "relations, strict"),
    ("with status", END_TO_END, "relations with status, strict"),
    ("stances", END_TO_END, "stances, strict"),
    ("relations, gold entities", GOLD_ENTITIES, "relations, strict"),
    ("with status, gold entities", GOLD_ENTITIES, "relations with status, strict"),
    ("stances, gold entities", GOLD_ENTITIES, "stances, strict"),
)
Results = Mapping[str, Sequence[Mapping[str, Any]]]


def read_results(paths: Sequence[Path]) -> Results:
    """The results by method, in the order of the files.

    Raises:
        SystemExit: If a file is none that a peer wrote, or two of one method differ in more than the seed.
    """
    results: dict[str, list[Mapping[str, Any]]] = {}
    for path in paths:
        try:
            result = json.loads(path.read_text(encoding="utf-8"))
            method, options = result["method"], result["options"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SystemExit(f"{path}: found {error!r}; expected a file that a peer wrote") from error
        others = results.setdefault(method, [])
        for other in others:
            differ = [key for key in options if key != "seed" and options[key] != other["options"].get(key)]
            if differ or options["seed"] == other["options"]["seed"]:
                found = f"other {', '.join(differ)}" if differ else f"seed {options['seed']} twice"
                raise SystemExit(f"{path}: found {found}; expected files of {method!r} that differ in the seed only")
        others.append(result)
    return results


def table(results: Results, split: str, model: Mapping[str, Any] | None = None) -> str:
    """The table of one split.

    Args:
        results: As of :func:`read_results`.
        split: ``test`` or ``real-dev``.
        model: Settings of that split in a model's ``metrics.json``, for the first row.
    """
    headings = ["method", "seeds", *(title for title, _, _ in COLUMNS), "weights", "training", "a sentence"]
    lines = [f"| {' | '.join(headings)} |", f"|---|{'---:|' * (len(headings) - 1)}"]
    if model is not None:
        cells = [_one(model.get(setting, {}).get("model", {}).get(metric)) for _, setting, metric in COLUMNS]
        lines.append(f"| secrel | 1 | {' | '.join(cells)} | | | |")
    for method, runs in results.items():
        sections = [run["scores"][split]["settings"] for run in runs if split in run["scores"]]
        if sections:
            cells = [_cell([s.get(setting, {}).get(metric) for s in sections]) for _, setting, metric in COLUMNS]
            lines.append(f"| {method} | {len(sections)} | {' | '.join(cells)} | {_costs(runs, sections)} |")
    return "\n".join(lines)


def _cell(entries: Sequence[Mapping[str, Any] | None]) -> str:
    known = [100 * entry["f1"] for entry in entries if entry is not None]
    if len(known) < 2:
        return _one(entries[0])
    return f"{sum(known) / len(known):.1f} [{min(known):.1f}–{max(known):.1f}]"


def _one(entry: Mapping[str, Any] | None) -> str:
    if entry is None:
        return "–"
    return f"{100 * entry['f1']:.1f} ({100 * entry['f1_low']:.1f}–{100 * entry['f1_high']:.1f})"


def _costs(runs: Sequence[Mapping[str, Any]], sections: Sequence[Mapping[str, Any]]) -> str:
    """Weights, minutes of processor time to train, and milliseconds of it a sentence; means over the runs."""
    minutes = sum(run["processor_seconds_training"] for run in runs) / len(runs) / 60
    # A method without entities of its own is timed on the gold ones.
    timed = [section.get(END_TO_END) or section[GOLD_ENTITIES] for section in sections]
    milliseconds = 1000 * sum(section["processor_seconds_a_sentence"] for section in timed) / len(timed)
    return f"{runs[0]['weights'] / 1e6:.2f} M | {minutes:.1f} min | {milliseconds:.1f} ms"


def main(argv: Sequence[str] | None = None) -> None:
    """Prints the tables."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    options.add_argument("files", nargs="+", type=Path, metavar="OUT.json")
    options.add_argument("--model", type=Path, default=ROOT / "models" / "edm", help="folder with the metrics.json")
    arguments = options.parse_args(argv)
    results = read_results(arguments.files)
    metrics = arguments.model / "metrics.json"
    packaged = metrics.is_file() and "secrel" not in results
    model = json.loads(metrics.read_text(encoding="utf-8")) if packaged else {}
    splits = dict.fromkeys(split for runs in results.values() for run in runs for split in run["scores"])
    for split in splits:
        print(f"**{split}**, micro-F1 in percent, exact spans\n")
        print(table(results, split, model.get(split, {}).get("settings")), end="\n\n")


if __name__ == "__main__":
    main()
