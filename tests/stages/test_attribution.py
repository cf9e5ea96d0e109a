"""According to whom relations and stances hold."""

from __future__ import annotations

import random

import pytest

from secrel.domain import Attribution, Document, LabelScheme, Metadata
from secrel.reading import parse_inline
from secrel.reading.bracket_reach import names_outlet
from secrel.stages.attribution import AttributionStage

AUTHOR = Attribution()
MUSKAR = Attribution(speaker="Muskar")
POST = Attribution("Lantern Post", date="2006-07-06")


def attributed(text: str, scheme: LabelScheme, *, date: str | None = "2006-07-11") -> Document:
    document = parse_inline(text, scheme).document.replace(metadata=Metadata(date=date))
    return AttributionStage()(document)


def only(text: str, scheme: LabelScheme, *, date: str | None = "2006-07-11") -> Attribution:
    """The attribution of the only relation or stance."""
    document = attributed(text, scheme, date=date)
    (mark,) = [*document.relations, *document.stances]
    assert mark.attribution is not None
    return mark.attribution


RELATION = "\n> deploys-to 1 2 actual\n"
PRESSURE = "\n> pressures 1 2 actual\n"
COOPERATION = "\n> cooperates-with 1 2 planned\n"
STANCE = "\n> stance 1 2 against\n"
MOVED = "the [9th Regiment]MIL#1 was in [Douma]GPE#2"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (f"In May {MOVED}.", AUTHOR),
        (f"General [Ottokar Muskar]PERSON said that {MOVED}.", Attribution(speaker="Ottokar Muskar")),
        (f"In May {MOVED}, General [Ottokar Muskar]PERSON said.", Attribution(speaker="Ottokar Muskar")),
        (f"He said that {MOVED}.", Attribution(speaker="He")),
        (f"In May {MOVED}, according to two farmers.", Attribution(speaker="two farmers")),
        (f"An aide to the [Syldavan Senate]ORG admitted that {MOVED}.", Attribution(speaker="Syldavan Senate")),
        (f"In May {MOVED} (Lantern Post, July 6).", POST),
        (f"In May {MOVED} (Lantern Post, July 6, 8; Herald, July 9).", Attribution("Lantern Post", date="2006-07-06")),
        (f"In May {MOVED}, [Lantern Post]MEDIA reported.", Attribution("Lantern Post")),
        (
            f"General [Ottokar Muskar]PERSON told [Lantern Post]MEDIA on [July 6]DATE that {MOVED}.",
            Attribution("Lantern Post", "Ottokar Muskar", "2006-07-06"),
        ),
        (
            f"As [Lantern Post]MEDIA (July 6) reported, {MOVED}.",
            Attribution("Lantern Post", date="2006-07-06"),
        ),
        (
            f"General [Ottokar Muskar]PERSON said that {MOVED} (Lantern Post, July 6).",
            Attribution("Lantern Post", "Ottokar Muskar", "2006-07-06"),
        ),
        # The bracket says which paper it was.
        (
            f"In May {MOVED}, one newspaper wrote (Lantern Post, July 6).",
            Attribution("Lantern Post", date="2006-07-06"),
        ),
        # Outside of what is said.
        (f"General [Ottokar Muskar]PERSON said that it rained, but {MOVED}.", AUTHOR),
        (f"The rain has stopped (Lantern Post, July 6), and {MOVED}.", AUTHOR),
        # The inner report, through the outer outlet.
        (
            f"[Klow]GPE denied that {MOVED}, [Lantern Post]MEDIA reported on [July 6]DATE.",
            Attribution("Lantern Post", "Klow", "2006-07-06"),
        ),
        (f"In May {MOVED}, said [Lantern Post]MEDIA.", Attribution("Lantern Post")),
        (f"In May {MOVED}, contrary to what [Lantern Post]MEDIA wrote.", AUTHOR),
    ],
)
def test_who_says_that_a_relation_holds(sentence: str, expected: Attribution, scheme: LabelScheme) -> None:
    assert only(sentence + RELATION, scheme) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # To warn is the pressure itself; to deny it is not.
        ("[Klow]GPE#1 warned [Borduria]GPE#2 that the pass would stay shut." + PRESSURE, AUTHOR),
        ("[Klow]GPE#1 denied that it had ever blackmailed [Borduria]GPE#2." + PRESSURE, Attribution(speaker="Klow")),
        (
            "General [Muskar]PERSON warned that [Klow]GPE#1 would squeeze [Borduria]GPE#2." + PRESSURE,
            Attribution(speaker="Muskar"),
        ),
        ("[Borduria]GPE#2 complained that [Klow]GPE#1 was squeezing it." + PRESSURE, Attribution(speaker="Borduria")),
        # So are demands, threats and accusations.
        ("[Klow]GPE#1 said that [Borduria]GPE#2 should open the pass." + PRESSURE, AUTHOR),
        ("[Klow]GPE#1 pledged to shut the pass unless [Borduria]GPE#2 paid." + PRESSURE, AUTHOR),
        ("[Klow]GPE#1 accused [Borduria]GPE#2 of breaking its word." + PRESSURE, AUTHOR),
        ("[Borduria]GPE#2 accused [Klow]GPE#1 of squeezing it." + PRESSURE, Attribution(speaker="Borduria")),
        (
            "[Douma]GPE accused [Klow]GPE#1 of arming [Borduria]GPE#2." + COOPERATION,
            Attribution(speaker="Douma"),
        ),
        # Who lives there, or briefs of it, does not speak for it.
        (
            "A source briefed on [Klow]GPE#1's answer said that it squeezes [Borduria]GPE#2." + PRESSURE,
            Attribution(speaker="A source briefed on Klow's answer"),
        ),
        # To promise aid is the cooperation itself; to announce an act is a report of it.
        ("[Klow]GPE#1 pledged aid to [Borduria]GPE#2." + COOPERATION, AUTHOR),
        ("[Klow]GPE#1 announced that it would help [Borduria]GPE#2." + COOPERATION, Attribution(speaker="Klow")),
        (
            "[Klow]GPE and [Douma]GPE#1 announced that they would help [Borduria]GPE#2." + COOPERATION,
            Attribution(speaker="Douma"),
        ),
        # A holder does not vouch for his own stance.
        ("[Klow]GPE#1 said that it deplored the plans of [Borduria]GPE#2." + STANCE, AUTHOR),
        (
            "General [Muskar]PERSON#1 told [Lantern Post]MEDIA that he despised [Borduria]GPE#2." + STANCE,
            Attribution("Lantern Post"),
        ),
        (
            "General [Muskar]PERSON said that [Klow]GPE#1 despised [Borduria]GPE#2." + STANCE,
            Attribution(speaker="Muskar"),
        ),
        (
            "[Klow]GPE#1 despises [Borduria]GPE#2 (Lantern Post, July 6)." + STANCE,
            Attribution("Lantern Post", date="2006-07-06"),
        ),
        (
            "General [Muskar]PERSON#1 despises [Borduria]GPE#2, the only neighbor, he says, who never calls." + STANCE,
            AUTHOR,
        ),
    ],
)
def test_speech_acts_that_are_the_mark_itself(text: str, expected: Attribution, scheme: LabelScheme) -> None:
    assert only(text, scheme) == expected


