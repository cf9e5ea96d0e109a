"""Paragraphs of a text, by its sentences."""

from __future__ import annotations

from collections.abc import Sequence

from secrel.domain import Span


def same_paragraph(text: str, before: Span, after: Span) -> bool:
    """Whether no paragraph ends between two sentences, the second of which follows the first."""
    lines = text[before.end : after.start].count("\n")
    wrapped = "\n" in before.of(text) or "\n" in after.of(text)
    return lines == 0 or (lines == 1 and wrapped)


def paragraph_start(text: str, sentences: Sequence[Span], index: int, *, earliest: int = 0) -> int:
    """Index of the first sentence of the paragraph of a sentence, or ``earliest`` if that lies behind it."""
    while index > earliest and same_paragraph(text, sentences[index - 1], sentences[index]):
        index -= 1
    return index


def paragraph_end(text: str, sentences: Sequence[Span], index: int) -> int:
    """Index of the last sentence of the paragraph of a sentence."""
    while index + 1 < len(sentences) and same_paragraph(text, sentences[index], sentences[index + 1]):
        index += 1
    return index
