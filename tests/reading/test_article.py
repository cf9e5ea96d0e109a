from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secrel.domain import Metadata
from secrel.errors import InputError
from secrel.reading import body_start, check_language, decode_text, parse_article, read_article

EDM = "Publication: Eurasia Daily Monitor Volume: 3 Issue: 133"
ENGLISH = (
    "The governor of the border district said on Monday that the old bridge would stay closed until the engineers"
    " of the army had finished their work on the second pier."
)
GERMAN = (
    "Der Gouverneur des Grenzbezirks sagte am Montag, die alte Brücke bleibe geschlossen, bis die Pioniere der Armee"
    " ihre Arbeit am zweiten Pfeiler beendet hätten und der Verkehr wieder fließen könne."
)
RUSSIAN = "Губернатор приграничного района сказал, что старый мост останется закрытым."


@pytest.mark.parametrize(
    ("text", "metadata"),
    [
        (f"{EDM}\nBody.", Metadata("Eurasia Daily Monitor", 3, 133, None, 2006)),
        (f"\ufeff{EDM}\r\nBody.", Metadata("Eurasia Daily Monitor", 3, 133, None, 2006)),
        (f"\n {EDM}\n\nJuly 11, 2006\nBody.", Metadata("Eurasia Daily Monitor", 3, 133, "2006-07-11", 2006)),
        (f"{EDM}\r\nDate: Jul 11, 2006\r\nBody.", Metadata("Eurasia Daily Monitor", 3, 133, "2006-07-11", 2006)),
        (f"{EDM}, 11 July 2006\nBody.", Metadata("Eurasia Daily Monitor", 3, 133, "2006-07-11", 2006)),
        (f"{EDM} 2006-07-11", Metadata("Eurasia Daily Monitor", 3, 133, "2006-07-11", 2006)),
        (f"{EDM} January 2, 2007\n", Metadata("Eurasia Daily Monitor", 3, 133, "2007-01-02", 2007)),
        *(
            (f"{EDM}\n{lines}\nBody.", Metadata("Eurasia Daily Monitor", 3, 133, "2006-07-11", 2006))
            for lines in (
                "July 11, 2006 12:00 AM Age: 2 yrs",
                "Tuesday, July 11, 2006",
                "11 July, 2006",
                "July 11th, 2006",
                "11.07.2006",
                "\nCategory: Home Page\n\nJuly 11, 2006",
            )
        ),
        ("Publication: Watch -- Volume: 12 Issue: 2", Metadata("Watch", 12, 2, None, None)),
        (f"{EDM}\nJuly 11, 2006, Klow burned.", Metadata("Eurasia Daily Monitor", 3, 133, None, 2006)),
        (f"{EDM}\nJuly 11, 2006 was hot", Metadata("Eurasia Daily Monitor", 3, 133, None, 2006)),
        (f"{EDM} July 32, 2006\nBody.", Metadata("Eurasia Daily Monitor", 3, 133, None, 2006)),
        ("Publication: X Volume: 1 Issue: 2\n2005\nBody.", Metadata("X", 1, 2, None, 2005)),
        ("Publication: X Volume: 1 Issue: 2\r\n\r\nDate: 1998 \r\nBody.", Metadata("X", 1, 2, None, 1998)),
        ("Publication: X Volume: 1 Issue: 2, 2005\nBody.", Metadata("X", 1, 2, None, 2005)),
        ("Publication: X Volume: 1 Issue: 2 2005\nJuly 11, 2006", Metadata("X", 1, 2, "2006-07-11", 2006)),
        ("Publication: X Volume: 1 Issue: 2 2005\n2006", Metadata("X", 1, 2, None, 2005)),
        # The text knows better than the rule.
        (f"{EDM}\n2005", Metadata("Eurasia Daily Monitor", 3, 133, None, 2005)),
        *(
            (f"Publication: X Volume: 1 Issue: 2\n{line}\nBody.", Metadata("X", 1, 2, None, None))
            for line in ("20056", "1805", "2105", "205", "In 2005", "2005 was hot.", "No date\n2005")
        ),
        ("publication: X Volume: 1 Issue: 2", Metadata()),
        ("Publication: Weekly Watch Volume: 12, Issue: 2\nBody.", Metadata("Weekly Watch", 12, 2, None, None)),
        ("Publication:\u00a0Watch\u00a0Volume:\u00a012\u00a0Issue:\u00a02", Metadata("Watch", 12, 2, None, None)),
        ("Publication: EURASIA DAILY MONITOR Volume: 1 Issue: 1", Metadata("EURASIA DAILY MONITOR", 1, 1, None, 2004)),
        ("Body of a text.\nPublication: X Volume: 1 Issue: 2", Metadata()),
        ("", Metadata()),
    ],
)
def test_header(text: str, metadata: Metadata) -> None:
    document = parse_article(text, id="x")
    assert document.metadata == metadata
    assert (document.text, document.id, document.sentences, document.entities) == (text, "x", None, ())


