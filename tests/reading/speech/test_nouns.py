"""Nouns, adverbs and phrases that make somebody say a thing."""

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
            "According to [Lantern Post]MEDIA the [Klow]GPE pass was shut.",
            (None, "Lantern Post", ["the Klow pass was shut"]),
        ),
        (
            "The pass was shut, by the admission of [Ottokar Muskar]PERSON.",
            ("Ottokar Muskar", None, ["The pass was shut"]),
        ),
        ("The pass was shut, by [Ottokar Muskar]PERSON's own count.", ("Ottokar Muskar", None, ["The pass was shut"])),
        ("The pass may by some accounts stay shut.", ("some accounts", None, ["The pass may", "stay shut"])),
        ("It rained, by some accounts with hail.", ("some accounts", None, ["with hail"])),
        (
            "The pass is shut, if [Ottokar Muskar]PERSON is to be believed.",
            ("Ottokar Muskar", None, ["The pass is shut"]),
        ),
        ("If one believes [Ottokar Muskar]PERSON, the pass is shut.", ("Ottokar Muskar", None, ["the pass is shut"])),
        (
            "The pass is shut, if the pages of [Lantern Post]MEDIA are a guide.",
            (None, "Lantern Post", ["The pass is shut"]),
        ),
        (
            "The pass, if the hints of [Ottokar Muskar]PERSON are meant in earnest, is shut.",
            ("Ottokar Muskar", None, ["The pass", "is shut"]),
        ),
        (
            "In an interview with [Lantern Post]MEDIA he praised the pass.",
            (None, "Lantern Post", ["he praised the pass"]),
        ),
        ("Asked by [Lantern Post]MEDIA about it, he wept.", (None, "Lantern Post", ["about it, he wept"])),
        ("He scorned the pass in remarks to [Lantern Post]MEDIA.", (None, "Lantern Post", ["He scorned the pass"])),
        (
            "[Ottokar Muskar]PERSON scorned the pass in [Lantern Post]MEDIA.",
            (None, "Lantern Post", ["Ottokar Muskar scorned the pass"]),
        ),
        (
            "The [Lantern Post]MEDIA agency's story that the pass was shut is old.",
            (None, "Lantern Post", ["the pass was shut is old"]),
        ),
        ("[Klow]GPE expressed concern that the pass was shut.", ("Klow", None, ["the pass was shut"])),
        ("[Klow]GPE reiterated its position that the pass was shut.", ("Klow", None, ["the pass was shut"])),
        ("[Klow]GPE slapped down suggestions that the pass was shut.", ("Klow", None, ["the pass was shut"])),
        ("[Lantern Post]MEDIA carried a report that the pass was shut.", (None, "Lantern Post", ["the pass was shut"])),
        ("There is talk in [Klow]GPE that the pass was shut.", ("talk", None, ["the pass was shut"])),
        ("Rumor has it that the pass is shut.", ("Rumor", None, ["the pass is shut"])),
        ("The pass, it is thought in [Klow]GPE, is shut.", ("it is thought", None, ["The pass", "is shut"])),
        ("It was announced that the pass was shut.", ("It was announced", None, ["the pass was shut"])),
        ("[Klow]GPE's alleged ties to the rebels are old.", ("alleged", None, ["Klow's alleged ties to the rebels"])),
    ],
)
def test_who_speaks_and_what(
    text: str, expected: tuple[str | None, str | None, list[str]], scheme: LabelScheme
) -> None:
    assert expected in voices(text, scheme)


@pytest.mark.parametrize(
    "text",
    [
        "Reports in [Lantern Post]MEDIA that the pass was shut are false.",
        "He was, in his own words “neither proud nor ashamed” of it.",
        "The price was announced to [Klow]GPE in May.",
        "[Klow]GPE alleged nothing.",
        "It rained in [Lantern Post]MEDIA's garden.",
        "Nothing came of it but a paragraph in [Lantern Post]MEDIA.",
    ],
)
def test_nobody_speaks(text: str, scheme: LabelScheme) -> None:
    assert voices(text, scheme) == []
