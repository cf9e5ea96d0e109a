"""`secrel fetch`: what it saves and says, and that extract reads it."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from secrel.cli import main

for folder in ("batch", "reading"):
    sys.path.insert(0, str(Path(__file__).parents[1] / folder))

from fake_archive import FakeLoader
from web_server import Reply, Server, serve

PAGE = (Path(__file__).parents[1] / "data" / "pages" / "bare.html").read_bytes()
TEXT = (
    "Uzbekistan and Turkmenistan settled their quarrel over water on Sunday. Tashkent opens the canal at Amu-Bukhara in"
    " spring, and Ashgabat pays for two of the pumps. Neither asked Dushanbe, which holds the river's upper course"
    " and has plans of its own."
)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve() as serving:
        yield serving


@pytest.fixture
def feed(server: Server) -> str:
    """A feed of an entry with its text, two pages of which one is not there, and an old entry."""
    for name in ("new", "old"):
        server.add(f"/{name}", Reply(PAGE))
    items = (
        f"<item><title>Water</title><link>https://steppe.example/water</link><pubDate>Tue, 02 Jan 2024 10:00:00 GMT"
        f"</pubDate><content:encoded>&lt;p&gt;{TEXT}&lt;/p&gt;</content:encoded></item>"
        f"<item><title>New</title><link>{server.address}/new</link></item>"
        f"<item><title>Gone</title><link>{server.address}/gone</link></item>"
        f"<item><title>Old</title><link>{server.address}/old</link><pubDate>Sun, 31 Dec 2023 23:00:00 GMT</pubDate>"
        "</item>"
    )
    rss = (
        f'<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>{items}</channel></rss>'
    )
    return server.add("/feed", Reply(rss.encode(), "application/rss+xml"))


def test_fetch_and_extract(
    server: Server, feed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pages, out = tmp_path / "pages", tmp_path / "out"
    command = ["fetch", feed, "-o", str(pages), "--delay", "0"]
    assert main([*command, "--since", "2024-01-01"]) == 1
    gone = f"secrel: failed: {server.address}/gone: found status 404 Not Found; expected status 200"
    assert capsys.readouterr() == (
        "",
        f"{gone}\nsecrel: passed over 1 article from before 2024-01-01\n"
        "secrel: took 2 articles without a date in the feed\n"
        f"secrel: 2 pages saved to {pages}, 1 failed\n",
    )
    server.add("/gone", Reply(PAGE))
    assert main([*command, "--limit", "1"]) == 0
    assert capsys.readouterr().err.splitlines() == [
        "secrel: 1 article left (--limit)",
        f"secrel: 1 page saved to {pages}, 2 there already",
    ]
    assert main([*command, "-q"]) == 0
    assert main([*command, "-q", "--again"]) == 0
    assert capsys.readouterr() == ("", "")
    assert [server.paths().count(path) for path in ("/new", "/gone", "/old")] == [2, 3, 2]

    (tmp_path / "notes").mkdir()
    loader = FakeLoader(tmp_path / "notes")
    monkeypatch.setattr("secrel.batch.archive.model_loader", lambda model, **_: loader)
    assert main(["extract", str(pages), "-o", str(out)]) == 0
    assert capsys.readouterr().err.splitlines()[0] == (
        f"secrel: skipped 1 file that does not end in .txt or .html: {pages / 'fetched.jsonl'}"
    )
    lines = [json.loads(line) for line in (out / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
    dates = {json.loads(line)["id"]: json.loads(line)["date"] for line in (pages / "fetched.jsonl").open()}
    assert [line["id"] for line in lines] == sorted(dates)
    water = lines[-1]
    assert (water["id"], water["text"]) == ("steppe-example-water", TEXT)
    assert (water["meta"]["title"], water["meta"]["date"]) == ("Water", "2024-01-02")
    # A date that the page itself lacks is not lost.
    assert [line["meta"]["date"] for line in lines[:-1]] == [None, None, None]
    assert sorted(dates.values(), key=str) == ["2023-12-31", "2024-01-02", None, None]


def test_progress_on_a_terminal(
    feed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(["fetch", feed, "-o", str(tmp_path), "--delay", "0"]) == 1
    err = capsys.readouterr().err
    for part in ("fetching", "4/4", "1 failed"):
        assert part in err


def test_delay(server: Server, tmp_path: Path) -> None:
    addresses = [server.add(f"/{n}", Reply(PAGE)) for n in range(3)]
    assert main(["fetch", *addresses, "-o", str(tmp_path), "--delay", "0.2", "-q"]) == 0
    times = [time for _, time, _ in server.requests]
    assert all(later - earlier >= 0.19 for earlier, later in itertools.pairwise(times))


def test_sources_and_places_that_are_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.md").write_text("# Notes", encoding="utf-8")
    assert (
        main(["fetch", str(tmp_path / "notes.md"), str(tmp_path / "x"), str(tmp_path), "-o", str(tmp_path / "out")])
        == 1
    )
    assert capsys.readouterr().err.splitlines() == [
        f"secrel: failed: {tmp_path / 'notes.md'}: found neither by its content nor by its suffix one; expected a feed"
        " (RSS, Atom), a sitemap or a page",
        f"secrel: failed: {tmp_path / 'x'}: found no such file; expected a file",
        f"secrel: failed: {tmp_path}: found a folder; expected a feed (RSS, Atom), a sitemap or a page; pages that are"
        " there `secrel extract` reads",
        f"secrel: 0 pages saved to {tmp_path / 'out'}, 3 failed",
    ]
    assert main(["fetch", str(tmp_path / "x"), "-o", str(tmp_path / "notes.md")]) == 2
    assert "notes.md: found File exists; expected a place that can be written to" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["fetch", "-o", "out"], "required: SOURCE"),
        (["fetch", "x"], "required: -o/--output"),
        (["fetch", "x", "-o", "out", "--limit", "0"], "found '0'; expected a whole number from 1 up"),
        (["fetch", "x", "-o", "out", "--since", "1.2.2024"], "found '1.2.2024'; expected a day as YYYY-MM-DD"),
        (["fetch", "x", "-o", "out", "--delay", "nan"], "found 'nan'; expected seconds from 0 up"),
        (["fetch", "x", "-o", "out", "--ignore-robots"], "unrecognized arguments: --ignore-robots"),
    ],
)
def test_bad_arguments(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert message in capsys.readouterr().err
