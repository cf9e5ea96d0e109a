from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from secrel.errors import ConfigError
from secrel.reading import Corpus, cluster, extend_splits, format_splits, read_corpus
from secrel.reading.splits import read_splits, split_checksum

SHARES = {"train": 0.75, "dev": 0.1, "test": 0.15}


def _groups(n: int = 40) -> dict[str, list[list[str]]]:
    return {region: [[f"{region}-{number:02}"] for number in range(n)] for region in ("north", "south")}


def test_new_articles_are_dealt_out_in_every_stratum() -> None:
    splits = extend_splits({}, _groups(), SHARES)
    assert {split: len(names) for split, names in splits.items()} == {"train": 60, "dev": 8, "test": 12}
    for region in ("north", "south"):
        counts = Counter(split for split, names in splits.items() for name in names if name.startswith(region))
        assert counts == {"train": 30, "dev": 4, "test": 6}
    assert extend_splits({}, _groups(), SHARES) == splits
    assert extend_splits({}, _groups(), SHARES, seed=1) != splits


def test_what_has_a_split_stays_there() -> None:
    before = {"train": ["north-00"], "test": ["north-01", "south-05"], "other": ["away"]}
    splits = extend_splits(before, _groups(), SHARES)
    assert {"north-01", "south-05"} <= set(splits["test"])
    assert "north-00" in splits["train"]
    assert splits["other"] == ("away",)
    assert {split: len(names) for split, names in splits.items()} == {"train": 60, "dev": 8, "test": 12, "other": 1}
    assert extend_splits(splits, _groups(), SHARES, seed=7) == splits


def test_near_duplicates_stay_together() -> None:
    groups = {"north": [["a", "b"], ["c", "d", "e"], ["f"]]}
    splits = extend_splits({"test": ["d"]}, groups, SHARES)
    assert {"c", "d", "e"} <= set(splits["test"])
    assert any({"a", "b"} <= set(names) for names in splits.values())
    with pytest.raises(ConfigError, match="found a, b in test, train; expected one split for all"):
        extend_splits({"test": ["a"], "train": ["b"]}, groups, SHARES)


def test_a_fixed_split_gets_no_new_article() -> None:
    before = {"test": ["north-01"], "train": ["north-00"]}
    splits = extend_splits(before, _groups(), SHARES, fixed={"test"})
    assert splits["test"] == ("north-01",)
    assert len(splits["train"]) + len(splits["dev"]) == 79
    with pytest.raises(
        ConfigError, match="found b, too much like a of test; expected no article to join a fixed split"
    ):
        extend_splits({"test": ["a"]}, {"north": [["a", "b"]]}, SHARES, fixed={"test"})
    with pytest.raises(ConfigError, match="found checksums of all splits"):
        extend_splits({}, _groups(), SHARES, fixed=set(SHARES))


def test_clusters_are_connected_components() -> None:
    assert cluster("abcdef", [("b", "d"), ("d", "a"), ("f", "e")]) == [["a", "b", "d"], ["c"], ["e", "f"]]
    assert cluster([], []) == []


def test_written_splits_are_read_back(tmp_path: Path) -> None:
    splits = {"train": ("a", "b"), "test": ("c",)}
    (tmp_path / "splits.toml").write_text(format_splits(splits, {"test": "0" * 64, "gone": "1"}))
    assert read_splits(tmp_path / "splits.toml") == (splits, {"test": "0" * 64})
    assert read_splits(tmp_path / "none.toml") == ({}, {})


@pytest.mark.parametrize(("checksums", "found"), [("checksums = 3", "3"), ("[checksums]\ntest = 3", "{'test': 3}")])
def test_malformed_checksums(tmp_path: Path, checksums: str, found: str) -> None:
    path = tmp_path / "splits.toml"
    path.write_text(f"{checksums}\n[splits]\ntest = []\n")
    with pytest.raises(ConfigError) as caught:
        read_splits(path)
    assert (caught.value.where, caught.value.found) == (f"{path}, checksums", found)
    path.write_text('[splits]\ntest = []\n[checksums]\ntrain = "0"\n')
    with pytest.raises(ConfigError, match="found split 'train'; expected one of test"):
        read_splits(path)


def test_the_checksum_sees_names_texts_and_marks() -> None:
    articles = [("a", "1", b"T1"), ("b", "2", b"")]
    checksum = split_checksum(articles)
    assert split_checksum(reversed(articles)) == checksum
    changed = ([("c", "1", b"T1"), articles[1]], [("a", "3", b"T1"), articles[1]], [("a", "1", b"T2"), articles[1]])
    assert len({checksum, *map(split_checksum, changed)}) == 4


def test_a_change_in_a_fixed_split_is_an_offence(tmp_path: Path) -> None:
    (tmp_path / "labels.toml").write_text('name = "toy"\nversion = "1"\nentities = ["GPE"]\n')
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text("Osh slept.\n")
        (tmp_path / f"{name}.ann").write_text("T1\tGPE 0 3\tOsh\n")
    splits = {"train": ("b",), "test": ("a",)}
    (tmp_path / "splits.toml").write_text(format_splits(splits, {}))
    checksum = read_corpus(tmp_path).checksum("test")
    (tmp_path / "splits.toml").write_text(format_splits(splits, {"test": checksum}))
    assert read_corpus(tmp_path).check() == []
    (tmp_path / "b.ann").write_text("")
    assert read_corpus(tmp_path).check() == []
    (tmp_path / "a.ann").write_text("")
    (offence,) = read_corpus(tmp_path).check()
    assert offence.code == "split-changed"
    assert f"secrel annotations split {tmp_path} --fix test" in offence.message


def test_the_test_splits_of_the_project_are_fixed(corpus: Corpus) -> None:
    assert {"test", "real-dev"} <= corpus.checksums.keys()
    for split, checksum in corpus.checksums.items():
        assert corpus.checksum(split) == checksum
