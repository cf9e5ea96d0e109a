"""The formats of feeds (RSS, Atom) and sitemaps, and the items that they list.

Feeds are parsed by ``feedparser``, sitemaps by ``lxml``; neither follows what the XML refers to.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from html import escape
from typing import Any
from urllib.parse import unquote, urlsplit

from secrel.errors import InputError
from secrel.reading.fetching import Fetched, is_web_address
from secrel.reading.markup import blocks, import_for_pages, parse_markup
from secrel.reading.page_header import is_author
from secrel.reading.web import MIN_WORDS

_LONGEST_ID = 100
_ROOT = re.compile(rb"<(?:[\w.-]+:)?(rss|feed|rdf|urlset|sitemapindex|html)\b", re.IGNORECASE)
_GZIP = b"\x1f\x8b"
_SITEMAPS = frozenset({b"urlset", b"sitemapindex"})
_FEEDS = frozenset({b"rss", b"feed", b"rdf"})
_END = re.compile(rb"</(?:[\w.-]+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_CUT_SHORT = re.compile(r"(?:\.\.\.|…|\[…\]|\[\.\.\.\]|read more|continue reading\b.{0,200})\W*$", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
# Dates before are those of no article, but of empty fields ("0000-00-00", "1970-01-01").
_FIRST_YEAR = 1990
_MARKED_UP = {"text/html", "application/xhtml+xml", ""}


@dataclass(frozen=True, slots=True)
class FeedItem:
    """An article that a feed or sitemap names.

    Attributes:
        address: Its address; empty if the feed gives none.
        id: Identifier made of the address, unique among the items of a feed; the same on every reading.
        title: Title, as the feed gives it.
        date: ISO 8601 date of publication, as it was where it was published; where a feed states only the last change,
            the date of that. ``None`` for sitemaps, whose ``lastmod`` is no date of publication, save those for news.
        author: Author or authors, as the feed gives them.
        content: The full article in HTML, or ``None`` if the feed carries none or only its beginning.
        error: Why the item cannot be read, such as a part of a sitemap that could not be fetched.
    """

    address: str
    id: str
    title: str | None = None
    date: str | None = None
    author: str | None = None
    content: str | None = None
    error: InputError | None = None


def address_id(address: str) -> str:
    """An identifier made of an address, of lower-case letters, digits and hyphens, at most 100 characters.

    ``https://www.example.org/program/a-bridge/?p=7`` gives ``example-org-program-a-bridge-p-7``. A longer one ends
    in the first digits of the address's SHA-256 checksum.
    """
    name = address
    if is_web_address(address):
        parts = urlsplit(address)
        name = unquote(f"{parts.netloc.removeprefix('www.')} {parts.path} {parts.query}")
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if not slug or len(slug) > _LONGEST_ID:
        slug = f"{slug[: _LONGEST_ID - 9]}-{_checksum(address)}".strip("-")
    return slug


def is_listing(data: bytes) -> bool:
    """Whether bytes are those of a feed or sitemap, by their root element; what gzip has compressed passes for one."""
    return data.startswith(_GZIP) or _root(data) in _SITEMAPS | _FEEDS


def parse_listing(fetched: Fetched, max_bytes: int) -> tuple[list[FeedItem], list[str]]:
    """The items of a feed or sitemap, without identifiers, and the addresses of the parts of a sitemap index.

    Args:
        fetched: The file, perhaps compressed by gzip.
        max_bytes: Largest size, uncompressed.

    Raises:
        InputError: If it is neither, too large or malformed.
        ConfigError: If a library for web pages is not installed.
    """
    where = fetched.address
    data = _uncompressed(fetched.data, max_bytes, where)
    kind = _root(data)
    if kind in _SITEMAPS:
        return _parse_sitemap(data, where)
    if kind in _FEEDS:
        return _parse_feed(replace(fetched, data=data)), []
    found = "an HTML page" if kind else "no feed"
    raise InputError(where, found=found, expected="a feed (RSS, Atom) or a sitemap in XML")


def _root(data: bytes) -> bytes:
    root = _ROOT.search(data[:100_000])
    return root[1].lower() if root else b""


def _uncompressed(data: bytes, max_bytes: int, where: str) -> bytes:
    if not data.startswith(_GZIP):
        return data
    try:
        with gzip.open(io.BytesIO(data)) as file:
            data = file.read(max_bytes + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(where, found=f"a damaged gzip file ({error})", expected="a whole one") from error
    if len(data) > max_bytes:
        raise InputError(
            where, found=f"more than {max_bytes:,} bytes, uncompressed", expected="fewer, or a higher max_bytes"
        )
    return data


def _parse_sitemap(data: bytes, where: str) -> tuple[list[FeedItem], list[str]]:
    """Items and further sitemaps, by https://www.sitemaps.org/protocol.html and Google's extension for news."""
    etree = import_for_pages("lxml.etree")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise InputError(where, found=f"malformed XML ({error})", expected="a sitemap") from error
    parts = [text for text in (_child(entry, "loc") for entry in root.iterfind("{*}sitemap")) if text]
    items = []
    for entry in root.iterfind("{*}url"):
        news = entry.find("{*}news")
        title, date = (None, None) if news is None else (_child(news, "title"), _child(news, "publication_date"))
        items.append(FeedItem(_child(entry, "loc") or "", "", title, _iso_date(date)))
    return items, parts


