"""The peers of `benchmarks/peers`: TF-IDF from end to end on a made-up corpus, the others as far as it is quick."""

from __future__ import annotations

import importlib
import json
import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

PEERS = Path(__file__).parents[2] / "benchmarks" / "peers"
# The methods with the packages that they need beside secrel's own, and the module that holds most of their code.
METHODS = (
    ("spacy_tok2vec", "spacy", "spacy_parts"),
    ("spacy_transformer", "spacy_curated_transformers", "spacy_parts"),
    ("tfidf", "sklearn", "common"),
    ("pure", "torch", "network"),
    ("spert", "torch", "network"),
    ("gliner_style", "torch", "network"),
    ("setfit_style", "sklearn", "network"),
    ("ours", "torch", "common"),
)
pytestmark = pytest.mark.skipif(not PEERS.is_dir(), reason="benchmarks/ is not part of this copy of the sources")
LABELS = """\
name = "small"
version = "1"
entities = ["GPE", "MIL"]
statuses = ["planned", "actual"]

[[relations]]
label = "attacks"
head = ["GPE"]
tail = ["GPE", "MIL"]

[stance]
polarities = ["favor", "against"]
holder = ["GPE"]
target = ["GPE", "MIL"]
"""
NAMES = ("Avaria", "Borduria", "Syldava", "Ruritania", "Freedonia", "Sylvania")


def sentences() -> list[tuple[str, str, str]]:
    """Sentences with the status of their relation and the polarity of their stance, if any."""
    made = []
    for head in NAMES:
        for tail in NAMES:
            if head != tail:
                made += [
                    (f"{head} attacked {tail}.", "actual", ""),
                    (f"{head} may attack {tail}.", "planned", ""),
                    (f"{head} praised {tail}.", "", "favor"),
                    (f"{head} condemned {tail}.", "", "against"),
                    (f"{head} borders {tail}.", "", ""),
                ]
    return made


def annotate(name: str, rows: list[tuple[str, str, str]], folder: Path) -> None:
    """Writes an article of one sentence a line."""
    marks: list[str] = []
    start = n = 0
    for number, (sentence, status, polarity) in enumerate(rows):
        spans = []
        for place in sorted((sentence.index(name), name) for name in NAMES if name in sentence):
            begin = start + place[0]
            spans.append(f"T{len(spans) + 2 * number + 1}")
            marks.append(f"{spans[-1]}\tGPE {begin} {begin + len(place[1])}\t{place[1]}")
        if status or polarity:
            n += 1
            label, first, second = ("attacks", "Arg1", "Arg2") if status else ("stance", "Holder", "Target")
            marks.append(f"R{n}\t{label} {first}:{spans[0]} {second}:{spans[1]}")
            marks.append(f"A{n}\t{'Status' if status else 'Polarity'} R{n} {status or polarity}")
        start += len(sentence) + 1
    (folder / f"{name}.txt").write_text("".join(f"{row[0]}\n" for row in rows), encoding="utf-8")
    (folder / f"{name}.ann").write_text("".join(f"{mark}\n" for mark in marks), encoding="utf-8")


@pytest.fixture
def corpus_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "labels.toml").write_text(LABELS, encoding="utf-8")
    (folder / "splits.toml").write_text(
        '[splits]\ntrain = ["one", "two"]\ndev = ["three"]\ntest = ["four"]\n', encoding="utf-8"
    )
    rows = sentences()
    for n, name in enumerate(("one", "two", "three", "four")):
        # Every fourth of the rows; 5 kinds in turn and 4 articles share no divisor, so each article has all kinds.
        annotate(name, rows[n::4], folder)
    return folder


