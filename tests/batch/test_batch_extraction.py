"""Extraction from many files: what fails is named, the rest goes on."""

from __future__ import annotations

import io
import sys
from pathlib import Path, PurePath

import pytest

from secrel.batch import Outcome, ReadOptions, Source, extract_all, find_inputs, read_source
from secrel.domain import Document, LabelScheme
from secrel.errors import InputError
from secrel.pipeline import Pipeline

FRENCH = (
    "Le président de la République a rencontré hier à Paris le premier ministre de la Géorgie, et les deux hommes ont"
    " parlé de la sécurité en mer Noire ainsi que des troupes qui restent encore dans le pays."
)


class Shout:
    """A stage that takes all but the article called ``bad``."""

    name = "shout"
    requires: tuple[str, ...] = ("text",)
    assigns: tuple[str, ...] = ()

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __call__(self, document: Document) -> Document:
        if "bad" in document.text:
            raise self.error
        return document.replace(text=document.text.upper())


def pipeline(error: BaseException | None = None) -> Pipeline:
    return Pipeline([Shout(error or RuntimeError("out of memory"))], scheme=LabelScheme("none", "1", ("X",)))


def sources(folder: Path, **texts: str | bytes) -> tuple[Source, ...]:
    for name, text in texts.items():
        (folder / f"{name}.txt").write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return find_inputs([str(folder)]).sources


def test_outcomes_come_in_order_and_an_error_stops_nothing(tmp_path: Path) -> None:
    given = sources(tmp_path, a="one", b="", c="bad", d="two", e=b"caf\xe9")
    seen: list[Outcome] = []
    outcomes = list(extract_all(pipeline(), given, on_done=seen.append))
    assert [outcome.source for outcome in outcomes] == list(given)
    assert [outcome.document.text if outcome.document else None for outcome in outcomes] == [
        *("ONE", None, None, "TWO", None)
    ]
    assert [type(outcome.error) for outcome in outcomes] == [
        *(type(None), InputError, RuntimeError, type(None), InputError)
    ]
    assert seen == outcomes


@pytest.mark.parametrize("error", [MemoryError(), ValueError("x"), RuntimeError("y"), KeyError("a fault"), TypeError()])
def test_whatever_the_pipeline_raises_is_an_outcome(tmp_path: Path, error: Exception) -> None:
    bad, good = extract_all(pipeline(error), sources(tmp_path, a="bad", b="one"))
    assert bad.error is error
    assert good.document is not None


def test_an_interrupt_is_none(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        list(extract_all(pipeline(KeyboardInterrupt()), sources(tmp_path, a="bad")))


def test_sources_are_read_no_further_than_asked(tmp_path: Path) -> None:
    given = iter(sources(tmp_path, a="one", b="two", c="three"))
    next(extract_all(pipeline(), given))
    assert [source.name.stem for source in given] == ["b", "c"]


def test_options_reach_the_reader(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"caf\xe9")
    source = Source(tmp_path / "a.txt", PurePath("a.txt"))
    assert read_source(source, ReadOptions(encoding="cp1252")).text == "café"
    with pytest.raises(InputError, match=r"a\.txt: found 4 bytes; expected at most 3 bytes"):
        read_source(source, ReadOptions(encoding="cp1252", max_bytes=3))
    (tmp_path / "a.txt").write_text(FRENCH, encoding="utf-8")
    with pytest.raises(InputError, match="found text in another language"):
        read_source(source, ReadOptions())
    assert read_source(source, ReadOptions(any_language=True)).text == FRENCH


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(data: bytes, **options: object) -> Document:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        return read_source(Source(None, PurePath("stdin.txt")), ReadOptions(**options))  # type: ignore[arg-type]

    document = read("\ufeff“One”\r\n".encode())
    assert (document.text, document.id) == ("\ufeff“One”\r\n", "stdin")
    assert read(b"caf\xe9", encoding="cp1252").text == "café"
    assert read(FRENCH.encode(), any_language=True).text == FRENCH
    for data, found in ((b"", "no text"), (b"a\x00b", "a NUL byte at byte 1"), (FRENCH.encode(), "another language")):
        with pytest.raises(InputError, match=f"^standard input: found .*{found}"):
            read(data)
