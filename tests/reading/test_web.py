from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secrel.domain import Document, Metadata
from secrel.errors import ConfigError, InputError
from secrel.reading import parse_page, read_page, split_sentences
from secrel.reading.web import decode_page, parse_fragment

lxml_html = pytest.importorskip("lxml.html")
pytest.importorskip("trafilatura")

PAGES = Path(__file__).parents[1] / "data" / "pages"
ENCODINGS = {"windows-1251": "cp1251", "windows-1252": "cp1252"}
EDM = "Eurasia Daily Monitor"
SENTENCE = "The ministry in Dushanbe said on Monday that the talks with Moscow would go on in July. "
BODY = "".join(f"<p>{SENTENCE}{n}. {SENTENCE}</p>" for n in range(3))
METADATA = {
    "tables-2006": Metadata(
        EDM, 3, 133, "2006-07-11", 2006, None, "DUSHANBE PUTS OFF A DECISION ON ITS NORTHERN AIRFIELD", "Nadia Orlowska"
    ),
    "divisions-2009": Metadata(
        EDM, 6, 85, "2009-05-04", 2009, None, "Ankara Courts Baku and Angers Yerevan", "Tobias Harlow"
    ),
    "wordpress-2022": Metadata(
        EDM,
        19,
        105,
        "2022-07-14",
        2022,
        None,
        "Kazakhstan Looks for a Road Around Russia",
        "Ilse Brandt; Marat Seitov",
    ),
    "breaks-1998": Metadata(
        EDM, 2, 17, "2005-01-25", 2005, None, "LUKASHENKA WANTS HIS MISSILES BACK", "Viktor Semenkov"
    ),
    "bare": Metadata(title="A bridge over the Panj"),
    "malformed": Metadata(title="Grain & guns: a deal on the Black Sea"),
    "windows-1252": Metadata(title="The General’s Long Summer"),
    "windows-1251": Metadata(title="Press review: Bishkek and its bases"),
}


def page_bytes(name: str) -> bytes:
    # Stored in UTF-8, so that they can be looked at; read in the encoding that they declare.
    return (PAGES / f"{name}.html").read_text(encoding="utf-8").encode(ENCODINGS.get(name, "utf-8"))


def marked(name: str, attribute: str) -> list[str]:
    tree = lxml_html.document_fromstring((PAGES / f"{name}.html").read_bytes(), lxml_html.HTMLParser(encoding="utf-8"))
    return [" ".join(element.text_content().split()) for element in tree.xpath(f"//*[@{attribute}]")]


def visible(name: str) -> str:
    tree = lxml_html.document_fromstring((PAGES / f"{name}.html").read_bytes(), lxml_html.HTMLParser(encoding="utf-8"))
    for element in tree.xpath("//script | //style | //head"):
        element.drop_tree()
    # A tag parts words here, if anything.
    return re.sub(r"\s+", "", " ".join(tree.itertext()))


def read(name: str) -> Document:
    return parse_page(page_bytes(name), id=name)


def site(body: str, head: str = "") -> str:
    return (
        f"<html><head><meta charset=utf-8><title>Talks go on - The Site</title>{head}</head><body><div id=nav>"
        "<a href=/>Home</a> <a href=/x>About us</a></div><div class=content><h1>Talks go on</h1>"
        f"{body}</div></body></html>"
    )


@pytest.mark.parametrize("name", METADATA)
def test_metadata(name: str) -> None:
    assert read(name).metadata == METADATA[name]


@pytest.mark.parametrize("name", [name for name in METADATA if name != "breaks-1998"])
def test_the_text_is_the_paragraphs_of_the_article(name: str) -> None:
    assert read(name).text.split("\n\n") == marked(name, "data-body")


def test_paragraphs_parted_by_line_breaks() -> None:
    paragraphs = read("breaks-1998").text.split("\n\n")
    assert [paragraph[:25] for paragraph in paragraphs] == [
        "The president of Belarus ",
        "Neither capital took the ",
        "Poland did react. Its for",
        "The speech came a day aft",
    ]
    assert "handing over the missiles had been a mistake." in paragraphs[0]


@pytest.mark.parametrize("name", METADATA)
def test_nothing_around_the_article_is_in_the_text(name: str) -> None:
    text = read(name).text
    around = marked(name, "data-off")
    assert around or name == "bare"
    assert [line for line in around if line in text] == []


@pytest.mark.parametrize("name", METADATA)
def test_every_paragraph_is_on_the_page(name: str) -> None:
    page = visible(name)
    for paragraph in read(name).text.split("\n\n"):
        assert re.sub(r"\s+", "", paragraph) in page


@pytest.mark.parametrize("name", METADATA)
def test_what_is_left_out_is_counted(name: str) -> None:
    (dropped,) = read(name).dropped
    assert dropped.reason.startswith("lines of the page outside the article")
    assert dropped.n >= len(marked(name, "data-off")) / 4


