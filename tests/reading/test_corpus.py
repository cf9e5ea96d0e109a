from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import pytest

from secrel.errors import AnnotationError, ConfigError, InputError
from secrel.reading import ARTICLES_VARIABLE, Corpus, read_corpus

LABELS = """
name = "toy"
version = "1"
entities = ["GPE"]
statuses = ["actual"]
[[relations]]
label = "trains"
head = ["GPE"]
tail = ["GPE"]
"""
TEXT = "Publication: Weekly Volume: 1 Issue: 2\n\nOsh trains Kars. Naryn \U0001f600 slept.\n"
ANN = "T1\tGPE 40 43\tOsh\nT2\tGPE 51 55\tKars\nR1\ttrains Arg1:T1 Arg2:T2\nA1\tStatus R1 actual\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two articles with text, and `away`, whose text is not part of the corpus."""
    monkeypatch.delenv(ARTICLES_VARIABLE, raising=False)
    folder = tmp_path / "project" / "annotations"
    (folder / "own").mkdir(parents=True)
    (folder / "far").mkdir()
    (folder / "labels.toml").write_text(LABELS, encoding="utf-8")
    (folder / "splits.toml").write_text('[splits]\ntrain = ["two", "one"]\ntest = ["away"]\n', encoding="utf-8")
    for name in ("one", "two"):
        (folder / "own" / f"{name}.txt").write_bytes(TEXT.encode())
        (folder / "own" / f"{name}.ann").write_bytes(ANN.encode())
    (folder / "far" / "away.ann").write_bytes(ANN.encode())
    (folder / "far" / "SHA256SUMS").write_text(f"{'0' * 64}  x.txt\n{_sha256(TEXT)}  away.txt\n", encoding="utf-8")
    return folder


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _put(folder: Path, text: str = TEXT) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "away.txt").write_bytes(text.encode())
    return folder


def test_project_corpus_is_clean(corpus: Corpus) -> None:
    assert [str(offence) for offence in corpus.check()] == []


def test_every_project_article_stands_in_exactly_one_split(corpus: Corpus) -> None:
    counts = Counter(name for split in corpus.splits for name in corpus.names(split))
    assert set(counts) == set(corpus.names())
    assert set(counts.values()) == {1}
    assert {"train", "dev", "test"} <= set(corpus.splits)


def test_texts_of_others_are_not_in_the_repository(corpus: Corpus, root: Path) -> None:
    parts = {entry.part for entry in corpus.entries.values() if entry.sha256 is not None}
    assert parts == {"dse", "edm", "re3d", "real-dev"}
    assert all((entry.sha256 is None) == (entry.part == "authored") for entry in corpus.entries.values())
    assert set(corpus.available()[1]) <= {name for name, entry in corpus.entries.items() if entry.sha256 is not None}
    for part in (*parts, "second"):
        assert not list((root / "annotations" / part).rglob("*.txt"))


def test_no_trained_part_is_evaluated_on(corpus: Corpus) -> None:
    assert {corpus.entries[name].part for name in corpus.names("real-dev")} == {"real-dev"}
    assert {corpus.entries[name].part for name in corpus.names("test", "dev")} == {"authored"}
    assert {corpus.entries[name].part for name in corpus.names("train")} == {"authored", "dse", "re3d"}


def test_edm_articles_fit_their_annotation(articles_folder: Path, root: Path) -> None:
    corpus = read_corpus(root / "annotations", articles=[articles_folder])
    document = corpus.document("edm-v3-i133")
    assert document.entities
    assert document.metadata.issue == 133
    assert all(entity.span.of(document.text) == entity.text for entity in document.entities)
    assert all(relation.evidence is not None for relation in document.relations)


def test_names_follow_the_split_file(folder: Path) -> None:
    corpus = read_corpus(str(folder))
    assert corpus.names("train") == ("two", "one")
    assert corpus.names("test", "train") == ("away", "two", "one")
    assert sorted(corpus.names()) == ["away", "one", "two"]
    assert [document.id for document in corpus.documents("train")] == ["two", "one"]
    with pytest.raises(ConfigError, match=r"splits\.toml: found no split 'dev'; expected one of train, test"):
        corpus.names("dev")


def test_document_has_header_sentences_and_marks(folder: Path) -> None:
    document = read_corpus(folder).document("one")
    assert [span.of(document.text) for span in document.sentences or ()] == [
        "Osh trains Kars.",
        "Naryn \U0001f600 slept.",
    ]
    assert [(r.label, r.head.text, r.tail.text, r.status) for r in document.relations] == [
        ("trains", "Osh", "Kars", "actual")
    ]
    assert (document.metadata.publication, document.metadata.source) == ("Weekly", str(folder / "own" / "one.txt"))
    assert read_corpus(folder).text("one").entities == ()


def test_missing_text_is_reported(folder: Path) -> None:
    corpus = read_corpus(folder)
    assert corpus.available() == (("one", "two"), ("away",))
    assert corpus.available("test") == ((), ("away",))
    assert corpus.check() == []
    for read in (corpus.document, corpus.text, lambda name: corpus.documents("test")):
        with pytest.raises(InputError) as caught:
            read("away")
        assert caught.value.where == str(folder / "far" / "away.ann")
        assert caught.value.found == "no text of this article"
        assert caught.value.expected == (f"away.txt with sha256 {_sha256(TEXT)} in a folder named by SECREL_ARTICLES")


