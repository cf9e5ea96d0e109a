"""Sentence segmentation of news prose, by rules.

The rules are written for the register of *Eurasia Daily Monitor*: ranks and titles before names, ``U.S.`` before
a noun, dated source brackets, and closing quotation marks behind the full stop. Offsets are never shifted: the
result is spans into the very text that was given.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping

from secrel.domain import Span

# Always followed by what they abbreviate: never the end of a sentence.
_TITLES = frozenset(
    """
    adm amb art brig capt cdr cmdr cmd col comdr cpl dep dr fr ft gen gov hon lt ltc maj messrs mr mrs ms mt no nos pp
    pres prof rep rev sen sgt ssgt st supt vs viz vol cf e.g i.e approx ca fig eq sec dept
    jan feb mar apr jun jul aug sept sep oct nov dec mon tue tues wed thu thurs fri rt
    """.split()
)
_PREFIXES = frozenset({"early", "late", "mid", "sr", "v", "vice"})
# Abbreviations before a number, words otherwise.
_BEFORE_NUMBERS = frozenset({"no", "nos", "art", "vol", "sec", "fig", "mar", "sat", "sun", "mon", "may"})
# May end a sentence: they do when a word that commonly opens a sentence follows.
_AMBIGUOUS = frozenset(
    """
    etc inc ltd co corp jr sr a.m p.m u.s u.k u.n u.s.s.r d.c e.u al bros est dist prov gov't govt ph.d
    """.split()
)
_OPENERS = frozenset(
    """
    a according after all also although among an and another any as at because before both but by despite during each
    even for from furthermore given had he her here his how however if in indeed instead it its last later many
    meanwhile moreover most nevertheless no nor not nothing now of on once one only other others our over several she
    since so some still such than that the their then there these they this those though three thus to today two
    under unlike until we what when where whether which while who why with within without yet you
    """.split()
)
_REPORTING = re.compile(
    r"\s*(?:[\w’'.-]+\s+){1,4}(?:said|says|asked|asks|wrote|writes|added|adds|warned|told|replied|exclaimed|"
    r"wondered|demanded|shouted|insisted|argued|complained|joked|quipped)\b"
)
_CLOSERS = "\"'”’»)]}"
_OPENING = "\"'“‘«([{"
# The look-behind keeps long runs of dots from being tried again at every dot.
_TERMINATOR = re.compile(r"(?<![.!?…])[.!?…]+[" + re.escape(_CLOSERS) + r"]*(?=[\s\ufeff\u200b]|$)")
_BLANK = re.compile(r"[\s\ufeff\u200b]+")
# Behind a bracket this long an unclosed parenthesis is taken for a typing error.
_MAX_BRACKET = 400
_LINE = re.compile(r"[^\r\n\u2028\u2029\x0b\x0c]+")


def split_sentences(text: str, *, start: int = 0) -> list[Span]:
    """Sentence spans of ``text`` in order.

    Paragraphs end at blank lines, and at every line end unless the text is wrapped to a fixed width. White space
    between sentences, byte order marks and zero-width spaces belong to no sentence; every other character from
    ``start`` on belongs to exactly one.

    Args:
        text: The text.
        start: Offset to begin at, for instance behind a header.

    Returns:
        Non-overlapping spans in order, with offsets into ``text``.
    """
    return [sentence for paragraph in _paragraphs(text, start) for sentence in _split_paragraph(text, paragraph)]


def split_lines(text: str, *, start: int = 0) -> list[Span]:
    """The lines of ``text`` that are not blank, as sentences: for a text that is split already, one sentence a line.

    Args:
        text: The text.
        start: Offset to begin at, for instance behind a header.

    Returns:
        Non-overlapping spans in order, with offsets into ``text``; white space at their ends is left out, as by
        :func:`split_sentences`.
    """
    return [span for line in _LINE.finditer(text, start) for span in _stripped(text, line.start(), line.end())]


SENTENCES: Mapping[str, Callable[..., list[Span]]] = {"rules": split_sentences, "lines": split_lines}
"""How a corpus may say that its texts part into sentences; see ``corpus.toml`` in :mod:`secrel.reading.corpus`."""


def _paragraphs(text: str, start: int) -> Iterator[Span]:
    lines = list(_LINE.finditer(text, start))
    if _is_wrapped(text, lines):
        for block in re.compile(r"(?:(?!\r?\n[ \t]*\r?\n|\r[ \t]*\r).)+", re.DOTALL).finditer(text, start):
            yield from _stripped(text, block.start(), block.end())
    else:
        for line in lines:
            yield from _stripped(text, line.start(), line.end())


def _is_wrapped(text: str, lines: list[re.Match[str]]) -> bool:
    # Lines that are followed by another line of their block and break off in mid-sentence at a similar width.
    inner = [
        line.group()
        for line, following in itertools.pairwise(lines)
        if text[line.end() : following.start()] in {"\n", "\r\n", "\r"}
    ]
    if len(inner) < 3:
        return False
    open_ended = sum(not line.rstrip().endswith((".", "!", "?", ")", "”", '"', "’")) for line in inner)
    longest = max(len(line) for line in inner)
    similar = sum(len(line) > 0.6 * longest for line in inner)
    return longest <= 120 and open_ended > 0.6 * len(inner) and similar > 0.6 * len(inner)


def _stripped(text: str, start: int, end: int) -> Iterator[Span]:
    leading = _BLANK.match(text, start, end)
    if leading:
        start = leading.end()
    while end > start and _BLANK.fullmatch(text, end - 1, end):
        end -= 1
    if start < end:
        yield Span(start, end)


def _split_paragraph(text: str, paragraph: Span) -> Iterator[Span]:
    closed = _brackets(text, paragraph)
    openings = [bracket.start for bracket in closed]
    begin = paragraph.start
    for match in _TERMINATOR.finditer(text, paragraph.start, paragraph.end):
        end = match.end()
        if end >= paragraph.end or end <= begin:
            continue
        index = bisect_left(openings, match.start())
        around = closed[index - 1] if index and closed[index - 1].end > match.start() else None
        if around is not None and (around.start, around.end) != (begin, end):
            continue
        if not _ends_sentence(text, begin, match, paragraph.end):
            continue
        # A source bracket behind the full stop belongs to the sentence it documents.
        following = _BLANK.match(text, end, paragraph.end)
        after = following.end() if following else end
        index = bisect_left(openings, after)
        bracket_end = closed[index].end if index < len(closed) and openings[index] == after else None
        if bracket_end is not None:
            rest = re.compile(r"[.]?[" + re.escape(_CLOSERS) + "]*").match(text, bracket_end, paragraph.end)
            stop = rest.end() if rest else bracket_end
            tail = _BLANK.match(text, stop, paragraph.end)
            opens = (tail.end() if tail else stop) if stop < paragraph.end else stop
            if stop == paragraph.end or (tail and not text[opens].islower()):
                end = stop
        yield from _stripped(text, begin, end)
        begin = end
    yield from _stripped(text, begin, paragraph.end)


def _brackets(text: str, paragraph: Span) -> list[Span]:
    spans: list[Span] = []
    opened: int | None = None
    depth = 0
    for position in range(paragraph.start, paragraph.end):
        character = text[position]
        if character == "(":
            if depth == 0 or (opened is not None and position - opened > _MAX_BRACKET):
                opened, depth = position, 0
            depth += 1
        elif character == ")" and depth:
            depth -= 1
            if depth == 0 and opened is not None:
                if position - opened <= _MAX_BRACKET:
                    spans.append(Span(opened, position + 1))
                opened = None
    return spans


def _ends_sentence(text: str, begin: int, match: re.Match[str], paragraph_end: int) -> bool:
    blank = _BLANK.match(text, match.end(), paragraph_end)
    start = blank.end() if blank else match.end()
    while start < paragraph_end and text[start] in _OPENING:
        start += 1
    if start >= paragraph_end:
        return True
    following = text[start]
    if following.islower() or following in ",;:—–-":
        return False
    mark = match.group()
    closers = mark.lstrip(".!?…")
    if mark[0] in "!?" and closers and _REPORTING.match(text, match.end(), paragraph_end):
        return False
    next_match = re.compile(r"[\w’']+").match(text, start, paragraph_end)
    next_word = next_match.group().lower() if next_match else ""
    if mark == ".":
        return _full_stop_ends(text, begin, match.start(), following, next_word)
    if mark[0] in ".…" and not closers.strip(")]}"):
        # "the ... Ministry", "we [...] Russia": an omission unless a word that opens a sentence follows.
        before = text[max(begin, match.start() - 8) : match.start()]
        words = before.rstrip(_OPENING)
        if not words.strip() or words[-1].isspace():
            return words == before and bool(words.strip()) and next_word in _OPENERS
    return True


def _full_stop_ends(text: str, begin: int, dot: int, following: str, next_word: str) -> bool:
    word_start = dot
    while (
        word_start > begin
        and not text[word_start - 1].isspace()
        and text[word_start - 1] not in _OPENING + _CLOSERS.replace("’", "")
    ):
        word_start -= 1
    word = text[word_start:dot]
    if not word:
        # Behind a quotation mark the stop closes the sentence; "..." at its head does not.
        return dot > begin and text[dot - 1] in _CLOSERS
    lower = word.lower().rstrip(".")
    # "1. First point" at the head of a line.
    if word.isdigit() and word_start == begin and len(word) <= 3:
        return False
    if lower in _BEFORE_NUMBERS:
        return not following.isdigit()
    # "Col.-Gen.", "mid-Dec.", but not "Naryan-Mar."
    *prefixes, last = lower.split("-")
    if last in _TITLES and all(part.rstrip(".") in _TITLES | _PREFIXES for part in prefixes):
        return False
    # "Vladimir V. Orlov", and "p. 5", "c. 1990", "Smith v. Jones".
    initial = len(word) == 1 and word.isalpha()
    initials = re.fullmatch(r"(?:[^\W\d_]\.)+[^\W\d_]", word) is not None
    if lower in _AMBIGUOUS or initial or initials:
        return next_word in _OPENERS
    return True
