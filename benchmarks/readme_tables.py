"""Writes the tables of the README, and the summary of the model card: ``python benchmarks/readme_tables.py``.

The figures come from ``models/edm/metrics.json``, which ``secrel evaluate`` writes, and the first example
from running the model.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from secrel.pipeline import load
from secrel.training.curve import curve_table, read_points

ROOT = Path(__file__).parents[1]
ROWS = (
    ("entities", "end to end", "entities, strict"),
    ("relations", "end to end", "relations, strict"),
    ("relations with status", "end to end", "relations with status, strict"),
    ("stances", "end to end", "stances, strict"),
    ("relations, gold entities", "gold entities", "relations, strict"),
    ("stances, gold entities", "gold entities", "stances, strict"),
)
SECTIONS = (
    ("test", "written test split", "`secrel evaluate models/edm annotations --split test`"),
    ("real-dev", "`real-dev`, newswire", "`secrel evaluate models/edm annotations --split real-dev --unit sentence`"),
    ("edm", "two EDM articles", "`secrel evaluate models/edm annotations --split edm --unit sentence`"),
)
WRITTEN, OTHERS = "test", ("real-dev", "edm")


def scores_table() -> str:
    """The table of scores."""
    metrics = json.loads((ROOT / "models" / "edm" / "metrics.json").read_text(encoding="utf-8"))
    lines = [
        "| | " + " | ".join(title for _, title, _ in SECTIONS) + " | gap to written |",
        f"|---|{'---:|' * (len(SECTIONS) + 1)}",
    ]
    sizes = [f"{metrics[key]['documents']} articles, {metrics[key]['sentences']} sentences" for key, _, _ in SECTIONS]
    lines.append(f"| | {' | '.join(sizes)} | real-dev / EDM |")
    for label, setting, name in ROWS:
        cells = []
        for key, _, _ in SECTIONS:
            entry = metrics[key]["settings"][setting]["model"][name]
            best = max(
                system[name]["f1"] for other, system in metrics[key]["settings"][setting].items() if other != "model"
            )
            cell = f"{100 * entry['f1']:.1f} ({100 * entry['f1_low']:.1f}–{100 * entry['f1_high']:.1f})"
            cells.append(cell if name.startswith("entities") else f"{cell}; best baseline {100 * best:.1f}")
        f1 = {key: 100 * metrics[key]["settings"][setting]["model"][name]["f1"] for key, _, _ in SECTIONS}
        gap = " / ".join(f"{f1[key] - f1[WRITTEN]:+.1f}" for key in OTHERS)
        lines.append(f"| {label} | {' | '.join(cells)} | {gap} |")
    lines.append(f"| printed by | {' | '.join(command for _, _, command in SECTIONS)} | |")
    return "\n".join(lines)


def labels_table() -> str:
    """F1 label by label, end to end, on the three sets, with the number of gold marks."""
    metrics = json.loads((ROOT / "models" / "edm" / "metrics.json").read_text(encoding="utf-8"))
    lines = [
        "| F1, end to end, strict | " + " | ".join(title for _, title, _ in SECTIONS) + " |",
        "|---|---:|---:|---:|",
    ]
    for label, setting, name in ROWS[:4]:
        entries = [metrics[key]["settings"][setting]["model"][name] for key, _, _ in SECTIONS]
        lines.append(f"| **{label}** | {' | '.join(_f1(entry) for entry in entries)} |")
        for item in dict.fromkeys(item for entry in entries for item in entry["labels"]):
            cells = [_f1(entry["labels"].get(item)) for entry in entries]
            lines.append(f"| `{item}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def _f1(entry: dict[str, float] | None) -> str:
    if entry is None or not entry["tp"] + entry["fn"]:
        return "none marked"
    return f"{100 * entry['f1']:.1f} of {entry['tp'] + entry['fn']}"


def curve() -> str:
    """The table of the learning curve."""
    return "\n".join(curve_table(read_points(ROOT / "models" / "edm" / "learning_curve.jsonl"))).strip()


def first_example(text: str) -> str:
    """The records of the sentence that the README opens with."""
    rows = ["| who | what | whom | status | score |", "|---|---|---|---|---:|"]
    rows += [
        f"| {r.head} | `{r.label}` | {r.tail} | {r.status or ' '} | {r.score:.2f} |" for r in load()(text).to_records()
    ]
    return "\n".join(rows)


def main() -> None:
    """Replaces what stands between the marks of the README and of the model card."""
    readme = ROOT / "README.md"
    sentence = re.search(r"^> (Moscow .*)$", readme.read_text(encoding="utf-8"), re.MULTILINE)
    if sentence is None:
        raise SystemExit("README.md: found no example sentence; expected a line '> Moscow ...'")
    _fill(readme, {"first": first_example(sentence[1]), "scores": scores_table()})
    _fill(
        ROOT / "models" / "edm" / "MODEL_CARD.md",
        {"scores": scores_table(), "labels": labels_table(), "curve": curve()},
    )


def _fill(path: Path, contents: dict[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for name, content in contents.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        text, n = pattern.subn(lambda match, content=content: f"{match[1]}{content}\n{match[2]}", text)
        if n != 1:
            raise SystemExit(f"{path}: found {n} places marked {name!r}; expected one")
    path.write_text(text, encoding="utf-8")
    print(f"{path} written")


if __name__ == "__main__":
    main()
