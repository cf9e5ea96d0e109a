"""Files from the web, fetched as a considerate reader would: one at a time, with a pause, up to a size and a time.

Only ``http`` and ``https`` addresses are followed. Proxies and certificates come from the environment, as ``httpx``
finds them there.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from secrel._version import __version__
from secrel.errors import InputError
from secrel.reading.article import MAX_BYTES
from secrel.reading.markup import import_for_pages

if TYPE_CHECKING:
    from urllib.robotparser import RobotFileParser

    import httpx

USER_AGENT = f"secrel/{__version__}"
_SCHEMES = ("http", "https")
# Too many requests, and errors of a server that may pass.
_PASSING = frozenset({429, 500, 502, 503, 504})
# A server that wants a longer pause is not waited for.
_LONGEST_PAUSE = 60.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file from the web.

    Attributes:
        address: From where it came in the end, behind redirections.
        data: Its bytes, uncompressed.
        content_type: Its media type in lower case, such as ``text/html``; empty where the server does not say.
        charset: The encoding that the server declares, or ``None``.
    """

    address: str
    data: bytes
    content_type: str
    charset: str | None


class Fetcher:
    """Fetches files; use it in a ``with`` statement.

    Args:
        timeout: Seconds that a server may take to connect or to send something; a whole file may take ten times as
            long.
        max_bytes: Larger files are refused, however they are compressed.
        delay: Seconds between one request to a host and the next; its ``robots.txt`` may demand more (``Crawl-delay``).
        retries: How often a request is repeated after a broken connection, status 429 or 5xx.
        backoff: Seconds before the first repetition, doubled with each; ``Retry-After`` may demand more.
        user_agent: What the fetcher calls itself.

    Raises:
        ConfigError: If a library for web pages is not installed.
    """

    def __init__(
        self,
        *,
        timeout: float = 30.0,
        max_bytes: int = MAX_BYTES,
        delay: float = 1.0,
        retries: int = 3,
        backoff: float = 1.0,
        user_agent: str = USER_AGENT,
    ) -> None:
        self.max_bytes = max_bytes
        self._timeout, self._delay, self._retries, self._backoff = timeout, delay, retries, backoff
        self._user_agent = user_agent
        self._httpx = import_for_pages("httpx")
        self._client: httpx.Client = self._httpx.Client(
            timeout=timeout, follow_redirects=True, max_redirects=5, headers={"User-Agent": user_agent}
        )
        self._robots: dict[str, RobotFileParser] = {}
        self._unread: dict[str, str] = {}  # Hosts whose robots.txt cannot be read, and why.
        self._last: dict[str, float] = {}

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def fetch(self, address: str, *, robots: bool = False) -> Fetched:
        """The file at an address.

        Args:
            address: An ``http`` or ``https`` address.
            robots: Whether to keep to the host's ``robots.txt`` (RFC 9309), as befits addresses that nobody gave by
                hand.

        Raises:
            InputError: If it is another kind of address, cannot be fetched, is too large, or is closed to robots.
        """
        if not is_web_address(address):
            raise InputError(address, found="no web address", expected="one that begins with http:// or https://")
        if robots and not self._rules(address).can_fetch(self._user_agent, address):
            trouble = self._unread.get(urlsplit(address).netloc)
            why = f"since the site's robots.txt cannot be read ({trouble})" if trouble else "by the site's robots.txt"
            raise InputError(address, found=f"closed to robots {why}", expected="an open page")
        return self._request(address)

    def _request(self, address: str) -> Fetched:
        for attempt in range(self._retries + 1):
            self._wait(address)
            pause, last = self._backoff * 2**attempt, attempt == self._retries
            try:
                with self._client.stream("GET", address) as response:
                    if response.status_code not in _PASSING or last:
                        return self._read(response, address)
                    pause = max(pause, _retry_after(response.headers.get("Retry-After")))
                    found = f"status {response.status_code}"
            except (self._httpx.HTTPError, self._httpx.InvalidURL, ValueError) as error:
                found = f"{type(error).__name__}: {error}".rstrip(": ")
                # A connection may hold the next time; a scheme that httpx does not speak, behind a redirection, stays.
                passing = isinstance(error, self._httpx.TransportError)
                if last or not passing or isinstance(error, self._httpx.UnsupportedProtocol):
                    raise InputError(address, found=found, expected="a file that can be fetched") from error
            finally:
                self._last[urlsplit(address).netloc] = time.monotonic()
            if pause > _LONGEST_PAUSE:
                raise InputError(
                    address, found=f"{found}, to be tried again after {pause:.0f} s", expected="a later attempt"
                )
            time.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _read(self, response: httpx.Response, address: str) -> Fetched:
        if response.status_code != 200:
            raise InputError(
                address, found=f"status {response.status_code} {response.reason_phrase}".rstrip(), expected="status 200"
            )
        data, end = bytearray(), time.monotonic() + 10 * self._timeout
        for chunk in response.iter_bytes(65_536):
            data += chunk
            if len(data) > self.max_bytes:
                raise InputError(
                    address, found=f"more than {self.max_bytes:,} bytes", expected="fewer, or a higher max_bytes"
                )
            if time.monotonic() > end:
                raise InputError(address, found=f"no end after {10 * self._timeout:.0f} s", expected="a faster server")
        kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
        return Fetched(str(response.url), bytes(data), kind, response.charset_encoding)

    def _wait(self, address: str) -> None:
        host = urlsplit(address).netloc
        delay = self._delay
        rules = self._robots.get(host)
        demanded = rules.crawl_delay(self._user_agent) if rules is not None else None
        if demanded is not None:
            delay = max(delay, min(float(demanded), _LONGEST_PAUSE))
        if host in self._last:
            time.sleep(max(0.0, self._last[host] + delay - time.monotonic()))

    def _rules(self, address: str) -> RobotFileParser:
        # Loading the network code would slow every other verb down.
        from urllib.robotparser import RobotFileParser

        parts = urlsplit(address)
        if parts.netloc not in self._robots:
            rules = RobotFileParser()
            robots = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
            try:
                rules.parse(self._request(robots).data.decode("utf-8", "replace").splitlines())
            except InputError as error:
                # A site without the file, or that keeps it to itself, is open; one whose server fails is closed.
                is_open = error.found.startswith("status 4")
                rules.parse([] if is_open else ["User-agent: *", "Disallow: /"])
                if not is_open:
                    self._unread[parts.netloc] = error.found
            self._robots[parts.netloc] = rules
        return self._robots[parts.netloc]


