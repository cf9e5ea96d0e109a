"""A folder of pages and its list, whatever happens to the process that fills it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from secrel.batch.page_folder import LIST, FetchedPage, PageFolder
from secrel.errors import OutputError
from secrel.reading import FeedItem

FIRST = FeedItem("https://a.example/x/", "a-example-x", "Title “1”", "2006-07-11", "Ilse Brandt")
SECOND = FeedItem("https://a.example/X", "a-example-x")
THIRD = FeedItem("https://a.example/y", "a-example-y", content="<p>Text.")


def listed(folder: Path) -> list[FetchedPage]:
    text = (folder / LIST).read_bytes().decode()
    assert text.endswith("\n")
    return [FetchedPage(**json.loads(line)) for line in text.splitlines()]


def test_what_is_put_is_there_and_listed(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "pages"
    with PageFolder(folder) as pages:
        assert (pages.claim(FIRST), pages.find("a-example-x")) == ("a-example-x", None)
        pages.put("a-example-x", FIRST, ".html", b"<p>\xff\r\n")
        # From moment to moment, not at the end.
        assert len(listed(folder)) == 1
        assert pages.find("a-example-x") == folder / "a-example-x.html"
        pages.put(pages.claim(THIRD), THIRD, ".html", b"y")
    assert (folder / "a-example-x.html").read_bytes() == b"<p>\xff\r\n"
    expected = [
        FetchedPage("a-example-x", "a-example-x.html", FIRST.address, "2006-07-11", "Title “1”", "Ilse Brandt"),
        FetchedPage("a-example-y", "a-example-y.html", THIRD.address),
    ]
    assert listed(folder) == expected
    assert sorted(path.name for path in folder.iterdir()) == ["a-example-x.html", "a-example-y.html", LIST]
    with PageFolder(folder) as pages:
        assert pages.has(FIRST.address)
        (folder / "a-example-x.html").unlink()
        assert not pages.has(FIRST.address)
        assert not pages.has("https://a.example/z")
    assert listed(folder) == expected


def test_a_page_in_the_place_of_another(tmp_path: Path) -> None:
    with PageFolder(tmp_path) as pages:
        pages.put("a-example-x", FIRST, ".html", b"1")
        pages.put("a-example-y", THIRD, ".html", b"2")
    again = FeedItem(FIRST.address, FIRST.id, "New title")
    with PageFolder(tmp_path) as pages:
        pages.put("a-example-x", again, ".txt", b"3")
        pages.put("a-example-y", THIRD, ".html", b"4")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a-example-x.txt", "a-example-y.html", LIST]
    assert [(page.file, page.title) for page in listed(tmp_path)] == [
        ("a-example-x.txt", "New title"),
        ("a-example-y.html", None),
    ]


def test_namesakes_of_other_feeds_keep_apart_in_every_run(tmp_path: Path) -> None:
    with PageFolder(tmp_path) as pages:
        ids = [pages.claim(FIRST), pages.claim(SECOND), pages.claim(SECOND), pages.claim(FIRST)]
        assert ids == ["a-example-x", ids[1], ids[1], "a-example-x"]
        assert ids[1].startswith("a-example-x-")
        pages.put(ids[1], SECOND, ".html", b"2")
    with PageFolder(tmp_path) as pages:
        # The first never came; its name is still free, and the second keeps its own.
        assert (pages.claim(SECOND), pages.claim(FIRST)) == (ids[1], "a-example-x")


def test_page_keeps_its_name_when_its_namesake_left_the_feed(tmp_path: Path) -> None:
    named = FeedItem(SECOND.address, "a-example-x-0123abcd")
    with PageFolder(tmp_path) as pages:
        pages.put(pages.claim(named), named, ".html", b"2")
    with PageFolder(tmp_path) as pages:
        assert pages.claim(SECOND) == "a-example-x-0123abcd"
        # Two entries with their texts at one address are two articles.
        assert pages.claim(FeedItem(SECOND.address, "a-example-x", content="<p>")) == "a-example-x"


def test_page_without_a_line_is_there(tmp_path: Path) -> None:
    (tmp_path / "a-example-x.mhtml").write_bytes(b"x")
    with PageFolder(tmp_path) as pages:
        there = pages.find("a-example-x")
        assert there == tmp_path / "a-example-x.mhtml"
        pages.keep("a-example-x", FIRST, there)
        pages.keep("a-example-x", SECOND, there)
    assert [(page.file, page.date) for page in listed(tmp_path)] == [("a-example-x.mhtml", "2006-07-11")]


def test_line_that_was_cut_off_is_cut_away(tmp_path: Path) -> None:
    with PageFolder(tmp_path) as pages:
        pages.put("a-example-x", FIRST, ".html", b"1")
        pages.put("a-example-y", THIRD, ".html", b"2")
    whole = (tmp_path / LIST).read_bytes()
    (tmp_path / LIST).write_bytes(whole[:-20])
    with PageFolder(tmp_path) as pages:
        assert [page.id for page in listed(tmp_path)] == ["a-example-x"]
        pages.keep("a-example-y", THIRD, tmp_path / "a-example-y.html")
    assert (tmp_path / LIST).read_bytes() == whole


@pytest.mark.parametrize("line", ["no json", "null", '{"id": "x"}', '{"id": "x", "file": "x", "address": "", "n": 1}'])
def test_list_of_something_else_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / LIST).write_text(f'{{"id": "x", "file": "x.html", "address": "a"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(OutputError, match=f"{LIST}, line 2: found .*; expected a line that `secrel fetch` wrote"):
        PageFolder(tmp_path)


def test_title_that_is_no_unicode(tmp_path: Path) -> None:
    item = FeedItem("https://a.example/x", "x", "\ud83d?")
    with PageFolder(tmp_path) as pages:
        pages.put("x", item, ".html", b"1")
    assert listed(tmp_path)[0].title == "\ud83d?"
    assert PageFolder(tmp_path).claim(item) == "x"


def test_places_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="file: found File exists; expected a place that can be written to"):
        PageFolder(tmp_path / "file")
    (tmp_path / "folder" / LIST).mkdir(parents=True)
    with pytest.raises(OutputError, match=f"{LIST}: found Is a directory"):
        PageFolder(tmp_path / "folder")
