"""The snippets of the README run, and its figures are those that the evaluation wrote."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from secrel.training.evaluation import END_TO_END, GOLD_ENTITIES, MODEL


def snippets(root: Path) -> list[str]:
    return re.findall(r"```python\n(.*?)```", (root / "README.md").read_text(encoding="utf-8"), re.DOTALL)


def test_python_snippets_run(root: Path, default_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    found = snippets(root)
    assert len(found) >= 3
    namespace: dict[str, object] = {}
    for snippet in found:
        exec(compile(snippet, "README.md", "exec"), namespace)
    assert namespace["rows"]
    assert namespace["doc"].ents  # type: ignore[attr-defined]


def test_first_example_is_what_the_model_says(root: Path, default_model: Path) -> None:
    from secrel.pipeline import load

    text = (root / "README.md").read_text(encoding="utf-8")
    sentence = re.search(r"^> (Moscow .*)$", text, re.MULTILINE)
    assert sentence is not None
    table = text[sentence.end() : text.index("## Two commands")]
    document = load(default_model)(sentence[1])
    expected = {(r.head, r.label, r.tail, r.status or "", f"{r.score:.2f}") for r in document.to_records()}
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \| (.*?) \| ([\d.]+) \|$", table, re.MULTILINE)
    assert {(who, what.strip("`"), whom, status.strip(), score) for who, what, whom, status, score in rows} == expected


@pytest.mark.parametrize("section", ["test", "real-dev", "edm"])
def test_figures_are_the_measured_ones(root: Path, default_model: Path, section: str) -> None:
    metrics = json.loads((default_model / "metrics.json").read_text(encoding="utf-8"))[section]["settings"]
    readme = (root / "README.md").read_text(encoding="utf-8")
    for setting, names in (
        (END_TO_END, ("entities, strict", "relations, strict", "relations with status, strict", "stances, strict")),
        (GOLD_ENTITIES, ("relations, strict", "stances, strict")),
    ):
        for name in names:
            entry = metrics[setting][MODEL][name]
            shown = f"{100 * entry['f1']:.1f} ({100 * entry['f1_low']:.1f}–{100 * entry['f1_high']:.1f})"
            assert shown in readme, (section, setting, name, shown)
