"""What all formats promise: there and back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secrel.domain import Document, Entity, LabelScheme, Pair, Span
from secrel.errors import AnnotationError
from secrel.exchange import FORMATS, Format, find_format
from secrel.reading import Corpus, parse_article, parse_inline

every_format = pytest.mark.parametrize("format", FORMATS.values(), ids=list(FORMATS))

ODD = """\
Publication: Eurasia Daily Monitor Volume: 3 Issue: 7

“[Osh]GPE#1”  trained \U0001f600 [Kars]GPE#2 | \\n with 3 # men.
> trains 1 2 actual
> stance 1 2 ambivalent
# [Osh]GPE slept (by [Avesta]MEDIA, [July 8]DATE).

[Tver Guards]MIL#1/[Baku]GPE#2 fled to [Osh]GPE#3.
> deploys-to 1 3 ended
> deploys-to 2 3 planned
> pressures 2 1 denied
"""


def _same(a: Document, b: Document) -> bool:
    def facts(document: Document) -> tuple[object, ...]:
        return (
            document.id,
            document.text,
            document.sentences,
            document.entities,
            set(document.relations),
            set(document.stances),
            document.metadata.publication,
            document.metadata.issue,
        )

    return facts(a) == facts(b)


@every_format
def test_odd_text_comes_back(format: Format, scheme: LabelScheme) -> None:
    document = parse_inline(ODD, scheme, id="odd").document
    assert len(document.relations) == 4
    (back,) = format.decode(format.encode([document], scheme), scheme)
    assert _same(document, back)


@every_format
def test_the_corpus_comes_back(format: Format, corpus: Corpus) -> None:
    documents = [corpus.document(name) for name in corpus.names("dev")]
    back = format.decode(format.encode(documents, corpus.scheme), corpus.scheme)
    assert len(back) == len(documents) > 20
    assert all(_same(a, b) for a, b in zip(documents, back, strict=True))


@every_format
@settings(max_examples=30, deadline=None)
@given(
    before=st.text(alphabet=" \n\tab#.|\\\u2028\U0001f600é", max_size=8),
    after=st.text(alphabet=" \n\rb_#|s\\", max_size=6),
)
def test_any_white_space_comes_back(format: Format, scheme: LabelScheme, before: str, after: str) -> None:
    marked = parse_inline("[Osh]GPE#1 trains [Kars]GPE#2.\n> trains 1 2 actual", scheme, id="x").document
    text = f"{before}\n\n{marked.text.rstrip()}\n\n{after}"
    shift = len(before) + 2
    moved = [
        replace(e, span=Span(e.start + shift, e.end + shift), text=text[e.start + shift : e.end + shift])
        for e in marked.entities
    ]
    document = parse_article(text, id="x").replace(
        sentences=(Span(shift, shift + len("Osh trains Kars.")),),
        entities=tuple(moved),
        relations=tuple(
            replace(r, pair=Pair(moved[0], moved[1]), evidence=Span(shift, shift + len("Osh trains Kars.")))
            for r in marked.relations
        ),
    )
    (back,) = format.decode(format.encode([document], scheme), scheme)
    assert _same(document, back)


@every_format
def test_documents_without_marks_and_without_sentences(format: Format, scheme: LabelScheme) -> None:
    bare = parse_inline("Nothing happened.", scheme, id="bare").document
    (back,) = format.decode(format.encode([bare], scheme), scheme)
    assert _same(bare, back)


@every_format
def test_garbage_is_named(format: Format, scheme: LabelScheme) -> None:
    with pytest.raises(AnnotationError, match=r"^here"):
        format.decode(b"\xff\x00 garbage", scheme, where="here")


@every_format
def test_labels_of_another_scheme_are_named(format: Format, scheme: LabelScheme) -> None:
    document = parse_inline(ODD, scheme, id="odd").document
    content = format.encode([document], scheme)
    other = replace(scheme, entities=("MIL", "MEDIA", "DATE"))
    with pytest.raises(AnnotationError, match=r"^here.*found label 'GPE' at 56; expected one of MIL, MEDIA, DATE"):
        format.decode(content, other, where="here")
    with pytest.raises(AnnotationError, match=r"^here.*(trains|stance|deploys-to)"):
        format.decode(content, LabelScheme("other", "1", scheme.entities), where="here")


@pytest.mark.parametrize("name", ["prodigy", "docbin", "conll"])
def test_a_mention_inside_a_word_cannot_be_written(name: str, scheme: LabelScheme) -> None:
    document = parse_inline("Trans[caucasia]LOC slept.", scheme, id="odd").document
    with pytest.raises(AnnotationError, match="odd: found a mention at 5 to 13 that begins or ends inside a word"):
        FORMATS[name].encode([document], scheme)
    (back,) = FORMATS["label-studio"].decode(FORMATS["label-studio"].encode([document], scheme), scheme)
    assert back.entities == document.entities


@pytest.mark.parametrize("name", ["prodigy", "docbin", "conll"])
def test_nested_and_crossing_mentions_cannot_be_written(name: str, scheme: LabelScheme) -> None:
    document = parse_inline("The [Russian army]MIL left.\nIt slept.", scheme, id="odd").document
    nested = document.replace(entities=(*document.entities, Entity(Span(4, 11), "NORP", "Russian")))
    with pytest.raises(
        AnnotationError, match="odd: found a mention 'Russian army' at 4 that overlaps the one before it"
    ):
        FORMATS[name].encode([nested], scheme)
    crossing = document.replace(entities=(Entity(Span(17, 26), "ORG", document.text[17:26]),))
    with pytest.raises(AnnotationError, match="that lies across the end of a sentence"):
        FORMATS[name].encode([crossing], scheme)


def test_a_format_is_found_by_its_ending() -> None:
    assert find_format(Path("x.jsonl")).name == "prodigy"
    assert find_format(Path("x.spacy")).name == "docbin"
    with pytest.raises(AnnotationError, match=r"found a file ending in '\.docx'; expected one of \.inline, \.ann"):
        find_format(Path("x.docx"))
