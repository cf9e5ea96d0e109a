"""A folder of pages from the web, and the list of what was fetched into it.

The pages are as they came; what a feed says of an article and its page perhaps does not stands in ``fetched.jsonl``.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from secrel.batch.readers import READERS
from secrel.errors import OutputError
from secrel.output.atomic import write_bytes_whole, write_whole
from secrel.reading import FeedItem

if TYPE_CHECKING:
    from typing_extensions import Self

LIST = "fetched.jsonl"
"""Name of the list in a folder of pages."""


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A line of the list.

    Attributes:
        id: Identifier of the article, the stem of its file.
        file: Name of the file.
        address: Address of the article, as the feed gives it.
        date: ISO 8601 date of publication by the feed, or ``None``.
        title: Title by the feed, or ``None``.
        author: Author or authors by the feed, or ``None``.
    """

    id: str
    file: str
    address: str
    date: str | None = None
    title: str | None = None
    author: str | None = None


class PageFolder:
    """A folder of pages; used as a context manager.

    A page takes its name when it is whole and is then added to the list, so that a process that is killed at any moment
    leaves no half page, and at most one whole page that the list does not name yet.

    Args:
        folder: The folder; made where it is missing.

    Raises:
        OutputError: If it cannot be written to, or its list is none.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._list = folder / LIST
        self._file: IO[str] | None = None
        self._outdated = False
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                folder, found=str(error.strerror or error), expected="a place that can be written to"
            ) from error
        self._pages = self._read()
        self._claimed = set(self._pages)
        self._ids: dict[str, list[str]] = defaultdict(list)
        for page in self._pages.values():
            self._ids[page.address].append(page.id)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._file is not None:
            self._file.close()
        if self._outdated:
            self._write()

    def claim(self, item: FeedItem) -> str:
        """The identifier that an item's page has in this folder; the same whenever it is asked for.

        That of the item, unless another address has it here: a feed tells its own items apart, not those of others.
        """
        ids = self._ids[item.address]
        if item.id in ids:
            return item.id
        if item.content is None and len(ids) == 1:
            # In an earlier feed it had a namesake.
            return ids[0]
        id = item.id
        if id in self._claimed:
            id = f"{id}-{hashlib.sha256(item.address.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
        self._claimed.add(id)
        ids.append(id)
        return id

    def has(self, address: str) -> bool:
        """Whether the page of an address is listed and there."""
        return any(self.find(id) for id in self._ids.get(address, ()))

    def find(self, id: str) -> Path | None:
        """The file of a page, or ``None`` if it is not there."""
        listed = self._pages.get(id)
        names = ([listed.file] if listed else []) + [id + suffix for suffix in READERS]
        return next((path for name in names if (path := self.folder / name).is_file()), None)

    def keep(self, id: str, item: FeedItem, file: Path) -> None:
        """Adds a page that is there to the list, unless it is listed.

        Raises:
            OutputError: If the list cannot be written.
        """
        if id not in self._pages:
            self._add(FetchedPage(id, file.name, item.address, item.date, item.title, item.author))

    def put(self, id: str, item: FeedItem, suffix: str, data: bytes) -> None:
        """Writes a page, in the place of an earlier one.

        Args:
            id: What :meth:`claim` gave.
            item: The item.
            suffix: Of its file: one that :data:`secrel.batch.readers.READERS` has a reader for.
            data: The page.

        Raises:
            OutputError: If it cannot be written.
        """
        before, file = self.find(id), self.folder / (id + suffix)
        write_bytes_whole(file, data)
        if before is not None and before != file:
            before.unlink()
        self._add(FetchedPage(id, file.name, item.address, item.date, item.title, item.author))

    def _add(self, page: FetchedPage) -> None:
        if self._pages.get(page.id) == page:
            return
        self._outdated = self._outdated or page.id in self._pages
        self._pages[page.id] = page
        try:
            if self._file is None:
                self._file = self._list.open("a", encoding="utf-8", newline="\n")
            self._file.write(_line(page))
            self._file.flush()
        except OSError as error:
            raise OutputError(
                self._list, found=str(error.strerror or error), expected="a place that can be written to"
            ) from error

    def _read(self) -> dict[str, FetchedPage]:
        try:
            lines = self._list.read_bytes().split(b"\n")
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise OutputError(
                self._list, found=str(error.strerror or error), expected="a file that can be read"
            ) from error
        # Behind the last line feed is nothing, or the beginning of a line that was being written when the power went.
        self._outdated = bool(lines.pop())
        pages = {}
        for number, line in enumerate(lines, 1):
            try:
                page = FetchedPage(**json.loads(line))
            except (ValueError, TypeError) as error:
                raise OutputError(
                    f"{self._list}, line {number}", found=str(error), expected="a line that `secrel fetch` wrote"
                ) from error
            pages[page.id] = page
        if self._outdated:
            self._pages = pages
            self._write()
        return pages

    def _write(self) -> None:
        write_whole(self._list, "".join(map(_line, self._pages.values())))
        self._outdated = False


def _line(page: FetchedPage) -> str:
    line = json.dumps(asdict(page), ensure_ascii=False)
    # Half a surrogate pair, which a feed may hold, stands as an escape.
    return line.encode("utf-8", "backslashreplace").decode("utf-8") + "\n"
