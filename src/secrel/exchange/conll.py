r"""CoNLL-U Plus (https://universaldependencies.org/ext-format.html) with columns ID, FORM, NER (BIO) and MISC.

MISC holds the white space behind a word as in CoNLL-U (``SpaceAfter=No``, ``SpacesAfter=\s\n``), so that the text
comes back character by character. Pairs are comments of their sentence, words counted from 1::

    # relation = cooperates-with:actual 1-3 7-8
    # stance = stance:favor 1-3 7-8
    # outside = yes            (a stretch that is no sentence, such as a header)
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from secrel.domain import Document, LabelScheme, Span
from secrel.errors import AnnotationError
from secrel.exchange.marks import STANCE, PairMark, build_document, join_label, pair_marks, split_label
from secrel.exchange.tokens import check_flat, document_blocks, token_range
from secrel.features.words import split_words

_COLUMNS = "# global.columns = ID FORM NER MISC"
_ESCAPES = {" ": "\\s", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", "|": "\\p"}
_RANGE = re.compile(r"(\d+)-(\d+)")


def encode(documents: Sequence[Document], scheme: LabelScheme) -> bytes:  # noqa: ARG001
    """One file with all documents.

    Raises:
        AnnotationError: If a mention does not begin and end at word boundaries, or a pair crosses sentences.
    """
    lines = [_COLUMNS]
    for document in documents:
        lines += [f"# newdoc id = {document.id}", *_document_lines(document)]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _document_lines(document: Document) -> Iterator[str]:
    check_flat(document)
    pairs = pair_marks(document)
    blocks = [
        (start, end, inside, split_words(document.text, Span(start, end)))
        for start, end, inside in document_blocks(document)
    ]
    words = [word for *_, tokens in blocks for word in tokens]
    followers = {word.start: after.start for word, after in itertools.pairwise(words)}
    if words and words[0].start:
        yield f"# spaces_before = {_escape(document.text[: words[0].start])}"
    for start, end, inside, tokens in blocks:
        if not inside:
            yield "# outside = yes"
        block = Span(start, end)
        for head, tail, label, value in pairs:
            if block.contains(head):
                if not block.contains(tail):
                    raise AnnotationError(
                        document.id,
                        found=f"{label} of {head.of(document.text)!r} and {tail.of(document.text)!r} across sentences",
                        expected="both in one sentence, which is all that this format can mark",
                    )
                first, second = (_range(tokens, span, document.id) for span in (head, tail))
                kind = STANCE if label == STANCE else "relation"
                yield f"# {kind} = {join_label(label, value)} {first} {second}"
        tags = ["O"] * len(tokens)
        for entity in document.entities:
            if block.contains(entity.span):
                start_word, last_word = token_range(tokens, entity.span, where=document.id)
                tags[start_word] = f"B-{entity.label}"
                for n in range(start_word + 1, last_word + 1):
                    tags[n] = f"I-{entity.label}"
        for n, (word, tag) in enumerate(zip(tokens, tags, strict=True), 1):
            after = document.text[word.end : followers.get(word.start, len(document.text))]
            yield f"{n}\t{word.of(document.text)}\t{tag}\t{_misc(after)}"
        yield ""


def _range(tokens: Sequence[Span], span: Span, where: str) -> str:
    first, last = token_range(tokens, span, where=where)
    return f"{first + 1}-{last + 1}"


def _misc(space: str) -> str:
    if space == " ":
        return "_"
    return f"SpacesAfter={_escape(space)}" if space else "SpaceAfter=No"


def _escape(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in text)


def _unescape(text: str) -> str:
    back = {value: key for key, value in _ESCAPES.items()}
    return re.sub(r"\\.", lambda match: back.get(match[0], match[0]), text)


@dataclass(slots=True)
class _Reader:
    """The text and the marks of one document while its lines are read."""

    id: str
    where: str
    text: str = ""
    words: list[Span] = field(default_factory=list)
    sentences: list[Span] = field(default_factory=list)
    mentions: list[tuple[Span, str]] = field(default_factory=list)
    pairs: list[PairMark] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    outside: bool = False
    open: tuple[Span, str] | None = None

    def comment(self, key: str, value: str) -> None:
        if key == "spaces_before":
            self.text = _unescape(value)
        elif key == "outside":
            self.outside = True
        elif key in {"relation", STANCE}:
            self.comments.append(value)

    def word(self, columns: list[str], where: str) -> None:
        if len(columns) != 4 or not columns[1]:
            raise AnnotationError(where, found=f"{len(columns)} columns", expected="ID, FORM, NER, MISC, tab-separated")
        _, form, tag, misc = columns
        span = Span(len(self.text), len(self.text) + len(form))
        self.words.append(span)
        space = " "
        for entry in misc.split("|"):
            if entry == "SpaceAfter=No":
                space = ""
            elif entry.startswith("SpacesAfter="):
                space = _unescape(entry.removeprefix("SpacesAfter="))
        self.text += form + space
        self._tag(tag, span, where)

    def _tag(self, tag: str, span: Span, where: str) -> None:
        prefix, _, label = tag.partition("-")
        if prefix == "I" and self.open is not None and self.open[1] == label:
            self.open = (Span(self.open[0].start, span.end), label)
            return
        self._close()
        if prefix == "B" and label:
            self.open = (span, label)
        elif tag != "O":
            raise AnnotationError(where, found=f"tag {tag!r}", expected="O, B-label, or I-label behind the same label")

    def _close(self) -> None:
        if self.open is not None:
            self.mentions.append(self.open)
            self.open = None

    def end_block(self, where: str) -> None:
        self._close()
        if self.words and not self.outside:
            self.sentences.append(Span(self.words[0].start, self.words[-1].end))
        for value in self.comments:
            parts = value.split()
            matches = [_RANGE.fullmatch(part) for part in parts[1:]]
            if len(parts) != 3 or not all(matches):
                raise AnnotationError(where, found=repr(value), expected="label:value n-m n-m")
            spans = [self._between(int(match[1]), int(match[2]), where) for match in matches if match]
            label, status = split_label(parts[0])
            self.pairs.append((spans[0], spans[1], label, status))
        self.words, self.comments, self.outside = [], [], False

    def _between(self, first: int, last: int, where: str) -> Span:
        if not 1 <= first <= last <= len(self.words):
            raise AnnotationError(where, found=f"words {first}-{last}", expected=f"words from 1 to {len(self.words)}")
        return Span(self.words[first - 1].start, self.words[last - 1].end)


def decode(content: bytes, scheme: LabelScheme, *, where: str = "conll") -> list[Document]:
    """The documents of a file.

    Raises:
        AnnotationError: If a line has another form, or a mark does not fit the scheme.
    """
    documents: list[Document] = []
    reader: _Reader | None = None

    def finish(place: str) -> None:
        if reader is not None:
            reader.end_block(place)
            documents.append(
                build_document(
                    reader.id, reader.text, reader.mentions, reader.pairs, scheme, reader.where, reader.sentences
                )
            )

    try:
        # A carriage return of the text itself is written as an escape.
        lines = [line.removesuffix("\r") for line in content.decode("utf-8").split("\n")]
    except UnicodeDecodeError as error:
        raise AnnotationError(where, found=str(error), expected="a file in UTF-8") from error
    for number, line in enumerate(lines, 1):
        place = f"{where}, line {number}"
        # A word that is a number sign has a tab behind its number; a comment has no tab before the equals sign.
        if line.startswith("#"):
            key, _, value = line[1:].partition("=")
            key = key.strip()
            if key == "newdoc id":
                finish(place)
                reader = _Reader(value.strip(), f"{where}, {value.strip()}")
            elif reader is not None:
                reader.comment(key, value.removeprefix(" "))
        elif not line.strip():
            if reader is not None:
                reader.end_block(place)
        elif reader is None:
            raise AnnotationError(place, found=repr(line), expected="# newdoc id = NAME before the first word")
        else:
            reader.word(line.split("\t"), place)
    finish(where)
    if not documents:
        raise AnnotationError(where, found="no document", expected="# newdoc id = NAME")
    return documents
