"""Words of a whole document, for formats that count them."""

from __future__ import annotations

from collections.abc import Sequence

from secrel.domain import Document, Span
from secrel.errors import AnnotationError
from secrel.features.words import split_words


def document_tokens(document: Document) -> list[Span]:
    """The words of a document in order, those outside of sentences (a header) included."""
    tokens: list[Span] = []
    for start, end, _ in document_blocks(document):
        tokens += split_words(document.text, Span(start, end))
    return tokens


def document_blocks(document: Document) -> list[tuple[int, int, bool]]:
    """Start, end and whether it is a sentence, of every stretch of a document that has words, in order."""
    blocks: list[tuple[int, int, bool]] = []
    position = 0

    def between(start: int, end: int) -> None:
        if document.text[start:end].strip():
            blocks.append((start, end, False))

    for sentence in document.sentences or ():
        between(position, sentence.start)
        blocks.append((sentence.start, sentence.end, True))
        position = sentence.end
    between(position, len(document.text))
    return blocks


def check_flat(document: Document) -> None:
    """Refuses marks that a format of flat, labelled words cannot hold.

    Raises:
        AnnotationError: If mentions overlap, or a mention lies across the end of a sentence.
    """
    blocks = [Span(start, end) for start, end, _ in document_blocks(document)]
    position = 0
    for entity in sorted(document.entities, key=lambda item: item.span):
        fault = None
        if entity.start < position:
            fault = "that overlaps the one before it"
        elif not any(block.contains(entity.span) for block in blocks):
            fault = "that lies across the end of a sentence"
        if fault:
            raise AnnotationError(
                document.id,
                found=f"a mention {entity.text!r} at {entity.start} {fault}",
                expected="flat mentions inside sentences, which are all that this format can mark",
            )
        position = entity.end


def token_range(tokens: Sequence[Span], span: Span, *, where: str) -> tuple[int, int]:
    """First and last word of a mention.

    Raises:
        AnnotationError: If it does not begin and end at word boundaries.
    """
    first = next((n for n, token in enumerate(tokens) if token.start == span.start), None)
    last = next((n for n, token in enumerate(tokens) if token.end == span.end), None)
    if first is None or last is None:
        raise AnnotationError(
            where,
            found=f"a mention at {span.start} to {span.end} that begins or ends inside a word",
            expected="whole words, which are all that this format can mark",
        )
    return first, last
