"""Scores of a model beside the baselines, and the files that record them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from secrel import __version__
from secrel.config import CorpusConfig, Recipe
from secrel.domain import Document, Entity, LabelScheme, Pair, Relation, RelationType, Span, Stance, StanceType
from secrel.errors import ModelError, OutputError
from secrel.evaluation import METRICS
from secrel.pipeline import Pipeline
from secrel.training.evaluation import evaluate_pipeline, leave_one_out, metrics_table, write_metrics

PARTY = frozenset({"GPE"})
SCHEME = LabelScheme(
    "test",
    "1",
    ("GPE",),
    relations=(RelationType("pressures", PARTY, PARTY),),
    statuses=("planned", "actual"),
    stance=StanceType(("favor", "against"), PARTY, PARTY),
)


def gold_document(text: str, id: str) -> Document:
    """Two names, and the first pressures the second."""
    head, tail = (
        Entity(Span(text.index(name), text.index(name) + len(name)), "GPE", name)
        for name in (text.split(maxsplit=1)[0], text.rsplit(maxsplit=1)[-1])
    )
    pair = Pair(head, tail)
    return Document(
        text,
        id,
        sentences=(Span(0, len(text)),),
        entities=(head, tail),
        relations=(Relation(pair, "pressures", "actual"),),
        stances=(Stance(pair, "against"),),
    )


GOLD = [gold_document("Baku warned Kyiv", "a"), gold_document("Riga hit back at Oslo", "b")]


class Entities:
    """A stage that finds the first name alone in texts of more than three words, and both in others."""

    name, requires, assigns = "entities", ("text",), ("entities",)

    def __call__(self, document: Document) -> Document:
        assert document.entities == document.relations == document.stances == ()
        (gold,) = (d for d in GOLD if d.text == document.text)
        return document.replace(entities=gold.entities[: 1 if len(document.text.split()) > 3 else 2])


class Relations:
    """A stage that relates the first two entities, with the wrong status."""

    name, requires, assigns = "relations", ("entities",), ("relations",)

    def __call__(self, document: Document) -> Document:
        pairs = [Pair(*document.entities)] if len(document.entities) == 2 else []
        return document.replace(relations=tuple(Relation(pair, "pressures", "planned") for pair in pairs), stances=())


@pytest.fixture
def section() -> dict[str, Any]:
    return evaluate_pipeline(Pipeline([Entities(), Relations()], scheme=SCHEME), GOLD, GOLD)


def numbers(entry: dict[str, Any]) -> tuple[int, int, int]:
    return entry["tp"], entry["fp"], entry["fn"]


def test_a_pipeline_beside_the_baselines(section: dict[str, Any]) -> None:
    assert {key: section[key] for key in ("secrel", "documents", "sentences", "bootstrap_unit")} == {
        "secrel": __version__,
        "documents": 2,
        "sentences": 2,
        "bootstrap_unit": "document",
    }
    end_to_end, on_gold = section["settings"]["end to end"], section["settings"]["gold entities"]
    assert list(end_to_end) == list(on_gold) == ["model", "always none", "co-occurrence", "verb lexicon"]
    for system in (*end_to_end.values(), *on_gold.values()):
        assert tuple(system) == METRICS

    def relations(systems: dict[str, Any], metric: str = "relations, strict") -> list[tuple[int, int, int]]:
        return [numbers(system[metric]) for system in systems.values()]

    # End to end the second article has one entity only, and no pair for any system.
    assert relations(end_to_end) == [(1, 0, 1), (0, 0, 2), (1, 0, 1), (1, 0, 1)]
    # The lexicon has "warn", and nothing for "hit back".
    assert relations(on_gold) == [(2, 0, 0), (0, 0, 2), (2, 0, 0), (1, 0, 1)]
    with_status = "relations with status, strict"
    assert relations(on_gold, with_status) == [(0, 2, 2), (0, 0, 2), (2, 0, 0), (1, 0, 1)]
    assert numbers(end_to_end["model"]["entities, strict"]) == (3, 0, 1)
    assert numbers(on_gold["model"]["entities, strict"]) == (4, 0, 0)
    assert numbers(on_gold["co-occurrence"]["stances, strict"]) == (2, 0, 0)


def test_differences_to_the_model(section: dict[str, Any]) -> None:
    systems = section["settings"]["gold entities"]
    assert "model_minus_this_low" not in systems["model"]["relations, strict"]
    none, same = systems["always none"]["relations, strict"], systems["co-occurrence"]["relations, strict"]
    assert (none["model_minus_this_low"], none["model_minus_this_high"]) == (1.0, 1.0)
    assert (same["model_minus_this_low"], same["model_minus_this_high"]) == (0.0, 0.0)
    assert systems["co-occurrence"]["relations with status, strict"]["model_minus_this_high"] == -1.0


def test_sentences_can_be_the_units_and_co_occurrence_needs_training() -> None:
    pipeline = Pipeline([Entities(), Relations()], scheme=SCHEME)
    section = evaluate_pipeline(pipeline, GOLD, [], unit="sentence")
    assert section["bootstrap_unit"] == "sentence"
    assert list(section["settings"]["end to end"]) == ["model", "always none", "verb lexicon"]


def test_the_table(section: dict[str, Any]) -> None:
    lines = metrics_table(section).splitlines()
    assert lines[0].startswith(
        "2 articles, 2 sentences; micro-F1 in percent with 95 % bootstrap intervals over documents"
    )
    assert "| end to end | model | always none | co-occurrence | verb lexicon |" in lines
    assert "| gold entities | model | always none | co-occurrence | verb lexicon |" in lines
    entities = next(line for line in lines if line.startswith("| entities, strict"))
    assert entities == "| entities, strict | 85.7 (66.7–100.0) | = | = | = |"
    # With gold entities the rows of entities say nothing and are left out.
    assert sum(line.startswith("| entities, strict") for line in lines) == 1
    (_, on_gold) = [line for line in lines if line.startswith("| relations, strict")]
    assert on_gold == (
        "| relations, strict | 100.0 (100.0–100.0) | 0.0 (0.0–0.0) | 100.0 (100.0–100.0) | 66.7 (0.0–100.0) |"
    )
    tail = lines[lines.index("| model, end to end, strict | precision | recall | F1 | gold |") :]
    assert tail[2:] == [
        "| **entities** | 100.0 | 75.0 | 85.7 | 4 |",
        "| `GPE` | 100.0 | 75.0 | 85.7 | 4 |",
        "| **relations** | 100.0 | 50.0 | 66.7 | 2 |",
        "| `pressures` | 100.0 | 50.0 | 66.7 | 2 |",
        "| **relations with status** | 0.0 | 0.0 | 0.0 | 2 |",
        "| `pressures` | 0.0 | 0.0 | 0.0 | 2 |",
        "| **stances** | 0.0 | 0.0 | 0.0 | 2 |",
        "| `against` | 0.0 | 0.0 | 0.0 | 2 |",
    ]
    for line in lines:
        assert not line.startswith("|") or line.endswith("|")


CARD = """# Card

