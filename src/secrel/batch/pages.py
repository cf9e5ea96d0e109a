"""From feeds, sitemaps and addresses to a folder of pages that extraction reads later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from secrel.batch.archive import Progress
from secrel.batch.page_folder import PageFolder
from secrel.errors import InputError
from secrel.reading import AUTO, FeedItem, Fetched, Fetcher, address_id, decode_text, page_encoding
from secrel.reading.article import read_bytes
from secrel.reading.encodings import codec, fits
from secrel.reading.feed_formats import is_listing
from secrel.reading.feeds import PAGE_TYPES, format_entry, list_items
from secrel.reading.fetching import fetching, is_web_address, local_path
from secrel.reading.web import PAGE_SUFFIXES

_ARCHIVE_TYPE = "multipart/related"
_EXPECTED = "a feed (RSS, Atom), a sitemap or a page"


@dataclass(frozen=True, slots=True)
class FetchSummary:
    """What fetching did.

    Attributes:
        folder: The folder of pages.
        n_saved: Pages that were saved.
        n_there: Those that were there already and were left as they are.
        n_failed: Sources and articles that failed.
        n_older: Entries from before the day asked for, which were passed over.
        n_undated: Entries without a date that were taken although a day was asked for.
        n_left: Those beyond the limit.
    """

    folder: Path
    n_saved: int
    n_there: int
    n_failed: int
    n_older: int
    n_undated: int
    n_left: int


def fetch_pages(
    sources: Iterable[str | Path],
    folder: str | Path,
    *,
    fetcher: Fetcher | None = None,
    again: bool = False,
    limit: int | None = None,
    since: str | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    on_failure: Callable[[InputError], None] | None = None,
) -> FetchSummary:
    """Saves the pages of articles into a folder, as ``ID.html``; see ``docs/reading.md``.

    A page is saved as it came. Where only the server tells its encoding, it is saved with the server's header, as a web
    archive ``ID.mhtml``; plain text is saved as ``ID.txt``, in UTF-8. An entry with its full text is made into a small
    page (:func:`secrel.reading.feeds.format_entry`). What feeds say of the articles stands in ``FOLDER/fetched.jsonl``.

    Args:
        sources: Feeds, sitemaps and pages, as files or addresses.
        folder: The folder, made where it is missing.
        fetcher: Fetches what is not at hand; by default a new one.
        again: Whether pages that are there are fetched again, and replaced.
        limit: Most articles that are fetched; those that are there do not count.
        since: ISO 8601 day; entries that feeds date before it are passed over.
        on_progress: Called at the start, when it is known what is to be fetched, and after every article.
        on_failure: Called for every source and article that fails; the rest goes on.

    Raises:
        OutputError: If the folder cannot be written to, or its list is damaged.
        ConfigError: If the libraries for pages and feeds are not installed.
    """
    folder = Path(folder)
    on_progress, on_failure = on_progress or _ignore, on_failure or _ignore
    with PageFolder(folder) as pages, fetching(fetcher) as opened:
        choice = _Choice(pages, again=again, limit=limit, since=since, on_failure=on_failure)
        for source in sources:
            try:
                for wanted in _list_source(source, opened, pages=None if again else pages):
                    choice.take(wanted)
            except InputError as error:
                choice.fail(error)
        n_total, n_done, n_failed = len(choice.chosen), 0, 0
        on_progress(Progress("fetching", n_total))
        for id, wanted in choice.chosen.items():
            try:
                suffix, data = _content(wanted, opened)
            except InputError as error:
                n_failed += 1
                choice.fail(error)
            else:
                pages.put(id, wanted.item, suffix, data)
            n_done += 1
            on_progress(Progress("fetching", n_total, n_done, n_failed=n_failed))
    return FetchSummary(
        folder=folder,
        n_saved=n_done - n_failed,
        n_there=choice.n_there,
        n_failed=choice.n_failed,
        n_older=choice.n_older,
        n_undated=choice.n_undated,
        n_left=choice.n_left,
    )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An article to save; ``fetched`` is its page, where that is at hand."""

    item: FeedItem
    fetched: Fetched | None = None


