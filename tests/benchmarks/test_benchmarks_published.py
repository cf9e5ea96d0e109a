"""The published methods of ``benchmarks/public`` on made-up sets."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from secrel.domain import Document, Entity, LabelScheme, Pair, Relation, Span, Stance
from secrel.errors import InputError

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
pytestmark = pytest.mark.skipif(not BENCHMARKS.is_dir(), reason="benchmarks/ is not part of this copy of the sources")

VERBS = {"met": 0, "praised": 1, "was thanked by": 2, "blamed": 3, "was scolded by": 4}
NAMES = ("Osh", "Kars", "Naryn", "Batken")
DSE = "".join(
    f"[{p}] {verb} [{q}] .\t{p}\t{q}\t{class_}\n"
    for p in NAMES
    for q in NAMES
    if p != q
    for verb, class_ in VERBS.items()
)
RE3D = "".join(
    f"The\tB-Organisation\n{name}\tI-Organisation\nguard\tI-Organisation\nleft\tO\n{other}-Town\tB-Location\n.\tO\n\n"
    for name in NAMES
    for other in NAMES
)


def crossre() -> str:
    rows = []
    for first in NAMES:
        for second in NAMES:
            if first != second:
                relations = [[3, 3, 0, 0, "part-of", "", False, False], [3, 3, 0, 0, "named", "", False, False]]
                ner = [[0, 0, "location"], [3, 3, "organisation"]]
                rows.append({"sentence": [first, "of", "the", second], "ner": ner, "relations": relations})
                rows.append({"sentence": [first, "and", "no", second], "ner": ner, "relations": []})
    return "".join(json.dumps({"doc_key": f"x-{n}"} | row) + "\n" for n, row in enumerate(rows))


@pytest.fixture(autouse=True)
def _public(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Makes the scripts importable; their plain names (`table`) must not stay for other tests."""
    monkeypatch.syspath_prepend(str(BENCHMARKS / "public"))
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None)
        if file and Path(file).is_relative_to(BENCHMARKS):
            del sys.modules[name]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The sets; train and dev are the same sentences, so that what was learnt by heart is right."""
    folder = tmp_path / "data"
    files = {
        **{f"dse/{part}.txt": DSE for part in ("train", "valid")},
        **{f"re3d/{part}.txt": RE3D for part in ("train", "dev")},
        **{f"crossre/news-{part}.json": crossre() for part in ("train", "dev")},
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def arguments(data: Path, tmp_path: Path, tiny_encoder: Path) -> list[str]:
    """What all commands here are called with, behind the name of the set."""
    return [
        *("--data", str(data), "-o", str(tmp_path / "out" / "result.json"), "--encoder", str(tiny_encoder)),
        *("--learning-rate", "3e-3", "--head-learning-rate", "3e-3", "--dropout", "0"),
    ]


def entity(text: str, part: str, label: str = "ENTITY", *, after: int = 0) -> Entity:
    start = text.index(part, after)
    return Entity(Span(start, start + len(part)), label, part)


def test_markers_stand_around_the_arguments() -> None:
    from published_pairs import pieces

    text = "No. Kars's men met Osh ."
    sentence = Span(4, len(text))
    kars, osh = entity(text, "Kars", "MIL"), entity(text, "Osh", "GPE")
    words, places = pieces(text, sentence, (kars, osh), "markers")
    assert words == ("<E1:MIL>", "Kars", "</E1:MIL>", "'s men met", "<E2:GPE>", "Osh", "</E2:GPE>", ".")
    assert places == (0, 4)
    # The second argument may come first; the roles go with the arguments.
    words, places = pieces(text, sentence, (osh, kars), "markers")
    assert words == ("<E2:MIL>", "Kars", "</E2:MIL>", "'s men met", "<E1:GPE>", "Osh", "</E1:GPE>", ".")
    assert places == (4, 0)
    assert pieces(text, sentence, (osh, kars), "mentions") == (("Kars", "'s men met", "Osh", "."), (2, 0))
    touching = "Kars Osh"
    pair = (entity(touching, "Osh"), entity(touching, "Kars"))
    assert pieces(touching, Span(0, 8), pair, "mentions") == (("Kars", "Osh"), (1, 0))


def test_classifier_reads_the_opening_markers(tiny_encoder: Path) -> None:
    import torch
    from published import Encoder
    from published_pairs import PairClassifier, examples_of, marker_tokens

    scheme = LabelScheme("x", "1", ("GPE",))
    text = "Kars blamed Osh"
    kars, osh = entity(text, "Kars", "GPE"), entity(text, "Osh", "GPE")
    document = Document(text, "x", sentences=(Span(0, len(text)),), entities=(kars, osh))
    torch.manual_seed(0)
    encoder = Encoder(str(tiny_encoder), marker_tokens(scheme))
    (example,) = examples_of([document], lambda _: [(Span(0, len(text)), osh, kars, 0)], encoder, "markers")
    ids = [number for word in example.words for number in encoder.pieces(word)]
    assert example.length == len(ids)
    assert len(encoder.pieces("<E1:GPE>")) == 1
    network = PairClassifier(encoder, 3, form="markers", dropout=0.0).eval()
    seen: list[torch.Tensor] = []
    network.classify.register_forward_pre_hook(lambda _, given: seen.append(given[0][0]))
    with torch.inference_mode():
        network([example])
        hidden = encoder([example.words]).hidden[0]
    first, second = (1 + ids.index(encoder.pieces(marker)[0]) for marker in ("<E1:GPE>", "<E2:GPE>"))
    assert second < first
    assert torch.equal(seen[0], torch.cat([hidden[first], hidden[second]]))


def test_a_class_is_the_stance_that_gives_it_back() -> None:
    from directed import classes, stance_of

    text = "Kars met Osh"
    p, q = entity(text, "Kars"), entity(text, "Osh")
    stances = [stance_of(class_, p, q) for class_ in range(5)]
    assert stances[0] is None
    assert stances[4] == Stance(Pair(q, p), "against")
    for class_, stance in enumerate(stances):
        document = Document(text, "x", entities=(p, q), stances=(stance,) if stance else ())
        assert classes(document, [(p, q)]) == [class_]


def test_candidates_of_relations_are_all_ordered_pairs_or_the_related_ones() -> None:
    from published_pairs import relation_candidates

    text = "Osh Kars Naryn\nOsh"
    a, b, c = (entity(text, name) for name in NAMES[:3])
    d = entity(text, "Osh", after=5)
    relations = (Relation(Pair(b, a), "r2"), Relation(Pair(b, a), "r1"), Relation(Pair(a, c), "r1"))
    document = Document(text, "x", sentences=(Span(0, 14), Span(15, 18)), entities=(a, b, c, d), relations=relations)
    every = list(relation_candidates(document, ("none", "r1", "r2"), related=False))
    # Nothing pairs across sentences; of two labels the first counts.
    assert {(head, tail): class_ for _, head, tail, class_ in every} == {
        **dict.fromkeys([(a, b), (b, c), (c, a), (c, b)], 0),
        (b, a): 2,
        (a, c): 1,
    }
    related = relation_candidates(document, ("r1", "r2"), related=True)
    assert [(head, tail, class_) for _, head, tail, class_ in related] == [(a, c, 0), (b, a, 1)]


def said(monkeypatch: pytest.MonkeyPatch, script: Any, say: Any) -> None:
    """Puts other predictions in the place of a trained network's."""

    def instead(_network: Any, training: Any, scored: Any, _options: Any, **_: Any) -> tuple[list[Any], dict[str, Any]]:
        assert len(training) == len(scored)
        return [say(example) for example in scored], {"epochs": 0, "training seconds": 0.0}

    monkeypatch.setattr(script, "train_and_predict", instead)