def is_web_address(address: str) -> bool:
    """Whether an address is one that can be fetched: of ``http`` or ``https``, with a host."""
    try:
        parts = urlsplit(address)
        return parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def local_path(source: str) -> Path:
    """The file that a path or a ``file`` address names.

    Raises:
        InputError: If it is an address of another kind, or of another machine's file.
    """
    scheme, found, _ = source.partition("://")
    if not found or not scheme.isalpha():
        return Path(source)
    if scheme.lower() != "file" or urlsplit(source).netloc not in {"", "localhost"}:
        raise InputError(
            source, found="an address that cannot be fetched", expected="one of http:// or https://, or a file"
        )
    # Loading the network code would slow every other verb down.
    from urllib.request import url2pathname

    return Path(url2pathname(urlsplit(source).path))


@contextmanager
def fetching(fetcher: Fetcher | None) -> Iterator[Fetcher]:
    """A given fetcher, which stays open, or a new one, which is closed at the end."""
    if fetcher is not None:
        yield fetcher
        return
    with Fetcher() as own:
        yield own


def _retry_after(header: str | None) -> float:
    """Seconds that a ``Retry-After`` header demands, a number or a date; 0 where there is none."""
    if not header:
        return 0.0
    try:
        return float(header)
    except ValueError:
        pass
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(header).timestamp() - time.time()
    except ValueError:
        return 0.0
