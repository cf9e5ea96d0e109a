"""Hard cases of news prose. In the table, `|` stands where one sentence ends and the next begins."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from secrel.domain import Span
from secrel.reading import body_start, read_article, split_lines, split_sentences

CASES = """
Osh fell quiet. | Naryn did not.
Only one sentence without a stop
Gen. Asanov met Lt. Col. Berdiev and Maj. Gen. Chary. | They left.
Col.-Gen. Asanov retired. | Lt.-Gen. Berdiev follows.
Vice-Adm. Orlov and Rear Adm. Pavlov sailed. | Capt. Reut stayed.
They sailed to Naryan-Mar. | The 80th Brigade followed.
Mr. Ito, Mrs. Ito and Dr. Ueda spoke to Prof. Wada in St. Petersburg.
Pres. Aliyev called Sen. Brown and Rep. Clark. | Gov. Dean listened.
The U.S. Army trains them. | The U.S. Senate pays.
He flew to the U.S. | He came back.
Troops of the U.S. and the U.K. left.
The U.N. Security Council met in Washington, D.C. | The vote failed.
He praised U.S. policy, not the E.U. Commission.
Vladimir V. Orlov met J. R. Smith and A.B. Chase. | Nothing followed.
They chose plan B. | The rest is known.
He reads Ph.D. Theses at night.
Orlov Jr. Was late, they joked, but Smith Sr. Was not.
Shares of Orlov Inc. Rose and those of Smith Co. Fell.
The deal goes to Orlov Ltd. | It is worth little.
They meet at 5 p.m. Monday. | The talks end at 6 p.m. | Then they dine.
He came on Jan. 5 and left on Sept. 12. | In between he slept.
It began in mid-Dec. 2005. | It ended soon.
Resolution No. 1244 and Nos. 3 and 4 stand. | No. 5 fell.
He said no. | Moscow said yes.
See Art. 5 and Vol. 2, Fig. 3. | This is modern art. | Naryn likes it.
The unit arrived in Mar. 2004. | The mission to Mar. 5 was short.
It cost $3.5 million, up 2.75 percent. | It will cost 4. | That is a lot.
At 5.30 the guns stopped. | At 6.15 they began.
It has 1,500 men. | 300 are officers.
In 1991. | And again in 1999.
It recalls World War I. | The end was like that of Alexander II. | Moscow mourned.
1. Close the base. | Open the road.
He paused... | Then he left.
He paused ... | Then he left.
They drove to Osh... | Moscow fell silent.
He said "stop"... | Moscow fell silent.
He paused ...” | Moscow fell silent.
He paused... and left.
He paused… | Then he left.
“We want ... peace,” he said. | They did not.
“The ... Ministry knows,” he said. | They did not.
“We back [...] Russia here,” he said. | They did not.
“... Russia must leave,” he said. | They did not.
Is it over? | Not yet! | Really?! | Yes.
“Will they come?” Orlov asked. | Nobody knew.
“Will they come?” the minister asked. | Nobody knew.
“Leave now!” Gen. Asanov said. | They left.
“Will they come?” | Nobody answered.
"Will they come?" Orlov wondered. | "No," she said.
“We will stay.” | The rest is silence.
“We will stay,” he said. | “Nobody leaves.” | They stayed.
He said, “We will stay.” | “Why?” she asked.
He called it “a farce”. | The others laughed.
He called it ‘a farce’. | The others laughed.
She said "enough." | "Go," he said.
‘It is over.’ | Naryn agreed.
«It is over.» | Naryn agreed.
“He said ‘no.’” | Naryn agreed.
They met (Avesta, July 6). | They parted.
They met. (Avesta, July 6) | They parted.
They met. (Avesta, July 6). | They parted.
“They met.” (Avesta, July 6) | They parted.
They met (Avesta, July 6; see Ferghana.ru, Jan. 5. Also EDM). | They parted.
They met. (It was late.) | They parted.
They met. (see EDM, April 21). | They parted.
Nobody left. | (Naryn and Kars) both stayed.
The council (CSTO) met. | It (i.e. Mr. Orlov) voted.
(It was late.) | They parted.
They met (in Osh. | They parted.
They met in Osh). | They parted.
Prices rose vs. Last year, i.e. Ten percent, e.g. Bread, approx. Half.
The bases, depots, etc. were closed. | So were others, etc. | The rest stayed.
He wrote of it (cf. Smith et al. 2003). | They read it.
The case Smith v. Jones and p. 5 of c. 1990 stand. | They read it.
They went up Mt. Ararat from Ft. Bragg with the Dep. Minister.
It ended. — Not for him. | He went on.
It ended. – not for him.
He visited Ferghana.ru and centrasia.org. | Both lie.
He uses C++ and .NET. | The rest is old.
Élysée staff met. | Ärger followed. | Über alles.
Они ушли. | Мы остались.
They cheered \U0001f600. | \U0001f600 They cheered!
Cafe\u0301s closed. | E\u0301lysée staff left.
Gen.\u00a0Asanov left.\u00a0 | \u00a0They stayed.
They left.\u200b | They stayed.\ufeff | Nobody knew.
The “Okno.” | Station works.
It has 80 aircraft and the Su-27s. | Moscow has more.
""".strip().splitlines()


def _texts(text: str, start: int = 0) -> list[str]:
    return [span.of(text) for span in split_sentences(text, start=start)]


@pytest.mark.parametrize("case", CASES)
def test_hard_cases(case: str) -> None:
    case = re.sub(r"\\(?:u(\w{4})|U(\w{8}))", lambda m: chr(int(m[1] or m[2], 16)), case)
    expected = [part.strip(" \u00a0\u200b\ufeff") for part in case.split("|")]
    assert _texts(re.sub(r" \| ?", " ", case)) == expected


BLANK = " \t\r\n\x0b\x0c\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2009\u2028\u2029\u202f\u3000\ufeff\u200b"
WRAPPED = (
    "The gate of the old depot stayed shut on",
    "Monday, and Gen. Asanov said nothing for",
    "an hour. “Will they come?” the drivers in",
    "the queue asked. Nobody at the post of the",
    "guards knew (Avesta, July 6).",
)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_wrapped_lines_are_joined_and_blank_lines_part(line_end: str) -> None:
    text = line_end.join([*WRAPPED, "", "A second", "paragraph follows. It is short."])
    expected = [
        line_end.join(
            ["The gate of the old depot stayed shut on", "Monday, and Gen. Asanov said nothing for", "an hour."]
        ),
        line_end.join(["“Will they come?” the drivers in", "the queue asked."]),
        line_end.join(["Nobody at the post of the", "guards knew (Avesta, July 6)."]),
        f"A second{line_end}paragraph follows.",
        "It is short.",
    ]
    assert _texts(text) == expected


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\u2028", "\n\n", "\r\n\r\n", "\n \t\n", "\n\u00a0\n"])
def test_a_heading_on_its_own_line_is_a_sentence(line_end: str) -> None:
    long = f"Osh fell quiet, {'and then it fell quieter, ' * 5}and slept."
    lines = ["A QUARREL OVER THE BASE", f"{long} Naryn did not.", "What comes next", "Nothing came."]
    expected = [lines[0], long, "Naryn did not.", *lines[2:]]
    assert _texts(line_end.join(lines)) == expected
    assert _texts(f"\ufeff{line_end}" + line_end.join(lines) + line_end) == expected


@pytest.mark.parametrize("text", ["", " ", "\ufeff", "\r\n\r\n", "\u200b\u00a0", "\n \n"])
def test_no_text_has_no_sentence(text: str) -> None:
    assert split_sentences(text) == []


def test_start_leaves_the_header_out_and_offsets_alone() -> None:
    text = "HEADER. More of it.\nOsh fell \U0001f600 quiet. Naryn did not.\n"
    assert split_sentences(text, start=19) == [Span(20, 37), Span(38, 52)]
    assert split_sentences(text, start=len(text)) == []


def test_brackets_that_never_close_or_never_open() -> None:
    assert _texts("They met (in Osh. They parted. Nobody knew.") == [
        "They met (in Osh.",
        "They parted.",
        "Nobody knew.",
    ]
    far = "They met (in Osh. " + "They ate. " * 60 + "The end)."
    assert len(_texts(far)) == 62, "a bracket of more than 400 characters is a typing error"
    behind = far[:-10] + " They left (Avesta, Jan. 5. Also RFE) again. They slept."
    assert _texts(behind)[-2:] == ["They left (Avesta, Jan. 5. Also RFE) again.", "They slept."]
    assert _texts("Osh (in the (old. New) east. Yes) left. They sat.") == [
        "Osh (in the (old. New) east. Yes) left.",
        "They sat.",
    ]


PIECES = st.one_of(
    st.sampled_from(
        [
            *". ! ? … ... ( ) [ ] “ ” ‘ ’ \" ' « » , ; — - : No. U.S. Gen. Mr. V. p.m. etc. said 5 06 e\u0301".split(),
            *"Osh the The He Они \U0001f600".split(),
            *["(Avesta, July 6)", "\n\n", "\r\n", "\r\n\r\n", " ", *BLANK],
        ]
    ),
    st.characters(),
)
TEXTS = st.lists(PIECES, max_size=60).map("".join)


@settings(deadline=None)
@given(TEXTS, st.integers(0, 8))
@example("He paused ... The end. “... Osh” [...] Naryn ... ", 0)
@example("\n".join([*WRAPPED, "", *WRAPPED]), 0)
@example("\r\n".join(WRAPPED), 3)
def test_sentences_are_ordered_and_cover_every_other_character_once(text: str, start: int) -> None:
    start = min(start, len(text))
    spans = split_sentences(text, start=start)
    covered = [position for span in spans for position in range(span.start, span.end)]
    assert covered == sorted(set(covered)), "in order, and no character twice"
    assert all(start <= span.start < span.end <= len(text) for span in spans)
    left_out = set(range(start, len(text))) - set(covered)
    assert {text[position] for position in left_out} <= set(BLANK)
    assert all(
        not span.of(text).startswith(tuple(BLANK)) and not span.of(text).endswith(tuple(BLANK)) for span in spans
    )


@settings(deadline=None)
@given(TEXTS)
def test_a_sentence_that_ends_a_paragraph_does_not_depend_on_the_next_paragraph(text: str) -> None:
    text = " ".join(text.split()).replace("\u200b", "").replace("\ufeff", "")
    first = split_sentences(text)
    shift = len(text) + 2
    both = split_sentences(f"{text}\n\n{text}")
    assert both == [*first, *(Span(span.start + shift, span.end + shift) for span in first)]


@pytest.mark.parametrize("unit", ["Osh met Naryn (Avesta, July 6). ", ".", "”", "(", "A. ", "A ... ", " ", "\n"])
def test_time_grows_no_faster_than_the_text(unit: str) -> None:
    # 200,000 characters without a line end; quadratic time would be minutes.
    text = "Osh" + unit * (200_000 // len(unit)) + "B. C"
    began = time.process_time()
    assert split_sentences(text)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(("name", "number"), [("edm-v3-i133", 39), ("edm-v2-i91", 28)])
def test_edm_articles(articles_folder: Path, name: str, number: int) -> None:
    document = read_article(articles_folder / f"{name}.txt")
    texts = _texts(document.text, body_start(document.text))
    # Counted by hand.
    assert len(texts) == number
    assert [n for n, text in enumerate(texts) if text.startswith("(")] == ([27] if name == "edm-v2-i91" else [])
    abbreviation = re.compile(
        r"(?:\b(?:[A-Z]|[A-Z]\.[A-Z]|Gen|Col|Maj|Lt|Mr|Dr|St|No|Jan|Feb|Aug|Sept|Oct|Nov|Dec)\.)$"
    )
    assert [text for text in texts if abbreviation.search(text)] == []
    assert [text for text in texts if not text.endswith((".", ").", ".”"))] == []
    assert [text for text in texts if not re.match(r"[“(]?[A-Z]", text)] == []


def test_lines_are_sentences_whatever_stands_in_them() -> None:
    text = "Head\r\n\r\n  He left. She stayed. \n\u200b\nand\u2028so on\x0cNo. 5"
    spans = split_lines(text)
    assert [span.of(text) for span in spans] == ["Head", "He left. She stayed.", "and", "so on", "No. 5"]
    assert [span.of(text) for span in split_lines(text, start=4)] == ["He left. She stayed.", "and", "so on", "No. 5"]
    assert split_lines(" \n\ufeff\n") == []
