"""Saved HTML pages: the article on them, without what stands around it.

The text of a document is the article's body alone, one paragraph after another with a blank line between, as in the
plain text files; title, author, date and number of the issue are metadata. Offsets refer to this text, which every
output carries, not to the HTML. ``trafilatura`` tells the article from the rest (Barbaresi, 2021, ACL demonstrations).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from secrel.domain import Document, Dropped, Metadata
from secrel.errors import InputError
from secrel.reading.article import MAX_BYTES, check_language, decode_text, read_bytes, year_of_volume
from secrel.reading.encodings import AUTO, page_encoding
from secrel.reading.markup import Block, blocks, import_for_pages, parse_markup, unfold
from secrel.reading.page_header import (
    PageHeader,
    choose_title,
    is_author,
    read_header,
    split_head,
    without_site,
)

if TYPE_CHECKING:
    from lxml.html import HtmlElement

PAGE_SUFFIXES = (".html", ".htm", ".xhtml", ".mhtml", ".mht")
"""Suffixes of saved pages and web archives, in lower case."""
MIN_WORDS = 40
"""Fewest words in sentences that make an article of a page."""

_OUTSIDE = "lines of the page outside the article: header, menus, notices, other articles"
_INSIDE = "lines within the article that are taken for captions, tables or advertisements"
_ABOVE = 25  # So many lines above the article are looked at for its header.
_SIGNATURES = {b"%PDF": "a PDF file", b"PK\x03\x04": "a ZIP file or EPUB", b"\x1f\x8b": "a gzip file"}
_ARCHIVE = re.compile(rb"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…](?:\W|$)")
_TERMINATED = re.compile(r"[.!?…][)\]”\"’'»]*$")
_TIME = re.compile(r"\s*(?:199|20\d)\d-\d\d-\d\d(?!\d)")
_NOT_AN_ARTICLE = re.compile(
    r"(?:error\s*)?40[0-9]\b|50[0-9]\b|oops\b|.{0,40}\b(?:not found|can.?t be found|cannot be found|no longer available"
    r"|unavailable)\b"
    r"|log ?in\b|sign ?in\b|subscribe\b|access denied|forbidden|just a moment|attention required|are you (?:a |human)"
    r"|please (?:log|sign|verify|wait)|(?:service|server) (?:error|unavailable)|redirecting",
    re.IGNORECASE,
)
_WORDS_OF_A_SENTENCE = 8
# What an error page says of itself takes fewer words than an article with such a title.
_WORDS_OF_AN_ERROR = 150
_TAIL = re.compile(r"(?:©|\(c\)|copyright\b|all rights reserved)|the post .+ appeared first on .+$", re.IGNORECASE)
_META_TITLES = (
    "//head//meta[@property='og:title' or @name='og:title' or @name='citation_title' or @name='twitter:title'"
    " or translate(@name, 'DCTILE', 'dctile')='dc.title']/@content"
)
_META_SITES = (
    "//head//meta[@property='og:site_name' or @name='citation_journal_title' or @name='application-name']/@content"
)


def read_page(
    page: str | Path | bytes,
    *,
    id: str | None = None,
    source: str | None = None,
    encoding: str = AUTO,
    max_bytes: int = MAX_BYTES,
    min_words: int = MIN_WORDS,
    any_language: bool = False,
) -> Document:
    """Reads the article of a saved page: ``.html``, ``.htm``, ``.xhtml`` or a web archive ``.mhtml``.

    Args:
        page: The file, or its bytes.
        id: Identifier of the document; by default the file's stem, ``page`` for bytes.
        source: Where it comes from; by default the path.
        encoding: The encoding, or ``auto`` for the one that the page declares or its bytes make probable
            (:func:`secrel.reading.page_encoding`).
        max_bytes: Larger files are refused.
        min_words: Fewest words in sentences that make an article.
        any_language: Whether to accept text that is not English.

    Returns:
        A document with text, identifier and metadata; ``dropped`` says how many lines of the page are not in it.

    Raises:
        InputError: If the file is missing, empty, too large, binary, in no known encoding, without an article, or not
            English.
        ConfigError: If a library for web pages is not installed.
    """
    if isinstance(page, bytes):
        where, data = source or "page", page
        if len(data) > max_bytes:
            raise InputError(where, found=f"{len(data):,} bytes", expected=f"at most {max_bytes:,} bytes")
    else:
        page = Path(page)
        where, data = str(page), read_bytes(page, max_bytes)
        id, source = id or page.stem, source or str(page)
    return parse_page(
        data,
        id=id or "page",
        source=source,
        where=where,
        encoding=encoding,
        min_words=min_words,
        any_language=any_language,
    )


def parse_page(
    html: str | bytes,
    *,
    id: str = "page",
    source: str | None = None,
    where: str | None = None,
    encoding: str = AUTO,
    declared: str | None = None,
    min_words: int = MIN_WORDS,
    any_language: bool = False,
) -> Document:
    """The article of a page.

    Args:
        html: The page.
        id: Identifier of the document.
        source: Path or address it comes from.
        where: Where it comes from, for messages; by default ``source``.
        encoding: Encoding of bytes, or ``auto``.
        declared: The ``charset`` of the server's ``Content-Type``.
        min_words: Fewest words in sentences that make an article.
        any_language: Whether to accept text that is not English.

    Raises:
        InputError: As :func:`read_page`.
        ConfigError: If a library for web pages is not installed.
    """
    where = where or source or id
    if isinstance(html, bytes):
        html = decode_page(html, encoding=encoding, declared=declared, where=where)
    tree = parse_markup(html, where=where)
    unfold(tree)
    seen = list(blocks(tree))
    dated = _with_times(tree, seen)
    _free_times(tree)
    statement = _state(tree, source, where)
    article = _extract(tree, seen, where)
    head, body = split_head(article, statement.title)
    _cut_tail(body)
    paragraphs = [paragraph for block in body for paragraph in _paragraphs(block)]
    _check_article(paragraphs, statement.title, min_words, where)
    text = "\n\n".join(paragraphs)
    if not any_language:
        check_language(text, where=where)
    above, dropped = _compare(seen, body)
    metadata = _metadata(statement, dated[: len(above)], head, source)
    return Document(text, id=id, metadata=metadata, dropped=dropped)


def parse_fragment(
    html: str, *, id: str, where: str, source: str | None = None, any_language: bool = False
) -> Document:
    """The article whose HTML a feed carries: all of its text, since nothing stands around it.

    Args:
        html: The content of an entry.
        id: Identifier of the document.
        where: Where it comes from, for messages.
        source: Address of the article.
        any_language: Whether to accept text that is not English.

    Raises:
        InputError: If it holds no text, or none in English.
        ConfigError: If a library for web pages is not installed.
    """
    tree = parse_markup(f"<div>{html}</div>", where=where)
    unfold(tree)
    head, body = split_head(blocks(tree), None)
    n_dropped = _cut_tail(body)
    text = "\n\n".join(paragraph for block in body for paragraph in _paragraphs(block))
    if not text:
        raise InputError(where, found="an entry without text", expected="the text of an article")
    if not any_language:
        check_language(text, where=where)
    dropped = (Dropped(_OUTSIDE, n_dropped),) if n_dropped else ()
    return Document(text, id=id, metadata=_metadata(_Statement(), [], head, source), dropped=dropped)


def decode_page(data: bytes, *, encoding: str = AUTO, declared: str | None = None, where: str) -> str:
    """Decodes a page, or the page inside a web archive; the byte order mark is left out.

    Args:
        data: The bytes.
        encoding: Their encoding, or ``auto``.
        declared: The ``charset`` of the server's ``Content-Type``.
        where: Where they come from, for messages.

    Raises:
        InputError: If they are binary, in no known encoding, or no text.
    """
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            raise InputError(where, found=kind, expected="an HTML page")
    if _ARCHIVE.match(data) and b"mime-version" in data[:4096].lower():
        data, declared = _unpack(data, where)
    if encoding == AUTO:
        encoding = page_encoding(data, declared=declared) or "utf-8"
    return decode_text(data, encoding=encoding, where=where).removeprefix("\ufeff")


@dataclass(frozen=True, slots=True)
class _Statement:
    """What a page states in meta tags, structured data and ``<title>``."""

    title: str | None = None
    is_meta: bool = False
    author: str | None = None
    site: str | None = None
    date: str | None = None


def _state(tree: HtmlElement, source: str | None, where: str) -> _Statement:
    trafilatura = import_for_pages("trafilatura")
    found = _guarded(where, trafilatura.extract_metadata, tree, extensive=False)
    site = next((str(name).strip() for name in tree.xpath(_META_SITES) if str(name).strip()), None)
    titles = [" ".join(str(title).split()) for title in tree.xpath(_META_TITLES)]
    structured = " ".join(
        script.text or "" for script in tree.iter("script") if "ld+json" in (script.get("type") or "")
    )
    is_meta = any(titles) or '"headline"' in structured
    author = found.author if is_author(found.author, site) else None
    return _Statement(without_site(found.title, site), is_meta, author, site, _stated_date(tree, source, where))


def _stated_date(tree: HtmlElement, source: str | None, where: str) -> str | None:
    """The date in the head, the structured data or the address of a page; dates elsewhere may be anything's."""
    from lxml.html import Element

    htmldate = import_for_pages("htmldate")
    page = Element("html")
    for element in tree.xpath("//head/meta | //script[contains(@type, 'ld+json')]"):
        page.append(deepcopy(element))
        page[-1].tail = None
    canonical = tree.xpath("string(//head//link[@rel='canonical']/@href)")
    address = canonical or (source if source and source.startswith(("http://", "https://")) else None)
    # The bounds are fixed, so that a page reads the same on every day.
    bounds = {"min_date": "1990-01-01", "max_date": "2099-12-31"}
    found = _guarded(where, htmldate.find_date, page, extensive_search=False, original_date=True, url=address, **bounds)
    return str(found) if found else None


