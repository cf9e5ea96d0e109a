"""Verbs of saying, by what may follow them."""

from __future__ import annotations


def forms(verbs: str) -> frozenset[str]:
    """Finite forms and participle of regular verbs, and of others whose forms are written out with slashes."""
    found: set[str] = set()
    for verb in verbs.split():
        if "/" in verb:
            found |= set(verb.split("/"))
        elif verb.endswith("y"):
            found |= {verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"}
        else:
            stem = verb.removesuffix("e")
            third = f"{verb}es" if verb.endswith(("s", "sh", "ch", "x")) else f"{verb}s"
            found |= {verb, third, f"{stem}ed", f"{stem}ing"}
    return frozenset(found)


DENIALS = forms("deny disclaim")
REJECTIONS = forms("dismiss reject refute repudiate disown disavow")
# Of these some take what is said without a sign of it: "said Baku would".
SAY = frozenset("say says said saying think thinks thought believe believes believed swear swears swore sworn".split())
# Of the others only these take it so; the rest only behind what is said: "..., he adds".
BARE = SAY | forms("claim insist suspect reckon")
# These too where the clause behind them begins at once and has an auxiliary: "warned it would".
BRIEF = forms(
    """
    acknowledge add admit/admits/admitted/admitting allege announce argue complain conclude confirm declare deny
    emphasize emphasise estimate explain fear hint/hints/hinted note predict pledge promise recall remark reply state
    stress suggest underline warn vow
    """
)
FREE = SAY | forms("claim insist argue maintain contend allege add suspect reckon write/writes/wrote/written/writing")
# Take a noun or a verbal noun as what is said: "denied any pressure", "announced the withdrawal".
NOMINAL = forms(
    """
    deny disclaim confirm admit/admits/admitted/admitting acknowledge announce report reveal disclose allege claim
    promise pledge vow predict concede
    """
)
# Take "that" only: "demanded that Klow stop arming them".
REQUESTS = forms("demand urge request propose recommend")
# Take "that", a colon or a quotation.
THAT = (
    REJECTIONS
    | forms(
        """
    allow answer reply respond explain note remark observe testify state declare stress emphasize emphasise complain
    hint suggest confess speculate suppose estimate grumble boast joke lament protest recall assert intimate whisper
    fear warn caution threaten predict forecast hold/holds/held/holding agree mutter profess reiterate charge imply
    expect conclude mention recount relate reason object judge doubt dispute guess assume opine rule point
    find/finds/found
    affirm assess clarify comment confide conjecture counter detail divulge elaborate establish exclaim indicate
    insinuate posit pronounce prophesy proclaim reaffirm repeat retort signal surmise theorize theorise tweet underline
    underscore vouch worry whisper gossip murmur
    """
    )
    | REQUESTS
)
TELL = forms("tell/tells/told/telling inform assure remind advise")
# Only behind what they say, or within it: "..., the daily has learned, ...".
AFTER = forms(
    """
    laugh smile sigh shrug chuckle snort sneer scoff shout cry muse hears/heard knows/knew learns/learned/learnt
    calculate put/puts quip/quips/quipped print publish promise finds/found tell/tells/told admit/admits/admitted
"""
)
VERBS = FREE | NOMINAL | THAT | TELL
# Behind "to be": "was emphatic that".
SURE = frozenset("emphatic adamant categorical insistent convinced certain sure confident".split())
LEARNS = forms("learn/learns/learned/learnt discover")
# "as Izvestia did", "as he put it".
AS = frozenset("put puts did does do has have had".split())
# "let it be known that", "made it plain that".
IDIOMS = frozenset("let lets make makes made making leave leaves left".split())
KNOWN = frozenset("known plain clear record understood secret doubt".split())
CUES = VERBS | AFTER | AS | IDIOMS | LEARNS | SURE
# To say it may be what the relation states: "Moscow warned Kyiv".
ACTS = forms("warn caution threaten")
DEMANDS = ACTS | REQUESTS | forms("insist vow")
# "accused Baku of arming them", "blamed Baku for arming them".
ACCUSATIONS = forms("accuse blame suspect")
# Of no use as a cue where no person and nothing written says it: "the photograph suggests".
WEAK = forms("suggest hold/holds/held/holding show imply find/finds/found rule report note confirm state charge object")
# "admitted training them", but not "admitted a new member"; "claims to train them", but not "claimed three lives".
ADMISSIONS = frozenset("admit admits admitted".split())
CLAIMS = forms("claim allege")
# With "as" and a denial before them what they say is not so: "nor were troops sent, as Pravda claimed".
ASSERTIONS = forms("claim assert allege report write/writes/wrote/written")
# An infinitive is what is said.
PROMISES = forms("promise pledge vow claim")
# Nouns, or verbs of the present.
AMBIGUOUS = frozenset(
    form
    for word in """
    report claim promise charge note hint answer reply state fear object point boast joke protest show vow pledge doubt
    rule judge reason guess forecast lament estimate mention demand request suspect
    """.split()
    for form in (word, f"{word}s")
)
# Nouns of saying.
NOUNS = frozenset(
    """
    claim claims statement statements assertion assertions report reports allegation allegations contention suggestion
    suggestions insinuation insinuations hint hints rumor rumors rumour rumours story charge charges accusation
    accusations admission announcement denial denials warning remark remarks view belief complaint complaints boast
    talk speculation gossip
    """.split()
)


# What somebody rejects who says that it is not so: "dismissed reports of a deal".
CLAIMED = NOUNS | frozenset("idea notion talk possibility prospect speculation insinuations theory".split())
# At which something is said: "said in an interview".
OCCASIONS = frozenset(
    """
    address article briefing broadcast column comment comments conference essay interview letter message remarks speech
    statement talk telegram
    """.split()
)
RULES = forms("rule")
# Open a sentence about what is said to an outlet: "Speaking to Interfax, ...", "Asked by Interfax, ...".
SPEAKING = frozenset("speaking talking writing asked interviewed questioned".split())


def is_past(word: str) -> bool:
    """Whether a verb of saying stands in the past."""
    return word.endswith("ed") or word in {"said", "told", "wrote", "held", "thought", "swore", "found"}
