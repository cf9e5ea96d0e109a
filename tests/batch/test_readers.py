"""Bytes of a file to a document, by suffix."""

from __future__ import annotations

from pathlib import Path

import pytest

from secrel.batch import ReadOptions, find_inputs, read_source, readers
from secrel.batch.readers import kinds, read_data, suffixes
from secrel.domain import Document
from secrel.errors import ConfigError, InputError
from secrel.reading import read_article, read_page
from secrel.reading.article import read_bytes

TEXT = "Kyiv said that the bridge over the river was closed."
PAGES = Path(__file__).parents[1] / "data" / "pages"


@pytest.mark.parametrize(
    "text", ["Kyiv spoke.", "\ufeffPublication: Avaria Weekly Volume: 3 Issue: 7\r\n\r\nKyiv spoke."]
)
def test_text_is_read_as_read_article_reads_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode("utf-8"))
    assert read_data(read_bytes(path, 1000), path, ReadOptions()) == read_article(path)


@pytest.mark.parametrize("data", [b"", b"caf\xe9", b"a\x00b", b"x" * 2000])
def test_what_read_article_refuses_is_refused_in_the_same_words(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    with pytest.raises(InputError) as expected:
        read_article(path, max_bytes=1000)
    with pytest.raises(InputError) as found:
        read_data(read_bytes(path, 1000), path, ReadOptions(max_bytes=1000))
    assert str(found.value) == str(expected.value)


def test_a_further_reader_is_one_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_note(data: bytes, options: ReadOptions, *, where: str, id: str, source: str | None) -> Document:
        return Document(data.decode()[::-1], id=id)

    table = {**readers.READERS, ".note": read_note}
    for module in ("readers", "inputs"):
        monkeypatch.setattr(f"secrel.batch.{module}.READERS", table)
    for name in ("a.NOTE", "b.txt", "c.md"):
        (tmp_path / name).write_text("abc", encoding="utf-8")
    inputs = find_inputs([tmp_path])
    assert [source.name.name for source in inputs.sources] == ["a.NOTE", "b.txt"]
    assert [path.name for path in inputs.skipped] == ["c.md"]
    assert suffixes() == ".txt, .text, .html, .htm, .xhtml, .mhtml, .mht or .note"
    assert kinds() == ".txt, .html or .note"
    assert read_data(b"abc", tmp_path / "a.NOTE", ReadOptions()).text == "cba"
    assert read_data(b"abc", tmp_path / "c.md", ReadOptions()).text == "abc"


@pytest.mark.parametrize("suffix", [".html", ".HTM", ".xhtml", ".mhtml", ".mht"])
def test_a_page_is_read_as_read_page_reads_it(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    page = (PAGES / "wordpress-2022.html").read_bytes()
    if suffix.startswith(".m"):
        page = b"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n" + page
    path.write_bytes(page)
    (source,) = find_inputs([tmp_path]).sources
    document = read_source(source, ReadOptions())
    assert document == read_page(path)
    assert (document.id, document.metadata.source) == ("a", str(path))
    assert (document.metadata.volume, document.metadata.date) == (19, "2022-07-14")
    assert "<" not in document.text


@pytest.mark.parametrize("name", ["login.html", "russian.html"])
def test_what_read_page_refuses_is_refused_in_the_same_words(name: str) -> None:
    path = PAGES / name
    with pytest.raises(InputError) as expected:
        read_page(path)
    with pytest.raises(InputError) as found:
        read_data(path.read_bytes(), path, ReadOptions())
    assert str(found.value) == str(expected.value)


def test_page_in_another_language_and_page_that_is_too_large() -> None:
    path = PAGES / "russian.html"
    data = path.read_bytes()
    assert read_data(data, path, ReadOptions(any_language=True)) == read_page(path, any_language=True)
    with pytest.raises(InputError, match="found more than 500 bytes"):
        read_data(data, path, ReadOptions(max_bytes=500))


def test_unknown_encoding_is_refused_before_the_first_article() -> None:
    with pytest.raises(ConfigError, match="found 'no-such-encoding'"):
        ReadOptions("no-such-encoding")


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("a.pdf", b"%PDF-1.4 words", "found a PDF file; expected its text, as by `pdftotext FILE.pdf`"),
        ("a.html", b"PK\x03\x04 word/document.xml", "found a Word document; expected its text, saved as plain text"),
        ("a.csv", b"who,whom\nMoscow,Kyiv\n", "found a table by its ending .csv; expected texts or pages, a file an"),
        (
            "a.txt",
            TEXT.encode("utf-16-be"),
            "found UTF-16 without a byte order mark; expected --encoding utf-16-be, or",
        ),
    ],
)
def test_what_is_no_article_is_called_what_it_is(name: str, data: bytes, problem: str) -> None:
    with pytest.raises(InputError, match=f"{name}: {problem}"):
        read_data(data, Path(name), ReadOptions())


@pytest.mark.parametrize("encoding", ["auto", "utf-16-le"])
def test_utf16_without_a_byte_order_mark(encoding: str) -> None:
    document = read_data(TEXT.encode("utf-16-le"), Path("a.txt"), ReadOptions(encoding))
    assert document.text == TEXT


@pytest.mark.parametrize("encoding", ["utf-8", "UTF8", "auto"])
def test_a_page_tells_its_encoding_whatever_that_of_the_texts_is(encoding: str) -> None:
    page = (PAGES / "windows-1252.html").read_text(encoding="utf-8")
    data = page.encode("cp1252")
    assert b"charset=windows-1252" in data
    document = read_data(data, Path("a.html"), ReadOptions(encoding))
    assert document == read_data(page.encode(), Path("a.html"), ReadOptions())
    assert not document.text.isascii()


def test_another_encoding_holds_for_pages(tmp_path: Path) -> None:
    page = (PAGES / "windows-1252.html").read_text(encoding="utf-8")
    data = page.replace("windows-1252", "utf-8").encode("cp1250")
    assert read_data(data, Path("a.html"), ReadOptions("cp1250")).text == (
        read_data(page.encode(), Path("a.html"), ReadOptions()).text
    )
