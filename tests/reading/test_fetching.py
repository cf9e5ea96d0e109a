from __future__ import annotations

import gzip
import itertools
import time
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path

import pytest
from web_server import Reply, Server

from secrel.errors import InputError
from secrel.reading import Fetcher
from secrel.reading.fetching import fetching, local_path

pytest.importorskip("httpx")


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(timeout=5, max_bytes=10_000, delay=0, backoff=0.01) as opened:
        yield opened


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("feed.xml", "feed.xml"),
        ("a://b", None),
        ("C:/feeds/a.xml", "C:/feeds/a.xml"),
        ("file:///feeds/a%20b.xml", "/feeds/a b.xml"),
        ("FILE://localhost/feeds/a.xml", "/feeds/a.xml"),
        ("file://other/feeds/a.xml", None),
        ("ftp://example.org/feed.xml", None),
    ],
)
def test_local_paths(source: str, path: str | None) -> None:
    if path is not None:
        assert local_path(source) == Path(path)
    else:
        with pytest.raises(InputError, match="found an address that cannot be fetched; expected one of http:// or"):
            local_path(source)


def test_fetches(server: Server, fetcher: Fetcher) -> None:
    address = server.add("/a", Reply(b"<p>x</p>", "Text/HTML; charset=windows-1251"))
    fetched = fetcher.fetch(address)
    assert (fetched.address, fetched.data, fetched.content_type, fetched.charset) == (
        address,
        b"<p>x</p>",
        "text/html",
        "windows-1251",
    )
    (_, _, headers), *_ = server.requests
    assert headers["User-Agent"].startswith("secrel/")
    assert fetcher.fetch(server.add("/b", Reply(b"x", None))).content_type == ""


def test_follows_redirections_to_the_web_only(server: Server, fetcher: Fetcher) -> None:
    server.add("/new", Reply(b"here"))
    moved = server.add("/old", Reply(status=301, headers={"Location": "/new"}))
    assert fetcher.fetch(moved).address == server.address + "/new"
    to_file = server.add("/file", Reply(status=302, headers={"Location": "file:///etc/hostname"}))
    with pytest.raises(InputError, match="protocol"):
        fetcher.fetch(to_file)
    assert server.paths().count("/file") == 1
    with pytest.raises(InputError, match="TooManyRedirects"):
        fetcher.fetch(server.add("/round", Reply(status=302, headers={"Location": "/round"})))


@pytest.mark.parametrize(
    "address", ["file:///etc/hostname", "ftp://example.org/a", "example.org/a", "https://", "", "/a", "http://[::1"]
)
def test_no_web_addresses(fetcher: Fetcher, address: str) -> None:
    with pytest.raises(InputError, match="no web address"):
        fetcher.fetch(address)


@pytest.mark.parametrize("address", ["http://a b/", "http://127.0.0.1:x/", "http://\x00/"])
def test_malformed_addresses(fetcher: Fetcher, address: str) -> None:
    with pytest.raises(InputError):
        fetcher.fetch(address)


def test_tries_again(server: Server, fetcher: Fetcher) -> None:
    address = server.add("/a", Reply(status=503), Reply(status=429), Reply(b"done"))
    assert fetcher.fetch(address).data == b"done"
    assert server.paths() == ["/a"] * 3


def test_gives_up(server: Server, fetcher: Fetcher) -> None:
    with pytest.raises(InputError, match="status 502 Bad Gateway") as caught:
        fetcher.fetch(server.add("/a", Reply(status=502)))
    assert len(server.requests) == 4
    assert caught.value.where == server.address + "/a"
    with pytest.raises(InputError, match="status 404 Not Found"):
        fetcher.fetch(server.address + "/none")
    assert server.paths().count("/none") == 1


def test_waits_longer_each_time(server: Server) -> None:
    address = server.add("/a", Reply(status=500))
    with Fetcher(delay=0, backoff=0.1, retries=2) as fetcher, pytest.raises(InputError):
        fetcher.fetch(address)
    first, second, third = (at for _, at, _ in server.requests)
    assert second - first >= 0.1
    assert third - second >= 0.2


