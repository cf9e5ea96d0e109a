"""Whether a sentence speaks of a date as past or as still to come.

The rule. Past are dates in brackets and datelines, behind "since", and of what is on record ("the treaty of May 12").
Otherwise the verb that comes last before the date decides: "will", "is to", "may", "plans" point ahead, as does the
present of what stands in a calendar ("expires in May"), a past tense or participle back; what is agreed, asked or set
"to" or "for" is planned, and a bare present leaves it to the calendar. Where the date opens its clause ("In May Baku
will", "that by June the base had"), it is the first verb behind, asides passed over. Deadlines of conditions and of
what was given ("unless they leave by June", "given until May") are to come, what a sentence puts "ahead of" is planned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from secrel.reading.date_words import Direction

# Characters before and behind a date that are looked at.
_REACH = 500
_ADVERBS = r"(?: (?:not|also|soon|still|now|then|never|only|again|thus|at last|in turn|[a-z]+ly))*"
_MODALS = "will|won't|shall|would|may|might|could|should|must|can|cannot"
_FORESEEN, _BOUND = "due|set (?:to|for)|scheduled|slated|expected|planned|supposed", "bound|about|going|likely|certain"
# Stems of verbs whose infinitive lies ahead of them, and of those that also tell what was done.
_INTENT = "|".join(
    """
    agree decid plan intend promis pledg vow hop want offer threaten propos prepar undertak undertook order ask invit
    oblig requir resolv commit meant? need demand urg aim seek sought schedul
    """.split()
)
_BROUGHT_ABOUT = "allow|instruct|authoriz|forc|persuad|pressur|press"
_TO_DO = r"(?:d|e|ed|es|s|ted|ned|ing)?\b(?: [^\s,;.()]+){0,6}? to (?:be )?[a-z]+"
# What was to be done is dated where the date follows closely, or says by when; else it may date the asking.
_SOON = r"(?: [^\s,;.()]+){0,4} $|[^;]*\b(?:by|before|until|till) (?:the )?$"
# Present tenses of what stands in a calendar, their plurals, and present tenses that may also tell of the past.
_CALENDAR = "|".join(
    """
    expires lapses ends closes opens reopens begins starts resumes convenes meets returns leaves arrives departs
    """.split()
)
_CALENDAR_PLURAL = "(?<=[a-z]s )(?:expire|begin|resume|convene|meet|arrive|depart|reopen)"
_NARRATIVE = "follows|comes|goes|runs|takes"
# Past tenses and participles without -ed, and "since", "ago", "already".
_PAST = "|".join(
    """
    was were had has have having did said told made took came went gave got met held began became brought left kept sent
    spoke saw lost led won stood found fell rose ran built bought caught drew drove fought flew froze grew heard knew
    laid lay meant paid rang sang sank sat sold shot slept spent stole struck swore taught tore thought threw understood
    withdrew wrote awoke broke chose dealt dug felt fled forbade hid hung overthrew undertook shook shrank sought split
    spread sprang strove swept swam wore rode bore bent put hit cut shut quit cost let gone done been seen taken given
    known shown born written begun broken chosen drawn driven flown fallen frozen grown spoken stolen sworn thrown
    withdrawn worn beat beaten blew blown burst cast upheld overran overcame overtook overtaken rebuilt retook retaken
    resold undid undone outran foresaw foreseen foretold forgot forgotten forgave gave misled mistook rewrote sped spun
    stuck swelled swung torn thrust underwent undergone undercut withheld withstood arose arisen befell beheld
    flung leapt lent lit clung crept bred fed repaid retold slid sunk sprung strode struck wept woke
    overheard oversaw overseen outdid since ago already
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
# Between such a verb and the date, "on" or "in" not counted.
_ITS_OBJECT = (
    rf"(?: (?!(?:{_PAST}|[a-z]+ed|with|after|following|of|because|amid|as|that|when|before)\b)[^\s,;:.()]+){{0,6}}?"
)
_CUES = re.compile(
    rf"(?<!to )\b(?:(?P<ahead>(?:will|won't|shall){_ADVERBS} have(?: been)?{_ADVERBS} [a-z]+|(?:has|have) to [a-z]+"
    rf"|(?:{_CALENDAR}|{_CALENDAR_PLURAL})(?:(?: (?:in|at) [A-Z]\w+)?|{_ITS_OBJECT} (?:on|in|by|until)) (?:the )?$)"
    rf"|(?P<perfect>(?:{_MODALS}){_ADVERBS} have\b)"
    rf"|(?P<future>(?:{_MODALS}){_ADVERBS}(?: be(?:en)?)?{_ADVERBS} [a-z]+"
    rf"|(?:is|are|be){_ADVERBS} (?:to|{_FORESEEN}|{_BOUND})\b(?: to)?(?: be)?(?: [a-z]+)?"
    rf"|(?:was|were|been){_ADVERBS} (?:to|{_BOUND})\b(?: to)?(?: be)?(?: [a-z]+)?"
    r"|(?:plans|intends|hopes|expects|aims|wants|proposes|prepares|means) (?:to|an?|the|another|its|their|his|her) \w+"
    r"|upcoming|forthcoming|next)"
    rf"|(?P<planned>(?<!had )(?:{_INTENT}){_TO_DO}(?={_SOON})"
    rf"|(?:was|were|been){_ADVERBS} (?:{_FORESEEN})\b(?: to)?(?: be)?(?: [a-z]+)?"
    r"|(?:planned|scheduled|set|fixed|slated|proposed|announced|due) for|(?<!-)expect(?:s|ed)?\b|due"
    rf"|(?:{_CALENDAR})\b)"
    rf"|(?P<near>(?:{_INTENT}|{_BROUGHT_ABOUT}){_TO_DO}|(?:{_NARRATIVE})\b"
    rf"|(?:is|are|be|is being|are being){_ADVERBS} (?:[a-z]+ed|[a-z]+ing|held|made|sent|built|kept|taken|given|gone)\b)"
    rf"|(?P<past>set (?:ablaze|aside|fire|foot|free|off|out|sail|up)|(?:{_PAST}|(?!(?:{_NO_VERBS})\b)[a-z]{{2,}}ed)\b)"
    r")"
)
_BRACKETS = re.compile(r"\([^()]*\)")
_DIRECTIONS: dict[str, Direction] = {
    "ahead": "future",
    "future": "future",
    "planned": "planned",
    "near": "near",
    "perfect": "past",
    "past": "past",
}
# Asides in a clause that a date opens, and how those begin that have verbs of their own.
_PIECES = re.compile(r",| [–—] |\s(?=(?:which|who|whose|whom|where|when)\b)")
_SUBORDINATE = re.compile(
    r"\s*(?:which|who|whose|whom|where|when|that|if|as|while|whereas|although|though|because|since|unless|once|after"
    r"|before|until)\b"
)
_CIRCUMSTANCE = re.compile(r"\s*(?:with|despite|given|[a-z]+(?:ed|ing))\b")
_TOLD = re.compile(r"(?!(?:aim|hop|intend|need|plann|want)ed)[a-z]+ed\b|sought|undertook")
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
    r"\b(?:until|till|to|by) $|\b(?:has|have)(?: only| just)? (?:until|till) (?:the )?$"
)
# What has not come yet for those who act, and perhaps not for those who write.
_AHEAD_OF = re.compile(r"\b(?:ahead of|in advance of|run-?up to|deadline of) (?:the |an? )?$", re.IGNORECASE)
_BEFORE_THE = re.compile(r"\bbefore (?:the|its|their) $", re.IGNORECASE)
_EVENT = re.compile(
    r" (?:[a-z-]+ ){0,2}?(?:ballot|conference|congress|elections?|games|meeting|polls?|referendum|session|summit|talks"
    r"|visit|vote)\b"
)
_DEADLINE = re.compile(r" deadline\b")
_POSSESSIVE = re.compile(r"['’]s?\b")
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
    """Whether a date is spoken of as past, to come or planned; ``near`` where the sentence does not tell.

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
    before_event = _BEFORE_THE.search(before) and _EVENT.match(behind)
    if _AHEAD_OF.search(before) or before_event:
        return "planned"
    # "The blame for Friday's attack" plans nothing.
    possessive = _POSSESSIVE.search(sentence[max(end - 2, start) : end + 2])
    if _SET_FOR.search(before) and not possessive:
        return "planned"
    opening, clause = _OPENING.search(before), behind.partition(";")[0]
    earlier = [] if opening else list(_cues(before[max(before.rfind(";"), 0) :]))
    direction = earlier[-1] if earlier else _first_cue(_pieces(clause) if opening else [clause])
    if _DEADLINE.match(behind) and direction != "future":
        return "planned"
    return "near" if possessive and direction == "planned" else direction


def is_every_year(sentence: str, start: int) -> bool:
    """Whether what is told happens on that date every year, so that without a year it is no particular one.

    Args:
        sentence: The sentence.
        start: Offset of the date's first character in it.
    """
    return _EVERY_YEAR.search(_before(sentence, start)) is not None


def _before(sentence: str, start: int) -> str:
    return re.sub(r"\s+", " ", sentence[max(start - _REACH, 0) : start])


def _pieces(behind: str) -> list[str]:
    """The pieces of the clause that a date opens, without subordinate clauses; circumstances told first come last."""
    text = _SAID_ASIDE.sub(",", _BRACKETS.sub("", behind))
    pieces = [p for p in _PIECES.split(text) if p.strip() and not _SUBORDINATE.match(p)]
    if pieces and behind.lstrip().startswith(",") and _CIRCUMSTANCE.match(pieces[0]):
        pieces.append(pieces.pop(0))
    return pieces


def _first_cue(behind: Iterable[str]) -> Direction:
    """What the first verb behind a date says; one who agreed or asked did so on that day."""
    cues = (cue for piece in behind for cue in _verbs(piece))
    first = next(cues, None)
    if first is None:
        return "near"
    group, verb = first
    return "past" if group in ("near", "planned") and _TOLD.match(verb) else _DIRECTIONS[group]


def _cues(text: str) -> Iterator[Direction]:
    """What the verbs say, in their order."""
    return (_DIRECTIONS[group] for group, _ in _verbs(text))


def _verbs(text: str) -> Iterator[tuple[str, str]]:
    """The verbs that tell of time, with the name of their group; brackets and inserted "he said" left out."""
    text = _SAID_ASIDE.sub("", _BRACKETS.sub("", text))
    for cue in _CUES.finditer(text):
        yield str(cue.lastgroup), cue[0]
