"""Whether a date is past or to come. A date stands between asterisks."""

from __future__ import annotations

import pytest

from secrel.reading.date_words import Direction
from secrel.reading.tense import date_direction, is_every_year


def marked(sentence: str) -> tuple[str, int, int]:
    before, date, behind = sentence.split("*")
    return before + date + behind, len(before), len(before) + len(date)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Borduria signed the accord on *July 6*.", "past"),
        ("The fleet has been idle since *October*.", "past"),
        ("Its troops left in *May* and will not return.", "past"),
        ("On *July 13* the council published its answer.", "past"),
        ("The duke said that in *July* nobody had come.", "past"),
        ("The convoy will arrive by *the end of May*, the duke said.", "future"),
        ("The exercise is to be held in *September*.", "future"),
        ("The pact was to take effect in *September*.", "future"),
        ("The gauge may, officials say, be changed in *April*.", "future"),
        ("In *May*, Syldavia will open the port that it closed in June.", "future"),
        ("The base, which it left in June, will reopen in *May*.", "future"),
        ("Syldavia plans a second drill in *April*.", "future"),
        ("Klow was given until *May 15* to name a day.", "future"),
        ("Klow will react unless the guns are gone by *October*.", "future"),
        ("The duke threatens to act if nothing is done before *June*.", "future"),
        ("They agreed to send observers in *June*.", "planned"),
        ("A vote is set for *March 4*.", "planned"),
        ("The visit, postponed to *June*, matters little.", "planned"),
        ("The fair opens on *November 28*.", "future"),
        ("The pact was expected in *November*.", "planned"),
        ("On *May 4*, in Szohod, the two dukes embraced.", "past"),
        ("In *May*, according to Zora, the fleet sailed.", "past"),
        ("In *May*, if the ice is gone, the fleet will sail.", "future"),
        ("In *May*, supported by Klow, the fleet will sail.", "future"),
        ("In *May*, the fleet, of late in Szohod, returned and will stay.", "past"),
        ("In *May*, the duke said, the fleet will sail.", "future"),
        ("In *May* the fleet, which will sail, burst its chains.", "past"),
        ("On *May 4* rebels blew up the bridge.", "past"),
        ("On *May 4* rebels set fire to the bridge.", "past"),
        ("The guards will have gone by *October*.", "future"),
        ("By *October* the guards will have been told.", "future"),
        ("Borduria has to pay by *Friday*.", "future"),
        ("Borduria has until *October* to pay.", "future"),
        ("The diet convenes on *Thursday*.", "future"),
        ("The duke arrives in Klow on *Thursday*.", "future"),
        ("The ministers meet in Klow on *Thursday*.", "future"),
        ("The trial opens *Thursday*.", "future"),
        ("The list starts with the raids that shook Klow in *May*.", "past"),
        ("Borduria vowed to pay by *December 31*.", "planned"),
        ("A deadline of *July 15* was set.", "planned"),
        ("The *July 15* deadline was missed.", "planned"),
        ("They will meet the *July 15* deadline.", "future"),
        ("Ahead of the *July 15* summit the duke was silent.", "planned"),
        ("Before the *July 15* summit the duke was silent.", "planned"),
        ("The duke fell silent before the *July 15* shots.", "past"),
        ("The duke on *Thursday* ordered the fleet to sail.", "past"),
        ("The duke ordered the whole of the old fleet to sail home from all ports on *Thursday*.", "near"),
        ("He blamed Borduria and its duke for *Friday*'s raid.", "past"),
        ("Officials hope to learn more of *Friday*’s raid.", "near"),
        ("*May 4*: a first class will begin its course in autumn.", "past"),
        ("KLOW, *May 13* – Syldavia will send more soldiers.", "past"),
        ("*June 30*.", "past"),
        ("Klow will send soldiers (Borduria Today, *May 13*).", "past"),
        ("The treaty of *May 12* will be followed by talks.", "past"),
        ("The attack on the outpost of *May 12* may have results.", "past"),
        ("It would have been over by *May*.", "past"),
        ("A train and another in *September*.", "near"),
        ("It will end;\nthe talks began\nin *May*.", "past"),
    ],
)
def test_direction(sentence: str, expected: Direction) -> None:
    assert date_direction(*marked(sentence)) == expected


def test_what_recurs() -> None:
    for sentence, expected in (
        ("Fleet Day is celebrated on *August 12* with fireworks.", True),
        ("The fair is held every year in *May*.", True),
        ("Fleet Day was celebrated on *August 12*.", False),
        ("The fair, celebrated by all, opened on *May 3*.", False),
    ):
        text, start, _ = marked(sentence)
        assert is_every_year(text, start) is expected


def test_a_long_line_is_read_in_no_time() -> None:
    text = "They agreed to go, to stay and to go " * 20_000
    assert date_direction(text + "in May.", len(text) + 3, len(text) + 6) == "near"
