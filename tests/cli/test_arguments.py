"""What several verbs share."""

from __future__ import annotations

import pytest

from secrel.cli.arguments import counted


@pytest.mark.parametrize(
    ("n", "many", "text"),
    [(0, None, "0 pages"), (1, None, "1 page"), (1, "pages and notes", "1 page"), (2_000, "leaves", "2,000 leaves")],
)
def test_counted(n: int, many: str | None, text: str) -> None:
    assert counted(n, "page", many) == text
