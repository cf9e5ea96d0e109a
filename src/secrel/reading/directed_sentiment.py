"""The file format of a public set of directed sentiment.

Park et al. (2021), *Who Blames or Endorses Whom? Entity-to-Entity Directed Sentiment Extraction in News Text*: a
sentence with two mentions in brackets, the two mentions, and a class, separated by tabs.

Class 0 is no sentiment, 1 and 3 are positive and negative from the first mention to the second, 2 and 4 from the second
to the first. Brackets often cut a word (``[Los Angele]s``); mentions are widened to whole words.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from secrel.domain import Document, Dropped, Entity, Pair, Span, Stance
from secrel.errors import InputError

LABEL = "ENTITY"
"""Label of the mentions, which the format does not tell apart."""

_COLUMNS = 4
_CLASSES = {"0": None, "1": (0, "favor"), "2": (1, "favor"), "3": (0, "against"), "4": (1, "against")}
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_BRACKETING = "lines without exactly two mentions in brackets: not read"
_EMPTY = "lines whose mentions are empty, or one word: not read"


def read_directed_sentiment(path: str | Path) -> tuple[list[Document], tuple[Dropped, ...]]:
    """Reads a file; each line becomes a document of one sentence, two entities and at most one stance.

    Args:
        path: The file, in UTF-8.

    Returns:
        The documents, whose identifiers are the stem of the file and the number of the line, and what was not read.

    Raises:
        InputError: If the file cannot be read, or a line has not four columns or another class.
    """
    path = Path(path)
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(path, found=str(error), expected="a readable file in UTF-8") from error
    documents: list[Document] = []
    lost: Counter[str] = Counter()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        columns = line.rstrip("\r").split("\t")
        if len(columns) != _COLUMNS or columns[3] not in _CLASSES:
            raise InputError(
                f"{path}, line {number}",
                found=f"{len(columns)} columns, the last {columns[-1][:20]!r}",
                expected="a sentence, two mentions and a class from 0 to 4, separated by tabs",
            )
        document = _document(f"{path.stem}-{number}", columns, lost)
        if document is not None:
            documents.append(document)
    return documents, tuple(Dropped(reason, n) for reason, n in lost.items())


def _document(name: str, columns: list[str], lost: Counter[str]) -> Document | None:
    sentence, first, _, which = columns
    marks = list(_BRACKETS.finditer(sentence))
    if len(marks) != 2:
        lost[_BRACKETING] += 1
        return None
    text, spans, position = "", [], 0
    for mark in marks:
        text += sentence[position : mark.start()]
        spans.append((len(text), len(text) + len(mark[1])))
        text += mark[1]
        position = mark.end()
    text += sentence[position:]
    spans = [_whole_words(text, start, end) for start, end in spans]
    if any(start >= end for start, end in spans) or spans[0][1] > spans[1][0]:
        lost[_EMPTY] += 1
        return None
    entities = [Entity(Span(start, end), LABEL, text[start:end]) for start, end in spans]
    # The columns say which of the two mentions is the first, not the order in the sentence.
    arguments = entities if marks[0][1] == first else entities[::-1]
    whole = Span(0, len(text))
    stances: tuple[Stance, ...] = ()
    sentiment = _CLASSES[which]
    if sentiment is not None:
        holder, polarity = sentiment
        stances = (Stance(Pair(arguments[holder], arguments[1 - holder]), polarity, evidence=whole),)
    return Document(text, name, sentences=(whole,), entities=tuple(entities), stances=stances)


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    if start < end:
        while start > 0 and text[start - 1].isalnum():
            start -= 1
        while end < len(text) and text[end].isalnum():
            end += 1
    return start, end
