"""Words and names in a row, and who a noun phrase makes speak."""

from __future__ import annotations

import pytest

from secrel.domain import LabelScheme, Span
from secrel.reading import parse_inline
from secrel.reading.speech.phrases import find_voice, is_adverb, is_person, is_text, speaks, split_units


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


def test_kinds_of_nouns(scheme: LabelScheme) -> None:
    assert is_person("bankers")
    assert is_person("vice-admiral")
    assert is_person("deputies")
    assert is_person("superintendent")
    assert not is_person("accident")
    assert not is_person("letter")
    assert is_text("letter")
    assert not is_text("banker")
    document = parse_inline("openly weekly has [July 6]DATE", scheme).document
    assert document.sentences is not None
    units = split_units(document.text, document.sentences[0], document.entities)
    assert [is_adverb(unit) for unit in units] == [True, False, True, True]
