"""Prints the runs on public sets as Markdown tables: ``python benchmarks/public/table.py OUT.json ...``.

One table a set, one row a system: the library, by the files of ``run.py``; the published methods with the library's
encoder, by those of ``published_pairs.py`` and ``published_tagger.py``; and published figures, where ``run.py`` knows
some. Several files of one system with other seeds give the mean with the lowest and the highest. What a system was not
asked is a dash.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Result = Mapping[str, Any]
LIBRARY = "secrel"
ENTITIES = "entities, end to end"
FIVE_CLASSES = "five classes, entities given"
RELATIONS = "relations, entities given"
RELATED = "relations of related pairs"
TASKS: Mapping[str, Sequence[str]] = {
    "dse": (FIVE_CLASSES,),
    "fewrel": (RELATIONS,),
    "crossre-news": (RELATIONS, RELATED),
    "crossre-politics": (RELATIONS, RELATED),
}
"""What matters of a set; of all others the entities."""
BESIDE = frozenset({"seed", "threads", "pairs", "epochs"})
"""Options that make no other method of a row: its passes stand in its name."""


def read_results(paths: Sequence[Path]) -> dict[str, dict[str, list[Result]]]:
    """The results by set and row, in the order of the files.

    Raises:
        SystemExit: If a file is none of a run on a public set, two of one row differ in more than the seed or do not,
            or two of one set are of other sentences.
    """
    results: dict[str, dict[str, list[Result]]] = {}
    for path in paths:
        try:
            result = json.loads(path.read_text(encoding="utf-8"))
            name, row, seed = result["set"], _row(result), result["seed"]
            read = result["sentences"], result["limit"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SystemExit(f"{path}: found {error!r}; expected a file of a run on a public set") from error
        rows = results.setdefault(name, {})
        for other in (other for others in rows.values() for other in others):
            if (other["sentences"], other["limit"]) != read:
                raise SystemExit(f"{path}: found {read[0]}; expected {other['sentences']}, as in another run on {name}")
        for other in rows.setdefault(row, []):
            differ = [key for key in ("secrel", "options") if _plain(result, key) != _plain(other, key)]
            if differ or other["seed"] == seed:
                found = f"other {', '.join(differ)}" if differ else f"seed {seed} twice"
                raise SystemExit(f"{path}: found {found}; expected runs of {row!r} that differ in the seed only")
        rows[row].append(result)
    return results


def _plain(result: Result, key: str) -> Any:
    options = result.get(key)
    return {k: v for k, v in options.items() if k not in BESIDE} if isinstance(options, dict) else options


def _row(result: Result) -> str:
    return f"{result.get('method', LIBRARY)} | {result['encoder'].rpartition('/')[2]} | {_epochs(result)}"


def _epochs(result: Result) -> str:
    tasks = [result[task] for task in _tasks(result["set"]) if task in result]
    return ", ".join(str(task["epochs"]) for task in tasks) if "method" in result else str(result["epochs"])


def _tasks(name: str) -> Sequence[str]:
    return TASKS.get(name, (ENTITIES,))


def _figures(result: Result, task: str) -> dict[str, float]:
    if task == ENTITIES and "method" not in result:
        return {"micro_f1": result["micro_f1"]["end to end"]["entities"]}
    return dict(result.get(task, {}))


def table(name: str, rows: Mapping[str, Sequence[Result]]) -> str:
    """The table of one set, figures in percent.

    Args:
        name: Name of the set.
        rows: Its results, as of :func:`read_results`.
    """
    tasks = _tasks(name)
    keys = ("micro_f1",) if tasks == (ENTITIES,) else ("micro_f1", "macro_f1")
    columns = [(task, key) for task in tasks for key in keys]
    titles = [f"{task}: {key.partition('_')[0]}-F1" for task, key in columns]
    head = ["system", "encoder", "epochs", "seeds", *titles, "training"]
    lines = [f"| {' | '.join(head)} |", f"|---|---|{'---:|' * (len(head) - 2)}"]
    for row, runs in rows.items():
        cells = [_cell([_figures(run, task).get(key) for run in runs]) for task, key in columns]
        minutes = sum(run["training seconds"] for run in runs) / len(runs) / 60
        lines.append(f"| {row} | {len(runs)} | {' | '.join(cells)} | {minutes:.1f} min |")
    known = {item["system"]: item for runs in rows.values() for run in runs for item in run.get("published", ())}
    for item in known.values():
        said = item.get("task", tasks[0])
        cells = [str(item.get(key.partition("_")[0], "–")) if task == said else "–" for task, key in columns]
        lines.append(f"| {item['system']} ({item['source']}) | | | | {' | '.join(cells)} | |")
    caveats = dict.fromkeys(run["caveat"] for runs in rows.values() for run in runs if "caveat" in run)
    return "\n".join([*lines, *(f"\n{caveat[0].upper()}{caveat[1:]}." for caveat in caveats)])


def _cell(values: Sequence[float | None]) -> str:
    known = [100 * value for value in values if value is not None]
    if not known:
        return "–"
    mean = f"{sum(known) / len(known):.1f}"
    return mean if len(known) == 1 else f"{mean} [{min(known):.1f}–{max(known):.1f}]"


def main(argv: Sequence[str] | None = None) -> None:
    """Prints the tables."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    options.add_argument("files", nargs="+", type=Path, metavar="OUT.json")
    for name, rows in read_results(options.parse_args(argv).files).items():
        first = next(iter(rows.values()))[0]
        part = first["part"]
        print(f"**{name}**, {part} part, {first['sentences'][part]} sentences, F1 in percent\n")
        print(table(name, rows), end="\n\n")


if __name__ == "__main__":
    main()