def _child(element: Any, name: str) -> str | None:
    text = element.findtext(f"{{*}}{name}")
    return text.strip() or None if text else None


def _parse_feed(fetched: Fetched) -> list[FeedItem]:
    feedparser = import_for_pages("feedparser")
    headers = {"content-location": fetched.address} if fetched.address.startswith("http") else {}
    if fetched.charset:
        headers["content-type"] = f"{fetched.content_type or 'application/xml'}; charset={fetched.charset}"
    # Never a string: feedparser would take that for a path or an address.
    parsed = feedparser.parse(io.BytesIO(fetched.data), response_headers=headers)
    items = [_item(entry) for entry in parsed.entries]
    if parsed.bozo and not _END.search(fetched.data):
        error = InputError(
            fetched.address, found=f"a feed that is cut off ({parsed.bozo_exception})", expected="a whole feed"
        )
        if not items:
            raise error
        items.append(FeedItem(fetched.address, "", error=error))
    return items


def _item(entry: Any) -> FeedItem:
    address = entry.get("feedburner_origlink") or entry.get("link") or ""
    names = [name for person in entry.get("authors", []) if is_author(name := person.get("name"), None)]
    author = "; ".join(names) or entry.get("author")
    # Of a plain dict: that of feedparser gives one date for the other.
    stated = dict.get(entry, "published") or dict.get(entry, "updated")
    parsed = dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed")
    if _DATE.match((stated or "").strip()):
        parsed = None  # Of days that do not exist feedparser makes others.
    return FeedItem(
        address or str(entry.get("id", "")),  # Often an address, at least a name.
        "",
        " ".join(_text(entry.get("title", "")).split()) or None,
        _iso_date(stated) or _day(parsed),
        author if is_author(author, None) else None,
        _content(entry),
    )


def _content(entry: Any) -> str | None:
    """The longest content of an entry in HTML, if it is more than the beginning of an article."""
    contents = []
    for content in entry.get("content", []):
        value, kind = content.get("value", ""), content.get("type", "")
        if kind == "text/plain":
            value = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in re.split(r"\n\s*\n", value))
        elif kind not in _MARKED_UP:
            continue
        contents.append(value)
    best = max(contents, key=len, default="")
    text = _text(best)
    if len(text.split()) < MIN_WORDS or _CUT_SHORT.search(text):
        return None
    return best


def _text(html: str) -> str:
    if not html.strip():
        return ""
    tree = parse_markup(f"<div>{html}</div>", where="feed")
    return "\n".join(line for block in blocks(tree) for line in block.lines)


def _iso_date(stated: str | None) -> str | None:
    """The day of a date in the forms of RSS (RFC 2822) and Atom (RFC 3339), as it was at the place of its time zone."""
    from email.utils import parsedate_to_datetime

    if not stated:
        return None
    found = _DATE.match(stated.strip())
    try:
        day = date.fromisoformat(found[0]) if found else parsedate_to_datetime(stated).date()
    except ValueError:
        return None
    return day.isoformat() if day.year >= _FIRST_YEAR else None


def _day(time: Any) -> str | None:
    return _iso_date(f"{time.tm_year:04}-{time.tm_mon:02}-{time.tm_mday:02}") if time else None


def identify_items(items: Iterable[FeedItem]) -> tuple[FeedItem, ...]:
    """Items with identifiers, each article once; what cannot be read for want of an address says so.

    Args:
        items: Items without identifiers. Of two with the same address and content the first is kept.
    """
    kept: dict[object, FeedItem] = {}
    for item in items:
        kept.setdefault((item.address, item.content) if item.address else item, item)
    unique = list(kept.values())
    names = [address_id(item.address or item.title or "item") for item in unique]
    counts = Counter(names)
    return tuple(
        replace(item, id=_own_name(item, name) if counts[name] > 1 else name, error=item.error or _lack(item))
        for item, name in zip(unique, names, strict=True)
    )


def _own_name(item: FeedItem, name: str) -> str:
    return f"{name}-{_checksum(repr((item.address, item.title, item.date, item.content)))}"


def _lack(item: FeedItem) -> InputError | None:
    if item.content is not None or is_web_address(item.address):
        return None
    return InputError(
        item.address or item.title or "an item", found="no web address", expected="one, or the article itself"
    )


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
