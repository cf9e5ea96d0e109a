from __future__ import annotations

import pytest

from secrel.reading.markup import Block
from secrel.reading.page_header import (
    byline,
    choose_title,
    date_line,
    is_author,
    publication_line,
    read_header,
    split_head,
    without_site,
)

EDM = "Eurasia Daily Monitor"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Publication: Eurasia Daily Monitor Volume: 3 Issue: 133", (EDM, 3, 133)),
        ("Eurasia Daily Monitor Volume: 3 Issue: 133", (EDM, 3, 133)),
        ("Eurasia Daily Monitor, Volume 3, Issue 133 July 11, 2006", (EDM, 3, 133)),
        ("Eurasia Daily Monitor Vol. 3 No. 133", (EDM, 3, 133)),
        ("China Brief Volume: 22 Issue: 4", ("China Brief", 22, 4)),
        ("EURASIA DAILY MONITOR -- Volume 3, Issue 133", (EDM.upper(), 3, 133)),
        ("Volume: 3 Issue: 133", None),
        ("He turned up the volume: 3 times", None),
        ("It was said. Eurasia Daily Monitor Volume: 3 Issue: 133", None),
        ("Publication: Eurasia Daily Monitor", None),
    ],
)
def test_publication(line: str, found: tuple[str, int, int] | None) -> None:
    assert publication_line(line) == found


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("July 11, 2006 12:00 AM Age: 2 yrs", "2006-07-11"),
        ("Tuesday, January 25, 2005", "2005-01-25"),
        ("Tuesday, 5 May 2009", "2009-05-05"),
        ("Published on: Sept. 5, 2005", "2005-09-05"),
        ("Posted: 2006-07-11", "2006-07-11"),
        ("MARCH 3 2010", "2010-03-03"),
        ("Sep 1, 2005", "2005-09-01"),
        ("29 February 2004", "2004-02-29"),
        ("July 11th, 2006", "2006-07-11"),
        ("11.07.2006", "2006-07-11"),
        ("Tue, 11 July 2006", "2006-07-11"),
        ("July 11, 2006 at 12:00 p.m.", "2006-07-11"),
        ("29 February 2005", None),
        ("July 2006", None),
        ("11.13.2006", None),
        ("July 11, 2006 was hot", None),
        ("July 11, 2006, Baku burned.", None),
        ("", None),
        ("July 32, 2006", None),
        ("On July 11, 2006, nobody came", None),
        ("July 11, 2006 was the day on which the ministry in Dushanbe changed its mind", None),
        ("Updated: July 11, 2016", None),
    ],
)
def test_date(line: str, date: str | None) -> None:
    assert date_line(line) == date


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Viktor Semenkov", "Viktor Semenkov"),
        ("By: Ilse Brandt and Marat Seitov", "Ilse Brandt; Marat Seitov"),
        ("BY NADIA ORLOWSKA", "NADIA ORLOWSKA"),
        ("By: J. R. Étienne d’Arcy, Jan van der Meer & Li Wei", "J. R. Étienne d’Arcy; Jan van der Meer; Li Wei"),
        ("By: Avicenna", "Avicenna"),
        ("Author: Avicenna", "Avicenna"),
        ("Authors: Ilse Brandt, Marat Seitov", "Ilse Brandt; Marat Seitov"),
        ("Author Ilse Brandt", None),
        ("By Monday", None),
        ("By land and by sea", None),
        ("By the time the minister left, nobody was there.", None),
        ("By 2010 the army had left", None),
        ("Bystanders Look On", None),
    ],
)
def test_byline(line: str, names: str | None) -> None:
    assert byline(line) == names


@pytest.mark.parametrize("line", ["By: " + "A" * 5000, "By " + "a. " * 60 + "!", "By: " + "Aa " * 40 + "0"])
def test_byline_takes_no_time(line: str) -> None:
    assert byline(line) is None


def test_the_nearer_line_counts() -> None:
    lines = [
        "Eurasia Daily Monitor Volume: 9 Issue: 1",
        "By Ann Other",
        "Title",
        f"{EDM} Volume: 3 Issue: 2",
        "By Ilse Brandt",
    ]
    header = read_header(lines)
    assert (header.publication, header.volume, header.issue, header.author) == (EDM, 3, 2, "Ilse Brandt")


def test_dates_far_above_the_title_do_not_count() -> None:
    lines = ["Tuesday, 5 May 2009", "Home", "About", "Title", "July 11, 2006"]
    assert read_header(lines, title="Title").dates == ("2006-07-11",)
    assert read_header(lines[:4], title="Title").dates == ()


def test_head_is_parted_from_body() -> None:
    paragraphs = [
        Block("p", ("A TITLE", "By Viktor Semenkov")),
        Block("p", ("July 11, 2006", "Moscow said on Monday that it would not go there again.")),
        Block("p", ("By Tuesday nobody believed it any more, as usual.",)),
    ]
    head, body = split_head(paragraphs, None)
    assert head == ["A TITLE", "By Viktor Semenkov", "July 11, 2006"]
    assert [line for block in body for line in block.lines] == [
        "Moscow said on Monday that it would not go there again.",
        "By Tuesday nobody believed it any more, as usual.",
    ]


def test_without_a_header_nothing_is_taken_off() -> None:
    paragraphs = [
        Block("p", ("A bare start",)),
        Block("p", ("Moscow said on Monday that it would not go there again.",)),
    ]
    assert split_head(paragraphs, "Another title") == ([], paragraphs)
    assert split_head(paragraphs, "A bare start") == (["A bare start"], paragraphs[1:])
    assert split_head([], "Title") == ([], [])


def test_title() -> None:
    title = "A Bridge - Steppe Institute"
    assert choose_title(title, is_meta=False, headings=["Menu", "A Bridge", "Latest"], head=[]) == "A Bridge"
    assert choose_title("Meta title", is_meta=True, headings=["Menu"], head=[]) == "Meta title"
    assert choose_title("The Site", is_meta=False, headings=["Menu", "A Bridge"], head=[]) == "A Bridge"
    assert choose_title("The Site", is_meta=False, headings=[], head=["A Bridge", "By Ann Other"]) == "A Bridge"
    assert choose_title("The Site", is_meta=False, headings=[], head=["By Ann Other"]) == "The Site"
    assert choose_title(None, is_meta=False, headings=[], head=[]) is None


def test_site_is_taken_off_the_title() -> None:
    assert without_site("A Bridge – Steppe Institute", "Steppe Institute") == "A Bridge"
    assert without_site("Steppe Institute | A Bridge", "Steppe Institute") == "A Bridge"
    assert without_site("Steppe Institute", "Steppe Institute") == "Steppe Institute"
    assert without_site("A-Steppe Institute", "Steppe Institute") == "A-Steppe Institute"


@pytest.mark.parametrize("name", ["Admin", "webmaster", "The Site", "https://example.org/me", "", None])
def test_accounts_are_no_authors(name: str | None) -> None:
    assert not is_author(name, "The Site")
    assert is_author("Ilse Brandt", "The Site")
