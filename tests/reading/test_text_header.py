from __future__ import annotations

import time
from itertools import permutations

import pytest

from secrel.reading.text_header import TextHeader, read_text_header

BODY = "Borduria closed the bridge at Klow on Monday, and nobody has crossed the river since."
TITLE = "Klow Shuts the Bridge"
EDM = "Publication: Eurasia Daily Monitor Volume: 3 Issue: 133"


def _read(head: str, between: str = "\n\n") -> TextHeader:
    """The header of a text that has ``head`` for a header, no more and no less."""
    text = f"{head}{between}{BODY}\n\nJuly 12, 2006\n\nThe end came soon."
    header = read_text_header(text)
    assert text[header.end :].startswith(f"{between}{BODY}"), text[header.end :]
    return header


@pytest.mark.parametrize(
    "line",
    [
        "July 11, 2006",
        "2006-07-11",
        "11 July 2006",
        "11.07.2006",
        "Tuesday, 11 July 2006",
        "July 11, 2006 05:05 PM",
        "Date: July 11, 2006",
        "DATE: 2006-07-11",
        "Published on: 11 July 2006",
    ],
)
@pytest.mark.parametrize("above", ["", f"{TITLE}\n", f"{TITLE.upper()}\n\n", f"{EDM}\n", f"{TITLE}\r\n{EDM}\r\n"])
def test_date_alone_below_a_title_and_below_the_publication(line: str, above: str) -> None:
    header = _read(above + line)
    assert header.date == "2006-07-11"
    assert (header.title or "").casefold() == (TITLE.casefold() if TITLE.casefold() in above.casefold() else "")
    assert header.volume == (3 if EDM in above else None)


@pytest.mark.parametrize("lines", list(permutations([TITLE, EDM, "By: Ilse Brandt", "July 11, 2006"])))
@pytest.mark.parametrize("separator", ["\n", "\n\n"])
def test_any_order(lines: tuple[str, ...], separator: str) -> None:
    header = _read(separator.join(lines))
    found = (header.title, header.author, header.date, header.publication, header.volume, header.issue)
    assert found == (TITLE, "Ilse Brandt", "2006-07-11", "Eurasia Daily Monitor", 3, 133)


@pytest.mark.parametrize(
    ("head", "between", "expected"),
    [
        (f"Title: {TITLE}\nAuthor: Ilse Brandt", "\n", (TITLE, "Ilse Brandt", None)),
        ("By: Ilse Brandt and Marat Seitov", "\n", (None, "Ilse Brandt; Marat Seitov", None)),
        ("By Ilse Brandt", "\n\n", (None, "Ilse Brandt", None)),
        ("By Ilse Brandt | July 11, 2006", "\r\n\r\n", (None, "Ilse Brandt", "2006-07-11")),
        (f"{TITLE}\nIlse Brandt\nJuly 11, 2006", "\n", (TITLE, None, "2006-07-11")),
        (f"\ufeff\n{TITLE}\nCategory: Rivers", "\n\n", (TITLE, None, None)),
        (f"July 11, 2006\n\n{TITLE}", "\n\n", (TITLE, None, "2006-07-11")),
        ("Eurasia Daily Monitor, Volume 3, Issue 133, July 11, 2006", "\n\n", (None, None, "2006-07-11")),
        (
            f"Publication: Weekly Watch\n{TITLE}\nBy: Ilse Brandt\n2006-07-11",
            "\n",
            (TITLE, "Ilse Brandt", "2006-07-11"),
        ),
        ("Is the Bridge Shut?\nJuly 11, 2006", "\n\n", ("Is the Bridge Shut?", None, "2006-07-11")),
    ],
)
def test_forms(head: str, between: str, expected: tuple[str | None, str | None, str | None]) -> None:
    header = _read(head, between)
    assert (header.title, header.author, header.date) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        BODY,
        TITLE,
        "July 11, 2006",
        f"{TITLE}\n\n{BODY}",
        f"{TITLE}\n{BODY}\nJuly 11, 2006\n\nMore.",
        f"{BODY}\n\nBy: Ilse Brandt\nJuly 11, 2006\n\nMore.",
        f"The bridge is shut.\nJuly 11, 2006\n\n{BODY}",
        f"July 11, 2006\nwas the day on which Borduria closed the bridge.\n\n{BODY}",
        f"July 11, 2006,\n\n{BODY}",
        f"July 11, 2006: the last troops left.\nJuly 12, 2006: they came back.\n\n{BODY}",
        f"July 11, 2006 – Bordurian troops left Klow\n\n{BODY}",
        f"KLOW, July 11, 2006\n{BODY}",
        f"By Monday night the bridge was shut\n\n{BODY}",
        f"2006\n\n{BODY}",
        f"Region\n\n{BODY}",
        "Eurasia Daily Monitor, Volume 3, Issue 133, tells of the bridge at Klow.\n\nMore.",
        "Date: not yet known.\n\nMore.",
    ],
)
def test_a_body_stays_whole(text: str) -> None:
    assert read_text_header(text) == TextHeader()


def test_a_title_below_a_publication_line_alone_is_body() -> None:
    text = f"{EDM}\n\n{TITLE}\n\n{BODY}"
    header = read_text_header(text)
    assert (header.title, text[header.end :]) == (None, f"\n\n{TITLE}\n\n{BODY}")


@pytest.mark.parametrize("text", [" " * 300_000, "\n" * 300_000, "a " * 300_000, "July " * 100_000])
def test_long_texts_are_read_at_once(text: str) -> None:
    start = time.perf_counter()
    assert read_text_header(text).end == 0
    assert time.perf_counter() - start < 0.5