@pytest.mark.parametrize("place", ["given", "variable", "shared"])
def test_text_is_looked_up_outside(folder: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    given: list[Path] = []
    if place == "given":
        given = [folder / "nowhere", _put(folder.parent.parent / "texts")]
    elif place == "variable":
        monkeypatch.setenv(ARTICLES_VARIABLE, str(_put(folder.parent.parent / "texts")))
    else:
        _put(folder.parent.parent / "shared" / "articles")
    corpus = read_corpus(folder, articles=given)
    assert corpus.available("test") == (("away",), ())
    assert len(corpus.document("away").entities) == 2


def test_text_with_another_checksum_is_refused(folder: Path, tmp_path: Path) -> None:
    other = TEXT.replace("Kars", "Kars,")
    corpus = read_corpus(folder, articles=[_put(tmp_path / "texts", other)])
    with pytest.raises(InputError) as caught:
        corpus.document("away")
    assert caught.value.where == str(tmp_path / "texts" / "away.txt")
    assert caught.value.found == f"sha256 {_sha256(other)}"
    assert caught.value.expected == f"{_sha256(TEXT)}, the text that was marked"
    (offence,) = corpus.check()
    assert (offence.where, offence.code) == (str(folder / "far" / "away.ann"), "unreadable")
    assert _sha256(other) in offence.message


def test_check_gathers_the_offences_of_all_files_and_of_the_splits(folder: Path) -> None:
    (folder / "splits.toml").write_text('[splits]\ntrain = ["one", "ghost"]\ntest = ["one"]\n', encoding="utf-8")
    (folder / "own" / "one.ann").write_text(ANN.replace("51 55", "50 54"), encoding="utf-8")
    (folder / "own" / "two.ann").write_text("T1 GPE\n", encoding="utf-8")
    offences = [(Path(offence.where.partition(":")[0]).name, offence.code) for offence in read_corpus(folder).check()]
    assert offences == [
        ("splits.toml", "split-overlap"),
        ("splits.toml", "unknown-article"),
        ("splits.toml", "no-split"),
        ("one.ann", "offset-mismatch"),
        ("splits.toml", "no-split"),
        ("two.ann", "unreadable"),
    ]


def test_corpus_without_split_file(folder: Path) -> None:
    (folder / "splits.toml").unlink()
    corpus = read_corpus(folder)
    assert (corpus.splits, len(corpus.names()), corpus.check()) == ({}, 3, [])


@pytest.mark.parametrize("name", ["text", "document"])
def test_unknown_article_is_named(folder: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=r"found no article 'ghost'; expected the stem of an \.ann file in it"):
        getattr(read_corpus(folder), name)("ghost")


def test_split_with_an_unknown_article_is_named(folder: Path) -> None:
    (folder / "splits.toml").write_text('[splits]\ntrain = ["ghost"]\n', encoding="utf-8")
    corpus = read_corpus(folder)
    for read in (corpus.available, corpus.documents):
        with pytest.raises(ConfigError, match="found no article 'ghost'"):
            read("train")


@pytest.mark.parametrize(
    ("splits", "where", "found"),
    [
        ("", "", "no table [splits]"),
        ("train = []\n", ", train", "an unknown key"),
        ("splits = 3\n", "", "no table [splits]"),
        ('[splits]\ntrain = "one"\n', ", train", "'one'"),
        ("[splits]\ntrain = [1]\n", ", train", "[1]"),
    ],
)
def test_malformed_split_file(folder: Path, splits: str, where: str, found: str) -> None:
    (folder / "splits.toml").write_text(splits, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_corpus(folder)
    assert (caught.value.where, caught.value.found) == (f"{folder / 'splits.toml'}{where}", found)


def test_no_corpus(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="found no such folder; expected a corpus folder"):
        read_corpus(tmp_path / "nowhere")
    (tmp_path / "bare").mkdir()
    with pytest.raises(ConfigError, match=r"labels\.toml: found No such file or directory"):
        read_corpus(tmp_path / "bare")
    (tmp_path / "bare" / "labels.toml").write_text(LABELS)
    with pytest.raises(AnnotationError, match=r"found no \.ann file; expected at least one"):
        read_corpus(tmp_path / "bare")


def test_two_articles_of_one_name(folder: Path) -> None:
    (folder / "far" / "one.ann").write_text(ANN)
    (folder / "far" / "one.txt").write_text(TEXT)
    with pytest.raises(AnnotationError, match="found a second article 'one'; expected names that are unique"):
        read_corpus(folder)


@pytest.mark.parametrize("checksums", [None, "", f"{'0' * 64}  x.txt\n"])
def test_article_without_text_and_checksum(folder: Path, checksums: str | None) -> None:
    path = folder / "far" / "SHA256SUMS"
    path.unlink() if checksums is None else path.write_text(checksums)
    with pytest.raises(AnnotationError) as caught:
        read_corpus(folder)
    assert (caught.value.where, caught.value.found) == (str(path), "no line for away.txt")


def test_corpus_may_say_that_lines_are_sentences(folder: Path) -> None:
    def sentences() -> list[str]:
        document = read_corpus(folder).document("one")
        return [span.of(document.text) for span in document.sentences or ()]

    apart = ["Osh trains Kars.", "Naryn \U0001f600 slept."]
    assert sentences() == apart
    (folder / "corpus.toml").write_text('sentences = "rules"\n', encoding="utf-8")
    assert sentences() == apart
    (folder / "corpus.toml").write_text('sentences = "lines"\n', encoding="utf-8")
    assert sentences() == [" ".join(apart)]
    assert read_corpus(folder).check() == []


@pytest.mark.parametrize("content", ['sentences = "words"', "sentences = 1", 'sentence = "lines"', "sentences"])
def test_faulty_corpus_settings_are_refused(folder: Path, content: str) -> None:
    (folder / "corpus.toml").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"corpus\.toml"):
        read_corpus(folder)
