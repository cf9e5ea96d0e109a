"""Words and names in a row, and who a noun phrase makes speak."""

from __future__ import annotations

import pytest

from secrel.domain import Entity, LabelScheme, Span
from secrel.reading import parse_inline
from secrel.reading.speech.phrases import find_voice, is_adverb, is_person, is_text, is_titled, speaks, split_units


def test_units_are_words_marks_and_mentions(scheme: LabelScheme) -> None:
    document = parse_inline("Gen. [Ottokar Muskar]PERSON's men (all 9) left [St. Klow]GPE.", scheme).document
    assert document.sentences is not None
    start = document.text.index("(")
    bracket = Span(start, start + len("(all 9)"))
    units = split_units(document.text, document.sentences[0], document.entities, [bracket])
    assert [unit.word for unit in units] == ["gen", "ottokar muskar", "'s", "men", "left", "st. klow", "."]
    assert [unit.entity.text for unit in units if unit.entity] == ["Ottokar Muskar", "St. Klow"]
    assert all(unit.span.of(document.text).lower() == unit.word for unit in units)


@pytest.mark.parametrize(
    ("phrase", "words", "speaker", "outlet"),
    [
        ("a senior official", "a senior official", None, None),
        ("even the [Klow]GPE warden", "the Klow warden", "Klow", None),
        ("General [Muskar]PERSON of the [Iron Party]ORG", "General Muskar of the Iron Party", "Muskar", None),
        ("a spokesman for [Muskar]PERSON", "a spokesman for Muskar", "Muskar", None),
        ("the [Borduria]GPE's [Foreign Ministry]ORG", "the Borduria's Foreign Ministry", "Foreign Ministry", None),
        ("[Klow]GPE and [Douma]GPE", "Klow and Douma", "Klow", None),
        ("its envoy, Colonel [Muskar]PERSON", "its envoy, Colonel Muskar", "Muskar", None),
        ("diplomats in [Klow]GPE", "diplomats in Klow", None, None),
        ("In [Klow]GPE the old warden", "the old warden", None, None),
        ("a source close to the [Iron Party]ORG", "a source close to the Iron Party", "Iron Party", None),
        ("[Klow]GPE Envoy to [Borduria]GPE [Muskar]PERSON", "Klow Envoy to Borduria Muskar", "Muskar", None),
        (
            "[Bordurian]NORP Minister for Trade and Industry [Muskar]PERSON",
            "Bordurian Minister for Trade and Industry Muskar",
            "Muskar",
            None,
        ),
        ("[Klow]GPE's envoy in [Borduria]GPE [Muskar]PERSON", "Klow's envoy in Borduria Muskar", "Muskar", None),
        (
            "a [Bordurian]NORP envoy to talks with [Muskar]PERSON",
            "a Bordurian envoy to talks with Muskar",
            "Bordurian",
            None,
        ),
        ("critics of General [Muskar]PERSON", "critics of General Muskar", None, None),
        ("In his speech General [Muskar]PERSON", "General Muskar", "Muskar", None),
        ("In talks with [Muskar]PERSON the warden", "the warden", None, None),
        ("Back in [Klow]GPE [Muskar]PERSON", "Muskar", "Muskar", None),
        ("the weekly [Lantern Post]MEDIA", "the weekly Lantern Post", None, "Lantern Post"),
        ("a columnist of [Lantern Post]MEDIA", "a columnist of Lantern Post", None, "Lantern Post"),
    ],
)
def test_voices(phrase: str, words: str, speaker: str | None, outlet: str | None, scheme: LabelScheme) -> None:
    document = parse_inline(phrase, scheme).document
    assert document.sentences is not None
    units = split_units(document.text, document.sentences[0], document.entities)
    voice = find_voice(units, document.text)
    assert voice is not None
    assert voice.words.of(document.text) == words
    assert (voice.speaker.text if voice.speaker else None) == speaker
    assert (voice.outlet.text if voice.outlet else None) == outlet
    assert speaks(voice, units)


@pytest.mark.parametrize("phrase", ["", "this report", "I", "has also", "In [Klow]GPE"])
def test_no_voice(phrase: str, scheme: LabelScheme) -> None:
    if not phrase:
        assert find_voice([], "") is None
        return
    document = parse_inline(phrase, scheme).document
    assert document.sentences is not None
    assert find_voice(split_units(document.text, document.sentences[0], document.entities), document.text) is None


def test_titles(scheme: LabelScheme) -> None:
    def titled(phrase: str) -> bool:
        document = parse_inline(phrase, scheme).document
        assert document.sentences is not None
        return is_titled(split_units(document.text, document.sentences[0], document.entities), document.text)

    assert titled("the Minister for Trade and Industry [Muskar]PERSON")
    assert not titled("the minister and General [Muskar]PERSON")
    assert not titled("the Minister for trade and his deputy [Muskar]PERSON")
    assert not titled("[Muskar]PERSON")


def test_a_mention_of_white_space_is_no_unit() -> None:
    text = "It said that   it rained."
    blank = Entity(Span(12, 15), "PERSON", text[12:15])
    assert [unit.word for unit in split_units(text, Span(0, len(text)), [blank])] == "it said that it rained .".split()


def test_kinds_of_nouns(scheme: LabelScheme) -> None:
    assert is_person("bankers")
    assert is_person("vice-admiral")
    assert is_person("deputies")
    assert is_person("superintendent")
    assert is_person("eyewitnesses")
    assert not is_person("accident")
    assert not is_person("letter")
    assert is_text("letter")
    assert not is_text("banker")
    document = parse_inline("openly weekly has [July 6]DATE", scheme).document
    assert document.sentences is not None
    units = split_units(document.text, document.sentences[0], document.entities)
    assert [is_adverb(unit) for unit in units] == [True, False, True, True]
