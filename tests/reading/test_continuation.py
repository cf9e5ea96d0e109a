"""How far back a sentence goes on telling what those before it began."""

from __future__ import annotations

import pytest

from secrel.reading.continuation import Told, first_told

COMMENT = "The valley has seen better days."


def told(sentence: str) -> Told:
    """A sentence; "@Muskar" at its head is a person's mention, "#Klow" that of another."""
    if sentence[0] in "@#":
        name = sentence[1:].split(maxsplit=1)[0].rstrip(",")
        return Told(sentence[1:], name, len(name), sentence[0] == "@")
    return Told(sentence)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Minister Muskar flew to Klow.", "He signed nothing there."),
        ("Minister Muskar said that the pass was shut.", "@Muskar also said that the road was shut."),
        ("Minister Muskar said that the pass was shut.", "@Muskar denied that the road was."),
        ("Minister Muskar said that the pass was shut.", "@Muskar, for his part, noted that it rained."),
        ("Klow said that the pass was shut.", "#Klow also denied that the road was."),
        ("Minister Muskar said that the pass was shut.", "The minister noted that the road was shut."),
        ("The paper said that the pass was shut.", "It added that the road was shut."),
        ("The ministry warned the shepherds.", "The statement further claimed that the road was shut."),
        ("Muskar said that the pass was shut.", "According to him the road was shut."),
        ("Muskar said that the pass was shut.", "In his view the road was shut."),
        ("Muskar met Wagner in Klow.", "During the talks both praised the soup."),
        ("A delegation arrived in Klow.", "The visit ended with a dinner."),
        ("On July 6 Muskar met Wagner.", "The two ministers praised the soup."),
        ("On July 6 Muskar met Wagner.", "They praised the soup."),
        ("On July 6 Muskar met Wagner.", "@Wagner praised the soup."),
        ("Syldava offered a course.", "Generals hailed the Syldavan offer."),
        ("Klow accused Borduria of theft.", "Borduria rejected the charge."),
        ("Syldava published a doctrine.", "A deputy tore the document to pieces."),
        ("Deputies urged caution.", "A general mocked that caution."),
    ],
)
def test_signs_of_going_on(before: str, after: str) -> None:
    assert first_told([told(before), told(after)]) == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (COMMENT, "Klow shelled the pass."),
        (COMMENT, "@Muskar also said that the road was shut."),
        (COMMENT, "It added a battalion to the garrison."),
        ("Muskar said that the pass was shut.", "@Wagner also said that the road was shut."),
        ("Muskar said that the pass was shut.", "It rained."),
        ("Muskar said that the pass was shut.", "The council may add a road."),
        ("Muskar met Wagner in Klow.", "@Wagner praised the soup."),  # Of no stated day.
        ("On July 6 Muskar met Wagner.", "@Wagner likes soup."),
        ("On July 6 Muskar met Wagner.", "@Wagner left Klow on July 9."),
        ("On July 6 Muskar met Wagner.", "#Klow closed the pass."),
        ("The two armies trained at the pass.", "The pass was full of snow."),
        ("Klow keeps a regiment at the pass.", "The visit ended with a dinner."),
        ("The Syldavan army sleeps.", "Borduria condemned the Syldavan army."),
        ("Klow sells apples.", "Borduria rejected the charge."),
    ],
)
def test_no_sign(before: str, after: str) -> None:
    assert first_told([told(before), told(after)]) == 1


def test_a_chain_ends_at_the_comment_that_opens_a_paragraph() -> None:
    chain = [
        COMMENT,
        "On July 6 Minister Muskar said that the pass was shut.",
        "He also said that it rained.",
        "He left.",
    ]
    assert first_told([told(sentence) for sentence in chain]) == 1
    assert first_told([told(COMMENT)]) == 0


def test_who_goes_on_may_have_spoken_two_sentences_earlier() -> None:
    spoken = "Minister Muskar said that the pass was shut."
    between = "Five hundred men had left it."
    for after in ("@Muskar added that it rained.", "He added that it rained."):
        assert first_told([told(spoken), told(between), told(after)]) == 0
        assert first_told([told(spoken), told(between), told(between), told(between), told(after)]) >= 3