def test_a_bracket_covers_the_sentence_before_that_it_goes_on_from(scheme: LabelScheme) -> None:
    text = (
        "[Klow]GPE#1 offered a course to [Borduria]GPE#2."
        + COOPERATION
        + "Generals hailed the [Klow]GPE offer (Lantern Post, July 6).\n"
    )
    assert only(text, scheme) == Attribution("Lantern Post", date="2006-07-06")


def test_a_dateline_covers_what_follows(scheme: LabelScheme) -> None:
    text = f"KLOW, July 6 (Xinhua) - In May {MOVED}.{RELATION}"
    assert only(text, scheme) == Attribution("Xinhua", date="2006-07-06")


def test_a_turn_goes_on_to_the_end_of_its_paragraph(scheme: LabelScheme) -> None:
    text = f"Deputy [Ottokar Muskar]PERSON: Thank you.\nIn May {MOVED}.{RELATION}"
    document = parse_inline(text, scheme).document
    # Lines of inline marks are paragraphs; here they are sentences of one.
    document = document.replace(text=document.text.replace("\n", " "))
    relation = AttributionStage()(document).relations[0]
    assert relation.attribution == Attribution(speaker="Ottokar Muskar")
    assert only(text.replace(".\nIn", ".\n\nIn"), scheme) == AUTHOR