def load(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Imports a script as its command does, from its own folder."""
    monkeypatch.syspath_prepend(str(PEERS))
    return importlib.import_module(name)


@pytest.fixture(autouse=True)
def _forget_modules() -> Any:
    # The scripts' modules have plain names (`common`), which must not stay for other tests.
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None)
        if file and Path(file).parent == PEERS:
            del sys.modules[name]


@pytest.mark.parametrize(("name", "package", "parts"), METHODS)
def test_common_options(
    name: str, package: str, parts: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if not find_spec(package):
        pytest.skip(f"{package} is not installed: see benchmarks/peers/README.md")
    script = load(name, monkeypatch)
    load(parts, monkeypatch)
    given = "--seed 3 --epochs 2 --limit-sentences 60 --threads 1 -o out.json".split()
    options = script.arguments().parse_args(given)
    assert (options.seed, options.epochs, options.limit_sentences, options.threads) == (3, 2, 60, 1)
    assert (options.output, options.also) == (Path("out.json"), [])
    with pytest.raises(SystemExit, match="2"):
        script.arguments().parse_args([])
    assert "-o" in capsys.readouterr().err


def test_tfidf_learns_made_up_verbs(
    corpus_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script = load("tfidf", monkeypatch)
    output = tmp_path / "out" / "tfidf.json"
    script.main(["--corpus", str(corpus_folder), "--model", "", "-o", str(output)])
    result = json.loads(output.read_text(encoding="utf-8"))
    assert set(result["scores"]) == {"test"}
    settings = result["scores"]["test"]["settings"]
    assert set(settings) == {"gold entities"}
    gold = settings["gold entities"]
    rows = sentences()[3::4]
    n_relations, n_stances = sum(bool(row[1]) for row in rows), sum(bool(row[2]) for row in rows)
    for metric, n in (
        ("relations, strict", n_relations),
        ("relations with status, strict", n_relations),
        ("stances, strict", n_stances),
    ):
        assert gold[metric]["tp"] + gold[metric]["fn"] == n
        assert gold[metric]["f1"] > 0.9, metric
    assert "entities, strict" not in gold
    assert gold["seconds_a_sentence"] > 0
    assert result["weights"] > 0
    assert result["options"]["seed"] == 0
    assert result["packages"]["scikit-learn"]
    assert "gold entities, F1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "layers"),
    [
        ("spacy_tok2vec --batch-size 4", ("entities", "relations", "stances")),
        ("pure --batch-size 4 --pair-epochs 3", ("entities", "relations", "stances")),
        ("spert --batch-size 4", ("entities", "relations", "stances")),
        ("gliner_style --batch-size 4", ("entities",)),
        ("setfit_style --batch-size 4", ("stances",)),
        ("ours", ("entities", "relations", "stances")),
    ],
)
def test_networks_train_and_score(  # noqa: PLR0917
    command: str,
    layers: tuple[str, ...],
    corpus_folder: Path,
    tiny_encoder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(
        f'[model]\nname = "tiny"\n[encoder]\nname = "{tiny_encoder}"\nmax_length = 128\n[corpus]\nfolder = "corpus"\n',
        encoding="utf-8",
    )
    given = f"--recipe {recipe} --limit-sentences 20 --epochs 3 -o {tmp_path / 'out.json'}"
    name, *more = command.split()
    result = load(name, monkeypatch).main([*given.split(), *more])
    assert result["sentences_trained_on"] == 20
    for losses in result["losses"].values():
        assert losses[-1] < losses[0]
    settings = result["scores"]["test"]["settings"]
    assert ("end to end" in settings) == ("entities" in layers)
    assert ("gold entities" in settings) == ("stances" in layers)
    rows = sentences()[3::4][:20]
    n_gold = {"entities": 40, "relations": sum(bool(r[1]) for r in rows), "stances": sum(bool(r[2]) for r in rows)}
    for entries in settings.values():
        counted = {metric.partition(",")[0] for metric in entries if metric.endswith("strict")}
        assert counted - {"relations with status"} <= set(layers)
        for layer in counted & set(n_gold):
            assert entries[f"{layer}, strict"]["tp"] + entries[f"{layer}, strict"]["fn"] == n_gold[layer]


def test_texts_that_are_not_at_hand_are_named(
    corpus_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script = load("tfidf", monkeypatch)
    (corpus_folder / "two.txt").unlink()
    (corpus_folder / "SHA256SUMS").write_text(f"{'0' * 64}  two.txt\n", encoding="utf-8")
    result = script.main(["--corpus", str(corpus_folder), "--model", "", "-o", str(tmp_path / "out.json")])
    assert result["missing"] == ["two"]
    assert "not at hand: two" in capsys.readouterr().err


def test_limit_keeps_the_first_sentences_and_their_marks(corpus_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = load("sentences", monkeypatch).limit
    from secrel.reading import read_corpus

    corpus = read_corpus(corpus_folder)
    documents = [corpus.document("one"), corpus.document("two")]
    n_first = len(documents[0].sentences or ())
    first, second = limit(documents, n_first + 2)
    assert first == documents[0]
    assert len(second.sentences) == 2
    assert len(second.entities) == 4
    assert limit(documents, 1)[0].text == documents[0].text
    assert len(limit(documents, 1)) == 1
    assert limit(documents, None) == tuple(documents)


def test_shares_are_nested_and_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    common = load("common", monkeypatch)
    documents = list("abcdefghijkl")
    half, quarter = common.sample(documents, 0.5), common.sample(documents, 0.25)
    assert (len(half), len(quarter)) == (6, 3)
    assert set(quarter) < set(half)
    assert list(half) == sorted(half)
    assert common.sample(documents, 1.0) == tuple(documents)
    assert len(common.sample(documents, 0.001)) == 1
    for share in (0.0, -1.0, 1.1):
        with pytest.raises(ValueError, match="at most 1"):
            common.sample(documents, share)


def test_a_system_that_copies_gold_scores_one(corpus_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    common = load("common", monkeypatch)
    from secrel.config import Decision
    from secrel.evaluation import score
    from secrel.reading import read_corpus

    corpus = read_corpus(corpus_folder)
    gold = [corpus.document("three"), corpus.document("four")]
    by_place = {(d.text, d.sentences[d.sentence_index(e.span)]): [] for d in gold for e in d.entities}
    for document in gold:
        for entity in document.entities:
            by_place[document.text, document.sentences[document.sentence_index(entity.span)]].append(entity)

    class Copy(common.System):  # type: ignore[name-defined, misc]
        finds_entities = True
        layers = ("relations", "stances")

        def entities(self, sentences: Any) -> Any:
            assert not any(sentence.entities or sentence.relations for sentence in sentences)
            return [tuple(by_place[sentence.text, sentence.span]) for sentence in sentences]

        def pairs(self, sentences: Any) -> Any:
            marks = []
            for sentence in sentences:
                document = gold[sentence.document]
                inside = sentence.span.contains
                marks.append(
                    (
                        [r for r in document.relations if inside(r.head.span)],
                        [s for s in document.stances if inside(s.holder.span)],
                    )
                )
            return marks

    for gold_entities in (True, False):
        found = common.predict(Copy(), gold, corpus.scheme, gold_entities=gold_entities, decision=Decision())
        scores = score(gold, found, corpus.scheme)
        assert {metric: scores.total(metric).f1 for metric in scores.units} == dict.fromkeys(scores.units, 1.0)


def test_markers_of_pure_stand_around_both_mentions(corpus_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch", reason="torch is not installed")
    pure = load("pure", monkeypatch)
    sentences_of = load("sentences", monkeypatch).sentences_of
    from secrel.features.pairs import candidate_pairs
    from secrel.reading import read_corpus

    corpus = read_corpus(corpus_folder)
    sentence = sentences_of([corpus.document("one")], corpus.scheme)[0]
    pair = candidate_pairs(sentence.entities, corpus.scheme)[-1]
    assert (pair.head, pair.tail) == (1, 0)
    words, opened = pure.marked(sentence, pair)
    assert words == ["[O:GPE]", "Avaria", "[/O:GPE]", "attacked", "[S:GPE]", "Borduria", "[/S:GPE]", "."]
    assert opened == (4, 0)


def result(f1: float, seed: int = 0, **options: Any) -> dict[str, Any]:
    entry = {"f1": f1, "f1_low": f1 - 0.1, "f1_high": f1 + 0.1, "tp": 1, "fp": 1, "fn": 1}
    return {
        "method": "some",
        "options": {"seed": seed, **options},
        "weights": 22_700_000,
        "processor_seconds_training": 120.0,
        "scores": {
            "test": {
                "settings": {"gold entities": {"stances, strict": entry, "processor_seconds_a_sentence": 0.004}},
            }
        },
    }


def write(tmp_path: Path, *results: dict[str, Any]) -> list[Path]:
    paths = [tmp_path / f"{n}.json" for n in range(len(results))]
    for path, item in zip(paths, results, strict=True):
        path.write_text(json.dumps(item), encoding="utf-8")
    return paths


def test_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    table = load("table", monkeypatch)
    paths = write(tmp_path, result(0.5), result(0.6, seed=1))
    table.main([str(paths[0]), "--model", str(tmp_path)])
    assert (
        "| some | 1 | – | – | – | – | – | – | 50.0 (40.0–60.0) | 22.70 M | 2.0 min | 4.0 ms |"
        in capsys.readouterr().out
    )
    table.main([*map(str, paths), "--model", str(tmp_path)])
    assert "| some | 2 | – | – | – | – | – | – | 55.0 [50.0–60.0] | 22.70 M |" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("other", "found"),
    [(result(0.6), "seed 0 twice"), (result(0.6, seed=1, epochs=3), "other epochs"), ({}, "KeyError")],
)
def test_table_refuses(other: dict[str, Any], found: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = load("table", monkeypatch)
    paths = write(tmp_path, result(0.5), other)
    with pytest.raises(SystemExit, match=found):
        table.main([*map(str, paths), "--model", str(tmp_path)])


def test_table_of_a_share_has_the_model_of_that_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    table = load("table", monkeypatch)
    ours = {**result(0.6), "method": "secrel"}
    table.main([str(path) for path in write(tmp_path, result(0.5), ours)])
    printed = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| secrel |")]
    assert len(printed) == 1
    assert "60.0 (50.0–70.0)" in printed[0]


def test_table_has_the_packaged_model(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    table = load("table", monkeypatch)
    table.main([str(path) for path in write(tmp_path, result(0.5))])
    metrics = json.loads((root / "models" / "edm" / "metrics.json").read_text(encoding="utf-8"))
    f1 = metrics["test"]["settings"]["end to end"]["model"]["entities, strict"]["f1"]
    assert f"| secrel | 1 | {100 * f1:.1f} (" in capsys.readouterr().out
