"""The file format of directed sentiment."""

from __future__ import annotations

from pathlib import Path

import pytest

from secrel.errors import InputError
from secrel.reading.directed_sentiment import read_directed_sentiment


def read(path: Path, *lines: str) -> tuple[list[tuple[str, str, str] | None], dict[str, int]]:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    documents, dropped = read_directed_sentiment(path)
    found = []
    for document in documents:
        assert document.sentences is not None
        assert [s.of(document.text) for s in document.sentences] == [document.text]
        assert len(document.entities) == 2
        for entity in document.entities:
            assert (entity.label, entity.text) == ("ENTITY", entity.span.of(document.text))
        found.append(next(((s.holder.text, s.polarity, s.target.text) for s in document.stances), None))
    return found, {item.reason.split(":")[0]: item.n for item in dropped}


@pytest.mark.parametrize(
    ("number", "stance"),
    [
        ("0", None),
        ("1", ("Oslo", "favor", "Riga")),
        ("2", ("Riga", "favor", "Oslo")),
        ("3", ("Oslo", "against", "Riga")),
        ("4", ("Riga", "against", "Oslo")),
    ],
)
def test_classes(tmp_path: Path, number: str, stance: tuple[str, str, str] | None) -> None:
    path = tmp_path / "train.txt"
    assert read(path, f"Today [Oslo] spoke of [Riga].\tOslo\tRiga\t{number}") == ([stance], {})
    # The columns, not the sentence, say which mention is the first.
    assert read(path, f"Today [Riga] heard [Oslo].\tOslo\tRiga\t{number}\r") == ([stance], {})


def test_the_brackets_are_left_out_and_cut_words_are_whole(tmp_path: Path) -> None:
    path = tmp_path / "train.txt"
    path.write_text("The [the Osl]o mayor blamed [ Riga’]s port.\tthe Osl\t Riga’\t3\n", encoding="utf-8")
    (document,), dropped = read_directed_sentiment(path)
    assert document.text == "The the Oslo mayor blamed  Riga’s port."
    assert [entity.text for entity in document.entities] == ["the Oslo", "Riga"]
    assert (document.id, dropped) == ("train-1", ())


def test_what_is_not_read_is_counted(tmp_path: Path) -> None:
    lines = [
        "Only [Oslo] is marked.\tOslo\tRiga\t1",
        "[Os][lo] is one word.\tOs\tlo\t1",
        "[—] is no word of [Riga].\t—\tRiga\t0",
        "[Oslo] likes [Riga].\tOslo\tRiga\t1",
    ]
    found, dropped = read(tmp_path / "train.txt", *lines)
    assert found == [("Oslo", "favor", "Riga")]
    assert dropped == {
        "lines without exactly two mentions in brackets": 1,
        "lines whose mentions are empty, or one word": 2,
    }


@pytest.mark.parametrize("line", ["[Oslo] likes [Riga].\tOslo\tRiga", "[Oslo] likes [Riga].\tOslo\tRiga\t7"])
def test_another_format_is_refused_with_the_line(tmp_path: Path, line: str) -> None:
    with pytest.raises(InputError, match=r"train.txt, line 2: found [34] columns, the last .*expected a sentence"):
        read(tmp_path / "train.txt", "[Oslo] likes [Riga].\tOslo\tRiga\t1", line)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="readable file"):
        read_directed_sentiment(tmp_path / "none.txt")
