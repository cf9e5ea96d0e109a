"""News of sports: there a town is a team, and a person without an office is an athlete."""

from __future__ import annotations

import re

_STRONG = re.compile(
    r"\b(?:quarterback|wide receiver|linebacker|running back|touchdowns?|striker|midfield(?:er)?|goalkeeper|playoffs?"
    r"|semi-?finals?|quarter-?finals?|innings?|pitcher|point guard|tournament|premiership|overtime (?:loss|win|goal)"
    r"|double fault|backhand|forehand|(?:first|second|third|fourth)[- ](?:half|round|quarter)|hat-?trick|penalty shoot"
    r"|home runs?|free throws?|three-pointer|rebounds|wicket|World Cup|Grand Slam|Super Bowl|Olympic (?:gold|medal)"
    r"|(?:No|number)\.? (?:\w+) seed|overall seed|injury time|extra time|head coach|assistant coach)\b",
    re.IGNORECASE,
)
_WEAK = re.compile(
    r"\b(?:games?|seasons?|coach|players?|goals?|match|matches|club|league|cup|champions?|championship|teams?|squad"
    r"|score[ds]?|scoring|beat|defeated|draft|roster|fans|stadium|starts?|win|loss|lead|title|teammates?|captain"
    r"|injur(?:y|ed)|offensive|defensive|unbeaten|rugby|football|basketball|baseball|hockey|tennis|cricket|boxing)\b",
    re.IGNORECASE,
)
_FEWEST = 3
"""Different weaker words that tell sports by themselves."""


def is_of_sports(sentence: str) -> bool:
    """Whether a sentence is about sports.

    Args:
        sentence: The sentence.
    """
    if _STRONG.search(sentence):
        return True
    return len({match.group().lower() for match in _WEAK.finditer(sentence)}) >= _FEWEST
