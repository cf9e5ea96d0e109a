"""Who is made to say what: cues, speakers, outlets, and how far what is said reaches."""

from __future__ import annotations

import pytest

from secrel.domain import Document, LabelScheme
from secrel.reading import parse_inline
from secrel.reading.speech import Speech, find_speech

MUSKAR, POST = "Ottokar Muskar", "Lantern Post"


def spoken(text: str, scheme: LabelScheme) -> tuple[Document, tuple[Speech, ...]]:
    document = parse_inline(text, scheme).document
    assert document.sentences is not None
    return document, find_speech(document.text, document.sentences[0], document.entities)


def voices(text: str, scheme: LabelScheme) -> list[tuple[str | None, str, str | None]]:
    """Speaker, his words and outlet of every speech."""
    document, speeches = spoken(text, scheme)
    return [
        (
            speech.voice.speaker.text if speech.voice.speaker else None,
            speech.voice.words.of(document.text),
            speech.outlet.text if speech.outlet else None,
        )
        for speech in speeches
    ]


def said(text: str, scheme: LabelScheme) -> list[list[str]]:
    """The stretches that every speech says."""
    document, speeches = spoken(text, scheme)
    return [[scope.of(document.text) for scope in speech.scope] for speech in speeches]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Minister [Ottokar Muskar]PERSON said that the pass was closed.", "Ottokar Muskar"),
        ("[Klow]GPE has repeatedly denied that the pass was closed.", "Klow"),
        ("The pass was closed, Minister [Ottokar Muskar]PERSON said on [Monday]DATE.", "Ottokar Muskar"),
        ("The pass was closed, said Minister [Ottokar Muskar]PERSON.", "Ottokar Muskar"),
        ("The pass was closed, said his deputy, Captain [Ottokar Muskar]PERSON.", "Ottokar Muskar"),
        ("The pass, says Minister [Ottokar Muskar]PERSON, was closed.", "Ottokar Muskar"),
        ("The pass was closed, its warden, Captain [Ottokar Muskar]PERSON, told a crowd.", "Ottokar Muskar"),
        ("[Ottokar Muskar]PERSON, a farmer from [Klow]GPE, swears the pass was closed.", "Ottokar Muskar"),
        ("In [Klow]GPE the old general [Ottokar Muskar]PERSON holds that the pass was closed.", "Ottokar Muskar"),
        ("Secretary of State [Ottokar Muskar]PERSON said that the pass was closed.", "Ottokar Muskar"),
        ("[Ottokar Muskar]PERSON praised [Klow]GPE and said that the pass was closed.", "Ottokar Muskar"),
        ("[Ottokar Muskar]PERSON, who insists that the pass was closed, slept.", "Ottokar Muskar"),
        ("Minister for Trade and Industry [Ottokar Muskar]PERSON said that the pass was closed.", "Ottokar Muskar"),
        ("[Ottokar Muskar]PERSON, after talks in [Klow]GPE, said that the pass was closed.", "Ottokar Muskar"),
        ("[Ottokar Muskar]PERSON, tired after talks in [Klow]GPE, said that the pass was closed.", "Ottokar Muskar"),
        ("[Ottokar Muskar]PERSON – an old ally of [Klow]GPE – said that the pass was closed.", "Ottokar Muskar"),
        ("[Ottokar Muskar]PERSON -- an old ally of [Klow]GPE -- said that the pass was closed.", "Ottokar Muskar"),
        ("[Ottokar Muskar]PERSON, then defense minister, said that the pass was closed.", "Ottokar Muskar"),
        ("[Klow]GPE slept, then General [Ottokar Muskar]PERSON said that the pass was closed.", "Ottokar Muskar"),
        ("In her speech [Ottokar Muskar]PERSON said that the pass was closed.", "Ottokar Muskar"),
        ("Not only did [Ottokar Muskar]PERSON say that the pass was closed.", "Ottokar Muskar"),
        ("[Ottokar Muskar]PERSON stressed the pass would stay closed.", "Ottokar Muskar"),
        ("[Ottokar Muskar]PERSON began by saying that the pass was closed.", "Ottokar Muskar"),
        ("[Ottokar Muskar]PERSON amused [Klow]GPE by claiming that the pass was closed.", "Ottokar Muskar"),
        ("[Ottokar Muskar]PERSON took the view that the pass was closed.", "Ottokar Muskar"),
        ("[Ottokar Muskar]PERSON gave assurances that the pass was closed.", "Ottokar Muskar"),
        ("Said [Ottokar Muskar]PERSON, a farmer: “The pass is closed.”", "Ottokar Muskar"),
        ("[Ottokar Muskar]PERSON was at pains to say that the pass was closed.", "Ottokar Muskar"),
        ("Its owner was calm, [Ottokar Muskar]PERSON adding that the pass was closed.", "Ottokar Muskar"),
        ("[Ottokar Muskar]PERSON let it be known that the pass was closed.", "Ottokar Muskar"),
        ("An aide to the [Syldavan Senate]ORG hinted that the pass was closed.", "Syldavan Senate"),
        ("A [Syldavan]NORP diplomat hinted that the pass was closed.", "Syldavan"),
        ("The pass was closed, as two deputies of the [Iron Party]ORG have suggested.", "Iron Party"),
        ("According to Captain [Ottokar Muskar]PERSON, the pass was closed.", "Ottokar Muskar"),
        ("The pass was closed, according to the memoirs of [Ottokar Muskar]PERSON.", "Ottokar Muskar"),
        ("The pass was closed, in the words of [Ottokar Muskar]PERSON.", "Ottokar Muskar"),
        ("The pass was, in [Ottokar Muskar]PERSON's view, closed.", "Ottokar Muskar"),
        ("We were told by [Ottokar Muskar]PERSON that the pass was closed.", "Ottokar Muskar"),
        ("They may close the pass, an option floated by [Ottokar Muskar]PERSON.", "Ottokar Muskar"),
        ("The claim of [Ottokar Muskar]PERSON that the pass was closed is old.", "Ottokar Muskar"),
        ("[Ottokar Muskar]PERSON's claim that the pass was closed is old.", "Ottokar Muskar"),
        ("The pass is closed, if the [Syldavan]NORP account is right.", "Syldavan"),
        ("They protest against what [Klow]GPE calls the closing of the pass.", "Klow"),
        ("[Ottokar Muskar]PERSON dismissed as nonsense the claim that the pass was closed.", "Ottokar Muskar"),
        ("[Klow]GPE swept the road, and it reports that the pass is closed.", "Klow"),
    ],
)
def test_a_speaker_is_named(text: str, speaker: str, scheme: LabelScheme) -> None:
    assert speaker in {found[0] for found in voices(text, scheme)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("He said that the pass was closed.", "He"),
        ("The pass was closed, a senior official said.", "a senior official"),
        ("Analysts believe that the pass was closed.", "Analysts"),
        ("The pass was closed, according to two shepherds' wives.", "two shepherds' wives"),
        ("The pass was closed, according to diplomats in [Klow]GPE.", "diplomats in Klow"),
        ("The pass, according to a leaked cable, was closed.", "a leaked cable"),
        ("The pass was reportedly closed.", "reportedly"),
        ("The pass is said to be closed.", "is said"),
        ("It is said in [Klow]GPE that the pass is closed.", "It is said"),
        ("Claims that the pass was closed are old.", "Claims"),
        ("Residents of [Klow]GPE said that the pass was closed.", "Residents of Klow"),
        ("Critics of [Klow]GPE say that the pass was closed.", "Critics of Klow"),
    ],
)
def test_a_speaker_without_a_mention_is_the_words(text: str, words: str, scheme: LabelScheme) -> None:
    found = voices(text, scheme)
    assert (None, words, None) in found


