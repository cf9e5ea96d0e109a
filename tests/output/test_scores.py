"""Scores in `metrics.json` and in the card."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from secrel.output import record_scores


def table(section: dict[str, Any]) -> str:
    return f"| \\1 | {section['n']} |"


def test_the_section_goes_to_both_files(tmp_path: Path) -> None:
    (tmp_path / "metrics.json").write_text('{"kept": 1, "mine": {"n": 0}}', encoding="utf-8")
    (tmp_path / "MODEL_CARD.md").write_text(
        "<!-- scores: mine -->\nold\n<!-- end -->\n<!-- scores: other -->\nkept\n<!-- end -->\n", encoding="utf-8"
    )
    assert record_scores(tmp_path, "mine", {"n": 7}, table)
    assert json.loads((tmp_path / "metrics.json").read_text(encoding="utf-8")) == {"kept": 1, "mine": {"n": 7}}
    assert (tmp_path / "MODEL_CARD.md").read_text(encoding="utf-8") == (
        "<!-- scores: mine -->\n| \\1 | 7 |\n<!-- end -->\n<!-- scores: other -->\nkept\n<!-- end -->\n"
    )


def test_says_where_the_card_has_no_place(tmp_path: Path) -> None:
    assert not record_scores(tmp_path, "mine", {"n": 7}, table)
    assert not (tmp_path / "MODEL_CARD.md").exists()
    (tmp_path / "MODEL_CARD.md").write_text("nothing\n", encoding="utf-8")
    assert not record_scores(tmp_path, "mine", {"n": 8}, table)
    assert (tmp_path / "MODEL_CARD.md").read_text(encoding="utf-8") == "nothing\n"
    assert json.loads((tmp_path / "metrics.json").read_text(encoding="utf-8")) == {"mine": {"n": 8}}
