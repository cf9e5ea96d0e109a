"""Verbs of saying."""

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
        ("[Ottokar Muskar]PERSON said: The pass was shut, and it rained.", ["The pass was shut, and it rained"]),
        ("[Ottokar Muskar]PERSON said, “The pass was shut, and it rained.”", ["The pass was shut, and it rained"]),
        ("[Ottokar Muskar]PERSON warned it would shut the pass.", ["it would shut the pass"]),
        (
            "[Ottokar Muskar]PERSON said in a statement shepherds had shut the pass.",
            ["in a statement shepherds had shut the pass"],
        ),
        ("[Ottokar Muskar]PERSON ruled out any shutting of the pass.", ["out any shutting of the pass"]),
        ("[Ottokar Muskar]PERSON did not rule out that he would shut it.", ["he would shut it"]),
        ("[Ottokar Muskar]PERSON dismissed as lies reports of a shut pass.", ["as lies reports of a shut pass"]),
        ("[Ottokar Muskar]PERSON demanded that the guards shut the pass.", ["the guards shut the pass"]),
        ("[Ottokar Muskar]PERSON was adamant that the pass was shut.", ["the pass was shut"]),
        ("[Ottokar Muskar]PERSON left no doubt that the pass was shut.", ["the pass was shut"]),
        ("[Ottokar Muskar]PERSON let it be understood through an aide that it was shut.", ["it was shut"]),
        ("[Ottokar Muskar]PERSON was quick to point out that the pass was shut.", ["the pass was shut"]),
        ("The pass was shut, as [Ottokar Muskar]PERSON recommends.", ["The pass was shut"]),
        ("The pass, conceded [Ottokar Muskar]PERSON, was shut.", ["The pass", "was shut"]),
        ("The pass, [Ottokar Muskar]PERSON remarked more soberly, was shut.", ["The pass", "was shut"]),
        ("The pass was shut, a fact that [Ottokar Muskar]PERSON confirmed.", ["The pass was shut"]),
        ("It rained, and the pass was shut, which [Ottokar Muskar]PERSON denies.", ["and the pass was shut"]),
        ("Asked whether it rained, [Ottokar Muskar]PERSON replied that it did.", ["whether it rained", "it did"]),
        (
            "“It rained,” [Ottokar Muskar]PERSON said, weeping, “and the pass was shut.”",
            ["“It rained,”", "and the pass was shut"],
        ),
        ("While [Ottokar Muskar]PERSON says it is shut, the pass is open.", ["it is shut"]),
        (
            "[Ottokar Muskar]PERSON, who likes it there, said the pass was shut, as well as the road.",
            ["the pass was shut, as well as the road"],
        ),
        ("The pass was shut, said [Ottokar Muskar]PERSON, head of the guards.", ["The pass was shut"]),
    ],
)
def test_what_is_said(text: str, expected: list[str], scheme: LabelScheme) -> None:
    assert ("Ottokar Muskar", None, expected) in voices(text, scheme)


@pytest.mark.parametrize(
    ("text", "speaker", "outlet"),
    [
        ("In an article in [Lantern Post]MEDIA, [Muskar]PERSON argued that it was shut.", "Muskar", "Lantern Post"),
        ("Speaking to [Lantern Post]MEDIA, [Muskar]PERSON said it was shut.", "Muskar", "Lantern Post"),
        ("Citing the [Iron Party]ORG, [Lantern Post]MEDIA reported that it was shut.", "Iron Party", "Lantern Post"),
        ("[Lantern Post]MEDIA, citing the [Iron Party]ORG, reported that it was shut.", "Iron Party", "Lantern Post"),
        ("A correspondent learned that the pass was shut.", "A correspondent", None),
        ("The pass was shut, reported [Lantern Post]MEDIA, no friend of shepherds.", None, "Lantern Post"),
        ("Some in [Klow]GPE whisper that the pass was shut.", "Some in Klow", None),
        ("[Klow]GPE was silent, and its spokesman denied that it was shut.", "Klow", None),
        ("[Klow]GPE was not invited, it recalled in a note.", "Klow", None),
        ("[Muskar]PERSON praised [Klow]GPE, yet the same minister said that it was shut.", "Muskar", None),
        ("The statement praised [Klow]GPE and said that it was shut.", "The statement", None),
        ("On the pass, he praised [Klow]GPE and said that it was shut.", "he", None),
        ("The rebels, who fight a force that [Klow]GPE sent, said it was shut.", "The rebels", None),
        ("[Klow]GPE slept as the [Iron Party]ORG promised to shut it.", "Iron Party", None),
        ("An official who asked not to be named said it was shut.", "An official", None),
    ],
)
def test_who_says_it(text: str, speaker: str | None, outlet: str | None, scheme: LabelScheme) -> None:
    assert (speaker, outlet) in {(found[0], found[1]) for found in voices(text, scheme)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[Klow]GPE said that A slept and [Borduria]GPE declared itself content.", "A slept"),
        ("[Klow]GPE said that A slept, a remark B mocked.", "A slept"),
        ("[Klow]GPE said that A slept, giving B hope.", "A slept"),
        ("[Klow]GPE said that A slept, despite the warnings of B.", "A slept"),
        ("[Klow]GPE said that A slept, which B mocked.", "A slept"),
        ("[Klow]GPE said that A slept, but that remark was old.", "A slept"),
        ("[Klow]GPE said that A slept in May.The army woke B.", "A slept in May"),
    ],
)
def test_where_it_ends(text: str, expected: str, scheme: LabelScheme) -> None:
    assert ("Klow", None, [expected]) in voices(text, scheme)


@pytest.mark.parametrize(
    "text",
    [
        "[Klow]GPE demanded the keys and posted a film that shows the pass.",
        "[Klow]GPE claimed victory and posted a film that shows the pass.",
        "The pass, [Klow]GPE demanded, was shut.",
        "The union, to which [Klow]GPE belongs, admitted its first observer.",
        "[Klow]GPE learned that the pass was shut.",
        "The authors conclude that the pass was shut.",
        "[Ottokar Muskar]PERSON learned radio in [Klow]GPE: the school trained him well.",
    ],
)
def test_nobody_says_it(text: str, scheme: LabelScheme) -> None:
    assert voices(text, scheme) == []
