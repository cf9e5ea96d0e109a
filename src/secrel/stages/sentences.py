"""Sentence segmentation as a stage."""

from __future__ import annotations

from secrel.domain import Document
from secrel.reading import body_start, split_sentences


class SentenceStage:
    """Fills ``sentences`` of documents that have none yet; the header is no sentence."""

    name = "sentences"
    requires: tuple[str, ...] = ("text",)
    assigns: tuple[str, ...] = ("sentences",)

    def __call__(self, document: Document) -> Document:
        """The document with sentences."""
        if document.sentences is not None:
            return document
        sentences = split_sentences(document.text, start=body_start(document.text))
        return document.replace(sentences=tuple(sentences))
