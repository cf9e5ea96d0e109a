from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secrel.domain import Document, Entity, LabelScheme, Metadata, Pair, Relation, Span, Stance
from secrel.errors import AnnotationError
from secrel.reading import format_inline, parse_article, parse_inline
from secrel.reading.corpus import Corpus

INLINE = """\
# title: A quarrel: part 2
# year: 2006
Publication: Weekly Watch Volume: 3 Issue: 9

The [Osh]GPE#1 garrison trains [Naryn’s]GPE#2 men \U0001f600.
> trains 1 2 planned
> stance 2 1 favor
Nobody saw [Kars]GPE.

[July 6]DATE was quiet.
"""
TEXT = (
    "Publication: Weekly Watch Volume: 3 Issue: 9\n\n"
    "The Osh garrison trains Naryn’s men \U0001f600. Nobody saw Kars.\n\n"
    "July 6 was quiet.\n"
)


def test_text_offsets_and_layers(scheme: LabelScheme) -> None:
    article = parse_inline(INLINE, scheme, id="letter")
    document = article.document
    assert article.notes == {"title": "A quarrel: part 2", "year": "2006"}
    assert (document.text, document.id) == (TEXT, "letter")
    assert document.metadata == Metadata("Weekly Watch", 3, 9)
    assert document.sentences is not None
    assert [span.of(TEXT) for span in document.sentences] == [
        "The Osh garrison trains Naryn’s men \U0001f600.",
        "Nobody saw Kars.",
        "July 6 was quiet.",
    ]
    osh, naryn = Entity(Span(50, 53), "GPE", "Osh"), Entity(Span(70, 77), "GPE", "Naryn’s")
    kars, july = Entity(Span(96, 100), "GPE", "Kars"), Entity(Span(103, 109), "DATE", "July 6")
    assert document.entities == (osh, naryn, kars, july)
    assert all(entity.span.of(TEXT) == entity.text for entity in document.entities)
    evidence = document.sentences[0]
    assert document.relations == (Relation(Pair(osh, naryn), "trains", "planned", evidence=evidence),)
    assert document.stances == (Stance(Pair(naryn, osh), "favor", evidence=evidence),)


def test_format_is_the_inverse_of_parse(scheme: LabelScheme) -> None:
    article = parse_inline(INLINE, scheme)
    assert format_inline(article.document, article.notes) == INLINE