def test_a_server_that_wants_a_long_pause_is_not_waited_for(server: Server, fetcher: Fetcher) -> None:
    for value in ("3600", formatdate(time.time() + 3600, usegmt=True)):
        started = time.monotonic()
        with pytest.raises(InputError, match=r"status 503, to be tried again after 3[56]"):
            fetcher.fetch(server.add("/a", Reply(status=503, headers={"Retry-After": value})))
        assert time.monotonic() - started < 3
    assert fetcher.fetch(server.add("/b", Reply(status=503, headers={"Retry-After": "soon"}), Reply(b"x"))).data == b"x"


def test_size_is_limited_compressed_or_not(server: Server, fetcher: Fetcher) -> None:
    with pytest.raises(InputError, match="more than 10,000 bytes"):
        fetcher.fetch(server.add("/a", Reply(b"x" * 10_001)))
    bomb = gzip.compress(b"x" * 1_000_000)
    assert len(bomb) < 10_000
    with pytest.raises(InputError, match="more than 10,000 bytes"):
        fetcher.fetch(server.add("/b", Reply(bomb, headers={"Content-Encoding": "gzip"})))
    whole = gzip.compress(b"y" * 9_000)
    assert fetcher.fetch(server.add("/c", Reply(whole, headers={"Content-Encoding": "gzip"}))).data == b"y" * 9_000


def test_broken_connections(server: Server, fetcher: Fetcher) -> None:
    cut = server.add("/a", Reply(b"short", headers={"Content-Length": "500"}), Reply(b"whole"))
    assert fetcher.fetch(cut).data == b"whole"
    with pytest.raises(InputError, match="ConnectError"):
        fetcher.fetch("http://127.0.0.1:9/")
    with pytest.raises(InputError, match="DecodingError"):
        fetcher.fetch(server.add("/b", Reply(b"no gzip", headers={"Content-Encoding": "gzip"})))


def test_time_is_limited(server: Server) -> None:
    with Fetcher(timeout=0.1, delay=0, retries=0) as fetcher, pytest.raises(InputError, match="ReadTimeout"):
        fetcher.fetch(server.add("/slow", Reply(b"x", pause=0.5)))


def test_pauses_between_requests_to_one_host(server: Server) -> None:
    with Fetcher(delay=0.15) as fetcher:
        for path in "abc":
            fetcher.fetch(server.add(f"/{path}", Reply(b"x")))
    times = [at for _, at, _ in server.requests]
    assert all(after - before >= 0.14 for before, after in itertools.pairwise(times))


def test_robots(server: Server, fetcher: Fetcher) -> None:
    server.add("/robots.txt", Reply(b"User-agent: *\nDisallow: /closed\n", "text/plain"))
    server.add("/open", Reply(b"x"))
    server.add("/closed/a", Reply(b"x"))
    assert fetcher.fetch(server.address + "/open", robots=True).data == b"x"
    with pytest.raises(InputError, match="closed to robots by the site's robots"):
        fetcher.fetch(server.address + "/closed/a", robots=True)
    assert fetcher.fetch(server.address + "/closed/a").data == b"x"
    assert server.paths().count("/robots.txt") == 1


def test_a_host_without_robots_is_open_and_one_that_fails_is_closed(server: Server, fetcher: Fetcher) -> None:
    server.add("/a", Reply(b"x"))
    assert fetcher.fetch(server.address + "/a", robots=True).data == b"x"
    server.add("/robots.txt", Reply(status=500))
    with Fetcher(delay=0, backoff=0, retries=1) as other, pytest.raises(InputError, match=r"be read \(status 500"):
        other.fetch(server.address + "/a", robots=True)


def test_crawl_delay(server: Server) -> None:
    server.add("/robots.txt", Reply(b"User-agent: secrel\nCrawl-delay: 1\n", "text/plain"))
    address = server.add("/a", Reply(b"x"))
    with Fetcher(delay=0) as fetcher:
        fetcher.fetch(address, robots=True)
    (_, first, _), (_, second, _) = server.requests
    assert second - first >= 0.95


def test_a_given_fetcher_stays_open(server: Server, fetcher: Fetcher) -> None:
    server.add("/a", Reply(b"x"))
    with fetching(fetcher) as same:
        assert same is fetcher
    assert fetcher.fetch(server.address + "/a").data == b"x"
