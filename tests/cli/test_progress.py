"""Progress: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys

import pytest

from secrel.batch import Progress
from secrel.cli import progress


def show(*steps: Progress, hidden: bool = False) -> None:
    with progress.shown_progress(hidden=hidden) as shown:
        for step in steps:
            shown(step)


RUN = (
    *(Progress("reading", 3, n, n_failed=n // 2) for n in range(4)),
    Progress("comparing", 3),
    *(Progress("writing", 2, n) for n in range(3)),
)


def test_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    show(*RUN)
    out, err = capsys.readouterr()
    assert out == ""
    for part in ("reading", "3/3", " a second", "1 failed", "comparing", "writing", "2/2"):
        assert part in err


def test_lines_elsewhere(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    show(*RUN)
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0.0)
    show(*RUN)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "secrel: reading 0 of 3 articles"
    assert lines[2].startswith("secrel: reading 2 of 3 articles, 1 failed, ")
    assert " a second, " in lines[2]
    assert lines[2].endswith(" left")
    assert len(lines) == len(RUN)


def test_an_article_that_takes_long_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with progress.shown_progress() as shown:
        monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0.0)
        shown(Progress("reading", 1))
        shown(Progress("reading", 1, slowest="long.txt", seconds=95.0))
        monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 30.0)
        shown._said -= 31.0
        shown(Progress("reading", 1, slowest="short.txt", seconds=20.0))
    assert capsys.readouterr().err.splitlines() == [
        "secrel: reading 0 of 1 article",
        "secrel: reading 0 of 1 article, long.txt for 1 min 35 s",
        "secrel: reading 0 of 1 article",
    ]


def test_nothing_when_hidden(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0.0)
    show(*RUN, hidden=True)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (59.6, "1 min 00 s"), (754, "12 min 34 s"), (90_061, "25 h 01 min")]
)
def test_durations(seconds: float, text: str) -> None:
    assert progress._duration(seconds) == text
