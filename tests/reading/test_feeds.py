from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from web_server import Reply, Server

from secrel.errors import InputError
from secrel.reading import Fetcher, address_id, parse_page, read_feed, read_items, read_url
from secrel.reading.feed_formats import FeedItem, identify_items, is_listing
from secrel.reading.feeds import format_entry

for library in ("feedparser", "httpx", "trafilatura"):
    pytest.importorskip(library)

PAGES = Path(__file__).parents[1] / "data" / "pages"
TEXT = (
    "Georgia and Turkey agreed on Monday to rebuild the railway between Kars and Akhalkalaki. Azerbaijan will lend the"
    " money. Armenia protests, since the line goes around its territory, and asks the European Union not to support it"
    " at all. Nobody in Brussels has answered so far."
)
RSS = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Steppe Institute</title><link>https://steppe.example/</link>
<item><title>A Railway &amp;amp; Its Enemies</title><link>https://steppe.example/program/a-railway/</link>
<pubDate>Tue, 11 Jul 2006 23:30:00 -0500</pubDate><dc:creator>Ilse Brandt</dc:creator>
<description>Georgia and Turkey agreed on Monday to rebuild [&#8230;]</description>
<content:encoded><![CDATA[<p>{TEXT}</p><p>The post <a href="https://steppe.example/x">A Railway</a> appeared first on
<a href="https://steppe.example/y">Steppe Institute</a>.</p>]]></content:encoded></item>
<item><title>Only a beginning</title><link>https://steppe.example/program/b/</link><dc:creator>admin</dc:creator>
<content:encoded><![CDATA[<p>{TEXT} [&#8230;]</p>]]></content:encoded></item>
<item><title>No content</title><link>https://steppe.example/program/c/?p=7</link><pubDate>yesterday</pubDate></item>
<item><title>No content</title><link>https://steppe.example/program/c/?p=7</link></item>
</channel></rss>"""
ATOM = f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Steppe</title><id>urn:x</id><updated>2008-01-01T00:00:00Z</updated>
<entry><title type="html">On &lt;i&gt;Kars&lt;/i&gt;</title><link href="https://steppe.example/a"/><id>urn:a</id>
<published>2006-07-11T23:30:00-05:00</published><updated>2008-01-01T00:00:00Z</updated>
<author><name>Ilse Brandt</name></author><author><name>Marat Seitov</name></author>
<content type="html">&lt;p&gt;{TEXT}&lt;/p&gt;&lt;p&gt;End of it.&lt;/p&gt;</content></entry>
<entry><title>Plain</title><link href="https://steppe.example/b"/><id>urn:b</id><updated>2007-02-03T00:00:00Z</updated>
<content type="text">{TEXT} A &lt; B.

Second paragraph.</content></entry>
<entry><title>Nowhere</title><id>urn:uuid:1</id></entry>
<entry><title>Text without address</title><id>urn:uuid:2</id><content type="xhtml"><div
xmlns="http://www.w3.org/1999/xhtml"><p>{TEXT}</p></div></content></entry>
</feed>"""


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(timeout=5, delay=0, backoff=0.01, retries=1) as opened:
        yield opened


def page(name: str) -> Reply:
    return Reply((PAGES / f"{name}.html").read_bytes(), "text/html; charset=utf-8")


def sitemap(*entries: str, root: str = "urlset") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{"".join(entries)}</{root}>'
    ).encode()


def url(address: str, more: str = "") -> str:
    return f"<url><loc> {address} </loc><lastmod>2020-01-02</lastmod>{more}</url>"


def test_rss() -> None:
    first, second, third = read_feed(RSS.encode())
    assert first.address == "https://steppe.example/program/a-railway/"
    assert first.id == "steppe-example-program-a-railway"
    assert (first.title, first.date, first.author) == ("A Railway & Its Enemies", "2006-07-11", "Ilse Brandt")
    assert first.content is not None
    assert TEXT in first.content
    assert (second.content, second.author) == (None, None)
    assert (third.id, third.date, third.content) == ("steppe-example-program-c-p-7", None, None)


def test_atom() -> None:
    first, second, third, fourth = read_feed(ATOM.encode())
    assert (first.title, first.date, first.author) == ("On Kars", "2006-07-11", "Ilse Brandt; Marat Seitov")
    assert second.date == "2007-02-03"
    assert third.error is not None
    assert "no web address" in str(third.error)
    assert fourth.error is None
    documents = [outcome.document for outcome in read_items([first, second, fourth])]
    assert [document.text.split("\n\n") for document in documents if document] == [
        [TEXT, "End of it."],
        [f"{TEXT} A < B.", "Second paragraph."],
        [TEXT],
    ]


def test_full_contents_need_no_page() -> None:
    (outcome,) = read_items(read_feed(RSS.encode())[:1])
    document = outcome.document
    assert document is not None
    assert (document.text, document.id) == (TEXT, "steppe-example-program-a-railway")
    meta = document.metadata
    assert (meta.title, meta.author, meta.date, meta.year, meta.source) == (
        "A Railway & Its Enemies",
        "Ilse Brandt",
        "2006-07-11",
        2006,
        "https://steppe.example/program/a-railway/",
    )
    assert [dropped.n for dropped in document.dropped] == [1]


@pytest.mark.parametrize("feed", [RSS, ATOM])
def test_the_page_made_of_an_entry_reads_as_the_entry(feed: str) -> None:
    items = [item for item in read_feed(feed.encode()) if item.content is not None]
    assert items
    for item, outcome in zip(items, read_items(items), strict=True):
        document = parse_page(format_entry(item).encode(), id=item.id, source=item.address or None)
        assert document == outcome.document
        assert document.dropped == outcome.document.dropped


def test_the_page_made_of_an_entry_says_what_the_feed_says() -> None:
    content = f"<h3>A heading</h3><p>By the way.</p><p>{TEXT}</p><ul><li>One (&lt;2%) of it.</li></ul><p>Enough.</p>"
    title, author = 'Of "quotes" & <i>signs</i> | Steppe', "Ilse Brandt; Marat O’Dell"
    item = FeedItem("https://steppe.example/2007/08/09/a/", "a", title, "2006-07-11", author, content)
    document = parse_page(format_entry(item))
    assert (document.metadata.title, document.metadata.author, document.metadata.date) == (title, author, "2006-07-11")
    assert document.text.split("\n\n") == ["A heading", "By the way.", TEXT, "One (<2%) of it.", "Enough."]
    assert parse_page(format_entry(FeedItem("https://steppe.example/a", "a", content=content))).metadata.title is None


def test_listings_are_told_from_pages() -> None:
    listings = [RSS.encode(), ATOM.encode(), sitemap(), sitemap(root="sitemapindex"), gzip.compress(b"x")]
    assert [is_listing(data) for data in listings] == [True] * 5
    assert [is_listing(path.read_bytes()) for path in sorted(PAGES.iterdir())] == [False] * len(list(PAGES.iterdir()))
    assert not is_listing(b"")


def test_pages_are_fetched_and_what_fails_is_named(server: Server, fetcher: Fetcher) -> None:
    server.add("/a", page("wordpress-2022"))
    server.add("/c", page("navigation-only"))
    server.add("/d.pdf", Reply(b"%PDF-1.4", "application/pdf"))
    server.add("/e", Reply(f"Publication: Weekly Watch Volume: 3 Issue: 4\n\n{TEXT}".encode(), "text/plain"))
    server.add("/robots.txt", Reply(b"User-agent: *\nDisallow: /f", "text/plain"))
    addresses = [server.address + path for path in ("/a", "/b", "/c", "/d.pdf", "/e", "/f")]
    items = read_feed(sitemap(*map(url, addresses)))
    outcomes = list(read_items(items, fetcher=fetcher))
    assert [outcome.item.address for outcome in outcomes] == addresses
    assert [outcome.document is not None for outcome in outcomes] == [True, False, False, False, True, False]
    errors = [outcome.error for outcome in outcomes if outcome.error]
    assert [error.where for error in errors] == [addresses[1], addresses[2], *addresses[3::2]]
    expected = ("status 404", "0 words", "application/pdf", "closed to robots")
    assert all(part in str(error) for part, error in zip(expected, errors, strict=True))
    article, text = outcomes[0].document, outcomes[4].document
    assert article is not None
    assert (article.id, article.metadata.source) == (items[0].id, addresses[0])
    assert (article.metadata.volume, article.metadata.date) == (19, "2022-07-14")
    assert text is not None
    assert (text.metadata.publication, text.metadata.issue) == ("Weekly Watch", 4)


def test_what_a_feed_says_goes_before_what_a_page_says(server: Server, fetcher: Fetcher) -> None:
    address = server.add("/a", page("wordpress-2022"))
    (outcome,) = read_items([FeedItem(address, "x", "Another title", "2022-07-15")], fetcher=fetcher)
    assert outcome.document is not None
    meta = outcome.document.metadata
    assert (meta.title, meta.date, meta.author) == ("Another title", "2022-07-15", "Ilse Brandt; Marat Seitov")


def test_sitemaps_do_not_take_the_last_change_for_the_date() -> None:
    date = "<news:publication_date>2006-07-11T01:02:03Z</news:publication_date>"
    news = f"<news:news>{date}<news:title>N</news:title></news:news>"
    first, second = read_feed(sitemap(url("https://steppe.example/a"), url("https://steppe.example/b", news)))
    assert (first.title, first.date) == (None, None)
    assert (second.title, second.date) == ("N", "2006-07-11")


@pytest.mark.parametrize("stated", ["0000-00-00 00:00:00", "2006-13-45", "1970-01-01T00:00:00Z", "0001-01-01"])
def test_dates_that_no_article_has_are_none(stated: str) -> None:
    news = f"<news:news><news:publication_date>{stated}</news:publication_date></news:news>"
    assert read_feed(sitemap(url("https://steppe.example/b", news)))[0].date is None
    assert read_feed(ATOM.replace("2006-07-11T23:30:00-05:00", stated).encode())[0].date is None
    rss = RSS.replace("<pubDate>", f"<pubDate>{stated}</pubDate><was>").replace("</pubDate>", "</was>", 1)
    assert read_feed(rss.encode())[0].date is None


def test_indices_of_sitemaps(server: Server, fetcher: Fetcher) -> None:
    def entry(path: str) -> str:
        return f"<sitemap><loc>{server.address}{path}</loc></sitemap>"

    root = sitemap(entry("/1.xml"), entry("/2.xml.gz"), entry("/3.xml"), entry("/4.xml"), root="sitemapindex")
    address = server.add("/index.xml", Reply(root, "application/xml"))
    server.add("/1.xml", Reply(sitemap(url("https://steppe.example/a")), "text/xml"))
    server.add("/2.xml.gz", Reply(gzip.compress(sitemap(url("https://steppe.example/b"))), "application/gzip"))
    inner = sitemap(*map(entry, ("/1.xml", "/index.xml", "/5.xml")), root="sitemapindex")
    server.add("/4.xml", Reply(inner, "text/xml"))
    server.add("/5.xml", Reply(sitemap(url("https://steppe.example/c"), url("https://steppe.example/a")), "text/xml"))
    items = read_feed(address, fetcher=fetcher)
    assert [item.address for item in items] == [
        "https://steppe.example/a",
        "https://steppe.example/b",
        f"{server.address}/3.xml",
        "https://steppe.example/c",
    ]
    assert "status 404" in str(items[2].error)
    (outcome,) = read_items([items[2]], fetcher=fetcher)
    assert outcome.error is items[2].error
    assert server.paths().count("/1.xml") == 1
    assert [item.id for item in read_feed(root, fetcher=fetcher)] == [item.id for item in items]


def test_feeds_from_files_and_addresses(server: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    address = server.add("/feed", Reply(RSS.encode(), "application/rss+xml; charset=UTF-8"))
    (tmp_path / "feed.xml").write_text(RSS, encoding="utf-8")
    (tmp_path / "feed.rss.gz").write_bytes(gzip.compress(RSS.encode()))
    assert (
        read_feed(address, fetcher=fetcher)
        == read_feed(tmp_path / "feed.xml")
        == read_feed(str(tmp_path / "feed.rss.gz"))
        == read_feed(RSS.encode())
    )


def test_encodings_of_feeds() -> None:
    feed = '<?xml version="1.0" encoding="windows-1251"?><rss version="2.0"><channel><item><title>Мост</title><link>http://a.example/1</link></item></channel></rss>'
    assert read_feed(feed.encode("cp1251"))[0].title == "Мост"
    assert read_feed(feed.replace("windows-1251", "utf-8").encode("utf-8-sig"))[0].title == "Мост"


def test_a_slightly_malformed_feed_is_read_and_one_cut_off_says_so() -> None:
    items = read_feed(RSS.replace("&amp;amp;", "& bare &nbsp;").encode())
    assert [item.error for item in items] == [None, None, None]
    cut = RSS[: RSS.index("<item><title>No content")]
    *whole, last = read_feed(cut.encode())
    assert [item.address[-2:] for item in whole] == ["y/", "b/"]
    assert "cut off" in str(last.error)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no feed"),
        (b"plain text", "no feed"),
        (b"<!doctype html><html><head></head></html>", "an HTML page"),
        (b"<urlset><url><loc>http://a.example/", "malformed XML"),
        (b"<rss><channel><item", "cut off"),
        (b"\x1f\x8b\x08broken", "damaged gzip"),
        (gzip.compress(b"<urlset>" + b" " * 100_000), "uncompressed"),
        (b"<urlset>" + b" " * 100_000, None),
    ],
)
def test_no_feeds(data: bytes, message: str | None, tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(data)
    with pytest.raises(InputError, match=message or "100,008 bytes"):
        read_feed(path, max_bytes=50_000)


def test_entities_of_sitemaps_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("http://secret.example/")
    for value in (f'SYSTEM "{secret.as_uri()}"', '"http://inner.example/"'):
        feed = f"<!DOCTYPE urlset [<!ENTITY e {value}>]><urlset><url><loc>&e;</loc></url></urlset>"
        assert all("example" not in item.address for item in read_feed(feed.encode()))
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 20}">' for n in range(1, 12))
    feed = f'<!DOCTYPE urlset [<!ENTITY e0 "x">{bomb}]><urlset><url><loc>&e11;</loc></url></urlset>'
    try:
        (item,) = read_feed(feed.encode())
    except InputError:
        return
    assert item.error is not None


def test_read_url(server: Server, fetcher: Fetcher) -> None:
    address = server.add("/Program/A_Bridge/", Reply(status=301, headers={"Location": "/a"}))
    server.add("/a", page("divisions-2009"))
    document = read_url(address, fetcher=fetcher)
    assert document.id == re.sub(r"\W", "-", address.removeprefix("http://")).lower().strip("-").replace("_", "-")
    assert document.metadata.source == f"{server.address}/a"
    assert document.metadata.author == "Tobias Harlow"
    cyrillic = (PAGES / "windows-1251.html").read_text(encoding="utf-8").encode("cp1251").replace(b"windows-1251", b"x")
    other = server.add("/b", Reply(cyrillic, "text/html; charset=windows-1251"))
    assert "“Красная звезда”" in read_url(other, fetcher=fetcher, id="b").text
    russian = server.add("/c", page("russian"))
    with pytest.raises(InputError, match="another script"):
        read_url(russian, fetcher=fetcher)
    assert read_url(russian, fetcher=fetcher, any_language=True).text


@pytest.mark.parametrize(
    ("address", "id"),
    [
        ("https://www.steppe.example/program/a-bridge/", "steppe-example-program-a-bridge"),
        ("http://steppe.example/single/?tx%5Bnews%5D=31&no_cache=1", "steppe-example-single-tx-news-31-no-cache-1"),
        ("https://steppe.example", "steppe-example"),
        ("urn:uuid:1", "urn-uuid-1"),
    ],
)
def test_ids(address: str, id: str) -> None:
    assert address_id(address) == id


def test_long_ids_keep_apart() -> None:
    first, second = (address_id(f"https://steppe.example/{'a' * 200}{n}") for n in range(2))
    assert first != second
    assert len(first) <= 100


ADDRESSES = st.builds("https://a.example/{}".format, st.text("aB-/?é", max_size=5))


@settings(max_examples=100)
@given(
    st.lists(st.builds(FeedItem, ADDRESSES, st.just(""), content=st.sampled_from([None, "<p>x", "<p>y"])), max_size=12)
)
def test_ids_are_unique_and_the_same_on_every_reading(items: list[FeedItem]) -> None:
    identified = identify_items(items)
    ids = [item.id for item in identified]
    assert len(set(ids)) == len(ids)
    assert {(item.address, item.content) for item in identified} == {(item.address, item.content) for item in items}
    assert {item.id for item in identify_items(items[::-1])} == set(ids)
    assert all(re.fullmatch(r"[a-z0-9-]{1,120}", id) for id in ids)