def test_known_classes_get_their_scores(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    import published_pairs as script

    options = script.arguments().parse_args(["dse", *arguments])
    said(monkeypatch, script, lambda example: example.class_)
    task = script.run(options)["five classes, entities given"]
    assert (task["micro_f1"], task["macro_f1"], task["tp"], task["fp"], task["fn"]) == (1, 1, 60, 0, 0)
    # One class of five mistaken for another: 12 of 60 sentences.
    said(monkeypatch, script, lambda example: {4: 3}.get(example.class_, example.class_))
    task = script.run(options)["five classes, entities given"]
    assert (task["micro_f1"], task["tp"], task["fp"], task["fn"]) == (0.8, 48, 12, 12)
    assert task["macro_f1"] == pytest.approx((3 + 2 / 3) / 5, abs=1e-4)


def test_known_relations_get_their_scores(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    import published_pairs as script

    options = script.arguments().parse_args(["crossre-news", *arguments])
    said(monkeypatch, script, lambda example: example.class_)
    result = script.run(options)
    for setting in ("relations, entities given", "relations of related pairs"):
        task = result[setting]
        # The second label of each of the 12 pairs is out of reach of a classifier that names one.
        assert (task["tp"], task["fp"], task["fn"]) == (12, 0, 12)
        assert (task["micro_f1"], task["macro_f1"]) == (pytest.approx(2 / 3, abs=1e-4), 0.5)
    # 24 sentences of two entities: one wrong label for every ordered pair, or for the 12 related ones.
    said(monkeypatch, script, lambda _: 16)
    result = script.run(options)
    counts = {name: result[name]["fp"] for name in ("relations, entities given", "relations of related pairs")}
    assert counts == {"relations, entities given": 48, "relations of related pairs": 12}
    task = result["relations of related pairs"]
    assert (task["micro_f1"], task["macro_f1"], task["macro_f1_of_gold_labels"]) == (0, 0, 0)


def test_macro_average_over_gold_labels_leaves_out_others(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import published_pairs as script

    # Half of the related pairs right, half with a label that the set lacks.
    given = iter(range(12))
    said(monkeypatch, script, lambda example: example.class_ if next(given) % 2 else 16)
    options = script.arguments().parse_args(["crossre-news", *arguments, "--pairs", "related"])
    result = script.run(options)
    assert "relations, entities given" not in result
    task = result["relations of related pairs"]
    assert (task["tp"], task["fp"], task["fn"]) == (6, 6, 18)
    # Labels: part-of 2 * 6 / (2 * 6 + 6), named 0, and the wrong one 0.
    assert task["macro_f1_of_gold_labels"] == pytest.approx(2 / 3 / 2, abs=1e-4)
    assert task["macro_f1"] == pytest.approx(2 / 3 / 3, abs=1e-4)


def test_tags_are_those_of_the_set_and_give_the_entities_back(data: Path, tiny_encoder: Path) -> None:
    from published import Encoder, read
    from published_tagger import entities_of, sentences_of, tags_of

    (document,) = read(Namespace(name="re3d", data=data, limit=None)).dev
    tags = tags_of(LabelScheme("x", "1", ("Location", "Organisation")))
    assert tags == ["O", "B-Location", "I-Location", "B-Organisation", "I-Organisation"]
    sentences = sentences_of([document], tags, Encoder(str(tiny_encoder)))
    # A token of the set is one word, hyphens and all.
    assert sentences[1].words == ("The", "Osh", "guard", "left", "Kars-Town", ".")
    assert [tags[n] for n in sentences[1].tags] == [
        *("B-Organisation", "I-Organisation", "I-Organisation", "O", "B-Location", "O")
    ]
    bare = document.replace(entities=())
    (again,) = entities_of([bare], sentences, [[tags[n] for n in s.tags] for s in sentences])
    assert again.entities == document.entities
    # As the scorer of CoNLL-2003 takes it: what goes on with nothing, or with another label, begins.
    loose = ["I-Location", "O", "B-Location", "I-Organisation", "I-Organisation", "B-Organisation"]
    (found,) = entities_of([bare], sentences[:1], [loose])
    assert [(e.text, e.label) for e in found.entities] == [
        *(("The", "Location"), ("guard", "Location"), ("left Osh-Town", "Organisation"), (".", "Organisation"))
    ]


def test_known_tags_get_their_scores(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    import published_tagger as script

    options = script.arguments().parse_args(["re3d", *arguments])
    # Rows come as wide as their batch: what lies behind the last token is no tag.
    said(monkeypatch, script, lambda sentence: [*sentence.tags, 1, 1])
    task = script.run(options)["entities, end to end"]
    assert (task["micro_f1"], task["tp"], task["fp"], task["fn"]) == (1, 32, 0, 0)
    # Without its first token no organisation is right.
    said(monkeypatch, script, lambda sentence: [0, *sentence.tags[1:]])
    task = script.run(options)["entities, end to end"]
    assert (task["micro_f1"], task["tp"], task["fp"], task["fn"]) == (0.5, 16, 16, 16)


@pytest.mark.parametrize(
    ("name", "task", "options"),
    [
        ("re3d", "entities, end to end", ["--epochs", "20"]),
        ("dse", "five classes, entities given", ["--epochs", "30"]),
        ("dse", "five classes, entities given", ["--epochs", "30", "--form", "mentions"]),
        ("crossre-news", "relations, entities given", ["--epochs", "30", "--pairs", "all"]),
    ],
)
def test_a_small_set_is_learnt_by_heart(  # noqa: PLR0917
    arguments: list[str],
    tmp_path: Path,
    name: str,
    task: str,
    options: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    from importlib import import_module

    script = import_module("published_tagger" if name == "re3d" else "published_pairs")
    assert script.main([name, *arguments, *options]) == 0
    result = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    figures = result[task]
    assert figures["micro_f1"] > (0.65 if name == "crossre-news" else 0.95)
    assert figures["losses"][-1] < 0.3 * figures["losses"][0]
    assert figures["trained on"] == figures["scored"] == {"re3d": 16, "dse": 60, "crossre-news": 48}[name]
    assert figures["longer than the encoder reads"] == 0
    assert (result["set"], result["part"], result["seed"], result["limit"]) == (name, "dev", 0, None)
    assert "encoder" in result["options"] and "/" not in result["encoder"]
    assert f"{task}: micro-F1 {100 * figures['micro_f1']:.1f}" in capsys.readouterr().out


def test_a_run_does_not_depend_on_the_one_before(arguments: list[str]) -> None:
    import published_pairs as script

    def figures(*options: str) -> dict[str, Any]:
        result = script.run(script.arguments().parse_args(["crossre-news", *arguments, "--epochs", "1", *options]))
        return {key: task["losses"] for key, task in result.items() if isinstance(task, dict) and "losses" in task}

    both = figures()
    assert list(both) == ["relations of related pairs", "relations, entities given"]
    assert both == figures("--pairs", "all") | figures("--pairs", "related")
    assert both != figures("--seed", "1")


def test_texts_longer_than_the_encoder_are_counted(arguments: list[str], data: Path) -> None:
    import published_tagger as script

    row = "Osh\tB-Location\n"
    (data / "re3d" / "train.txt").write_text(f"{130 * row}\n{2 * row}\n", encoding="utf-8")
    result = script.run(script.arguments().parse_args(["re3d", *arguments, "--epochs", "1", "--limit", "2"]))
    assert result["sentences"] == {"train": 2, "dev": 2}
    assert result["entities, end to end"]["longer than the encoder reads"] == 1


def test_faults_are_said(arguments: list[str], data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import published_pairs as script

    rows = [json.dumps(json.loads(line) | {"relations": []}) + "\n" for line in crossre().splitlines()]
    (data / "crossre" / "news-train.json").write_text("".join(rows), encoding="utf-8")
    with pytest.raises(InputError, match="no pair"):
        script.run(script.arguments().parse_args(["crossre-news", *arguments, "--pairs", "related"]))
    (data / "dse" / "valid.txt").unlink()
    assert script.main(["dse", *arguments]) == 1
    assert "valid.txt" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
