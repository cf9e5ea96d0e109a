"""`secrel train`, `evaluate` and `crossvalidate` on a recipe of two epochs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import tomli_w

from secrel.checkpoints import Checkpoint
from secrel.cli import main
from secrel.config import read_recipe
from secrel.domain import Document
from secrel.pipeline import load

LABELS = """\
name = "small"
version = "1"
entities = ["GPE"]
statuses = ["actual"]
relations = [{label = "attacks", head = ["GPE"], tail = ["GPE"]}]
stance = {polarities = ["favor", "against"], holder = ["GPE"], target = ["GPE"]}
"""
PAIRS = {"one": ("Avaria", "Borduria"), "two": ("Syldava", "Avaria"), "three": ("Borduria", "Syldava")}


def write_article(folder: Path, name: str) -> None:
    head, tail = PAIRS[name]
    end = len(head) + 5
    (folder / f"{name}.txt").write_text(f"{head} hit {tail}. Nobody saw it.\n", encoding="utf-8")
    (folder / f"{name}.ann").write_text(
        f"T1\tGPE 0 {len(head)}\t{head}\nT2\tGPE {end} {end + len(tail)}\t{tail}\n"
        "R1\tattacks Arg1:T1 Arg2:T2\nR2\tstance Holder:T1 Target:T2\nA1\tStatus R1 actual\nA2\tPolarity R2 against\n",
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, tiny_encoder: Path) -> Path:
    folder = tmp_path_factory.mktemp("project")
    (folder / "corpus").mkdir()
    for name in PAIRS:
        write_article(folder / "corpus", name)
    (folder / "corpus" / "labels.toml").write_text(LABELS, encoding="utf-8")
    (folder / "corpus" / "splits.toml").write_text(
        '[splits]\ntrain = ["one", "two"]\ndev = ["three"]\ntest = ["three"]\n', encoding="utf-8"
    )
    recipe = {
        "model": {"name": "mini", "version": "0.0.2"},
        "encoder": {"name": str(tiny_encoder), "max_length": 64, "stride": 16},
        "corpus": {"folder": "corpus", "leave_one_out": ["train"]},
        "heads": {"tagger_size": 16, "pair_size": 16, "pair_heads": 2, "feature_size": 4},
        "training": {"epochs": 2, "batch_size": 4, "bf16": False},
    }
    (folder / "recipe.toml").write_text(tomli_w.dumps(recipe), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def trained(project: Path) -> Path:
    arguments = ["train", str(project / "recipe.toml"), "-o", str(project / "model"), "--runs", str(project / "runs")]
    assert main([*arguments, "-q"]) == 0
    return project / "model"


def without_text(project: Path, folder: Path, *names: str) -> Path:
    copy = Path(shutil.copytree(project, folder / "project", ignore=shutil.ignore_patterns("runs", "model")))
    sums = ""
    for name in names:
        (copy / "corpus" / f"{name}.txt").unlink()
        sums += f"{'0' * 64}  {name}.txt\n"
    (copy / "corpus" / "SHA256SUMS").write_text(sums, encoding="utf-8")
    return copy


def test_train_writes_a_model_that_loads(trained: Path, project: Path) -> None:
    checkpoint = Checkpoint.from_pretrained(trained)
    assert str(checkpoint.tag) == "mini 0.0.2"
    assert checkpoint.recipe == read_recipe(project / "recipe.toml")
    assert checkpoint.scheme.entities == ("GPE",)
    assert list((project / "runs" / "mini").glob("checkpoint-*"))
    document = load(trained)("Avaria hit Borduria.")
    assert Document.from_dict(document.to_dict()) == document


def test_resume_of_a_finished_run_gives_the_same_weights(
    trained: Path, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["train", str(project / "recipe.toml"), "-o", str(tmp_path), "--runs", str(project / "runs")]
    assert main([*arguments, "-q", "--resume"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert f"secrel: model written to {tmp_path}\n" in err
    assert (tmp_path / "model.safetensors").read_bytes() == (trained / "model.safetensors").read_bytes()


def test_train_names_what_is_not_at_hand(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SECREL_ARTICLES", raising=False)
    copy = without_text(project, tmp_path, "one", "two")
    assert main(["train", str(copy / "recipe.toml"), "--runs", str(tmp_path / "runs"), "-q"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "secrel: not trained on one: its text is not at hand",
        "secrel: not trained on two: its text is not at hand",
        f"secrel: {copy / 'recipe.toml'}: found no training article whose text is at hand; "
        "expected at least one in corpus.train",
    ]
    assert not (copy / "model.safetensors").exists()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("epochs = 2", "epoch = 2", "{recipe}, training, epoch: found an unknown key; expected one of seed, epochs"),
        (
            "epochs = 2",
            'epochs = "2"',
            "{recipe}, training, epochs: found '2' of type str; expected a value of type int",
        ),
        ("[model]", "[model", "{recipe}: found no TOML: "),
        ('folder = "corpus"', 'folder = "none"', "{folder}/none: found no such folder; expected a corpus folder"),
    ],
)
@pytest.mark.parametrize("verb", ["train", "crossvalidate"])
def test_bad_recipes(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], *, verb: str, old: str, new: str, message: str
) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text((project / "recipe.toml").read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert main([verb, str(recipe), "--runs", str(tmp_path / "runs")]) == 2
    assert capsys.readouterr().err.startswith("secrel: " + message.format(recipe=recipe, folder=tmp_path))


def test_resume_without_a_run(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs = tmp_path / "runs"
    assert main(["train", str(project / "recipe.toml"), "-o", str(tmp_path), "--runs", str(runs), "--resume"]) == 2
    assert f"secrel: {runs / 'mini'}: found no state of an earlier run; expected" in capsys.readouterr().err


def test_evaluate_writes_its_scores(trained: Path, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    card = "# Card\n\n<!-- scores: test -->\nold\n<!-- end -->\n\nthe rest\n"
    (trained / "MODEL_CARD.md").write_text(card, encoding="utf-8")
    arguments = ["evaluate", str(trained), str(project / "corpus"), "--unit", "sentence"]
    assert main(arguments) == 0
    table = capsys.readouterr().out
    assert table.startswith("1 articles, 2 sentences; micro-F1 in percent with 95 % bootstrap intervals over sentences")
    assert (trained / "MODEL_CARD.md").read_text(encoding="utf-8") == card
    assert not (trained / "metrics.json").exists()
    assert main([*arguments, "--write"]) == 0
    assert capsys.readouterr().out == table
    metrics = json.loads((trained / "metrics.json").read_text(encoding="utf-8"))
    assert (metrics["test"]["documents"], metrics["test"]["sentences"]) == (1, 2)
    model = metrics["test"]["settings"]["gold entities"]["model"]
    assert model["relations, strict"]["tp"] + model["relations, strict"]["fn"] == 1
    written = (trained / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert written == card.replace("old\n", table)
    # A second split is added to the first.
    assert main(["evaluate", str(trained), str(project / "corpus"), "--split", "train", "--write"]) == 0
    again = json.loads((trained / "metrics.json").read_text(encoding="utf-8"))
    assert (again["test"], again["train"]["documents"]) == (metrics["test"], 2)


def test_evaluate_where_texts_are_not_at_hand(
    trained: Path, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SECREL_ARTICLES", raising=False)
    corpus = str(without_text(project, tmp_path, "one", "three") / "corpus")
    assert main(["evaluate", str(trained), corpus]) == 1
    assert capsys.readouterr() == ("", "secrel: not scored: three, whose text is not at hand\n")
    assert main(["evaluate", str(trained), corpus, "--split", "train"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("1 articles, ")
    assert err == "secrel: not scored: one, whose text is not at hand\n"


def test_evaluate_of_a_split_that_is_none(trained: Path, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(trained), str(project / "corpus"), "--split", "tset"]) == 2
    assert capsys.readouterr().err == (
        f"secrel: {project / 'corpus' / 'splits.toml'}: found no split 'tset'; expected one of train, dev, test\n"
    )


def test_crossvalidate(trained: Path, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["crossvalidate", str(project / "recipe.toml"), "--runs", str(tmp_path), "-q"]
    assert main([*arguments, "--write", str(trained)]) == 0
    assert capsys.readouterr().out.startswith("2 articles, 4 sentences; micro-F1 in percent with 95 % bootstrap")
    metrics = json.loads((trained / "metrics.json").read_text(encoding="utf-8"))
    section = metrics["leave-one-out"]
    assert (section["documents"], section["bootstrap_unit"]) == (2, "sentence")
    assert {path.name for path in (tmp_path / "mini-leave-one-out").iterdir()} == {"one", "two"}


def test_crossvalidate_without_texts(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SECREL_ARTICLES", raising=False)
    copy = without_text(project, tmp_path, "one", "two")
    assert main(["crossvalidate", str(copy / "recipe.toml"), "--runs", str(tmp_path / "runs")]) == 1
    assert capsys.readouterr() == (
        "",
        "secrel: left aside one: its text is not at hand\nsecrel: left aside two: its text is not at hand\n",
    )


def test_learning_curve(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = read_recipe(project / "recipe.toml")
    data = tomli_w.dumps(recipe.to_dict() | {"corpus": {"folder": str(project / "corpus"), "leave_one_out": ["test"]}})
    (tmp_path / "recipe.toml").write_text(data, encoding="utf-8")
    points = tmp_path / "points.jsonl"
    arguments = [
        "learning-curve",
        str(tmp_path / "recipe.toml"),
        "-o",
        str(points),
        "--runs",
        str(tmp_path / "runs"),
        "-q",
    ]
    assert main([*arguments, "--fractions", "0.5", "1", "--seeds", "0", "--epochs", "1"]) == 0
    out, err = capsys.readouterr()
    assert [json.loads(line)["fraction"] for line in points.read_text().splitlines()] == [0.5, 1.0]
    assert "secrel: 0.5 of the articles, seed 0" in err
    assert "| test | 50 % (2 sentences) | 100 % (4 sentences) |" in out.splitlines()
    assert "| leave-one-out articles | 50 % (2 sentences) | 100 % (4 sentences) |" in out.splitlines()
    (tmp_path / "recipe.toml").write_text(data.replace("[corpus]", '[corpus]\ntrain = ["test"]'), encoding="utf-8")
    assert main([*arguments, "--epochs", "1"]) == 2
    assert "found no training article whose text is at hand" in capsys.readouterr().err
