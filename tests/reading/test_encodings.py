from __future__ import annotations

import pytest

from secrel.errors import ConfigError, InputError
from secrel.reading import decode_text, detect_encoding, page_encoding, read_article
from secrel.reading.encodings import check_encoding, codec, document_kind, unmarked_utf16

ENGLISH = "The general’s men – all “volunteers” – crossed the river on Monday, and nobody in Tbilisi was surprised. "
FRENCH = "Général Hervé Lefèvre a déclaré que l’armée resterait à N’Djamena cet été. "
POLISH = "Premier Kołodziej powiedział, że żołnierze zostaną w Świętoszowie; późną jesienią wrócą. "
RUSSIAN = "Губернатор приграничного района сказал, что старый мост останется закрытым. " * 3


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ENGLISH, "utf-8"),
        (ENGLISH, "utf-16"),
        (ENGLISH, "utf-16-le"),
        (ENGLISH + RUSSIAN, "utf-16-be"),
        (ENGLISH, "utf-32"),
        (ENGLISH, "utf-8-sig"),
        (ENGLISH, "cp1252"),
        (ENGLISH, "mac_roman"),
        (ENGLISH.replace("’", "'") + "\u2026", "cp1252"),
        ("The general said nothing. " * 40 + "The minister’s aide left.", "cp1252"),
        (FRENCH, "cp1252"),
        (FRENCH, "mac_roman"),
        (POLISH, "cp1250"),
        (RUSSIAN, "utf-8"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
        ("plain ASCII", "ascii"),
    ],
)
def test_detects(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    found = detect_encoding(data)
    assert found is not None
    assert data.decode(found).removeprefix("\ufeff") == text


def test_binary_data_has_no_encoding() -> None:
    assert detect_encoding(bytes(range(256)) * 4) is None
    assert detect_encoding(b"\x00\x01\x02\xff\xfe" * 10) is None
    # Small numbers of two bytes are no letters.
    assert unmarked_utf16(bytes(byte for n in range(1, 200) for byte in (n, 0))) is None
    assert unmarked_utf16(ENGLISH.encode("utf-16")) is None


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n\x00\xe2", "a PDF file"),
        (b"PK\x03\x04\x14\x00[Content_Types].xml ... word/document.xml", "a Word document"),
        (b"PK\x03\x04\x14\x00mimetypeapplication/epub+zip", "an EPUB book"),
        (b"PK\x03\x04\x14\x00a.txt", "a zip archive"),
        (b"{\\rtf1\\ansi Kyiv spoke.}", "a Rich Text file"),
        (b"PK is a party; word/document.xml is none.", None),
        (b"The file began with %PDF-1.7.", None),
    ],
)
def test_kinds_of_documents(data: bytes, kind: str | None) -> None:
    found = document_kind(data)
    assert (found and found[0]) == kind


@pytest.mark.parametrize("name", ["utf-8", "UTF8", "cp1252", "utf-16", "utf-32-be", "auto"])
def test_known_encodings(name: str) -> None:
    check_encoding(name)


@pytest.mark.parametrize("name", ["utf9", "", "base64", "a\x00b"])
def test_unknown_encodings(name: str) -> None:
    with pytest.raises(ConfigError, match="expected an encoding Python knows, such as utf-8 or cp1252, or auto"):
        check_encoding(name)


@pytest.mark.parametrize(
    ("data", "declared", "encoding"),
    [
        ("<p>“x”</p>".encode("cp1252"), "iso-8859-1", "cp1252"),  # As browsers read that label.
        ("<p>“quoted”</p>".encode("cp1252"), None, "cp1252"),
        ("<meta charset=windows-1251><p>мост</p>".encode("cp1251"), None, "cp1251"),
        (
            '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r"><p>мост</p>'.encode("koi8_r"),
            None,
            "koi8_r",
        ),
        ("<meta charset=koi8-r><p>мост</p>".encode("cp1251"), "windows-1251", "cp1251"),  # The server first.
        ('<?xml version="1.0" encoding="iso-8859-2"?><p>ł</p>'.encode("iso8859_2"), None, "iso8859_2"),
        ("<meta charset=iso-8859-1><p>“мост”</p>".encode(), None, "utf-8"),  # A wrong declaration.
        ("<meta charset=utf-8><p>it’s</p>".encode("cp1252"), None, "cp1252"),  # Another.
        (b"<meta charset=utf-16><p>x</p>", None, "utf-8"),
        ("\ufeff<meta charset=koi8-r>".encode("utf-16-le"), "koi8-r", "utf-16-le"),
        ("<meta charset=utf-8><p>мост — it’s</p>".encode() + b"\x92", None, "utf-8"),  # Mixed: nothing else is right.
        (b"<meta charset=utf-7><p>+ADw-</p>", None, "utf-8"),
    ],
)
def test_page_encoding(data: bytes, declared: str | None, encoding: str) -> None:
    assert page_encoding(data, declared=declared) == encoding


@pytest.mark.parametrize("label", ["utf-7", "rot13", "unicode_escape", "idna", "nonsense", "", None, "base64"])
def test_no_codec_of_pages(label: str | None) -> None:
    assert codec(label) is None


@pytest.mark.parametrize(("label", "name"), [("UTF8", "utf-8"), (" Windows-1251 ", "cp1251"), ("latin1", "cp1252")])
def test_codec(label: str, name: str) -> None:
    assert codec(label) == name


def test_articles_of_unknown_encoding(tmp_path) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes((ENGLISH * 3).encode("cp1252"))
    with pytest.raises(InputError, match="auto to find it out"):
        read_article(path)
    assert read_article(path, encoding="auto").text == ENGLISH * 3
    assert read_article(path, encoding="auto") == read_article(path, encoding="cp1252")


def test_auto_keeps_the_byte_order_mark_so_that_offsets_hold() -> None:
    assert decode_text(b"\xef\xbb\xbfabc", encoding="auto") == "\ufeffabc"
    assert decode_text("\ufeffabc".encode("utf-16-be"), encoding="auto") == "\ufeffabc"


def test_auto_refuses_binary_data() -> None:
    with pytest.raises(InputError):
        decode_text(b"\x89PNG\r\n\x1a\n\x01\x02\x03\xff\x81", encoding="auto")