@pytest.mark.parametrize(
    ("text", "speaker", "outlet"),
    [
        ("The pass was closed, [Lantern Post]MEDIA reported.", None, POST),
        ("The weekly [Lantern Post]MEDIA wrote that the pass was closed.", None, POST),
        ("According to [Lantern Post]MEDIA, the pass was closed.", None, POST),
        ("A report in [Lantern Post]MEDIA says that the pass was closed.", None, POST),
        ("A report by [Lantern Post]MEDIA that the pass was closed is old.", None, POST),
        ("The pass was closed, as [Lantern Post]MEDIA has it.", None, POST),
        ("If [Lantern Post]MEDIA is correct, the pass was closed.", None, POST),
        ("[Ottokar Muskar]PERSON told [Lantern Post]MEDIA that the pass was closed.", MUSKAR, POST),
        (
            "The pass was closed, [Ottokar Muskar]PERSON told the weekly [Lantern Post]MEDIA.",
            "Ottokar Muskar",
            "Lantern Post",
        ),
        ("[Ottokar Muskar]PERSON argues in [Lantern Post]MEDIA that it was closed.", MUSKAR, POST),
        (
            "The pass was closed, [Lantern Post]MEDIA said, citing [Ottokar Muskar]PERSON.",
            "Ottokar Muskar",
            "Lantern Post",
        ),
        (
            "The pass was closed, [Lantern Post]MEDIA quoted [Ottokar Muskar]PERSON as saying.",
            "Ottokar Muskar",
            "Lantern Post",
        ),
        (
            "[Ottokar Muskar]PERSON is quoted by [Lantern Post]MEDIA as saying that it was closed.",
            "Ottokar Muskar",
            "Lantern Post",
        ),
    ],
)
def test_outlets(text: str, speaker: str | None, outlet: str, scheme: LabelScheme) -> None:
    assert (speaker, outlet) in {(found[0], found[2]) for found in voices(text, scheme)}