def test_a_quoted_sentence_has_the_speaker_beside_it(scheme: LabelScheme) -> None:
    text = f"“It rains,” General [Ottokar Muskar]PERSON said.\n“In May {MOVED}.”{RELATION}"
    assert only(text, scheme) == Attribution(speaker="Ottokar Muskar")
    assert only(text.replace("“In", "In").replace(".”", "."), scheme) == AUTHOR


def test_an_argument_taken_up_by_the_speaker(scheme: LabelScheme) -> None:
    text = "[Douma]GPE#2 was quiet, but [Klow]GPE#1 said that nobody would go there."
    assert only(text + PRESSURE, scheme) == Attribution(speaker="Klow")
    text = "[Bianca Wagner]PERSON#2 fell silent; [Muskar]PERSON#1 denied that he had threatened the minister."
    assert only(text + PRESSURE, scheme) == MUSKAR
    text = "Under its treaty with [Douma]GPE#2, [Klow]GPE#1 promised to mend its road."
    assert only(text + COOPERATION, scheme) == AUTHOR


def attributions(document: Document) -> list[Attribution]:
    """Of all relations, in the order of the text."""
    found = sorted(document.relations, key=lambda relation: relation.pair.head.start)
    return [relation.attribution or AUTHOR for relation in found]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # The bracket at the end of a paragraph dates the outlet that an earlier sentence names.
        (
            [
                "[Lantern Post]MEDIA reported that the [1st]MIL#1 was in [Klow]GPE#2.",
                "It added that the [2nd]MIL#3 was in [Douma]GPE#4.",
                "The newspaper also noted that the [3rd]MIL#5 was in [Zilin]GPE#6 (Lantern Post, July 6).",
            ],
            [POST, POST, POST],
        ),
        (
            [
                "Nobody sleeps where the [1st]MIL#1 is in [Klow]GPE#2.",
                "General [Muskar]PERSON told [Lantern Post]MEDIA that the [2nd]MIL#3 was in [Douma]GPE#4.",
                "He added that the [3rd]MIL#5 was in [Zilin]GPE#6 (Lantern Post, July 6).",
            ],
            [
                AUTHOR,
                Attribution("Lantern Post", "Muskar", "2006-07-06"),
                Attribution("Lantern Post", "He", "2006-07-06"),
            ],
        ),
        # Its own day comes first.
        (
            [
                "[Lantern Post]MEDIA of [July 3]DATE reported that the [1st]MIL#1 was in [Klow]GPE#2.",
                "The daily added that the [2nd]MIL#3 was in [Douma]GPE#4.",
                "And the [3rd]MIL#5 was in [Zilin]GPE#6 (Lantern Post, July 6).",
            ],
            [Attribution("Lantern Post", date="2006-07-03"), Attribution("Lantern Post", date="2006-07-03"), POST],
        ),
        # Without a bracket "it" is still the outlet, but no other's.
        (
            [
                "[Lantern Post]MEDIA reported that the [1st]MIL#1 was in [Klow]GPE#2.",
                "It added that the [2nd]MIL#3 was in [Douma]GPE#4.",
                "Another newspaper noted that the [3rd]MIL#5 was in [Zilin]GPE#6.",
            ],
            [Attribution("Lantern Post"), Attribution("Lantern Post"), Attribution(speaker="Another newspaper")],
        ),
        # Comment, a report, what goes on with it.
        (
            [
                "The [1st]MIL#1 has long been in [Klow]GPE#2, and nobody minds.",
                "On [July 3]DATE General [Muskar]PERSON said that the [2nd]MIL#3 was in [Douma]GPE#4.",
                "[Muskar]PERSON also denied that the [3rd]MIL#5 was in [Zilin]GPE#6 (Lantern Post, July 6).",
            ],
            [
                AUTHOR,
                Attribution("Lantern Post", "Muskar", "2006-07-06"),
                Attribution("Lantern Post", "Muskar", "2006-07-06"),
            ],
        ),
    ],
)
def test_reports_of_several_sentences(lines: list[str], expected: list[Attribution], scheme: LabelScheme) -> None:
    pairs = ("> deploys-to 1 2 actual", "> deploys-to 3 4 actual", "> deploys-to 5 6 actual")
    numbered = "\n".join(f"{line}\n{pair}" for line, pair in zip(lines, pairs, strict=True))
    assert attributions(attributed(numbered, scheme)) == expected