def _with_times(tree: HtmlElement, seen: list[Block]) -> list[Block]:
    """The blocks of a page with the days of ``<time datetime>`` for what stands there, such as "two years ago"."""
    times = [time for time in tree.iter("time") if time.text and _TIME.match(time.get("datetime") or "")]
    texts = [time.text for time in times]
    for time in times:
        time.text = time.get("datetime").strip()[:10]
    dated = list(blocks(tree)) if times else seen
    for time, text in zip(times, texts, strict=True):
        time.text = text
    return dated if len(dated) == len(seen) else seen


def _free_times(tree: HtmlElement) -> None:
    """Takes the tags off ``<time>`` in sentences: trafilatura would take the words along with them."""
    for time in list(tree.iter("time")):
        parent = time.getparent()
        if parent is None or parent.tag not in {"p", "li", "blockquote"}:
            continue
        text = str(parent.text_content()).strip()
        if len(text.split()) >= _WORDS_OF_A_SENTENCE and _TERMINATED.search(text[-20:]):
            time.drop_tag()


def _extract(tree: HtmlElement, seen: Sequence[Block], where: str) -> list[Block]:
    """The blocks of the article among those that are seen on a page."""
    trafilatura = import_for_pages("trafilatura")
    # Tables of figures hold no sentences; those that lay out a page are divisions by now.
    options = {"include_comments": False, "include_tables": False, "include_formatting": False}
    found = _guarded(where, trafilatura.bare_extraction, tree, **options)
    article = [] if found is None else list(blocks(found.body))
    known = {line for block in seen for line in block.lines}
    lines = [line for block in article for line in block.lines]
    if sum(line in known for line in lines) >= len(lines) / 2:
        return article
    # The last resort for a page with little text is all of it in one run, menus included.
    return [block for block in seen if block.tag == "p" and any(_SENTENCE_END.search(line) for line in block.lines)]


