"""Feeds (RSS, Atom) and sitemaps, as files or addresses, and the articles that they lead to.

A feed or sitemap is a list of items. An item whose feed carries the full article needs nothing more; of any other the
page is fetched::

    with Fetcher() as fetcher:
        for outcome in read_items(read_feed("https://example.org/feed", fetcher=fetcher), fetcher=fetcher):
            outcome.document or outcome.error

What fails is named, and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from secrel.domain import Document
from secrel.errors import InputError
from secrel.reading.article import MAX_BYTES, check_language, decode_text, parse_article, read_bytes
from secrel.reading.encodings import AUTO, codec
from secrel.reading.feed_formats import FeedItem, address_id, identify_items, parse_listing
from secrel.reading.fetching import Fetched, Fetcher, fetching
from secrel.reading.web import MIN_WORDS, parse_fragment, parse_page

_DEEPEST_INDEX = 3
PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml", "multipart/related", ""})
"""Media types of pages; servers that say none mostly mean one."""


@dataclass(frozen=True, slots=True)
class FeedOutcome:
    """What became of an item: a document, or the error that it failed with."""

    item: FeedItem
    document: Document | None = None
    error: InputError | None = None


def read_feed(
    source: str | Path | bytes, *, fetcher: Fetcher | None = None, max_bytes: int = MAX_BYTES
) -> tuple[FeedItem, ...]:
    """The items of a feed or sitemap, in its order; an item that stands there twice is given once.

    The parts of a sitemap index are fetched and read as well. One that fails gives an item with an ``error``, and so
    does the end of a feed that is cut off.

    Args:
        source: An address, a file (``.xml``, ``.rss``, ``.atom``, any of them with ``.gz``), or the bytes of one.
        fetcher: Fetches what is not at hand; by default a new one.
        max_bytes: Larger files are refused, before and after they are uncompressed. Does not hold for what is fetched.

    Raises:
        InputError: If the source cannot be read, is no feed or sitemap, or is malformed.
        ConfigError: If a library for web pages is not installed.
    """
    if isinstance(source, str) and source.startswith(("http://", "https://")):
        with fetching(fetcher) as opened:
            return list_items(opened.fetch(source), fetcher=opened)
    if isinstance(source, bytes):
        fetched = Fetched("feed", source, "", None)
    else:
        fetched = Fetched(str(source), read_bytes(Path(source), max_bytes), "", None)
    return list_items(fetched, fetcher=fetcher, max_bytes=max_bytes)


def read_items(
    items: Iterable[FeedItem],
    *,
    fetcher: Fetcher | None = None,
    min_words: int = MIN_WORDS,
    any_language: bool = False,
) -> Iterator[FeedOutcome]:
    """The articles of items, in order; pages are fetched one after another, those closed to robots are not.

    What the feed says of title, author and date goes before what the page says.

    Args:
        items: The items.
        fetcher: Fetches the pages; by default a new one.
        min_words: Fewest words in sentences that make an article of a page.
        any_language: Whether to accept text that is not English.

    Yields:
        One outcome an item. An error of one item never stops the others.

    Raises:
        ConfigError: If a library for web pages is not installed.
    """
    with fetching(fetcher) as opened:
        for item in items:
            try:
                yield FeedOutcome(item, _document(item, opened, min_words, any_language))
            except InputError as error:
                yield FeedOutcome(item, error=error)


def read_url(
    address: str,
    *,
    fetcher: Fetcher | None = None,
    id: str | None = None,
    robots: bool = False,
    min_words: int = MIN_WORDS,
    any_language: bool = False,
) -> Document:
    """The article at an address: an HTML page or plain text.

    Args:
        address: An ``http`` or ``https`` address.
        fetcher: Fetches it; by default a new one.
        id: Identifier of the document; by default :func:`address_id`.
        robots: Whether to keep to the host's ``robots.txt``.
        min_words: Fewest words in sentences that make an article of a page.
        any_language: Whether to accept text that is not English.

    Raises:
        InputError: If it cannot be fetched, is of another kind, or holds no article (:func:`secrel.reading.read_page`).
        ConfigError: If a library for web pages is not installed.
    """
    with fetching(fetcher) as opened:
        fetched = opened.fetch(address, robots=robots)
    id = id or address_id(address)
    if fetched.content_type == "text/plain":
        encoding = codec(fetched.charset) or AUTO
        text = decode_text(fetched.data, encoding=encoding, where=address)
        if not any_language:
            check_language(text, where=address)
        return parse_article(text, id=id, source=fetched.address)
    if fetched.content_type not in PAGE_TYPES:
        raise InputError(address, found=f"a file of type {fetched.content_type}", expected="text/html or text/plain")
    return parse_page(
        fetched.data,
        id=id,
        source=fetched.address,
        where=address,
        declared=fetched.charset,
        min_words=min_words,
        any_language=any_language,
    )


def format_entry(item: FeedItem) -> str:
    """The page that an entry with its full text makes: its HTML, and in the head what the feed says of it.

    Title, author and date stand in the meta tags in which pages state them, so that :func:`secrel.reading.parse_page`
    finds them; so does the address, from which a date is taken only where the feed gives none.

    Args:
        item: An item with ``content``.
    """
    tags = {
        'property="og:title"': item.title,
        'name="author"': item.author,
        'property="article:published_time"': item.date,
        'property="og:url"': item.address,
    }
    title = f"<title>{escape(item.title)}</title>\n" if item.title else ""
    metas = "".join(f'<meta {name} content="{escape(value)}">\n' for name, value in tags.items() if value)
    return (
        f'<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n{title}{metas}</head>\n'
        f"<body>\n<article>\n{item.content or ''}\n</article>\n</body>\n</html>\n"
    )


def _document(item: FeedItem, fetcher: Fetcher, min_words: int, any_language: bool) -> Document:
    if item.error is not None:
        raise item.error
    if item.content is not None:
        where = item.address or item.id
        document = parse_fragment(
            item.content, id=item.id, where=where, source=item.address or None, any_language=any_language
        )
    else:
        document = read_url(
            item.address, fetcher=fetcher, id=item.id, robots=True, min_words=min_words, any_language=any_language
        )
    meta = document.metadata
    date = item.date or meta.date
    meta = replace(
        meta,
        title=item.title or meta.title,
        author=item.author or meta.author,
        date=date,
        year=int(date[:4]) if date else meta.year,
    )
    return document.replace(metadata=meta)


def list_items(
    fetched: Fetched, *, fetcher: Fetcher | None = None, max_bytes: int | None = None
) -> tuple[FeedItem, ...]:
    """As :func:`read_feed`, of a feed or sitemap that is at hand.

    Args:
        fetched: The feed or sitemap.
        fetcher: Fetches the parts of a sitemap index; by default a new one.
        max_bytes: Largest size, uncompressed; by default that of the fetcher.

    Raises:
        InputError: If it is no feed or sitemap, or malformed.
        ConfigError: If the libraries for feeds are not installed.
    """
    limit = max_bytes or (fetcher.max_bytes if fetcher is not None else MAX_BYTES)
    items, parts = parse_listing(fetched, limit)
    if parts:
        with fetching(fetcher) as opened:
            for part in _parts(parts, opened, {fetched.address}, 1):
                items += part
    return identify_items(items)


def _parts(addresses: Sequence[str], fetcher: Fetcher, seen: set[str], depth: int) -> Iterator[list[FeedItem]]:
    for address in addresses:
        if address in seen:
            continue
        seen.add(address)
        try:
            if depth > _DEEPEST_INDEX:
                raise InputError(address, found="indices of indices of sitemaps", expected="at most three levels")
            items, further = parse_listing(fetcher.fetch(address, robots=True), fetcher.max_bytes)
        except InputError as error:
            yield [FeedItem(address, "", error=error)]
            continue
        yield items
        yield from _parts(further, fetcher, seen, depth + 1)
