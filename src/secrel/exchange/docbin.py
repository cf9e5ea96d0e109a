"""spaCy's DocBin (https://spacy.io/api/docbin): mentions as ``doc.ents``, all layers in ``doc.user_data["secrel"]``.

The user data are those of the components of :mod:`secrel.spacy_components`, so that ``doc._.relations`` and
``doc._.stances`` work on what is read back. A DocBin without them gives the mentions alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from secrel.domain import Document, LabelScheme, Span
from secrel.errors import AnnotationError, SecrelError
from secrel.exchange.marks import build_document, pair_marks
from secrel.exchange.tokens import check_flat, document_tokens, token_range

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

_KEY = "secrel"


def encode(documents: Sequence[Document], scheme: LabelScheme) -> bytes:  # noqa: ARG001
    """A DocBin with user data.

    Raises:
        AnnotationError: If a mention does not begin and end at word boundaries.
    """
    import spacy
    from spacy.tokens import DocBin

    vocab = spacy.blank("en").vocab
    bin = DocBin(store_user_data=True)
    for document in documents:
        bin.add(to_doc(document, vocab))
    content: bytes = bin.to_bytes()
    return content


def to_doc(document: Document, vocab: Vocab) -> Doc:
    """A document as a spaCy ``Doc`` with the same text, character by character."""
    from spacy.tokens import Doc
    from spacy.tokens import Span as DocSpan

    check_flat(document)
    pieces: list[str] = []
    spaces: list[bool] = []
    indices: list[int] = []
    tokens = document_tokens(document)
    position = 0

    def gap(end: int) -> None:
        """White space between words: one space belongs to the word before it, the rest is a token of its own."""
        text = document.text[position:end]
        if text.startswith(" ") and pieces and not spaces[-1]:
            spaces[-1] = True
            text = text[1:]
        if text:
            pieces.append(text)
            spaces.append(False)

    for token in tokens:
        gap(token.start)
        indices.append(len(pieces))
        pieces.append(token.of(document.text))
        spaces.append(False)
        position = token.end
    gap(len(document.text))
    doc = Doc(vocab, words=pieces, spaces=spaces)
    starts = {sentence.start for sentence in document.sentences or ()}
    if starts:
        for n, index in enumerate(indices):
            doc[index].is_sent_start = tokens[n].start in starts
    ents = []
    for entity in document.entities:
        first, last = token_range(tokens, entity.span, where=document.id)
        ents.append(DocSpan(doc, indices[first], indices[last] + 1, label=entity.label))
    doc.set_ents(ents)
    doc.user_data[_KEY] = document.to_dict()
    return doc


def decode(content: bytes, scheme: LabelScheme, *, where: str = "docbin") -> list[Document]:
    """The documents of a DocBin.

    Raises:
        AnnotationError: If the content is no DocBin, or a mark does not fit the scheme.
    """
    import spacy
    from spacy.tokens import DocBin

    try:
        docs = list(DocBin(store_user_data=True).from_bytes(content).get_docs(spacy.blank("en").vocab))
    except SecrelError:
        raise
    except Exception as error:  # zlib, msgpack and spaCy each raise errors of their own.
        raise AnnotationError(where, found=f"{type(error).__name__}: {error}", expected="a DocBin of spaCy") from error
    stem = Path(where).stem
    return [_document(doc, f"{stem}-{number}", scheme, where) for number, doc in enumerate(docs, 1)]


def _document(doc: Any, name: str, scheme: LabelScheme, where: str) -> Document:
    mentions = [(Span(ent.start_char, ent.end_char), ent.label_) for ent in doc.ents]
    data = doc.user_data.get(_KEY)
    if data is None or data.get("text") != doc.text:
        return build_document(name, doc.text, mentions, (), scheme, f"{where}, {name}")
    known = Document.from_dict(data)
    return build_document(
        known.id, doc.text, mentions, pair_marks(known), scheme, f"{where}, {known.id}", known.sentences
    )