def test_a_columnist_speaks_through_his_paper(scheme: LabelScheme) -> None:
    text = "The pass was closed, as a columnist of [Lantern Post]MEDIA supposes."
    assert voices(text, scheme) == [(None, "a columnist of Lantern Post", "Lantern Post")]
    _, (paper,) = spoken("The pass was closed, as [Lantern Post]MEDIA supposes.", scheme)
    assert paper.voice.silent


@pytest.mark.parametrize(
    "text",
    [
        "[Klow]GPE closed the pass.",
        "Nobody says that the pass was closed.",
        "[Klow]GPE declined to say whether the pass was closed.",
        "[Ottokar Muskar]PERSON might add that the pass was closed.",
        "This report finds that the pass was closed.",
        "I think that the pass was closed.",
        "A photograph of the pass suggests that it was closed.",
        "[Klow]GPE admitted a new member to the union.",
        "[Klow]GPE insisted on a share of the toll.",
        "[Klow]GPE keeps the pass closed, contrary to what [Ottokar Muskar]PERSON says.",
        "The pass was never closed, whatever [Lantern Post]MEDIA reports.",
        "The pass was never closed, as [Lantern Post]MEDIA had claimed.",
        "The guards were told to close the pass.",
        "[Klow]GPE rejected a plan that closed the pass.",
        "The report of the guards is long.",
        "[Klow]GPE sent men as [Borduria]GPE did.",
    ],
)
def test_no_speech(text: str, scheme: LabelScheme) -> None:
    assert voices(text, scheme) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "[Klow]GPE said that A slept, but B woke up.",
            [["A slept"]],
        ),
        (
            "[Klow]GPE said that A slept, and that B woke up.",
            [["A slept, and that B woke up."]],
        ),
        (
            "[Klow]GPE said that A slept, and B would wake up.",
            [["A slept, and B would wake up."]],
        ),
        (
            "[Klow]GPE said that A slept while B woke up.",
            [["A slept"]],
        ),
        (
            "A slept and B woke up, [Klow]GPE said.",
            [["A slept and B woke up,"]],
        ),
        (
            "A, [Klow]GPE said, slept, and B woke up.",
            [["A,", "slept"]],
        ),
        (
            "A slept; B, [Klow]GPE said, woke up.",
            [["B,", "woke up."]],
        ),
        (
            "A slept, while B, [Klow]GPE said, woke up.",
            [["B,", "woke up."]],
        ),
        (
            "A slept because, as [Klow]GPE put it, B woke up.",
            [["B woke up."]],
        ),
        (
            "A was calm and could, [Klow]GPE said, sleep.",
            [["A", "could,", "sleep."]],
        ),
        (
            "A slept, according to [Klow]GPE, a step which B mocked.",
            [["A slept,"]],
        ),
        (
            "A fears the guards who, [Klow]GPE believes, slept.",
            [["guards who,", "slept."]],
        ),
    ],
)
def test_how_far_it_reaches(text: str, expected: list[list[str]], scheme: LabelScheme) -> None:
    assert said(text, scheme) == expected


