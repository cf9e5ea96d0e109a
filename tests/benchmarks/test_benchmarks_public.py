"""Public sets on small made-up files of their formats. The module's name differs from ``tests/test_public.py``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from secrel.config import read_recipe, read_toml
from secrel.domain import Document, Stance
from secrel.errors import ConfigError, InputError
from secrel.reading import Corpus, read_corpus

NAMES = ("re3d", "dse", "crossre-news", "crossre-politics", "fewrel", "wikigold", "redocred")
RE3D_TRAIN = (
    "The\tB-Organisation\r\nguard\tI-Organisation\r\nof\tO\r\nOsh\tB-Location\r\n\r\nNaryn.\tO\r\nslept\tO\r\n\r\n"
)
RE3D_DEV = "Osh\tB-Location\nNaryn\tB-Location\n\nNo. \tO\n5\tO"
# IOB1: "B-" only where a mention touches one of its own kind before it.
WIKIGOLD = "".join(
    f"-DOCSTART- O\n\nOsh{n} I-LOC\nKars I-LOC\nNaryn B-LOC\nguard I-ORG\nslept O\n. O\n\nNobody O\n" for n in range(10)
)
DSE_TRAIN = (
    "The [Kar]s guard blamed [Naryn’]s mayor.\tKar\tNaryn’\t3\n"
    '"He said: ""[Osh] was praised by [Naryn]."""\tOsh\tNaryn\t2\n'
    "The law of [Osh]’s party[’]s men.\tOsh\t’\t0\n"
    "[Osh] and [Naryn] slept.\tKars\tNaryn\t0\n"
    "The [Osh]ites and [Na]ryn\u2028 both   slept.\tOsh\tNa\t1\n"
)
DSE_VALID = "Then [Naryn] met [Osh ] there.\tOsh\tNaryn\t4\nNow [Anti][Nar]yn slept.\tAnti\tNar\t0\n"


def crossre(*rows: tuple[str, list[Any], list[Any]]) -> str:
    return "".join(
        json.dumps({"doc_key": f"x-{n}", "sentence": text.split(), "ner": ner, "relations": relations}) + "\n"
        for n, (text, ner, relations) in enumerate(rows)
    )


CROSSRE = crossre(
    (
        "The Osh guard beat Kars , a town",
        [[1, 2, "organisation"], [1, 1, "location"], [4, 4, "location"]],
        [
            [4, 4, 1, 2, "win/defeat", "", False, False],
            [4, 4, 1, 2, "win-defeat", "", False, False],
            [1, 2, 4, 4, "part-of", "", False, False],
            [1, 1, 4, 4, "physical", "", False, False],
        ],
    ),
    ("Osh slept", [[0, 0, "location"]], []),
)


def fewrel(*rows: tuple[str, list[list[int]], list[list[int]]]) -> list[dict[str, Any]]:
    return [{"tokens": text.split(" "), "h": ["h", "Q1", head], "t": ["t", "Q2", tail]} for text, head, tail in rows]


FEWREL_WIKI = {
    "P17": fewrel(*[(f"Osh{n} \xa0 lies in the north of Kars", [[0], [5]], [[7]]) for n in range(9)]),
    "P6": fewrel(("Osh0 \xa0 lies in the north of Kars", [[7]], [[0]])),
}
FEWREL_NYT = {"P17": fewrel(("The big town Osh", [[0, 1]], [[2, 3]]))}
REDOCRED = [
    {
        "title": f"t{n}",
        "vertexSet": [
            [{"sent_id": 0, "pos": [0, 2], "type": "ORG", "name": ""}, {"sent_id": 1, "pos": [0, 1], "type": "LOC"}],
            [{"sent_id": 0, "pos": [0, 2], "type": "ORG", "name": ""}, {"sent_id": 0, "pos": [0, 1], "type": "LOC"}],
            [{"sent_id": 1, "pos": [1, 2], "type": "MISC", "name": ""}],
        ],
        "labels": [{"h": 0, "t": 1, "r": "P17", "evidence": []}],
        "sents": [["Osh", "guard", "slept", "."], ["Kars", " ", "slept", "."], [" "]],
    }
    for n in range(10)
]


