"""Reprints are found, only reprints are, and always of the earliest."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from itertools import combinations
from pathlib import Path, PurePath

import pytest

from secrel.batch.duplicates import THRESHOLD, shingles, signature
from secrel.batch.inputs import Source
from secrel.batch.store import Store
from secrel.batch.tasks import Row, pack, unpack
from secrel.domain import Document, Metadata

HEADER = "Publication: Avaria Weekly Volume: {} Issue: 7 July 11, 2006\n\n"


def words(n: int, seed: int = 0) -> list[str]:
    source = random.Random(seed)
    return ["".join(source.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(n)]


def changed(text: list[str], at: list[int]) -> str:
    """The text with other words at some places; each takes five shingles away and brings five new ones."""
    return " ".join(f"other{n}" if n in at else word for n, word in enumerate(text))


def similarity(one: set[str], other: set[str]) -> float:
    """That of Jaccard."""
    return len(one & other) / len(one | other) if one or other else 0.0


def test_shingles_are_runs_of_five_words_without_header_and_case() -> None:
    assert shingles(HEADER.format(3) + "One, two; THREE four-five six.") == {
        *("one two three four five", "two three four five six")
    }
    assert shingles("Two words") == {"two words"}
    assert shingles("... !") == set()


def test_signature_depends_on_the_text_alone() -> None:
    text = " ".join(words(9000))
    one = signature(text)
    assert one is not None
    assert len(one) == 4 * 125
    assert one == signature(HEADER.format(3) + text.upper()) != signature(" ".join(words(9000, 1)))
    assert signature("...") is None
    # Stored signatures must be those of every later version; otherwise it is another format of the store.
    assert (signature("Moscow told Kyiv to go home.") or b"")[:8].hex() == "6f3d002325077c22"


Texts = dict[str, tuple[str | None, str]]


def put(store: Store, texts: Texts, names: Iterable[str]) -> None:
    for name in names:
        date, text = texts[name]
        document = Document(text, id=name, metadata=Metadata(date=date, source="earlier path"))
        published = date if date is None or len(date) > 4 else f"{date}-99-99"
        store.put(Row(name, "done", name, None, name, published, signature(text), pack(document)), "model")


def marked(store: Store, on_done: Callable[[int, int], None] | None = None) -> dict[str, str]:
    n = store.mark_reprints(on_done)
    found = {item.name: item.document().metadata.duplicate_of for item in store.stored()}
    marks = {name: original for name, original in found.items() if original is not None}
    assert len(marks) == n
    return marks


def reprints(folder: Path, texts: Texts, order: list[str] | None = None) -> dict[str, str]:
    """What is marked as a reprint of what, of articles by name with date and text, put into a store in some order."""
    with Store(folder) as store:
        store.give(Source(folder / name, PurePath(name)) for name in texts)
        put(store, texts, order or list(texts))
        return marked(store)


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
    given: Texts = {
        "a.txt": (None, " ".join(text)),
        "b.txt": (None, changed(text, first)),
        "c.txt": (None, changed(text, first + second)),
        "d.txt": (None, changed(text, [*first, 95])),
    }
    sets = {name: shingles(text) for name, (_, text) in given.items()}
    assert similarity(sets["a.txt"], sets["b.txt"]) == pytest.approx(356 / 436)
    assert similarity(sets["a.txt"], sets["d.txt"]) < THRESHOLD
    assert reprints(tmp_path, given) == {"b.txt": "a.txt", "c.txt": "b.txt", "d.txt": "b.txt"}


def families(seed: int, n: int) -> Texts:
    """Articles in families, from copies to texts with half of their shingles in common."""
    source = random.Random(seed)
    given: Texts = {}
    for family in range(n):
        text = words(150, family)
        for _ in range(6):
            at = source.sample(range(150), source.choice([0, 1, 2, 3, 4, 6, 12]))
            name = f"{source.random():.8f}.txt"
            given[name] = (source.choice([None, "2006", "2006-07-11", "2005-01-01"]), changed(text, at))
    return given


def compared(given: Texts) -> dict[str, str]:
    """What is a reprint of what, by comparing all pairs."""
    # A year alone comes behind the dated ones of that year.
    keys = {name: {None: "9", "2006": "2006-99"}.get(date, date or "") for name, (date, _) in given.items()}
    sets = {name: shingles(text) for name, (_, text) in given.items()}
    found: dict[str, str] = {}
    for one, other in combinations(sorted(given, key=lambda name: (keys[name], name)), 2):
        if similarity(sets[one], sets[other]) >= THRESHOLD:
            found.setdefault(other, one)
    return found


def test_all_pairs_of_many_articles_agree_with_comparing_them_all(tmp_path: Path) -> None:
    given = families(5, 12)
    given |= {"short.txt": (None, "Two words"), "short2.txt": (None, "Two words."), "none.txt": (None, "...")}
    expected = compared(given)
    assert 20 < len(expected) < 60
    assert reprints(tmp_path, given) == expected


def test_run_after_run_finds_what_one_run_finds(tmp_path: Path) -> None:
    source = random.Random(7)
    texts: Texts = {}
    for n in range(8):
        # Some new, some gone, some of another text, some another date.
        texts |= families(n, 3)
        for name in source.sample(sorted(texts), 4):
            texts[name] = source.choice(list(texts.values()))
        given = {name: texts[name] for name in texts if source.random() < 0.8}
        with Store(tmp_path) as store:
            store.give(Source(tmp_path / name, PurePath(name)) for name in given)
            kept = dict(store.connection.execute("SELECT name, document FROM articles"))
            put(store, given, [name for name, (date, text) in given.items() if is_other(kept.get(name), date, text)])
            assert marked(store) == compared(given)


def is_other(packed: bytes | None, date: str | None, text: str) -> bool:
    document = None if packed is None else unpack(packed)
    return document is None or (document.metadata.date, document.text) != (date, text)


def test_what_was_compared_is_not_compared_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = families(5, 4)
    first, *others = sorted(given)
    read: list[str] = []
    text_of = Store._text

    def note(store: Store, name: str) -> str:
        read.append(name)
        return text_of(store, name)

    monkeypatch.setattr(Store, "_text", note)
    seen: list[tuple[int, int]] = []
    for names, n_new in ((others, len(others)), (others, 0), ([*others, first], 1)):
        read.clear()
        seen.clear()
        with Store(tmp_path) as store:
            store.give(Source(tmp_path / name, PurePath(name)) for name in names)
            if n_new:
                put(store, given, names[-n_new:])
            found = marked(store, lambda n_done, n: seen.append((n_done, n)))
        assert found == compared({name: given[name] for name in names})
        assert seen == [(n, n_new) for n in range(n_new + 1)]
        # One text for one new article's comparison, and those that it is compared with.
        assert len(read) == len(set(read)) <= (len(names) if n_new > 1 else 6 * n_new)


def test_comparing_goes_on_where_it_was_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrel.batch.store._SECONDS_BETWEEN_COMMITS", 0.0)
    given = families(5, 4)

    def stop(n_done: int, n_new: int) -> None:
        assert n_new == left
        if n_done == 10:
            raise KeyboardInterrupt

    left = len(given)
    with Store(tmp_path) as store:
        store.give(Source(tmp_path / name, PurePath(name)) for name in given)
        put(store, given, given)
        while left >= 10:
            with pytest.raises(KeyboardInterrupt):
                store.mark_reprints(stop)
            left -= 10
        assert marked(store, stop) == compared(given)


def test_articles_that_share_most_of_their_text_are_compared_in_parts(tmp_path: Path) -> None:
    # Of one template, each just below the threshold to all others; what is unpacked is unpacked once.
    template = words(400)
    given: Texts = {f"{n:03d}.txt": (None, " ".join(template + words(90, n + 1))) for n in range(90)}
    given["copy.txt"] = (None, given["070.txt"][1].upper())
    sets = [shingles(given[name][1]) for name in ("000.txt", "001.txt")]
    assert 0.65 < similarity(*sets) < THRESHOLD
    assert reprints(tmp_path, given) == {"copy.txt": "070.txt"}
