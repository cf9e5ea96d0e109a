"""Who speaks in sentences that name nobody."""

from __future__ import annotations

from secrel.domain import LabelScheme
from secrel.reading import parse_inline
from secrel.reading.speech import Carried, find_speech


def speakers(text: str, scheme: LabelScheme) -> list[str | None]:
    """The words of who speaks in every sentence; lines are sentences, and "|" ends a paragraph."""
    document = parse_inline(text.replace("|", ""), scheme).document
    sentences = document.sentences
    assert sentences is not None
    joined = list(document.text)
    lines = text.split("\n")
    for line, sentence in zip(lines, sentences, strict=True):
        if line.endswith("|"):
            joined[sentence.end] = "\n"
    text = "".join(joined)
    carried = Carried(
        text,
        sentences,
        lambda i: find_speech(text, sentences[i], [e for e in document.entities if sentences[i].contains(e.span)]),
    )
    found = [carried.voice(i) for i in range(len(sentences))]
    return [voice.words.of(text) if voice is not None else None for voice in found]


def test_turns_of_a_transcript(scheme: LabelScheme) -> None:
    text = "Q: Does it rain?\nA: It does.\nIt always did.\nQ: And the pass?\nIs it shut?|\nIt rained."
    assert speakers(text, scheme) == [None, None, "A", None, None, None]
    text = "Witness [Muskar]PERSON, [Iron Party]ORG: It rains.\nIt always did."
    assert speakers(text, scheme) == [None, "Witness Muskar, Iron Party"]


def test_a_statement_goes_on_in_the_first_person(scheme: LabelScheme) -> None:
    opening = "General [Muskar]PERSON said: It rained.\n"
    assert speakers(opening + "The pass was shut.\nWe wept.", scheme) == [None, "General Muskar", "General Muskar"]
    assert speakers(opening + "The pass was shut.\nHe wept.", scheme) == [None, None, None]
    assert speakers(opening + "We wept.|\nThe pass was shut.\nI wept.|\nIt rained.", scheme) == [
        None,
        "General Muskar",
        "General Muskar",
        "General Muskar",
        None,
    ]


def test_a_statement_behind_a_line_of_its_own(scheme: LabelScheme) -> None:
    text = "General [Muskar]PERSON released the following statement:|\nWe wept.\nThe pass was shut."
    assert speakers(text, scheme) == [None, "General Muskar", "General Muskar"]
    assert speakers(text.replace("We", "They"), scheme) == [None, None, None]


def test_quotations(scheme: LabelScheme) -> None:
    said = "“It rains,” General [Muskar]PERSON said."
    assert speakers(f"{said}\n“It always did.”", scheme) == [None, "General Muskar"]
    # The answer to a question of the author.
    text = f"{said}\nWould it stop, I asked?\n“It never will.”"
    assert speakers(text, scheme) == [None, None, "General Muskar"]
    assert speakers("Would it stop?\n“It never will.”", scheme) == [None, None]