def test_lines_left_out_within_the_article_are_counted_apart() -> None:
    table = "<table><tr><td>2004</td><td>12</td></tr></table>"
    document = parse_page(site(f"<p>{SENTENCE}1</p>{table}<p>{SENTENCE}2</p><p>{SENTENCE}3</p>"))
    assert [(dropped.reason.split()[1], dropped.n) for dropped in document.dropped] == [("of", 2), ("within", 2)]


def test_offsets_are_those_of_the_text() -> None:
    document = read("wordpress-2022")
    sentences = split_sentences(document.text)
    assert all("\n" not in span.of(document.text) for span in sentences)
    assert sentences[0].of(document.text).startswith("Kazakhstan's president ordered")
    assert Document.from_dict(document.to_dict()).text == document.text


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "an-article.html"
    path.write_bytes(page_bytes("windows-1252"))
    document = read_page(path)
    assert (document.id, document.metadata.source) == ("an-article", str(path))
    assert document.text == read("windows-1252").text
    assert read_page(str(path), id="x", source="https://example.org/").metadata.source == "https://example.org/"
    assert read_page(page_bytes("bare")).id == "page"


def test_web_archives(tmp_path: Path) -> None:
    body = page_bytes("divisions-2009").decode().replace("=", "=3D").replace("\n", "\r\n")
    head = (
        "From: <Saved by a browser>\r\nSnapshot-Content-Location: https://example.org/a\r\nSubject: Single Article\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="--b--"\r\n\r\n'
        "----b--\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    path = tmp_path / "a.mhtml"
    path.write_bytes((head + body + "\r\n----b----\r\n").encode())
    assert read_page(path).text == read("divisions-2009").text
    with pytest.raises(InputError, match="a web archive without a page"):
        read_page(head.replace("text/html\r\nC", "text/css\r\nC").encode() + b"p {}\r\n----b----\r\n")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("navigation-only", "0 words in sentences"),
        ("not-found", "a page titled 'Oops! That page can’t be found.'"),
        ("login", "a page titled 'Log in'"),
        ("russian", "another script"),
    ],
)
def test_pages_without_an_article(name: str, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        read_page(PAGES / f"{name}.html")
    assert caught.value.where == str(PAGES / f"{name}.html")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no text"),
        (b" \n", "no text"),
        (b"%PDF-1.4 <p>", "a PDF file"),
        (b"PK\x03\x04rest", "a ZIP file"),
        (b"\x1f\x8b\x08rest", "a gzip file"),
        (b"<p>a\x00b</p>", "a binary file"),
        (b"just text", "no HTML"),
        ("<meta charset=utf-8><p>мост — it’s</p>".encode() + b"\x92<p>", "byte 0x92"),
        (b"<p>" + b"x" * 200, "at most 100 bytes"),
    ],
)
def test_no_pages(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_page(data, max_bytes=100)


def test_missing_files_and_folders(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_page(tmp_path / "none.html")
    with pytest.raises(InputError, match="a folder"):
        read_page(tmp_path)


def test_other_languages_where_they_are_wanted() -> None:
    assert "старый мост" in parse_page(page_bytes("russian"), any_language=True).text


def test_encodings_given_by_hand_and_by_the_server() -> None:
    page = page_bytes("windows-1252").replace(b"windows-1252", b"koi8-r")
    assert parse_page(page, declared="windows-1252").text == read("windows-1252").text
    assert parse_page(page, encoding="cp1252").text == read("windows-1252").text
    with pytest.raises(InputError, match="not ascii"):
        parse_page(page, encoding="ascii")
    assert decode_page("\ufeff<p>x".encode("utf-16"), where="page").endswith("<p>x")


def test_a_short_brief_is_an_article_where_it_is_wanted() -> None:
    page = site(f"<p>{SENTENCE}</p>")
    with pytest.raises(InputError, match="17 words in sentences"):
        parse_page(page)
    assert parse_page(page, min_words=10).text == SENTENCE.strip()


def test_an_article_with_the_title_of_an_error_page() -> None:
    page = site(f"<p>{SENTENCE * 5}</p><p>{SENTENCE * 6}</p>").replace(
        "Talks go on", "Access denied: Moscow and the strait"
    )
    assert parse_page(page).metadata.title == "Access denied: Moscow and the strait"


def test_source_brackets_of_links_are_kept() -> None:
    bracket = "(<a href=a>Interfax</a>, July 5; <a href=b>Asia-Plus, July 6</a>)"
    body = f"<p>{SENTENCE}1</p><p>{bracket}</p><p>{SENTENCE}2</p><p>{SENTENCE}3</p><p>(<a href=c>Kabar, July 6</a>)</p>"
    paragraphs = parse_page(site(body)).text.split("\n\n")
    assert paragraphs[1] == "(Interfax, July 5; Asia-Plus, July 6)"
    assert paragraphs[-1] == "(Kabar, July 6)"


def test_a_date_of_another_year_than_the_volume_does_not_count() -> None:
    body = f"<p>{EDM} Volume: 3 Issue: 7</p><p>{{date}}</p>" + BODY
    head = '<meta property="article:published_time" content="2016-02-03T10:00:00+00:00">'
    assert parse_page(site(body.format(date="July 11, 2006"), head)).metadata.date == "2006-07-11"
    undated = parse_page(site(body.format(date="July"), head)).metadata
    assert (undated.date, undated.year) == (None, 2006)


def test_dates_of_other_articles_and_footers_do_not_count() -> None:
    body = BODY + "<div class=related><time datetime=2011-05-06>May 6, 2011</time></div>"
    page = site(body).replace("</body>", "<footer>© 2013 The Site, July 4, 2013</footer></body>")
    assert parse_page(page).metadata.date is None


def test_the_date_of_a_time_above_the_article() -> None:
    time = "<div>By Ilse Brandt</div><div><time datetime='2006-07-11T23:00:00-05:00'>two years ago</time></div>"
    document = parse_page(site(time + BODY))
    assert document.metadata.date == "2006-07-11"
    assert document.text == parse_page(site(BODY)).text
    assert parse_page(site(time.replace("2006", "0000") + BODY)).metadata.date is None
    later = BODY + "<p>On <time datetime=2011-05-06>the sixth</time> of that month all of it ended at last.</p>"
    assert parse_page(site(later)).metadata.date is None


def test_times_in_sentences_are_kept() -> None:
    body = BODY + "<p>On <time datetime=2011-05-06>the sixth</time> of that month all of it ended at last.</p>"
    assert parse_page(site(body)).text.endswith("On the sixth of that month all of it ended at last.")


def test_the_date_in_an_address() -> None:
    page = site(BODY)
    assert parse_page(page, source="https://example.org/2006/07/11/talks/").metadata.date == "2006-07-11"
    assert parse_page(page, source="saved/2006/07/11/talks.html").metadata.date is None


def test_fragments_of_feeds() -> None:
    html = (
        f"<p>By Ilse Brandt</p><p>{SENTENCE}</p>\n{SENTENCE}<h2>Outlook</h2><ul><li>One</li></ul>"
        "<p>The post <a href=x>Talks</a> appeared first on <a href=y>The Site</a>.</p>"
    )
    document = parse_fragment(html, id="x", where="feed", source="https://example.org/a")
    assert document.text.split("\n\n") == [SENTENCE.strip(), SENTENCE.strip(), "Outlook", "One"]
    assert document.metadata == Metadata(author="Ilse Brandt", source="https://example.org/a")
    assert [dropped.n for dropped in document.dropped] == [1]
    with pytest.raises(InputError, match="without text"):
        parse_fragment("<p> </p>", id="x", where="feed")


WORDS = st.lists(
    st.sampled_from("Moscow Kyiv gas talks may warn <b>Baku</b> &amp; “offer” border army".split()), min_size=12
)


@settings(max_examples=25, deadline=None)
@given(st.lists(WORDS, min_size=3, max_size=6))
def test_paragraphs_come_back_in_order(paragraphs: list[list[str]]) -> None:
    # Numbered, since a paragraph that repeats the one before it is given once.
    sentences = [f"Number {n} says that {' '.join(words)}." for n, words in enumerate(paragraphs)]
    plain = [re.sub(r"<[^>]+>", "", sentence).replace("&amp;", "&") for sentence in sentences]
    page = site("".join(f"<p>{sentence}</p>" for sentence in sentences))
    assert parse_page(page, any_language=True).text.split("\n\n") == plain


def test_odd_attributes() -> None:
    page = site(BODY, "<meta {{#if}} content='x' name=author><script {a} type='application/ld+json'>{}</script>")
    assert parse_page(page).text == parse_page(site(BODY)).text


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 3000), st.integers(0, 200))
def test_damaged_pages_are_read_or_refused(noise: bytes, start: int, length: int) -> None:
    page = page_bytes("divisions-2009")
    try:
        document = read_page(page[:start] + noise + page[start + length :])
    except InputError:
        return
    assert document.text.strip()


def test_libraries_load_late_and_are_named_where_they_lack(monkeypatch: pytest.MonkeyPatch) -> None:
    heavy = "{'lxml', 'trafilatura', 'htmldate', 'feedparser', 'httpx', 'charset_normalizer', 'urllib.request'}"
    code = f"import sys, secrel.reading; sys.exit(bool({heavy} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], check=True)
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    with pytest.raises(ConfigError, match=r"pip install secrel"):
        read("bare")
