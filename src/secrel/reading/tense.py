"""Whether a sentence speaks of a date as past or as still to come.

The rule. Past are dates in brackets and datelines, behind "since", and of what is on record ("the treaty of May 12").
Otherwise the verb that comes last before the date decides: "will", "is to", "may", "plans" point ahead, a past tense or
participle back; what is agreed, asked or set "to" or "for", and a bare present, leave it to the calendar. Where the
date opens its clause ("In May Baku will", "that by June the base had"), it is the first verb behind. Deadlines of
conditions and of what was given ("unless they leave by June", "given until May") are to come.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from secrel.reading.date_words import Direction

# Characters before and behind a date that are looked at.
_REACH = 500
_ADVERBS = r"(?: (?:not|also|soon|still|now|then|never|only|again|thus|at last|in turn|[a-z]+ly))*"
_MODALS = "will|won't|shall|would|may|might|could|should|must|can|cannot"
_FORESEEN, _BOUND = "due|set (?:to|for)|scheduled|slated|expected|planned|supposed", "bound|about|going|likely|certain"
# Stems of verbs whose infinitive lies ahead of them.
_INTENT = "|".join(
    """
    agree decid plan intend promis pledg vow hop want offer threaten propos prepar undertak undertook order ask invit
    allow oblig requir resolv commit meant? need demand urg aim seek sought instruct authoriz schedul forc persuad
    pressur press
    """.split()
)
# Present tenses of what stands in a calendar.
_FUTURATE = "|".join(
    """
    expires lapses ends closes opens begins starts resumes follows convenes meets returns leaves arrives comes goes runs
    takes
    """.split()
)
# Past tenses and participles without -ed, and "since", "ago", "already".
_PAST = "|".join(
    """
    was were had has have having did said told made took came went gave got met held began became brought left kept sent
    spoke saw lost led won stood found fell rose ran built bought caught drew drove fought flew froze grew heard knew
    laid lay meant paid rang sang sank sat sold shot slept spent stole struck swore taught tore thought threw understood
    withdrew wrote awoke broke chose dealt dug felt fled forbade hid hung overthrew undertook shook shrank sought split
    spread sprang strove swept swam wore rode bore bent put hit cut shut quit cost let gone done been seen taken given
    known shown born written begun broken chosen drawn driven flown fallen frozen grown spoken stolen sworn thrown
    withdrawn worn since ago already
    """.split()
)
# End in -ed and are no verbs, or stand before nouns more often than before dates.
_NO_VERBS = "|".join(
    """
    need speed indeed hundred feed proceed exceed succeed armed unarmed combined limited embed unmanned allied advanced
    """.split()
)
# What has the date on which it was made or done behind "of".
_RECORDS = "|".join(
    """
    account accord agreement annex announcement appeal article attack audit bill blast cease-?fire clash communiqu[eé]
    contract coup deal decision declaration decree demand directive editorial explosion incident interview killing law
    letter memorandum message murder note offer order pact picture poll protocol raid regime report resolution rule
    ruling speech statement survey threat treaty treatie truce ultimatum verdict
    """.split()
)
_CUES = re.compile(
    rf"(?<!to )\b(?:(?P<past>(?:{_MODALS}){_ADVERBS} have\b)"
    rf"|(?P<future>(?:{_MODALS}){_ADVERBS}(?: be(?:en)?)?{_ADVERBS} [a-z]+"
    rf"|(?:is|are|be){_ADVERBS} (?:to|{_FORESEEN}|{_BOUND})\b(?: to)?(?: be)?(?: [a-z]+)?"
    rf"|(?:was|were|been){_ADVERBS} (?:to|{_BOUND})\b(?: to)?(?: be)?(?: [a-z]+)?"
    r"|(?:plans|intends|hopes|expects|aims|wants|proposes|prepares|means) (?:to|an?|the|another|its|their|his|her) \w+"
    r"|upcoming|forthcoming|next)"
    rf"|(?P<near>(?:{_INTENT})(?:d|e|ed|es|s|ted|ned|ing)?\b(?: [^\s,;.()]+){{0,6}}? to (?:be )?[a-z]+"
    rf"|(?:was|were|been){_ADVERBS} (?:{_FORESEEN})\b(?: to)?(?: be)?(?: [a-z]+)?"
    rf"|(?:planned|scheduled|set|fixed|slated|proposed|announced|due) for|expect(?:s|ed)?|due|(?:{_FUTURATE})\b"
    rf"|(?:is|are|be|is being|are being){_ADVERBS} (?:[a-z]+ed|[a-z]+ing|held|made|sent|built|kept|taken|given|gone)\b)"
    rf"|(?P<past_tense>{_PAST}|(?!(?:{_NO_VERBS})\b)[a-z]{{2,}}ed)\b)"
)
# What stands between a date and the beginning of its clause, where the date opens it.
_OPENING = re.compile(
    r"(?:^|[;:—–“\"]|\b(?:that|and|but|while|whereas|although|where|when|because|if|as|yet|so|or)\b),?\s*"
    r"(?:(?:in|on|by|from|after|before|until|during|at|as of|starting|it was)\s+)?(?:the\s+)?$",
    re.IGNORECASE,
)
_DATELINE_BEFORE, _DATELINE_BEHIND = re.compile(r"[^a-z;.]*"), re.compile(r"(?:, \d{4})?\s*[(–—:-]")
_SINCE = re.compile(r"\bsince (?:the |at least )?$", re.IGNORECASE)
_ON_RECORD = re.compile(rf"\b(?:{_RECORDS})s?\b[^,;.()]{{0,40}} of (?:the )?$")
_GIVEN = re.compile(
    r"\b(?:(?:ask|give|gave|grant|extend|prolong|renew)[a-z]*|deadline|mandate|lease|valid)\b[^,;.()]{0,40}"
    r"\b(?:until|till|to|by) $"
)
_CONDITION = re.compile(
    r"\b(?:unless|provided|if|should|lest)\b[^;.()]*\b(?:until|by|before) (?:the )?$", re.IGNORECASE
)
_SET_FOR = re.compile(
    r"(?:\bfor|\b(?:postpon|delay|defer|put off|adjourn|suspend)[a-z]*\b[^,;.()]{0,40}\b(?:until|till|to)) $"
)
_EVERY_YEAR = re.compile(
    r"\b(?:(?:every|each) year|annually"
    r"|(?:is|are) (?:always |usually |traditionally )?(?:celebrated|observed|commemorated))"
    r"(?: \w+){0,3}? (?:on|in|every) (?:the )?$"
)
_SAID_ASIDE = re.compile(
    r", (?:[\w’'.-]+ ){1,5}?(?:said|says|say|told [A-Z]\w+|reported|added|noted|claimed|believe)(?: [\w’'-]+){0,3},"
)


def date_direction(sentence: str, start: int, end: int) -> Direction:
    """Whether a date is spoken of as past or as to come; ``near`` where the sentence does not tell.

    Args:
        sentence: The sentence.
        start: Offset of the date's first character in it.
        end: Offset behind its last one.
    """
    before, behind = _before(sentence, start), sentence[end : end + _REACH]
    dateline = _DATELINE_BEFORE.fullmatch(before) and _DATELINE_BEHIND.match(behind)
    heading = not re.search(r"\w", before + behind)
    bracketed = before.rfind("(") > before.rfind(")") and ")" in behind
    if dateline or heading or bracketed or _SINCE.search(before) or _ON_RECORD.search(before):
        return "past"
    if _GIVEN.search(before) or _CONDITION.search(before):
        return "future"
    if _SET_FOR.search(before):
        return "near"
    if _OPENING.search(before):
        clause = re.split(r"[,;]|\b(?:which|who|whose|where|when)\b", behind.lstrip(" ,"), maxsplit=1)[0]
        return next(_cues(clause), "near")
    earlier = list(_cues(before[max(before.rfind(";"), 0) :]))
    return earlier[-1] if earlier else next(_cues(behind.partition(";")[0]), "near")


def is_every_year(sentence: str, start: int) -> bool:
    """Whether what is told happens on that date every year, so that without a year it is no particular one.

    Args:
        sentence: The sentence.
        start: Offset of the date's first character in it.
    """
    return _EVERY_YEAR.search(_before(sentence, start)) is not None


def _before(sentence: str, start: int) -> str:
    return re.sub(r"\s+", " ", sentence[max(start - _REACH, 0) : start])


def _cues(text: str) -> Iterator[Direction]:
    """What the verbs say, in their order; brackets and inserted "he said" left out."""
    text = _SAID_ASIDE.sub("", re.sub(r"\([^()]*\)", "", text))
    for cue in _CUES.finditer(text):
        yield "future" if cue["future"] else "near" if cue["near"] else "past"
