"""`secrel annotations convert --to` and `export`."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from secrel.cli import main
from secrel.reading import read_corpus


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("label-studio", "annotations.json"),
        ("prodigy", "annotations.jsonl"),
        ("docbin", "annotations.spacy"),
        ("conll", "annotations.conllup"),
    ],
)
def test_there_and_back(
    corpus_folder: Path, tmp_path: Path, target: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = ["--labels", str(corpus_folder / "labels.toml")]
    out, back = tmp_path / "out", tmp_path / "back"
    assert main(["annotations", "convert", str(corpus_folder / "texts"), str(out), *labels, "--to", target]) == 0
    assert capsys.readouterr() == (
        "",
        f"secrel: 2 articles written to {out / name}\nsecrel: 2 files converted to {out}\n",
    )
    assert (out / "label-studio.xml").exists() == (target == "label-studio")
    assert main(["annotations", "convert", str(out / name), str(back), *labels]) == 0
    for article in ("one", "two"):
        for suffix in (".txt", ".ann"):
            original = (corpus_folder / "texts" / f"{article}{suffix}").read_bytes()
            assert (back / f"{article}{suffix}").read_bytes() == original


def test_remarks_that_a_format_has_no_place_for_are_counted(
    corpus_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = corpus_folder / "texts" / "one.ann"
    notes = "#1\tAnnotatorNotes R1\tform active\n#2\tAnnotatorNotes T1\tnegative co-mention T2\n"
    path.write_text(path.read_text(encoding="utf-8") + notes, encoding="utf-8")
    labels = ["--labels", str(corpus_folder / "labels.toml")]
    assert main(["annotations", "convert", str(path), str(tmp_path / "out"), *labels, "--to", "conll"]) == 0
    assert "secrel: left out 2 notes, remarks and lines of other kinds, which the result has no place for\n" in (
        capsys.readouterr().err
    )
    assert main(["annotations", "convert", str(path), str(tmp_path / "in"), *labels]) == 0
    assert main(["annotations", "convert", str(tmp_path / "in"), str(tmp_path / "back"), *labels]) == 0
    assert (tmp_path / "back" / "one.ann").read_bytes() == path.read_bytes()


def test_a_file_that_cannot_be_written_does_not_stop_the_others(
    corpus_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = corpus_folder / "texts" / "one.ann"
    path.write_text(path.read_text(encoding="utf-8").replace("GPE 0 6\tAvaria", "GPE 0 4\tAvar"), encoding="utf-8")
    labels = ["--labels", str(corpus_folder / "labels.toml")]
    out = tmp_path / "out"
    assert main(["annotations", "convert", str(corpus_folder), str(out), *labels, "--to", "prodigy"]) == 1
    err = capsys.readouterr().err.splitlines()
    assert err[0].startswith("secrel: failed: one: found a mention at 0 to 4 that begins or ends inside a word")
    assert err[-1] == f"secrel: 1 files converted to {out}, 1 failed"
    assert [json.loads(line)["meta"]["id"] for line in (out / "annotations.jsonl").read_text().splitlines()] == ["two"]


def test_names_that_leave_the_folder_are_refused(
    corpus_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in.jsonl").write_text(json.dumps({"text": "Avaria.", "meta": {"id": "../../escape"}}))
    labels = ["--labels", str(corpus_folder / "labels.toml")]
    assert main(["annotations", "convert", str(tmp_path / "in.jsonl"), str(tmp_path / "out"), *labels]) == 1
    assert "found an article called '../../escape'; expected a name without a folder" in capsys.readouterr().err


def test_export_leaves_out_what_is_not_its_own(
    corpus_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from datasets import load_dataset

    monkeypatch.delenv("SECREL_ARTICLES", raising=False)
    (tmp_path / "elsewhere").mkdir()
    shutil.move(corpus_folder / "texts" / "two.txt", tmp_path / "elsewhere" / "two.txt")
    checksum = hashlib.sha256((tmp_path / "elsewhere" / "two.txt").read_bytes()).hexdigest()
    (corpus_folder / "texts" / "SHA256SUMS").write_text(f"{checksum}  two.txt\n", encoding="utf-8")
    (corpus_folder / "DATASHEET.md").write_text("# Datasheet\n")
    out = tmp_path / "out"
    assert main(["annotations", "export", str(corpus_folder), str(out)]) == 0
    assert capsys.readouterr().err.splitlines()[0] == "secrel: left out two: its text is not at hand"
    elsewhere = ["--articles", str(tmp_path / "elsewhere")]
    assert main(["annotations", "export", str(corpus_folder), str(out), *elsewhere]) == 0
    assert "left out two: its text is not part of the corpus" in capsys.readouterr().err
    assert set(load_dataset(str(out), cache_dir=str(tmp_path / "cache"))) == {"train"}
    assert main(["annotations", "export", str(corpus_folder), str(out), *elsewhere, "--all-texts"]) == 0
    data = load_dataset(str(out), cache_dir=str(tmp_path / "cache"))
    assert [row["id"] for split in data.values() for row in split] == ["one", "two"]
    assert (out / "README.md").read_text().endswith("# Datasheet\n")


def test_export_of_a_corpus_without_splits(corpus_folder: Path, tmp_path: Path) -> None:
    (corpus_folder / "splits.toml").unlink()
    assert main(["annotations", "export", str(corpus_folder), str(tmp_path / "out")]) == 0
    assert [path.name for path in (tmp_path / "out" / "data").iterdir()] == ["train.parquet"]
    assert read_corpus(corpus_folder).splits == {}


def test_two_articles_of_one_name_in_one_file_are_refused(
    corpus_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = json.dumps({"text": "Avaria.", "meta": {"id": "x"}})
    (tmp_path / "in.jsonl").write_text(f"{line}\n{line}\n")
    labels = ["--labels", str(corpus_folder / "labels.toml")]
    assert main(["annotations", "convert", str(tmp_path / "in.jsonl"), str(tmp_path / "out"), *labels]) == 1
    assert "found a second article 'x'" in capsys.readouterr().err
    assert list((tmp_path / "out").iterdir()) == []


def test_what_a_result_has_no_place_for_is_counted(
    corpus_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = corpus_folder / "texts" / "one.ann"
    notes = (
        "#1\tAnnotatorNotes T1\tnegative tone?\n#2\tAnnotatorNotes R1\tform active\nN1\tReference T1 Wiki:1\tAvaria\n"
    )
    path.write_text(path.read_text(encoding="utf-8") + notes, encoding="utf-8")
    labels = ["--labels", str(corpus_folder / "labels.toml")]
    assert main(["annotations", "convert", str(path), str(tmp_path / "out"), *labels]) == 0
    assert "left out 2 notes, remarks and lines of other kinds" in capsys.readouterr().err
    inline = tmp_path / "out" / "one.inline"
    inline.write_text("# title: Towns\n\n" + inline.read_text(encoding="utf-8"), encoding="utf-8")
    again = ["annotations", "convert", str(inline), str(tmp_path / "again"), *labels]
    assert main([*again, "--to", "inline"]) == 0
    assert "left out" not in capsys.readouterr().err
    assert (tmp_path / "again" / "one.inline").read_text(encoding="utf-8").startswith("# title: Towns\n")
    assert main(again) == 0
    assert "left out 1 notes" in capsys.readouterr().err


def test_the_file_that_is_read_is_never_written(corpus_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = corpus_folder / "texts"
    before = {path.name: path.read_bytes() for path in texts.iterdir()}
    labels = ["--labels", str(corpus_folder / "labels.toml")]
    assert main(["annotations", "convert", str(texts), str(texts), *labels, "--to", "brat"]) == 1
    assert "found a file that is read; expected another folder as OUT" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in texts.iterdir()} == before
    # Nor one that has not been read yet: one.ann would become one.inline.
    (texts / "one.inline").write_text("[Osh]GPE slept.\n")
    assert main(["annotations", "convert", str(texts), str(texts), *labels]) == 1
    assert (texts / "one.inline").read_text() == "[Osh]GPE slept.\n"
    capsys.readouterr()
    out = texts.parent / "out"
    assert main(["annotations", "convert", str(texts / "two.ann"), str(out), *labels, "--to", "prodigy"]) == 0
    assert main(["annotations", "convert", str(out), str(out), *labels, "--to", "prodigy"]) == 2
    assert "annotations.jsonl: found a file that is read" in capsys.readouterr().err


def test_an_export_takes_back_what_it_may_no_longer_have(corpus_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert main(["annotations", "export", str(corpus_folder), str(out), "--license", "cc0-1.0"]) == 0
    assert {path.name for path in (out / "data").iterdir()} == {"train.parquet", "test.parquet"}
    assert "license: cc0-1.0" in (out / "README.md").read_text()
    (corpus_folder / "splits.toml").write_text('[splits]\ntrain = ["one"]\ntest = []\n', encoding="utf-8")
    assert main(["annotations", "export", str(corpus_folder), str(out)]) == 0
    assert {path.name for path in (out / "data").iterdir()} == {"train.parquet"}
    assert "license" not in (out / "README.md").read_text()