def test_title_and_author_of_a_header_are_metadata() -> None:
    document = parse_article("Klow Shuts the Bridge\nBy: Ilse Brandt\n11 July 2006\n\nBody.", source="a.txt")
    assert document.metadata == Metadata(
        date="2006-07-11", year=2006, source="a.txt", title="Klow Shuts the Bridge", author="Ilse Brandt"
    )


def test_source_is_kept_with_and_without_header() -> None:
    assert parse_article("Body.", source="a.txt").metadata == Metadata(source="a.txt")
    assert parse_article(EDM, source="a.txt").metadata.source == "a.txt"
    assert parse_article("Body.").id == "text"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Body.", "Body."),
        (f"{EDM}\nBody.", "\nBody."),
        (f"{EDM}\r\n\r\nJuly 11, 2006\r\nBody.", "\r\nBody."),
        (f"{EDM} July 11, 2006\nBody.", "\nBody."),
        (f"{EDM}\nJuly is hot.\nBody.", "\nJuly is hot.\nBody."),
        (f"{EDM}\n2005\nBody.", "\nBody."),
        (f"{EDM}\nBy: Ilse Brandt\nJuly 11, 2006\nBody.", "\nBody."),
        (f"{EDM}\nBy: Ilse Brandt\nBody.\nJuly 11, 2006", "\nBody.\nJuly 11, 2006"),
        ("Klow Shuts the Bridge\nBy: Ilse Brandt\n2006-07-11\n\nBody.", "\n\nBody."),
        (f"{EDM}\n2005 was hot.\nBody.", "\n2005 was hot.\nBody."),
        (f"{EDM}\n1805\nBody.", "\n1805\nBody."),
        (f"\ufeff{EDM}", ""),
        ("\ufeffBody.", "\ufeffBody."),
    ],
)
def test_body_starts_behind_header_and_date(text: str, rest: str) -> None:
    assert text[body_start(text) :] == rest


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        ("Café “Osh” \U0001f600\r\n".encode(), "utf-8", "Café “Osh” \U0001f600\r\n"),
        (b"\xef\xbb\xbfOsh", "utf-8", "\ufeffOsh"),
        (b"\xff\xfeO\x00s\x00h\x00", "utf-8", "\ufeffOsh"),
        (b"\xfe\xff\x00O\x00s\x00h", "utf-8", "\ufeffOsh"),
        (b"O\x00s\x00h\x00", "utf-16-le", "Osh"),
        (b"\x00O\x00s\x00h", "UTF_16_BE", "Osh"),
        (b"O\x00\x00\x00", "utf-32-le", "O"),
        (b"\xff\xfe\x00\x00O\x00\x00\x00", "utf-32-le", "\ufeffO"),
        (b"\x93Osh\x94", "cp1252", "“Osh”"),
        (b"\xe9t\xe9", "latin-1", "été"),
    ],
)
def test_decoding(data: bytes, encoding: str, text: str) -> None:
    assert decode_text(data, encoding=encoding) == text


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20))
def test_every_character_of_a_utf8_file_is_kept(text: str) -> None:
    text = "O" + text
    assert decode_text(text.encode("utf-8")) == text