@pytest.fixture
def public(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the modules of the benchmark importable."""
    monkeypatch.syspath_prepend(str(root / "benchmarks" / "public"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """All sets, a few sentences each."""
    folder = tmp_path / "data"
    files = {
        "re3d/train.txt": RE3D_TRAIN,
        "re3d/dev.txt": RE3D_DEV,
        "wikigold/wikigold.conll.txt": WIKIGOLD,
        "dse/train.txt": DSE_TRAIN,
        "dse/valid.txt": DSE_VALID,
        "fewrel/val_wiki.json": json.dumps(FEWREL_WIKI),
        "fewrel/val_nyt.json": json.dumps(FEWREL_NYT),
        "redocred/dev_revised.json": json.dumps(REDOCRED),
        **{f"crossre/{d}-{p}.json": CROSSRE for d in ("news", "politics") for p in ("train", "dev")},
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    return folder


def made(name: str, data: Path, **options: Any) -> tuple[Corpus, dict[str, int]]:
    """The corpus of a set as secrel reads it back, and what was lost."""
    from prepare import prepare

    folder = data.parent / "corpus" / name
    _, lost = prepare(name, data, folder, **options)
    return read_corpus(folder), lost


def sentences(document: Document) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for _, span, entities in document.entities_by_sentence():
        yield span.of(document.text), [(entity.text, entity.label) for entity in entities]


def parts(corpus: Corpus) -> list[tuple[str, list[tuple[str, str]]]]:
    return [item for part in ("train", "dev") for d in corpus.documents(part) for item in sentences(d)]


@pytest.mark.parametrize("name", NAMES)
def test_set_comes_back_as_it_was_read(public: None, data: Path, name: str) -> None:
    from formats import READERS

    corpus, _ = made(name, data)
    for part, expected in READERS[name](data, 0).parts.items():
        documents = corpus.documents(part)
        found = [item for document in documents for item in sentences(document)]
        assert found == [
            (s.text, sorted(((m.span.of(s.text), m.label) for m in s.mentions), key=lambda m, s=s: s.text.index(m[0])))
            for s in expected
        ]
        assert sum(len(d.relations) for d in documents) == sum(len(s.relations) for s in expected)
        assert sum(len(d.stances) for d in documents) == sum(len(s.stances) for s in expected)
        # Arguments of a pair stand in one sentence, so that a model can be asked for it.
        assert all(r.evidence and r.evidence.contains(r.tail.span) for d in documents for r in d.relations)


def test_re3d_lines_are_sentences_whatever_they_end_in(public: None, data: Path) -> None:
    corpus, lost = made("re3d", data)
    assert parts(corpus) == [
        ("The guard of Osh", [("The guard", "Organisation"), ("Osh", "Location")]),
        ("Naryn. slept", []),
        ("Osh Naryn", [("Osh", "Location"), ("Naryn", "Location")]),
        ("No. 5", []),
    ]
    assert corpus.scheme.entities == ("Location", "Organisation")
    assert lost == {}


def test_wikigold_is_dealt_out_by_article(public: None, data: Path) -> None:
    corpus, lost = made("wikigold", data)
    train, dev = ([i for d in corpus.documents(part) for i in sentences(d)] for part in ("train", "dev"))
    assert (len(train), len(dev)) == (18, 2)
    assert [label for _, label in dev[0][1]] == ["LOC", "LOC", "ORG"]
    assert dev[0][1][0][0].endswith(" Kars")
    assert not {text for text, marks in train if marks} & {text for text, marks in dev if marks}
    assert lost == {}


def test_dse_widens_cut_words_and_counts(public: None, data: Path) -> None:
    from directed import NARROWED, NO_BRACKET, TOUCHING, WIDENED

    corpus, lost = made("dse", data)
    (train,), (dev,) = corpus.documents("train"), corpus.documents("dev")
    texts = [[entity.text for entity in entities] for _, _, entities in train.entities_by_sentence()]
    assert texts == [["Kars", "Naryn"], ["Osh", "Naryn"], ["Osh", "’s"], ["Oshites", "Naryn"]]
    assert [span.of(train.text) for span in train.sentences or ()][1:] == [
        'He said: "Osh was praised by Naryn."',
        "The law of Osh’s party’s men.",
        "The Oshites and Naryn both slept.",
    ]

    def stances(document: Document) -> list[tuple[str, str, str]]:
        def plain(s: Stance) -> tuple[str, str, str]:
            return s.holder.text, s.polarity, s.target.text

        return [plain(stance) for stance in document.stances]

    assert stances(train) == [("Kars", "against", "Naryn"), ("Naryn", "favor", "Osh"), ("Oshites", "favor", "Naryn")]
    assert stances(dev) == [("Naryn", "against", "Osh")]
    assert lost == {WIDENED: 4, NARROWED: 1, NO_BRACKET: 1, TOUCHING: 1}


def test_dse_p_is_the_entity_that_the_set_names_first(public: None, data: Path) -> None:
    from directed import classes, gold_pairs

    corpus, _ = made("dse", data)
    (train,), (dev,) = corpus.documents("train"), corpus.documents("dev")
    assert [(p.text, q.text) for p, q in gold_pairs(dev)] == [("Osh", "Naryn")]
    assert classes(dev, gold_pairs(dev)) == [4]
    assert classes(train, gold_pairs(train)) == [3, 2, 0, 1]


def test_dse_class_is_that_of_the_stance_of_the_highest_score(public: None, data: Path) -> None:
    from dataclasses import replace

    from directed import classes, gold_pairs

    from secrel.domain import Pair

    corpus, _ = made("dse", data)
    (dev,) = corpus.documents("dev")
    ((p, q),) = gold_pairs(dev)
    stance = replace(dev.stances[0], score=0.6)
    other = Stance(Pair(p, q), "favor", score=0.7)
    assert classes(dev.replace(stances=(stance, other)), [(p, q)]) == [1]
    assert classes(dev.replace(stances=(stance, replace(other, score=0.5))), [(p, q)]) == [4]
    assert classes(dev.replace(stances=()), [(p, q)]) == [0]


def test_directed_scores_are_those_of_the_confusion(public: None, data: Path) -> None:
    from scores import directed_scores

    corpus, _ = made("dse", data)
    (gold,) = corpus.documents("train")
    # Right for classes 3 and 0; class 2 is taken for none; class 1 is right.
    said = gold.replace(stances=(gold.stances[0], gold.stances[2]))
    result = directed_scores([gold], [said])
    assert result["micro_f1"] == 0.75
    assert result["classes"]["neutral"] == pytest.approx(2 / 3, abs=1e-4)
    assert result["macro_f1"] == pytest.approx((2 / 3 + 1 + 0 + 1 + 0) / 5, abs=1e-4)


@pytest.mark.parametrize("domain", ["news", "politics"])
def test_crossre_keeps_direction_and_counts_what_is_lost(public: None, data: Path, domain: str) -> None:
    from marked import DUPLICATE, LOST_ARGUMENT, OVERLAP

    corpus, lost = made(f"crossre-{domain}", data)
    (train,) = corpus.documents("train")
    found = [(r.head.text, r.label, r.tail.text) for r in train.relations]
    assert found == [("Kars", "win-defeat", "Osh guard"), ("Osh guard", "part-of", "Kars")]
    assert corpus.scheme.entities == ("location", "organisation")
    assert len(corpus.scheme.relations) == 17
    # Train and dev hold the same rows.
    assert lost == {OVERLAP: 2, DUPLICATE: 2, LOST_ARGUMENT: 2}


def test_relation_scores_average_over_labels(public: None, data: Path) -> None:
    from scores import relation_scores

    corpus, _ = made("crossre-news", data)
    (gold,) = corpus.documents("train")
    result = relation_scores([gold], [gold.replace(relations=gold.relations[:1])], corpus.scheme)
    assert result == {
        "micro_f1": pytest.approx(2 / 3, abs=1e-4),
        "macro_f1": 0.5,
        "labels": {"part-of": 0.0, "win-defeat": 1.0},
    }


def test_fewrel_keeps_equal_sentences_in_one_part(public: None, data: Path) -> None:
    from formats import FURTHER

    corpus, lost = made("fewrel", data)
    assert lost == {FURTHER: 9}
    assert corpus.scheme.relation_labels == ("P17", "P6")
    for seed in range(6):
        corpus, _ = made("fewrel", data, seed=seed)
        texts = [{text for d in corpus.documents(p) for text, _ in sentences(d)} for p in ("train", "dev")]
        assert not texts[0] & texts[1]
        assert sum(len(d.relations) for p in ("train", "dev") for d in corpus.documents(p)) == 11
    marks = dict(parts(corpus))["Osh1 lies in the north of Kars"]
    assert marks == [("Osh1", "ENTITY"), ("Kars", "ENTITY")]


def test_redocred_counts_relations_and_nested_mentions(public: None, data: Path) -> None:
    from formats import NO_TEXT, REDOCRED_RELATIONS
    from marked import EMPTY, OVERLAP

    corpus, lost = made("redocred", data)
    assert parts(corpus)[:2] == [("Osh guard slept .", [("Osh guard", "ORG")]), ("Kars slept .", [("Kars", "LOC")])]
    assert lost == {REDOCRED_RELATIONS: 10, OVERLAP: 20, EMPTY: 10, NO_TEXT: 10}
    assert len(corpus.splits["dev"]) == 1


def test_limit_and_size_of_documents(public: None, data: Path) -> None:
    from formats import READERS
    from marked import write_corpus

    folder = data.parent / "small"
    public_set = READERS["wikigold"](data, 0)
    assert write_corpus(public_set, folder, size=4) == {"train": 18, "dev": 2}
    assert len(read_corpus(folder).names("train")) == 5
    # A second call leaves nothing of the first behind.
    assert write_corpus(public_set, folder, limit=3, size=4) == {"train": 3, "dev": 2}
    assert len(list(folder.rglob("*.ann"))) == 2
    again = read_corpus(folder).documents("train")
    write_corpus(public_set, folder, limit=3, size=4)
    assert [d.text for d in again] == [d.text for d in read_corpus(folder).documents("train")]


def test_no_corpus_is_written_into_the_repository(public: None, data: Path, root: Path) -> None:
    from prepare import prepare

    with pytest.raises(ConfigError, match="outside of it"):
        prepare("re3d", data, root / "annotations" / "re3d-public")
    assert not (root / "annotations" / "re3d-public").exists()
    with pytest.raises(ConfigError, match="at least 1"):
        prepare("re3d", data, data.parent / "none", limit=0)


@pytest.mark.parametrize(
    ("name", "file", "content", "message"),
    [
        ("re3d", "re3d/dev.txt", "Osh B-Location\n", "line 1: found 'Osh B-Location'"),
        ("dse", "dse/valid.txt", "[Osh] met [Kars].\tOsh\tKars\t9\n", "line 1"),
        ("redocred", "redocred/dev_revised.json", "[", "no JSON"),
        ("fewrel", "fewrel/val_nyt.json", None, "No such file"),
    ],
)
def test_faulty_files_are_named(  # noqa: PLR0917
    public: None, data: Path, name: str, file: str, content: str | None, message: str
) -> None:
    if content is None:
        (data / file).unlink()
    else:
        (data / file).write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        made(name, data)


@pytest.mark.parametrize("name", NAMES)
def test_recipes_weigh_only_layers_that_the_set_has(public: None, data: Path, root: Path, name: str) -> None:
    corpus, _ = made(name, data)
    recipe = read_recipe(corpus.folder / "recipe.toml")
    assert (recipe.loss.relation > 0) == bool(corpus.scheme.relations)
    assert (recipe.loss.stance > 0) == (corpus.scheme.stance is not None)
    assert recipe.loss.status == 0 and recipe.loss.entity > 0
    assert recipe.corpus.train == ("train",) and recipe.corpus.dev == ()
    edm = read_recipe(root / "models" / "edm" / "recipe.toml")
    assert recipe.encoder == edm.encoder


@pytest.mark.parametrize("name", ["re3d", "dse", "crossre-politics"])
def test_run_trains_and_scores(  # noqa: PLR0917
    public: None,
    data: Path,
    tmp_path: Path,
    tiny_encoder: Path,
    name: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from run import run, table

    changes = {
        "encoder": {"name": str(tiny_encoder), "sha256": "", "max_length": 64, "stride": 16},
        "heads": {"tagger_size": 16, "pair_size": 16, "pair_heads": 2, "feature_size": 8},
        "training": {"bf16": False},
    }
    result = run(name, data, tmp_path / "out", epochs=1, seed=3, recipe_changes=changes)
    assert (result["epochs"], result["seed"]) == (1, 3)
    assert read_toml(tmp_path / "out" / "recipe.toml")["training"]["seed"] == 3
    layers = {"re3d": ["entities"], "dse": ["entities", "stances"], "crossre-politics": ["entities", "relations"]}
    assert list(result["micro_f1"]["end to end"]) == layers[name]
    assert ("five classes, entities given" in result) == (name == "dse")
    assert ("relations, entities given" in result) == (name == "crossre-politics")
    assert ("79.7" in table(result)) == (name == "dse")
    assert json.loads(json.dumps(result)) == result
    printed = capsys.readouterr().out
    assert "train:" in printed and "micro-F1" in printed
    assert Counter(result["sentences"])["dev"] == {"re3d": 2, "dse": 1, "crossre-politics": 2}[name]
