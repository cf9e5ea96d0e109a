"""Reprints are found, only reprints are, and always of the earliest."""

from __future__ import annotations

import random
from itertools import combinations
from pathlib import Path, PurePath

import pytest

from secrel.batch.duplicates import THRESHOLD, shingles, signature, similarity
from secrel.batch.inputs import Source
from secrel.batch.store import Store
from secrel.batch.workers import Row, pack
from secrel.domain import Document, Metadata

HEADER = "Publication: Avaria Weekly Volume: {} Issue: 7 July 11, 2006\n\n"


def words(n: int, seed: int = 0) -> list[str]:
    source = random.Random(seed)
    return ["".join(source.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(n)]


def changed(text: list[str], at: list[int]) -> str:
    """The text with other words at some places; each takes five shingles away and brings five new ones."""
    return " ".join(f"other{n}" if n in at else word for n, word in enumerate(text))


def test_shingles_are_runs_of_five_words_without_header_and_case() -> None:
    assert shingles(HEADER.format(3) + "One, two; THREE four-five six.") == {
        *("one two three four five", "two three four five six")
    }
    assert shingles("Two words") == {"two words"}
    assert shingles("... !") == set()


def test_similarity_is_that_of_jaccard() -> None:
    assert similarity({"a", "b", "c"}, {"b", "c", "d"}) == 0.5
    assert similarity({"a"}, {"a"}) == 1.0
    assert similarity(set(), set()) == similarity(set(), {"a"}) == 0.0


def test_signature_depends_on_the_text_alone() -> None:
    text = " ".join(words(9000))
    one = signature(text)
    assert one is not None
    assert len(one) == 4 * 125
    assert one == signature(HEADER.format(3) + text.upper()) != signature(" ".join(words(9000, 1)))
    assert signature("...") is None
    # Stored signatures must be those of every later version; otherwise it is another format of the store.
    assert (signature("Moscow told Kyiv to go home.") or b"")[:8].hex() == "6f3d002325077c22"


def reprints(folder: Path, texts: dict[str, tuple[str | None, str]], order: list[str] | None = None) -> dict[str, str]:
    """What is marked as a reprint of what, of articles by name with date and text, put into a store in some order."""
    with Store(folder) as store:
        store.give(Source(folder / name, PurePath(name)) for name in texts)
        for name in order or list(texts):
            date, text = texts[name]
            document = Document(text, id=name, metadata=Metadata(date=date, source="earlier path"))
            published = date if date is None or len(date) > 4 else f"{date}-99-99"
            store.put(Row(name, "done", name, None, name, published, signature(text), pack(document)), "model")
        n = store.mark_reprints()
        found = {item.name: item.document().metadata.duplicate_of for item in store.stored()}
    marked = {name: original for name, original in found.items() if original is not None}
    assert len(marked) == n
    return marked


def test_the_earliest_is_the_original(tmp_path: Path) -> None:
    text = " ".join(words(100))
    dated = {"a.txt": "2006-07-12", "b.txt": "2006-07-11", "c.txt": "2006", "d.txt": None, "e.txt": "2006-07-11"}
    given = {name: (date, text) for name, date in dated.items()} | {"f.txt": ("2001-01-01", " ".join(words(100, 1)))}
    expected = dict.fromkeys(["a.txt", "c.txt", "d.txt", "e.txt"], "b.txt")
    assert reprints(tmp_path / "one", given) == expected
    assert reprints(tmp_path / "other", given, order=sorted(given, reverse=True)) == expected
    without = {name: given[name] for name in ("c.txt", "d.txt")}
    assert reprints(tmp_path / "without", without) == {"d.txt": "c.txt"}


def test_near_copies_of_a_near_copy_are_marked_by_their_own_similarity(tmp_path: Path) -> None:
    # Of 396 shingles 5 a change are others: 0.80 and more with up to 8 changes, less with 9.
    text = words(400)
    first, second = list(range(10, 90, 10)), list(range(210, 290, 10))
    given = {
        "a.txt": (None, " ".join(text)),
        "b.txt": (None, changed(text, first)),
        "c.txt": (None, changed(text, first + second)),
        "d.txt": (None, changed(text, [*first, 95])),
    }
    sets = {name: shingles(text) for name, (_, text) in given.items()}
    assert similarity(sets["a.txt"], sets["b.txt"]) == pytest.approx(356 / 436)
    assert similarity(sets["a.txt"], sets["d.txt"]) < THRESHOLD
    assert reprints(tmp_path, given) == {"b.txt": "a.txt", "c.txt": "b.txt", "d.txt": "b.txt"}


def test_all_pairs_of_many_articles_agree_with_comparing_them_all(tmp_path: Path) -> None:
    source = random.Random(5)
    given: dict[str, tuple[str | None, str]] = {}
    for family in range(12):
        text = words(150, family)
        for _ in range(6):
            # From copies to texts with half of their shingles in common.
            at = source.sample(range(150), source.choice([0, 1, 2, 3, 4, 6, 12]))
            name = f"{source.random():.8f}.txt"
            given[name] = (source.choice([None, "2006", "2006-07-11", "2005-01-01"]), changed(text, at))
    given |= {"short.txt": (None, "Two words"), "short2.txt": (None, "Two words."), "none.txt": (None, "...")}
    order = sorted(given, key=lambda name: (given[name][0] is None, given[name][0] or "", name))
    # A year alone comes behind the dated ones of that year.
    order = sorted(order, key=lambda name: {None: "9", "2006": "2006-99"}.get(given[name][0], given[name][0] or ""))
    sets = {name: shingles(text) for name, (_, text) in given.items()}
    expected: dict[str, str] = {}
    for one, other in combinations(order, 2):
        if similarity(sets[one], sets[other]) >= THRESHOLD:
            expected.setdefault(other, one)
    assert 20 < len(expected) < 60
    assert reprints(tmp_path, given) == expected