@pytest.mark.parametrize("change", [lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff" + text])
def test_line_ends_and_byte_order_mark_change_nothing(scheme: LabelScheme, change: object) -> None:
    assert parse_inline(change(INLINE), scheme) == parse_inline(INLINE, scheme)  # type: ignore[operator]


def test_no_text(scheme: LabelScheme) -> None:
    document = parse_inline("", scheme).document
    assert (document.text, document.sentences, document.entities) == ("\n", (), ())


def test_date_line_below_the_header_is_no_sentence(scheme: LabelScheme) -> None:
    inline = "Publication: Weekly Watch Volume: 3 Issue: 9\nJuly 11, 2006\n\n[Osh]GPE slept.\n"
    document = parse_inline(inline, scheme).document
    assert document.metadata.date == "2006-07-11"
    assert [span.of(document.text) for span in document.sentences or ()] == ["Osh slept."]
    assert parse_inline(format_inline(document), scheme).document == document


def test_a_header_of_several_lines_survives_the_round_trip(scheme: LabelScheme) -> None:
    text = "Klow Shuts the Bridge\nBy: Ilse Brandt\n11 July 2006\n\nNobody slept.\n"
    start = text.index("Nobody")
    document = parse_article(text).replace(sentences=(Span(start, start + 13),))
    again = parse_inline(format_inline(document), scheme).document
    assert again.metadata == document.metadata
    assert [span.of(again.text) for span in again.sentences or ()] == ["Nobody slept."]


def test_longest_label_wins_and_a_label_ends_at_a_word_end() -> None:
    scheme = LabelScheme("toy", "1", ("ORG", "ORG-X"))
    document = parse_inline("[a]ORG-X [b]ORG, [c]ORG’s", scheme).document
    assert [(entity.text, entity.label) for entity in document.entities] == [("a", "ORG-X"), ("b", "ORG"), ("c", "ORG")]
    with pytest.raises(AnnotationError, match=r"found '\[a\]ORGY'"):
        parse_inline("[a]ORGY", scheme)


@pytest.mark.parametrize(
    ("line", "found", "expected"),
    [
        ("[Osh]CITY slept.", "'[Osh]CITY slept.'", "marks of the form [text]LABEL"),
        ("[Osh] slept.", "'[Osh] slept.'", "marks of the form [text]LABEL"),
        ("[Osh slept.", "'[Osh slept.'", "marks of the form [text]LABEL"),
        ("[]GPE slept.", "'[]GPE slept.'", "marks of the form [text]LABEL"),
        ("[[Osh]GPE guard]MIL slept.", "'['", "marks of the form [text]LABEL"),
        ("[Osh]GPE#1 and [Kars]GPE#1 slept.", "#1 twice", "a number once a sentence"),
        ("> trains 1 2", "'> trains 1 2'", "'> label n m status'"),
        ("> trains 1 2 actual now", "'> trains 1 2 actual now'", "one of active, passive, nominal as the fifth"),
        ("> stance 1 2 favor active", "'> stance 1 2 favor active'", "one of active, passive, nominal as the fifth"),
        ("> trains 1 2 actaul", "'> trains 1 2 actaul'", "one of -, denied, ended, planned, possible, actual as the"),
        ("> stance 1 2 fond", "'> stance 1 2 fond'", "one of favor, against, ambivalent as the"),
        ("> negative 1 2 no", "'> negative 1 2 no'", "one of co-mention, role-reversal"),
        ("> trains 1 3 actual", "'> trains 1 3 actual'", "'> label n m status' with numbers of this sentence's marks"),
        ("> feeds 1 2 actual", "label 'feeds'", "stance, negative or cooperates-with, pressures, trains, deploys-to"),
        ("A second sentence.\n> trains 1 2 actual", "'> trains 1 2 actual'", "'> label n m status'"),
    ],
)
def test_broken_marks_name_their_line(scheme: LabelScheme, line: str, found: str, expected: str) -> None:
    with pytest.raises(AnnotationError) as caught:
        parse_inline(f"# a: b\n\n[Osh]GPE#1 feeds [Kars]GPE#2.\n{line}", scheme, where="x.inline")
    assert caught.value.where == f"x.inline, line {4 + line.count(chr(10))}"
    assert caught.value.found == found
    assert caught.value.expected.startswith(expected)


def test_a_relation_before_any_sentence_is_broken(scheme: LabelScheme) -> None:
    with pytest.raises(AnnotationError, match="x, line 1"):
        parse_inline("> trains 1 2 actual", scheme, where="x")


def test_relation_without_status_survives() -> None:
    document = Document("Osh fed Kars.\n", sentences=(Span(0, 13),))
    osh, kars = Entity(Span(0, 3), "GPE", "Osh"), Entity(Span(8, 12), "GPE", "Kars")
    relation = Relation(Pair(osh, kars), "feeds", None, evidence=Span(0, 13))
    document = document.replace(entities=(osh, kars), relations=(relation,))
    from secrel.config import parse_scheme

    scheme = parse_scheme(
        {
            "name": "toy",
            "version": "1",
            "entities": ["GPE"],
            "relations": [{"label": "feeds", "head": ["GPE"], "tail": ["GPE"]}],
        }
    )
    assert format_inline(document) == "[Osh]GPE#1 fed [Kars]GPE#2.\n> feeds 1 2 -\n"
    assert parse_inline(format_inline(document), scheme).document == document


def test_wrapped_sentences_are_written_on_one_line() -> None:
    text = "Osh fed\r\n  Kars. Naryn slept.\r\n\r\nNobody woke."
    document = Document(text, sentences=(Span(0, 16), Span(17, 29), Span(33, 45)))
    assert format_inline(document) == "Osh fed Kars.\nNaryn slept.\n\nNobody woke.\n"
    document = document.replace(text=text.replace("\n", "\r"))
    assert format_inline(document) == "Osh fed Kars.\nNaryn slept.\n\nNobody woke.\n"


def _marks(*spans: tuple[int, int]) -> Document:
    text = "Osh fed Kars. Naryn slept."
    entities = tuple(Entity(Span(*span), "GPE", text[slice(*span)]) for span in spans)
    return Document(text, sentences=(Span(0, 13), Span(14, 26)), entities=entities)


def _related(document: Document) -> Document:
    first, second = document.entities
    return document.replace(relations=(Relation(Pair(first, second), "feeds", "actual"),))


@pytest.mark.parametrize(
    ("document", "found"),
    [
        (Document("Osh.", id="x"), "no sentences"),
        (Document("Osh [sic].", id="x", sentences=(Span(0, 10),)), "square brackets in the text"),
        (_marks((0, 7), (4, 12)), "'fed Kars' overlapping the mention before it"),
        (_marks((8, 19)), "'Kars. Naryn' outside a sentence"),
        (_related(_marks((0, 3), (14, 19))), "a relation, stance or negative of 'Osh' and 'Naryn' across sentences"),
    ],
)
def test_what_inline_marks_cannot_say_is_refused(document: Document, found: str) -> None:
    with pytest.raises(AnnotationError) as caught:
        format_inline(document)
    assert (caught.value.where, caught.value.found) == (document.id, found)


words = st.text(st.sampled_from("aBé’“.\U0001f600"), min_size=1, max_size=5)
marks = st.builds("[{}]{}".format, words, st.sampled_from(["GPE", "MIL", "DATE"]))
sentences = st.lists(st.one_of(words, marks), min_size=1, max_size=6).map(" ".join)
paragraphs = st.lists(sentences, min_size=1, max_size=3).map("\n".join)


@settings(deadline=None)
@given(st.lists(paragraphs, min_size=1, max_size=3).map("\n\n".join))
def test_any_marked_text_survives_the_round_trip(inline: str) -> None:
    scheme = LabelScheme("toy", "1", ("GPE", "MIL", "DATE"))
    document = parse_inline(inline, scheme).document
    assert format_inline(document) == inline + "\n"
    assert all(entity.span.of(document.text) == entity.text for entity in document.entities)
    assert len(document.sentences or ()) == len([line for line in inline.split("\n") if line])


def test_the_written_corpus_survives_the_round_trip(corpus: Corpus) -> None:
    for name in corpus.names("dev"):
        document = corpus.document(name)
        again = parse_inline(format_inline(document), corpus.scheme, id=name).document
        assert [e.text for e in again.entities] == [e.text for e in document.entities]
        assert len(again.sentences or ()) == len(document.sentences or ())
        assert [(r.label, r.status, r.head.text, r.tail.text) for r in again.relations] == [
            (r.label, r.status, r.head.text, r.tail.text) for r in document.relations
        ]
