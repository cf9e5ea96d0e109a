"""Writes the generated half of the behaviour cases: ``python benchmarks/behaviour/generate.py [--check]``.

Every file of this folder has cases written by hand, then a line that says so, then cases made here, with a fixed seed,
from ``templates/`` and, for typos, from the sentences written by hand. With ``--check`` nothing is written, and the
exit status is 1 if a file is not current.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from secrel.config import read_toml

FOLDER = Path(__file__).parent
SEED = 20
MARK = "# ---- expanded from templates by generate.py; not to be edited below this line ----\n"
COUNTS = {
    "negation": 32,
    "role-reversal": 26,
    "passive": 26,
    "status": 36,
    "coordination": 26,
    "distractors": 22,
    "unseen-names": 22,
    "name-swap": 32,
    "typos": 28,
    "quote-styles": 20,
}
"""How many cases are generated for each capability."""

INVARIANCE = ("name-swap", "typos", "quote-styles")
KNOWN, INVENTED = "known", "invented"
# Opening and closing double marks, and the apostrophe.
QUOTES = (('"', '"', "'"), ("«", "»", "’"), ("„", "“", "’"), ("‘", "’", "’"), ("``", "''", "'"))
_SLOT = re.compile(r"\{([A-Z])(\d)(-?)\}")
_MENTION = re.compile(r"\[[^\]]+\][A-Z]+(?:#\d+)?")
# In a short word, a changed letter easily makes another word.
_LONG_WORD = re.compile(r"(?<![\w-])[a-z]{6,}(?![\w-])")

Side = str
Names = dict[str, Any]


class Filler:
    """Fills the slots of one case; a slot keeps its name within the case, and no name stands in two slots."""

    def __init__(self, names: Names, kind: str, generator: random.Random, taken: frozenset[str] = frozenset()) -> None:
        self.names, self.kind, self.generator = names, kind, generator
        self.chosen: dict[tuple[str, str], str] = {}
        self.taken = set(taken)

    def __call__(self, template: Side) -> Side:
        """The template with its slots filled."""
        return _SLOT.sub(self._fill, template.strip("\n"))

    def _fill(self, match: re.Match[str]) -> str:
        key = match[1], match[2]
        entry = self.names[match[1]]
        if key not in self.chosen:
            name = self.generator.choice([n for n in entry[self.kind] if n not in self.taken])
            self.chosen[key] = name
            self.taken.add(name)
        return f"[{self.chosen[key]}]{entry['label']}" + ("" if match[3] else f"#{match[2]}")


def pairs(capability: str, templates: list[dict[str, str]], names: Names) -> Iterator[tuple[Side, Side]]:
    """The generated cases of a capability without end, some of them the same as others."""
    generator = random.Random(f"{SEED} {capability}")
    if capability == "typos":
        yield from _typo_pairs(generator)
    style = 0
    while True:
        for template in templates:
            fill = Filler(names, KNOWN, generator)
            before = fill(template["before"])
            if capability == "unseen-names":
                after = Filler(names, INVENTED, generator)(template["before"])
            elif capability == "name-swap":
                after = Filler(names, KNOWN, generator, frozenset(fill.taken))(template["before"])
            elif capability == "quote-styles":
                after = _requoted(before, QUOTES[style % len(QUOTES)])
                style += 1
            else:
                after = fill(template["after"])
            yield before, after


def _requoted(side: Side, marks: tuple[str, str, str]) -> Side:
    opening, closing, apostrophe = marks
    return side.replace("’", apostrophe).replace("“", "\0").replace("”", closing).replace("\0", opening)


def _typo_pairs(generator: random.Random) -> Iterator[tuple[Side, Side]]:
    """Sentences written by hand for other capabilities, with two words misspelt."""
    sources = {
        name: [case["before"] for case in read_toml(FOLDER / f"{name}.toml")["case"] if "-g" not in case["id"]]
        for name in ("negation", "role-reversal", "passive", "status", "coordination", "distractors")
    }
    for sides in sources.values():
        generator.shuffle(sides)
    while True:
        for sides in sources.values():
            before = sides.pop().strip("\n")
            sentence, _, marks = before.partition("\n")
            mentions = [match.span() for match in _MENTION.finditer(sentence)]
            words = [
                match
                for match in _LONG_WORD.finditer(sentence)
                if not any(start < match.end() and match.start() < end for start, end in mentions)
            ]
            for match in sorted(generator.sample(words, min(2, len(words))), key=lambda m: -m.start()):
                sentence = sentence[: match.start()] + _misspelt(match[0], generator) + sentence[match.end() :]
            yield before, f"{sentence}\n{marks}".strip("\n")


def _misspelt(word: str, generator: random.Random) -> str:
    """One letter inside the word is dropped, doubled, or changes places with the next (Damerau, 1964)."""
    while True:
        at = generator.randrange(1, len(word) - 2)
        first, second = word[at], word[at + 1]
        changed = word[:at] + generator.choice((second, first * 2 + second, second + first)) + word[at + 2 :]
        if changed != word:
            return changed


def generated(capability: str, templates: list[dict[str, str]], names: Names) -> str:
    """The generated part of a file."""
    kind = "invariance" if capability in INVARIANCE else "expectation"
    cases: dict[tuple[Side, Side], None] = {}
    for pair in pairs(capability, templates, names):
        if len(cases) == COUNTS[capability]:
            break
        cases.setdefault(pair)
    return "".join(
        f'\n[[case]]\nid = "{capability}-g{number:02}"\nkind = "{kind}"\n'
        f'before = """\n{before}\n"""\nafter = """\n{after}\n"""\n'
        for number, (before, after) in enumerate(cases, 1)
    )


def current(path: Path) -> str:
    """What the file should hold: its hand-written part, the mark, and the generated part."""
    by_hand, mark, _ = path.read_text(encoding="utf-8").partition(MARK)
    if not mark:
        raise SystemExit(f"{path}: found no line {MARK.strip()!r}; expected it below the cases written by hand")
    templates = read_toml(FOLDER / "templates" / "templates.toml")
    names = read_toml(FOLDER / "templates" / "names.toml")
    return by_hand + MARK + generated(path.stem, templates.get(path.stem, []), names)


def main(arguments: list[str]) -> int:
    """Writes or checks every file."""
    stale = []
    for name in COUNTS:
        path = FOLDER / f"{name}.toml"
        text = current(path)
        if text != path.read_text(encoding="utf-8"):
            stale.append(name)
            if "--check" not in arguments:
                path.write_text(text, encoding="utf-8")
    print(f"{len(stale)} of {len(COUNTS)} files were not current: {', '.join(stale) or 'none'}")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