def test_the_same_newspaper_of_one_sentence(scheme: LabelScheme) -> None:
    text = (
        "The [1st]MIL, according to [Lantern Post]MEDIA of [July 6]DATE, sleeps, and the same newspaper reports that"
        " the [2nd]MIL#1 was in [Klow]GPE#2."
    )
    assert only(text + RELATION, scheme) == POST


def test_an_outlet_in_quotation_marks_covers_what_stands_before_it(scheme: LabelScheme) -> None:
    text = f"In May {MOVED} (“Lantern” radio, July 6), and it rained."
    assert only(text + RELATION, scheme) == Attribution("Lantern radio", date="2006-07-06")


def test_a_bracket_in_a_paragraph_of_its_own(scheme: LabelScheme) -> None:
    text = f"In May {MOVED}.{RELATION}It rained.\n\n(Lantern Post, July 6)\n"
    assert only(text, scheme) == Attribution()


def test_who_says_it_as_quoted_elsewhere(scheme: LabelScheme) -> None:
    text = f"General [Muskar]PERSON, as quoted by [Lantern Post]MEDIA on [July 6]DATE, said that {MOVED}."
    assert only(text + RELATION, scheme) == Attribution("Lantern Post", "Muskar", "2006-07-06")


def test_he_stands_for_himself(scheme: LabelScheme) -> None:
    text = f"[Muskar]PERSON said that it rained.\nHe also said that {MOVED}."
    assert only(text + RELATION, scheme) == Attribution(speaker="He")


def test_long_documents_take_no_longer_a_sentence(scheme: LabelScheme, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of outlets are compared with those of brackets nearby, not with all of the document."""
    compared = 0

    def counted(sentence: str, outlet: str) -> bool:
        nonlocal compared
        compared += 1
        return names_outlet(sentence, outlet)

    monkeypatch.setattr("secrel.stages.attribution.names_outlet", counted)
    line = f"[Lantern Post]MEDIA reported that {MOVED} (Lantern Post, July 6)."
    document = attributed(40 * f"{line}{RELATION}", scheme)
    assert attributions(document) == [POST] * 40
    assert compared <= 4 * 40


def test_a_statement_goes_on_without_its_speaker(scheme: LabelScheme) -> None:
    text = f"General [Ottokar Muskar]PERSON said: It rained.\nWe know that in May {MOVED}."
    assert only(text + RELATION, scheme) == Attribution(speaker="Ottokar Muskar")


def test_citations_are_filled_and_everything_else_is_kept(scheme: LabelScheme) -> None:
    text = f"In May {MOVED} (Lantern Post, July 6).{RELATION}> stance 1 2 favor\n"
    before = parse_inline(text, scheme).document.replace(metadata=Metadata(year=2006))
    after = AttributionStage()(before)
    assert [(c.span.of(after.text), c.sources, c.sentences) for c in after.citations] == [
        ("(Lantern Post, July 6)", (Attribution("Lantern Post", date="2006-07-06"),), (0,))
    ]
    assert after.relations[0].attribution == after.stances[0].attribution == after.citations[0].sources[0]
    assert after.entities == before.entities
    assert [relation.pair for relation in after.relations] == [relation.pair for relation in before.relations]
    assert AttributionStage()(after) == after


def test_documents_without_marks_or_sentences() -> None:
    document = Document("Nothing (Courier, July 6, 2004).")
    assert AttributionStage()(document).citations[0].sentences == ()
    assert AttributionStage()(Document("", sentences=())).citations == ()
    assert AttributionStage.requires == ("sentences", "entities")


def test_a_date_that_cannot_be_placed_is_left_out(scheme: LabelScheme) -> None:
    text = f"In May {MOVED} (Lantern Post, July 6).{RELATION}"
    assert only(text, scheme, date=None) == Attribution("Lantern Post")


def test_words_in_any_order_are_read_without_failing(scheme: LabelScheme) -> None:
    words = (
        "said told claims that , ; : “ ” and who which as if is by according to in the words of he it reportedly quoted"
        " would had not never put known let a (Courier - while since [Klow]GPE [Borduria]GPE [Muskar]PERSON [Post]MEDIA"
    ).split()
    chance = random.Random(0)
    for _ in range(300):
        text = " ".join(["[Klow]GPE#1", *(chance.choice(words) for _ in range(20)), "[Borduria]GPE#2"])
        relation = attributed(text + PRESSURE, scheme).relations[0]
        assert relation.attribution is not None