<!-- scores: test -->
old \\1 table
<!-- end -->

Between.

<!-- scores: edm -->
kept
<!-- end -->
"""


def test_metrics_replace_their_own_section_alone(section: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "MODEL_CARD.md").write_text(CARD, encoding="utf-8")
    (tmp_path / "metrics.json").write_text(json.dumps({"edm": {"kept": "é"}, "test": {"old": 1}}), encoding="utf-8")
    for _ in range(2):  # a second time changes nothing
        write_metrics(tmp_path, "test", section)
        metrics = json.loads((tmp_path / "metrics.json").read_text(encoding="utf-8"))
        assert metrics == {"edm": {"kept": "é"}, "test": json.loads(json.dumps(section))}
        card = (tmp_path / "MODEL_CARD.md").read_text(encoding="utf-8")
        assert card == CARD.replace("old \\1 table", metrics_table(section))


def test_metrics_without_a_card_or_a_mark(section: dict[str, Any], tmp_path: Path) -> None:
    write_metrics(tmp_path, "test", section)
    assert list(json.loads((tmp_path / "metrics.json").read_text(encoding="utf-8"))) == ["test"]
    assert not (tmp_path / "MODEL_CARD.md").exists()
    (tmp_path / "MODEL_CARD.md").write_text(CARD, encoding="utf-8")
    write_metrics(tmp_path, "other", section)
    assert (tmp_path / "MODEL_CARD.md").read_text(encoding="utf-8") == CARD


def test_metrics_that_cannot_be_written(section: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match=r"metrics\.json: found"):
        write_metrics(tmp_path / "file", "test", section)


LABELS = """
name = "fleet"
version = "1"
entities = ["FIRM", "SHIP"]
[[relations]]
label = "owns"
head = ["FIRM"]
tail = ["SHIP"]
"""


@pytest.fixture
def fleet_recipe(tiny_recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Recipe]:
    monkeypatch.delenv("SECREL_ARTICLES", raising=False)
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "labels.toml").write_text(LABELS, encoding="utf-8")
    (corpus / "splits.toml").write_text('[splits]\nall = ["a", "b"]\nmore = ["c"]\naway = ["d"]\n', encoding="utf-8")
    for name, verb in (("a", "owns"), ("b", "buys"), ("c", "sinks")):
        (corpus / f"{name}.txt").write_text(f"Norlund {verb} the Petrel.\n", encoding="utf-8")
        start = len(f"Norlund {verb} the ")
        (corpus / f"{name}.ann").write_text(
            f"T1\tFIRM 0 7\tNorlund\nT2\tSHIP {start} {start + 6}\tPetrel\nR1\towns Arg1:T1 Arg2:T2\t\n",
            encoding="utf-8",
        )
    (corpus / "d.ann").write_text("T1\tFIRM 0 7\tNorlund\n", encoding="utf-8")
    (corpus / "SHA256SUMS").write_text(f"{'0' * 64}  d.txt\n", encoding="utf-8")

    def make(**changes: Any) -> Recipe:
        training = replace(tiny_recipe.training, epochs=1)
        options = {"train": ("all", "more"), "dev": (), "test": (), **changes}
        return replace(tiny_recipe, corpus=CorpusConfig("corpus", **options), training=training)

    return make


def test_leave_one_out(fleet_recipe: Callable[..., Recipe], tmp_path: Path) -> None:
    recipe = fleet_recipe(leave_one_out=("all", "away"))
    section, missing = leave_one_out(recipe, tmp_path, work_folder=tmp_path / "runs", progress=False)
    assert missing == ("d",)
    assert section is not None
    assert (section["documents"], section["sentences"], section["bootstrap_unit"]) == (2, 2, "sentence")
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["a", "b"]
    on_gold = section["settings"]["gold entities"]
    # Trained on the two other articles, where the firm owns the ship.
    assert numbers(on_gold["co-occurrence"]["relations, strict"]) == (2, 0, 0)
    assert on_gold["model"]["relations, strict"]["tp"] + on_gold["model"]["relations, strict"]["fn"] == 2
    assert metrics_table(section).startswith("2 articles, 2 sentences")


def test_leave_one_out_does_not_train_on_the_article_it_scores(
    fleet_recipe: Callable[..., Recipe], tmp_path: Path
) -> None:
    # Without "a" there is only "b" left to count in, and without "b" only "a": take the relation out of "b".
    annotation = tmp_path / "corpus" / "b.ann"
    annotation.write_text(annotation.read_text(encoding="utf-8").replace("R1\towns Arg1:T1 Arg2:T2\t\n", ""))
    recipe = fleet_recipe(train=("all",), leave_one_out=("all",))
    section, _ = leave_one_out(recipe, tmp_path, work_folder=tmp_path / "runs", progress=False)
    assert section is not None
    co_occurrence = section["settings"]["gold entities"]["co-occurrence"]["relations, strict"]
    assert numbers(co_occurrence) == (0, 1, 1)


def test_leave_one_out_without_any_text(fleet_recipe: Callable[..., Recipe], tmp_path: Path) -> None:
    recipe = fleet_recipe(leave_one_out=("away",))
    assert leave_one_out(recipe, tmp_path, work_folder=tmp_path / "runs", progress=False) == (None, ("d",))


def test_damaged_metrics_are_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "metrics.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match="no JSON"):
        write_metrics(tmp_path, "test", {})
    assert (tmp_path / "metrics.json").read_text(encoding="utf-8") == "{"
