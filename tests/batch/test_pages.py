"""From feeds, sitemaps and addresses to a folder of pages."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "reading"))

from web_server import Reply, Server, serve

from secrel.batch import FetchSummary, Progress, ReadOptions, fetch_pages, find_inputs, read_source
from secrel.batch.page_folder import LIST
from secrel.errors import InputError
from secrel.reading import Fetcher, read_feed, read_items

PAGES = Path(__file__).parents[1] / "data" / "pages"
TEXT = (
    "Tajikistan and Kyrgyzstan opened a market on their border on Monday. Traders from Batken had asked for it since"
    " spring. The army watches both gates, and Dushanbe pays for the guards. Bishkek is content for the time being,"
    " says the ministry of trade."
)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve() as serving:
        yield serving


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(timeout=5, delay=0, backoff=0.01, retries=0) as opened:
        yield opened


def page(name: str) -> bytes:
    return (PAGES / f"{name}.html").read_bytes()


def entry(address: str, *, date: str = "", title: str = "Title", text: str = "") -> str:
    published = f"<published>{date}T23:30:00-05:00</published>" if date else ""
    content = f"<content type='html'>&lt;p&gt;{text}&lt;/p&gt;</content>" if text else ""
    author = "<author><name>Ilse Brandt</name></author>"
    return f"<entry><title>{title}</title><link href='{address}'/>{published}{author}{content}</entry>"


def feed(*entries: str) -> bytes:
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">{"".join(entries)}</feed>'.encode()


def sitemap(*addresses: str) -> bytes:
    urls = "".join(f"<url><loc>{address}</loc></url>" for address in addresses)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != LIST)


def listed(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / LIST).read_text(encoding="utf-8").splitlines()]


def numbers(summary: FetchSummary) -> tuple[int, int, int]:
    return summary.n_saved, summary.n_there, summary.n_failed


def id_of(server: Server, path: str) -> str:
    return f"127-0-0-1-{server.address.rpartition(':')[2]}-{path}"


def test_feed_by_address(server: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    first, second = server.add("/first", Reply(page("bare"))), server.add("/second", Reply(page("wordpress-2022")))
    source = server.add("/feed", Reply(feed(entry(first, date="2006-07-11"), entry(second)), "application/atom+xml"))
    seen: list[Progress] = []
    summary = fetch_pages([source], tmp_path / "pages", fetcher=fetcher, on_progress=seen.append)
    assert numbers(summary) == (2, 0, 0)
    assert [(progress.step, progress.n_total, progress.n_done) for progress in seen] == [
        ("fetching", 2, n) for n in range(3)
    ]
    ids = [id_of(server, "first"), id_of(server, "second")]
    assert names(tmp_path / "pages") == [f"{id}.html" for id in ids]
    # As they came, byte by byte; what the page lacks stands beside them.
    assert (tmp_path / "pages" / f"{ids[0]}.html").read_bytes() == page("bare")
    assert listed(tmp_path / "pages")[0] == {
        "id": ids[0],
        "file": f"{ids[0]}.html",
        "address": first,
        "date": "2006-07-11",
        "title": "Title",
        "author": "Ilse Brandt",
    }
    documents = [read_source(one, ReadOptions()) for one in find_inputs([tmp_path / "pages"]).sources]
    assert [document.id for document in documents] == ids
    assert [document.metadata.title for document in documents] == [
        "A bridge over the Panj",
        "Kazakhstan Looks for a Road Around Russia",
    ]


def test_what_is_there_is_fetched_again_only_if_that_is_asked_for(
    server: Server, fetcher: Fetcher, tmp_path: Path
) -> None:
    address = server.add("/a", Reply(page("bare")), Reply(page("divisions-2009")))
    other = server.add("/b", Reply(page("bare")))
    source = server.add("/feed", Reply(feed(entry(address)), "application/xml"))
    file = tmp_path / f"{id_of(server, 'a')}.html"
    assert numbers(fetch_pages([source], tmp_path, fetcher=fetcher)) == (1, 0, 0)
    server.add("/feed", Reply(feed(entry(other), entry(address)), "application/xml"))
    # One article in two feeds, and given by its address, is one article.
    assert numbers(fetch_pages([source, address, source], tmp_path, fetcher=fetcher)) == (1, 1, 0)
    assert server.paths().count("/a") == 1
    assert file.read_bytes() == page("bare")
    assert numbers(fetch_pages([address], tmp_path, fetcher=fetcher, again=True)) == (1, 0, 0)
    assert file.read_bytes() == page("divisions-2009")
    assert [line["title"] for line in listed(tmp_path)] == [None, "Title"]


def test_what_fails_is_named_and_the_rest_goes_on(server: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    server.add("/robots.txt", Reply(b"User-agent: *\nDisallow: /closed", "text/plain"))
    paths = ("/good", "/gone", "/file.pdf", "/closed", "/empty", "/last")
    server.add("/good", Reply(page("bare")))
    server.add("/file.pdf", Reply(b"%PDF-1.4", "application/pdf"))
    server.add("/closed", Reply(page("bare")))
    server.add("/empty", Reply(b" \n"))
    server.add("/last", Reply(page("bare")))
    server.add("/map.xml", Reply(sitemap(*(server.address + path for path in paths), "urn:x"), "text/xml"))
    server.add("/data", Reply(b"{}", "application/json"))
    (tmp_path / "notes.md").write_text("# Notes", encoding="utf-8")
    cut = feed(entry(f"{server.address}/good")).removesuffix(b"</feed>")
    (tmp_path / "cut.xml").write_bytes(cut)
    sources: list[str | Path] = [tmp_path / "none.xml", server.address + "/none", tmp_path / "notes.md"]
    sources += [server.address + "/data", server.address + "/map.xml", tmp_path / "cut.xml"]
    failures: list[InputError] = []
    seen: list[Progress] = []
    summary = fetch_pages(
        sources, tmp_path / "out", fetcher=fetcher, on_failure=failures.append, on_progress=seen.append
    )
    assert numbers(summary) == (2, 0, 10)
    assert names(tmp_path / "out") == [f"{id_of(server, name)}.html" for name in ("good", "last")]
    expected = [
        (str(tmp_path / "none.xml"), "no such file"),
        (server.address + "/none", "status 404 Not Found"),
        (str(tmp_path / "notes.md"), "neither by its content nor by its suffix one"),
        (server.address + "/data", "a file of type application/json"),
        ("urn:x", "no web address"),
        (str(tmp_path / "cut.xml"), "a feed that is cut off"),
        (server.address + "/gone", "status 404 Not Found"),
        (server.address + "/file.pdf", "a file of type application/pdf"),
        (server.address + "/closed", "closed to robots by the site's robots.txt"),
        (server.address + "/empty", "nothing"),
    ]
    assert [error.where for error in failures] == [where for where, _ in expected]
    assert [error.found[: len(found)] for error, (_, found) in zip(failures, expected, strict=True)] == [
        found for _, found in expected
    ]
    assert (seen[-1].n_total, seen[-1].n_done, seen[-1].n_failed) == (6, 6, 4)
    # Next time only what failed is tried.
    del server.requests[:]
    server.add("/gone", Reply(page("bare")))
    assert numbers(fetch_pages([server.address + "/map.xml"], tmp_path / "out", fetcher=fetcher)) == (1, 2, 4)
    assert not {"/good", "/last"} & set(server.paths())


def test_entries_with_their_full_text_become_small_pages(fetcher: Fetcher, tmp_path: Path) -> None:
    data = feed(
        entry("https://steppe.example/a", date="2006-07-11", title="Ä &amp;lt;Market&amp;gt;", text=f"{TEXT} Größe."),
        entry("https://steppe.example/b", text=TEXT.replace("Monday", "Tuesday")),
        f"<entry><title>No address</title><id>urn:1</id><content type='text'>{TEXT}</content></entry>",
    )
    (tmp_path / "feed.atom").write_bytes(data)
    summary = fetch_pages([tmp_path / "feed.atom"], tmp_path / "out", fetcher=fetcher)
    assert numbers(summary) == (3, 0, 0)
    ids = ["steppe-example-a", "steppe-example-b", "urn-1"]
    assert names(tmp_path / "out") == [f"{id}.html" for id in ids]
    text = (tmp_path / "out" / "steppe-example-a.html").read_bytes().decode("utf-8")
    assert '<meta charset="utf-8">' in text
    assert '<meta property="article:published_time" content="2006-07-11">' in text
    documents = [read_source(source, ReadOptions()) for source in find_inputs([tmp_path / "out"]).sources]
    expected = [outcome.document for outcome in read_items(read_feed(data))]
    for document, other in zip(documents, expected, strict=True):
        assert other is not None
        assert document.text == other.text
        for name in ("title", "author", "date", "year"):
            assert getattr(document.metadata, name) == getattr(other.metadata, name), name
    assert [line["address"] for line in listed(tmp_path / "out")] == [
        "https://steppe.example/a",
        "https://steppe.example/b",
        "urn:1",
    ]


def test_limit_and_day(server: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    dates = ("2024-01-03", "2023-12-31", "", "2024-01-01", "2024-01-02")
    entries = [entry(server.add(f"/{n}", Reply(page("bare"))), date=date, title=str(n)) for n, date in enumerate(dates)]
    (tmp_path / "feed.xml").write_bytes(feed(*entries))

    def fetch(limit: int | None) -> FetchSummary:
        out = tmp_path / "out"
        return fetch_pages([tmp_path / "feed.xml"], out, fetcher=fetcher, since="2024-01-01", limit=limit)

    first = fetch(2)
    assert (*numbers(first), first.n_older, first.n_undated, first.n_left) == (2, 0, 0, 1, 1, 2)
    assert [line["title"] for line in listed(tmp_path / "out")] == ["0", "2"]
    second = fetch(1)
    assert (*numbers(second), second.n_older, second.n_undated, second.n_left) == (1, 2, 0, 1, 0, 1)
    third = fetch(None)
    assert (*numbers(third), third.n_older, third.n_undated, third.n_left) == (1, 3, 0, 1, 0, 0)
    assert "/1" not in server.paths()
    assert fetch_pages([tmp_path / "feed.xml"], tmp_path / "out", fetcher=fetcher).n_saved == 1


def test_pages_by_address_and_file(server: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    server.add("/robots.txt", Reply(b"User-agent: *\nDisallow: /", "text/plain"))
    # What is given by hand is not a robot's find.
    address = server.add("/Program/A_Bridge/", Reply(page("bare"), content_type=None))
    archive = b"MIME-Version: 1.0\nContent-Type: text/html\n\n" + page("bare")
    (tmp_path / "A Bridge.HTM").write_bytes(page("bare"))
    (tmp_path / "b.mht").write_bytes(archive)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.html").write_bytes(page("divisions-2009"))
    sources: list[str | Path] = [address, *(tmp_path / name for name in ("A Bridge.HTM", "b.mht", "sub/b.html"))]
    assert numbers(fetch_pages(sources, tmp_path / "out", fetcher=fetcher)) == (4, 0, 0)
    assert server.paths() == ["/Program/A_Bridge/"]
    one, bridge, b, other = listed(tmp_path / "out")
    assert one["file"] == f"{id_of(server, 'program-a-bridge')}.html"
    assert (bridge["file"], bridge["address"]) == ("a-bridge.html", (tmp_path / "A Bridge.HTM").as_uri())
    assert b["file"] == "b.mhtml"
    # A second file of that name is another article.
    assert other["file"].startswith("b-")
    assert (tmp_path / "out" / other["file"]).read_bytes() == page("divisions-2009")
    assert (tmp_path / "out" / "b.mhtml").read_bytes() == archive
    # The address of a file is as good as its path.
    sources[1] = (tmp_path / "A Bridge.HTM").as_uri()
    assert numbers(fetch_pages(sources, tmp_path / "out", fetcher=fetcher)) == (0, 4, 0)
    assert len(find_inputs([tmp_path / "out"]).sources) == 4


def test_encoding_that_only_the_server_tells_is_kept(server: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    html = f"<html><head><title>Łódź</title></head><body><p>Mayor Żółkiewski of Łódź agreed. {TEXT}</p></body></html>"
    told = html.encode("iso-8859-2")
    declared = html.replace("<head>", "<head><meta charset='iso-8859-2'>").encode("iso-8859-2")
    replies = {
        "/told": Reply(told, "text/html; charset=iso-8859-2"),
        "/declared": Reply(declared, "text/html; charset=iso-8859-2"),
        "/utf8": Reply(html.encode(), "text/html; charset=utf-8"),
        "/ascii": Reply(page("bare").decode().encode("ascii"), "text/html; charset=windows-1251"),
    }
    addresses = [server.add(path, reply) for path, reply in replies.items()]
    fetch_pages(addresses, tmp_path, fetcher=fetcher)
    assert names(tmp_path) == sorted(
        [
            f"{id_of(server, 'told')}.mhtml",
            *(f"{id_of(server, name)}.html" for name in ("declared", "utf8", "ascii")),
        ]
    )
    assert (tmp_path / f"{id_of(server, 'declared')}.html").read_bytes() == declared
    texts = {
        source.name.stem.rpartition("-")[2]: read_source(source, ReadOptions()).text
        for source in find_inputs([tmp_path]).sources
    }
    assert texts["told"] == texts["declared"] == texts["utf8"] == f"Mayor Żółkiewski of Łódź agreed. {TEXT}"


def test_plain_text_is_saved_as_text(server: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    text = f"Publication: Weekly Watch Volume: 3 Issue: 4\r\n\r\nThe general’s word. {TEXT}"
    address = server.add("/a", Reply(text.encode("cp1252"), "text/plain; charset=windows-1252"))
    fetch_pages([address, server.add("/b", Reply(text.encode(), "text/plain"))], tmp_path, fetcher=fetcher)
    assert names(tmp_path) == [f"{id_of(server, name)}.txt" for name in "ab"]
    assert {(tmp_path / name).read_bytes() for name in names(tmp_path)} == {text.encode()}


def test_stopped_at_any_page_it_goes_on(server: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    addresses = [server.add(f"/{n}", Reply(page("bare"))) for n in range(4)]
    (tmp_path / "map.xml").write_bytes(sitemap(*addresses))

    def stop(progress: Progress) -> None:
        if progress.n_done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch_pages([tmp_path / "map.xml"], tmp_path / "out", fetcher=fetcher, on_progress=stop)
    assert len(names(tmp_path / "out")) == len(listed(tmp_path / "out")) == 2
    # Killed between page and list.
    (tmp_path / "out" / LIST).write_bytes((tmp_path / "out" / LIST).read_bytes().splitlines(keepends=True)[0])
    assert numbers(fetch_pages([tmp_path / "map.xml"], tmp_path / "out", fetcher=fetcher)) == (2, 2, 0)
    assert [line["address"] for line in listed(tmp_path / "out")] == addresses
    assert sorted(server.paths()) == sorted(["/robots.txt", *(f"/{n}" for n in range(4))])
