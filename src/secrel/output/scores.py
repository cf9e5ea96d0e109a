"""The files of a model folder that record its scores."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from secrel.errors import ModelError
from secrel.output.atomic import write_whole

CARD_MARK = "<!-- scores: {name} -->"


def record_scores(folder: Path, name: str, section: dict[str, Any], table: Callable[[dict[str, Any]], str]) -> bool:
    """Records a section in ``metrics.json`` and its table, between the marks of that name, in ``MODEL_CARD.md``.

    Args:
        folder: The model folder.
        name: Name of the section; one of the same name is replaced.
        section: The scores, as plain data.
        table: Turns the section into Markdown.

    Returns:
        Whether the card is there and has a place for the table.

    Raises:
        ModelError: If ``metrics.json`` is there and damaged.
        OutputError: If a file cannot be written.
    """
    path = folder / "metrics.json"
    try:
        metrics = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except ValueError as error:
        raise ModelError(path, found=f"no JSON: {error}", expected="a file that secrel evaluate wrote") from error
    metrics[name] = section
    # A line a section: half the size of indented JSON, and a new section changes one line.
    sections = (f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in metrics.items())
    write_whole(path, "{\n" + ",\n".join(sections) + "\n}\n")
    card = folder / "MODEL_CARD.md"
    if not card.exists():
        return False
    pattern = re.compile(rf"({re.escape(CARD_MARK.format(name=name))}\n).*?(<!-- end -->)", re.DOTALL)
    content = table(section)
    text, places = pattern.subn(lambda match: f"{match[1]}{content}\n{match[2]}", card.read_text(encoding="utf-8"))
    write_whole(card, text)
    return places > 0