def _guarded(where: str, call: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """What a library makes of a page; that it stumbles over one must not lose the others."""
    try:
        return call(*arguments, **options)
    except Exception as error:
        raise InputError(
            where, found=f"a page that {call.__module__} fails on ({type(error).__name__}: {error})", expected="another"
        ) from error


def _cut_tail(body: list[Block]) -> int:
    """Takes off the notices of copyright at the end, and returns how many lines they have."""
    n_lines = 0
    while body and all(_TAIL.match(line) for line in body[-1].lines):
        n_lines += len(body.pop().lines)
    return n_lines


def _paragraphs(block: Block) -> list[str]:
    """A block's lines as paragraphs: a line break behind a full stop parts them, another only wraps the line."""
    paragraphs = [[block.lines[0]]]
    for previous, line in itertools.pairwise(block.lines):
        if _TERMINATED.search(previous[-20:]) and not line[0].islower():
            paragraphs.append([])
        paragraphs[-1].append(line)
    return [" ".join(lines) for lines in paragraphs]


def _check_article(paragraphs: Sequence[str], title: str | None, min_words: int, where: str) -> None:
    prose = [paragraph for paragraph in paragraphs if _SENTENCE_END.search(paragraph)]
    n_words = sum(len(paragraph.split()) for paragraph in prose)
    if title and n_words < _WORDS_OF_AN_ERROR and _NOT_AN_ARTICLE.match(title):
        raise InputError(where, found=f"a page titled {title!r}", expected="the page of an article")
    if n_words < min_words or not paragraphs:
        raise InputError(
            where,
            found=f"{n_words} words in sentences: a page of links, a notice or a form",
            expected=f"an article of at least {min_words} words (min_words in Python)",
        )


def _compare(seen: Sequence[Block], body: Sequence[Block]) -> tuple[list[Block], tuple[Dropped, ...]]:
    """The blocks of a page above its article, and how many of its lines are not in the text, the title included."""
    taken = {line for block in body for line in block.lines}
    places = [index for index, block in enumerate(seen) if taken.intersection(block.lines)]
    first, last = (places[0], places[-1]) if places else (0, len(seen))
    left = [first < i < last for i, block in enumerate(seen) for line in block.lines if line not in taken]
    counts = ((_OUTSIDE, left.count(False)), (_INSIDE, left.count(True)))
    return list(seen[:first]), tuple(Dropped(reason, n) for reason, n in counts if n)


def _metadata(statement: _Statement, above: Sequence[Block], head: Sequence[str], source: str | None) -> Metadata:
    headings = [" ".join(block.lines) for block in above[-_ABOVE:] if block.tag in {"h1", "h2", "h3", "h4"}]
    title = choose_title(statement.title, is_meta=statement.is_meta, headings=headings, head=head)
    lines = [line for block in above for line in block.lines][-_ABOVE:]
    header = read_header(lines + [line for line in head if line not in lines], title=title)
    publication = header.publication or statement.site
    year = year_of_volume(publication, header.volume)
    date = _choose_date(statement.date, header, year)
    author = header.author or statement.author
    return Metadata(
        publication, header.volume, header.issue, date, int(date[:4]) if date else year, source, title, author
    )


def _choose_date(stated: str | None, header: PageHeader, year: int | None) -> str | None:
    """The stated date, else the one nearest to the article; none in another year than that of the volume."""
    dates: list[Any] = [stated, *header.dates]
    return next((str(date) for date in dates if date and (year is None or int(date[:4]) == year)), None)


def _unpack(data: bytes, where: str) -> tuple[bytes, str | None]:
    """The page in a web archive (MHTML, RFC 2557), and its declared encoding."""
    from email import message_from_bytes

    for part in message_from_bytes(data).walk():
        if part.get_content_type() in {"text/html", "application/xhtml+xml"}:
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return payload, part.get_content_charset()
    raise InputError(where, found="a web archive without a page", expected="a part of type text/html")