def test_a_speech_within_a_speech(scheme: LabelScheme) -> None:
    text = "[Ottokar Muskar]PERSON said that [Klow]GPE had denied that A slept, [Lantern Post]MEDIA reported."
    assert voices(text, scheme) == [
        ("Ottokar Muskar", "Ottokar Muskar", None),
        ("Klow", "Klow", None),
        (None, "Lantern Post", "Lantern Post"),
    ]


def test_acts_offers_turns_and_hearsay(scheme: LabelScheme) -> None:
    assert spoken("[Klow]GPE warned that it would close the pass.", scheme)[1][0].act
    assert spoken("[Klow]GPE promised aid to the shepherds.", scheme)[1][0].offer
    assert spoken("Claims that the pass is closed are old.", scheme)[1][0].vague
    document, (turn,) = spoken("Deputy [Ottokar Muskar]PERSON: The pass is closed.", scheme)
    assert turn.turn
    assert [scope.of(document.text) for scope in turn.scope] == ["The pass is closed."]
    assert spoken("A: The pass is closed.", scheme)[1][0].turn
    assert spoken("Q: Is the pass closed?", scheme)[1] == ()


@pytest.mark.parametrize(
    "text",
    [
        "No one in [Klow]GPE says that the pass is closed.",
        "No senior official says that the pass is closed.",
        "Nobody in [Klow]GPE denies that the pass is closed.",
        "[Klow]GPE no longer insists that the pass is closed.",
        "Said to be closed: the pass.",
    ],
)
def test_nobody_says_it(text: str, scheme: LabelScheme) -> None:
    assert spoken(text, scheme)[1] == ()


def test_who_is_quoted_in_an_aside_speaks_through_the_outlet(scheme: LabelScheme) -> None:
    text = "[Ottokar Muskar]PERSON, as quoted by [Lantern Post]MEDIA, said that the pass was closed."
    assert (MUSKAR, "Ottokar Muskar", None) in voices(text, scheme)
    assert (None, "Lantern Post", POST) in voices(text, scheme)


def test_the_date_beside_an_outlet(scheme: LabelScheme) -> None:
    text = "[Ottokar Muskar]PERSON told [Lantern Post]MEDIA on [July 6]DATE that the pass closed on [July 1]DATE."
    _, (speech,) = spoken(text, scheme)
    assert speech.when is not None
    assert speech.when.text == "July 6"


def test_brackets_are_left_out(scheme: LabelScheme) -> None:
    document = parse_inline("The pass (he said that he knew) was closed, [Klow]GPE said.", scheme).document
    assert document.sentences is not None
    start = document.text.index("(")
    from secrel.domain import Span

    bracket = Span(start, document.text.index(")") + 1)
    (speech,) = find_speech(document.text, document.sentences[0], document.entities, [bracket])
    assert speech.voice.words.of(document.text) == "Klow"


def test_an_empty_sentence_of_marks(scheme: LabelScheme) -> None:
    assert spoken("...", scheme)[1] == ()
