"""Passives, quotations by others, and accusations."""

from __future__ import annotations

import pytest

from secrel.domain import LabelScheme
from secrel.reading import parse_inline
from secrel.reading.speech import Speech, find_speech


def voices(text: str, scheme: LabelScheme) -> list[tuple[str | None, str | None, list[str]]]:
    """Of every speech the speaker or the words for him, the outlet, and what is said."""
    document = parse_inline(text, scheme).document
    assert document.sentences is not None

    def shown(speech: Speech) -> tuple[str | None, str | None, list[str]]:
        voice = speech.voice
        words = None if voice.silent else voice.speaker.text if voice.speaker else voice.words.of(document.text)
        scope = [span.of(document.text).rstrip(" .,") for span in speech.scope]
        return words, speech.outlet.text if speech.outlet else None, scope

    return [shown(speech) for speech in find_speech(document.text, document.sentences[0], document.entities)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "[Klow]GPE accused [Borduria]GPE of arming the rebels, and it rained.",
            ("Klow", None, ["Borduria of arming the rebels"]),
        ),
        (
            "[Klow]GPE was calm, accusing [Borduria]GPE of arming the rebels.",
            ("Klow", None, ["Borduria of arming the rebels"]),
        ),
        (
            "Prosecutors blamed the mayor for shutting the pass.",
            ("Prosecutors", None, ["the mayor for shutting the pass"]),
        ),
        (
            "[Borduria]GPE, accused by [Klow]GPE of arming the rebels, fell silent.",
            ("Klow", None, ["Borduria", "of arming the rebels"]),
        ),
        (
            "[Lantern Post]MEDIA quoted [Ottokar Muskar]PERSON as telling reporters that the pass was shut.",
            ("Ottokar Muskar", "Lantern Post", ["the pass was shut"]),
        ),
        (
            "The [Lantern]MEDIA news agency quoted [Ottokar Muskar]PERSON as saying the pass was shut.",
            ("Ottokar Muskar", "Lantern", ["the pass was shut"]),
        ),
        (
            "[Wagner]PERSON quoted the minister as saying that the pass was shut.",
            ("the minister", None, ["the pass was shut"]),
        ),
        (
            "[Lantern Post]MEDIA printed denials: the pass was open, it quoted an aide as saying.",
            ("an aide", "Lantern Post", ["Lantern Post printed denials: the pass was open"]),
        ),
        ("The pass was shut, the minister was quoted as saying.", ("the minister", None, ["The pass was shut"])),
        ("The pass was shut, [Lantern Post]MEDIA was told.", (None, "Lantern Post", ["The pass was shut"])),
        (
            "As earlier reported by [Lantern Post]MEDIA, the pass was shut.",
            (None, "Lantern Post", ["the pass was shut"]),
        ),
        ("The pass will be shut, as promised by [Klow]GPE.", ("Klow", None, ["The pass will be shut"])),
        (
            "[Borduria]GPE is said by [Klow]GPE to have shut the pass.",
            ("Klow", None, ["Borduria is", "to have shut the pass"]),
        ),
        (
            "The shepherds have been informed by [Klow]GPE that the pass was shut.",
            ("Klow", None, ["the pass was shut"]),
        ),
        ("That the pass was shut is denied by all three.", ("three", None, ["That the pass was shut is"])),
    ],
)
def test_who_speaks_and_what(
    text: str, expected: tuple[str | None, str | None, list[str]], scheme: LabelScheme
) -> None:
    assert expected in voices(text, scheme)


@pytest.mark.parametrize(
    "text",
    [
        "The plan might be rejected by [Klow]GPE itself.",
        "[Klow]GPE was praised for shutting the pass.",
        "[Klow]GPE was accused of shutting the pass.",
        "[Klow]GPE blamed the weather.",
        "The guards were told by radio to shut the pass.",
    ],
)
def test_nobody_speaks(text: str, scheme: LabelScheme) -> None:
    assert voices(text, scheme) == []


def test_an_accusation_is_a_deed(scheme: LabelScheme) -> None:
    document = parse_inline("[Klow]GPE accused [Borduria]GPE of theft.", scheme).document
    assert document.sentences is not None
    (speech,) = find_speech(document.text, document.sentences[0], document.entities)
    assert speech.act
    assert speech.offer