@pytest.mark.parametrize(
    ("data", "encoding", "found", "expected"),
    [
        (b"ab\x00c", "utf-8", "a NUL byte at byte 2: a binary file", "text"),
        (b"", "utf-8", "no text", "at least one sentence"),
        ("\ufeff \u00a0\u200b\r\n\t".encode(), "utf-8", "no text", "at least one sentence"),
        (b"\xff\xfe", "utf-8", "no text", "at least one sentence"),
        (
            b"one\ntwo\nthr\x93\n",
            "utf-8",
            "byte 0x93 at byte 11 (line 3), which is not utf-8",
            "a text in utf-8 throug",
        ),
        (b"\xff\xfea", "utf-8", "byte 0x61 at byte 2 (line 1), which is not utf-16-le", "a text in utf-16-le"),
        (b"Osh", "klingon", "encoding 'klingon'", "an encoding Python knows"),
    ],
)
def test_undecodable(data: bytes, encoding: str, found: str, expected: str) -> None:
    with pytest.raises(InputError) as caught:
        decode_text(data, encoding=encoding, where="x.txt")
    assert (caught.value.where, caught.value.found) == ("x.txt", found)
    assert caught.value.expected.startswith(expected)


@pytest.mark.parametrize(
    "text",
    [
        ENGLISH,
        "Kurz und gut auf Deutsch gesagt.",
        " ".join(["Der Weg"] * 9),
        "Мост закрыт.",
        f"{ENGLISH} The paper Мегаполис-Экспресс was not asked. {ENGLISH}",
        "12 34 56 " * 20,
    ],
)
def test_english_short_and_mixed_text_is_read(text: str) -> None:
    check_language(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (GERMAN, "text in another language (identified as 'de', probability "),
        (RUSSIAN, "text in another script than Latin"),
        ("국경 지역의 지사는 월요일에 오래된 다리가 계속 폐쇄될 것이라고 말했다", "text in another script than Latin"),
    ],
)
def test_other_languages_are_refused(text: str, found: str) -> None:
    with pytest.raises(InputError) as caught:
        check_language(text, where="x.txt")
    assert caught.value.where == "x.txt"
    assert caught.value.found.startswith(found)
    assert "--any-language" in caught.value.expected


def test_read_article(tmp_path: Path) -> None:
    path = tmp_path / "edm-1.two.txt"
    path.write_bytes(f"\ufeff{EDM}\r\n{ENGLISH}\r\n".encode())
    document = read_article(str(path))
    assert document.text == f"\ufeff{EDM}\r\n{ENGLISH}\r\n", "nothing is normalised"
    assert (document.id, document.metadata.source, document.metadata.year) == ("edm-1.two", str(path), 2006)


def test_read_article_takes_encoding_and_language(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(GERMAN.encode("cp1252"))
    assert read_article(path, encoding="cp1252", any_language=True).text == GERMAN
    with pytest.raises(InputError, match="identified as 'de'"):
        read_article(path, encoding="cp1252")
    with pytest.raises(InputError, match=r"which is not utf-8; expected .*cp1252"):
        read_article(path)


def test_read_article_limits_the_size(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"a" * 1001)
    assert len(read_article(path, max_bytes=1001).text) == 1001
    with pytest.raises(InputError, match=r"found 1,001 bytes; expected at most 1,000 bytes; .*--max-bytes"):
        read_article(path, max_bytes=1000)


@pytest.mark.parametrize(
    ("name", "found", "expected"),
    [
        ("absent.txt", "no such file", "a file"),
        ("folder", "a folder", "a file"),
        ("file/x.txt", "Not a directory", "a readable file"),
    ],
)
def test_unreadable_paths(tmp_path: Path, name: str, found: str, expected: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("Osh")
    with pytest.raises(InputError) as caught:
        read_article(tmp_path / name)
    assert (caught.value.where, caught.value.found, caught.value.expected) == (str(tmp_path / name), found, expected)


@pytest.mark.parametrize(("name", "issue", "year"), [("edm-v3-i133", 133, 2006), ("edm-v2-i91", 91, 2005)])
def test_edm_headers(articles_folder: Path, name: str, issue: int, year: int) -> None:
    document = read_article(articles_folder / f"{name}.txt")
    metadata = document.metadata
    assert (metadata.publication, metadata.issue, metadata.date) == ("Eurasia Daily Monitor", issue, None)
    assert (metadata.volume, metadata.year) == (year - 2003, year)
    assert document.id == name
    assert 0 < body_start(document.text) < 100
