"""`secrel annotations`: check, stats and convert."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from secrel.cli import main
from secrel.reading import read_corpus

BROKEN = (
    "T1\tGPE 0 6\tAvaria\n"
    "T2\tGPE 10 19\t Borduria\n"  # 2: a space at the edge
    "T3\tTRIBE 22 29\tSyldava\n"  # 3: unknown label
    "T4\tGPE 22 31\tSyldava’s\n"  # 4: overlap, possessive
    "T5\tGPE 42 49\tthe wor\n"  # 5: other characters
    "T6\tGPE 90 99\tnowhere\n"  # 6: behind the end
    "R1\tattacks Arg1:T1 Arg2:T9\n"  # 7: unknown argument, no status
    "R2\tattacks Arg1:T1 Arg2:T2\n"  # 8: no status
)


def test_check_of_a_sound_corpus(corpus_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["annotations", "check", str(corpus_folder)]) == 0
    assert capsys.readouterr() == ("0 offences in 2 articles\n", "")


def test_check_lists_every_offence(corpus_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = corpus_folder / "texts" / "two.ann"
    path.write_text(BROKEN, encoding="utf-8")
    (corpus_folder / "splits.toml").write_text('[splits]\ntrain = ["one", "gone"]\ntest = ["one"]\n', encoding="utf-8")
    (corpus_folder / "texts" / "torn.ann").write_text("T1 GPE\n", encoding="utf-8")
    shutil.copy(corpus_folder / "texts" / "one.txt", corpus_folder / "texts" / "torn.txt")
    assert main(["annotations", "check", str(corpus_folder)]) == 1
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[-1] == f"{len(lines) - 1} offences in 3 articles"
    assert err == ""
    found = {tuple(line.split(": ")[:2]) for line in lines[:-1]}
    splits = str(corpus_folder / "splits.toml")
    assert found == {
        (splits, "split-overlap"),
        (splits, "unknown-article"),
        (splits, "no-split"),
        (str(corpus_folder / "texts" / "torn.ann"), "unreadable"),
        (f"{path}:2 (T2)", "edge"),
        (f"{path}:3 (T3)", "unknown-label"),
        (f"{path}:4 (T4)", "possessive"),
        (f"{path}:4 (T4)", "overlap"),
        (f"{path}:5 (T5)", "offset-mismatch"),
        (f"{path}:6 (T6)", "offset-mismatch"),
        (f"{path}:7 (R1)", "unknown-argument"),
        (f"{path}:7 (R1)", "missing-status"),
        (f"{path}:8 (R2)", "missing-status"),
    }


def test_check_and_stats_name_the_articles_whose_text_is_not_at_hand(
    corpus_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SECREL_ARTICLES", raising=False)
    (tmp_path / "elsewhere").mkdir()
    text = shutil.move(corpus_folder / "texts" / "two.txt", tmp_path / "elsewhere" / "two.txt")
    checksum = hashlib.sha256(Path(text).read_bytes()).hexdigest()
    (corpus_folder / "texts" / "SHA256SUMS").write_text(f"{checksum}  two.txt\n", encoding="utf-8")
    assert main(["annotations", "check", str(corpus_folder)]) == 0
    assert capsys.readouterr() == (
        "0 offences in 1 articles\n",
        "secrel: not checked: two, whose text is not at hand\n",
    )
    assert main(["annotations", "stats", str(corpus_folder)]) == 0
    out, err = capsys.readouterr()
    assert err == "secrel: not counted: two, whose text is not at hand\n"
    assert "| articles | 1 | 0 |" in out.splitlines()
    assert main(["annotations", "check", str(corpus_folder), "--articles", str(Path(text).parent)]) == 0
    assert capsys.readouterr() == ("0 offences in 2 articles\n", "")


def test_stats(corpus_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (corpus_folder / "texts" / "two.ann").write_text("", encoding="utf-8")
    assert main(["annotations", "stats", str(corpus_folder)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "| | train | test |",
        "|---|---:|---:|",
        "| articles | 1 | 1 |",
        "| sentences | 2 | 2 |",
        "| sentences without relation or stance | 1 | 2 |",
        "| `GPE` (distinct) | 3 (3) | 0 (0) |",
        "| `MIL` (distinct) | 0 (0) | 0 (0) |",
        "| `attacks` actual | 1 | 0 |",
        "| `attacks` planned | 0 | 0 |",
        "| stance `favor` | 0 | 0 |",
        "| stance `against` | 1 | 0 |",
    ]


def test_stats_without_splits(corpus_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (corpus_folder / "splits.toml").unlink()
    assert main(["annotations", "stats", str(corpus_folder)]) == 0
    assert capsys.readouterr().out.splitlines()[:3] == ["| | all |", "|---|---:|", "| articles | 2 |"]


def test_own_corpus_is_sound(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["annotations", "check", str(root / "annotations")]) == 0
    assert capsys.readouterr().out.startswith("0 offences in ")


@pytest.mark.parametrize("action", ["check", "stats"])
def test_corpus_that_is_none(action: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["annotations", action, str(tmp_path / "none")]) == 2
    assert capsys.readouterr().err == (
        f"secrel: {tmp_path / 'none'}: found no such folder; expected a corpus folder with labels.toml\n"
    )


def test_convert_both_ways(corpus_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labels = ["--labels", str(corpus_folder / "labels.toml")]
    inline, back = tmp_path / "new" / "inline", tmp_path / "back"
    assert main(["annotations", "convert", str(corpus_folder), str(inline), *labels]) == 0
    assert capsys.readouterr() == ("", f"secrel: 2 files converted to {inline}\n")
    assert (inline / "one.inline").read_text(encoding="utf-8") == (
        "[Avaria]GPE#1 hit [Borduria]GPE#2.\n> attacks 1 2 actual\n> stance 2 1 against\n"
        "“[Syldava]GPE’s army” saw the war.\n"
    )
    assert main(["annotations", "convert", str(inline), str(back), *labels]) == 0
    assert sorted(path.name for path in back.iterdir()) == ["one.ann", "one.txt", "two.ann", "two.txt"]
    assert (back / "one.ann").read_text(encoding="utf-8") == (corpus_folder / "texts" / "one.ann").read_text(
        encoding="utf-8"
    )
    shutil.copy(corpus_folder / "labels.toml", back)
    first, again = read_corpus(corpus_folder).document("one"), read_corpus(back).document("one")
    assert again.text.split() == first.text.split()
    assert (again.entities, again.relations, again.stances) == (first.entities, first.relations, first.stances)


def test_convert_goes_on_after_a_bad_file(
    corpus_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = corpus_folder / "texts"
    (texts / "one.txt").unlink()
    (texts / "sub").mkdir()
    shutil.copy(texts / "two.ann", texts / "sub")
    shutil.copy(texts / "two.txt", texts / "sub")
    labels = ["--labels", str(corpus_folder / "labels.toml")]
    assert main(["annotations", "convert", str(texts), str(tmp_path / "out"), *labels]) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"secrel: failed: {texts / 'one.txt'}: found No such file or directory; expected a readable file",
        f"secrel: failed: {texts / 'two.ann'}: found a second article 'two'; expected names that differ in one OUT;"
        f" the first is in {texts / 'sub' / 'two.ann'}",
        f"secrel: 1 files converted to {tmp_path / 'out'}, 2 failed",
    ]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["two.inline"]


@pytest.mark.parametrize(
    ("given", "status", "message"),
    [
        (
            "empty",
            2,
            "{given}: found no marked file; expected at least one ending in"
            " .ann, .conllup, .inline, .json, .jsonl, .spacy",
        ),
        (
            "x.inline",
            1,
            "failed: {given}: found No such file or directory; expected a marked file, or a folder of them",
        ),
        (
            "labels.toml",
            1,
            "failed: {given}: found a file ending in '.toml'; expected one of .inline, .ann, .json, .jsonl, .spacy,"
            " .conllup",
        ),
    ],
)
def test_convert_of_nothing(
    corpus_folder: Path, capsys: pytest.CaptureFixture[str], given: str, status: int, message: str
) -> None:
    (corpus_folder / "empty").mkdir()
    path = corpus_folder / given
    labels = ["--labels", str(corpus_folder / "labels.toml")]
    assert main(["annotations", "convert", str(path), str(corpus_folder / "out"), *labels]) == status
    assert capsys.readouterr().err.splitlines()[0] == "secrel: " + message.format(given=path)


def test_convert_into_a_file(corpus_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labels = corpus_folder / "labels.toml"
    before = labels.read_bytes()
    assert main(["annotations", "convert", str(corpus_folder), str(labels), "--labels", str(labels)]) == 2
    assert capsys.readouterr().err == (
        f"secrel: {labels}: found File exists; expected a folder that can be written to\n"
    )
    assert labels.read_bytes() == before


@pytest.mark.parametrize("arguments", [[], ["agree"], ["convert", "x", "y"]])
def test_bad_arguments(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["annotations", *arguments])
    assert stop.value.code == 2