@dataclass(slots=True)
class _Choice:
    """Chooses what is to be fetched, and counts what is not."""

    pages: PageFolder
    again: bool
    limit: int | None
    since: str | None
    on_failure: Callable[[InputError], None]
    chosen: dict[str, _Wanted] = field(default_factory=dict)
    n_there: int = 0
    n_failed: int = 0
    n_older: int = 0
    n_undated: int = 0
    n_left: int = 0
    _seen: set[str] = field(default_factory=set)

    def take(self, wanted: _Wanted) -> None:
        item = wanted.item
        if item.error is not None:
            self.fail(item.error)
            return
        id = self.pages.claim(item)
        if id in self._seen:
            # One article in two feeds.
            return
        self._seen.add(id)
        if self.since is not None and item.date is not None and item.date < self.since:
            self.n_older += 1
            return
        there = self.pages.find(id)
        if there is not None:
            self.pages.keep(id, item, there)
        if there is not None and not self.again:
            self.n_there += 1
        elif self.limit is not None and len(self.chosen) >= self.limit:
            self.n_left += 1
        else:
            self.chosen[id] = wanted
            self.n_undated += self.since is not None and item.date is None

    def fail(self, error: InputError) -> None:
        self.n_failed += 1
        self.on_failure(error)


def _list_source(source: str | Path, fetcher: Fetcher, *, pages: PageFolder | None) -> Iterator[_Wanted]:
    """The articles of a source; its own page is at hand then, unless ``pages`` has it already."""
    if not is_web_address(str(source)):
        yield from _list_file(source if isinstance(source, Path) else local_path(source), fetcher)
        return
    item = FeedItem(str(source), address_id(str(source)))
    if pages is not None and pages.has(item.address):
        yield _Wanted(item)
        return
    fetched = fetcher.fetch(item.address)
    if is_listing(fetched.data):
        yield from map(_Wanted, list_items(fetched, fetcher=fetcher))
    elif fetched.content_type in PAGE_TYPES or fetched.content_type == "text/plain":
        yield _Wanted(item, fetched)
    else:
        raise InputError(item.address, found=f"a file of type {fetched.content_type}", expected=_EXPECTED)


def _list_file(path: Path, fetcher: Fetcher) -> Iterator[_Wanted]:
    if path.is_dir():
        raise InputError(path, found="a folder", expected=f"{_EXPECTED}; pages that are there `secrel extract` reads")
    data, suffix = read_bytes(path, fetcher.max_bytes), path.suffix.lower()
    if is_listing(data):
        yield from map(_Wanted, list_items(Fetched(str(path), data, "", None), fetcher=fetcher))
    elif suffix in PAGE_SUFFIXES:
        kind = _ARCHIVE_TYPE if suffix.startswith(".m") else "text/html"
        address = path.resolve().as_uri()
        yield _Wanted(FeedItem(address, address_id(path.stem)), Fetched(address, data, kind, None))
    else:
        raise InputError(path, found="neither by its content nor by its suffix one", expected=_EXPECTED)


def _content(wanted: _Wanted, fetcher: Fetcher) -> tuple[str, bytes]:
    """The suffix and the bytes of the file for an article."""
    item = wanted.item
    if item.content is not None:
        return ".html", format_entry(item).encode("utf-8", "xmlcharrefreplace")
    fetched = wanted.fetched or fetcher.fetch(item.address, robots=True)
    if not fetched.data.strip():
        raise InputError(item.address, found="nothing", expected="a page")
    if fetched.content_type == "text/plain":
        text = decode_text(fetched.data, encoding=codec(fetched.charset) or AUTO, where=item.address)
        return ".txt", text.encode("utf-8")
    if fetched.content_type not in PAGE_TYPES:
        raise InputError(
            item.address, found=f"a file of type {fetched.content_type}", expected="text/html or text/plain"
        )
    if fetched.content_type == _ARCHIVE_TYPE:
        return ".mhtml", fetched.data
    return (".mhtml", _archive(fetched)) if _needs_header(fetched) else (".html", fetched.data)


def _needs_header(fetched: Fetched) -> bool:
    """Whether a page reads otherwise without the encoding that only the server tells."""
    data = fetched.data
    told, untold = page_encoding(data, declared=fetched.charset), page_encoding(data)
    if told is None or told == untold:
        return False
    if untold is None or not (fits(data, told) and fits(data, untold)):
        return True
    return data.decode(told) != data.decode(untold)


def _archive(fetched: Fetched) -> bytes:
    """A page with the header that it came with, as a web archive (MHTML, RFC 2557)."""
    from email.message import EmailMessage

    message = EmailMessage()
    message["Content-Location"] = fetched.address
    maintype, _, subtype = (fetched.content_type or "text/html").partition("/")
    message.set_content(fetched.data, maintype, subtype, params={"charset": fetched.charset})
    return message.as_bytes()


def _ignore(event: object) -> None:
    """Nobody watches."""
