"""Writes an archive of generated articles, to extract from: the same archive for the same seed.

    python benchmarks/archive/make.py FOLDER --articles 20000 [--reprints 0.02] [--sentences 65] [--seed 0]

Articles lie in ``FOLDER/YEAR/MONTH/NAME.txt``, each with a header, a date and about 8,000 characters of made-up news,
put together from ``parts.toml``. A share of them are reprints of another: under another header and later date, with one
sentence in fifty changed. Three files more are corrupt: one is empty, one is binary, and one is cut in the middle of a
character. ``FOLDER.json``, beside the folder, says which article reprints which, and which files are corrupt.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from secrel.config import read_toml

PARTS: dict[str, list[str]] = read_toml(Path(__file__).parent / "parts.toml")
CORRUPT = {
    "2001/empty.txt": b"",
    "2002/binary.txt": bytes(range(256)) * 8,
    "2003/cut.txt": "Kyiv’s envoy spoke of peace’".encode()[:-1],
}
FIRST_DAY, N_DAYS = date(2001, 1, 1), 24 * 365
# A reprint is of one of the articles that were written last.
RECENT = 200


def main() -> None:
    """Writes the archive."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--reprints", type=float, default=0.02, help="share of articles that reprint another")
    parser.add_argument("--sentences", type=int, default=65, help="sentences an article")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    make(given.folder, given.articles, reprints=given.reprints, n_sentences=given.sentences, seed=given.seed)
    print(f"{given.articles} articles and {len(CORRUPT)} corrupt files in {given.folder}")


@dataclass(frozen=True, slots=True)
class Article:
    """A generated article: its day, and its sentences."""

    day: date
    sentences: tuple[str, ...]


def make(folder: Path, n_articles: int, *, reprints: float = 0.02, n_sentences: int = 65, seed: int = 0) -> None:
    """Writes an archive and its key.

    Args:
        folder: The folder, which must not be there yet.
        n_articles: Articles, besides three corrupt files.
        reprints: Share of them that reprint another.
        n_sentences: Sentences an article.
        seed: Seed of everything.
    """
    folder.mkdir(parents=True)
    source = random.Random(seed)
    recent: list[tuple[str, Article]] = []
    originals: dict[str, str] = {}
    for n in range(n_articles):
        if recent and source.random() < reprints:
            original, earlier = source.choice(recent)
            originals[_write(folder, n, _reprint(source, earlier), source)] = original
            continue
        day = FIRST_DAY + timedelta(days=source.randrange(N_DAYS))
        article = Article(day, tuple(_sentence(source, day) for _ in range(n_sentences)))
        recent = [*recent[1 - RECENT :], (_write(folder, n, article, source), article)]
    for name, content in CORRUPT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    key = {"n_articles": n_articles, "seed": seed, "reprints": originals, "corrupt": sorted(CORRUPT)}
    folder.with_name(folder.name + ".json").write_text(json.dumps(key, indent=1) + "\n", encoding="utf-8")


def _reprint(source: random.Random, earlier: Article) -> Article:
    day = earlier.day + timedelta(days=source.randint(1, 30))
    changed = {source.randrange(len(earlier.sentences)) for _ in range(max(1, len(earlier.sentences) // 50))}
    sentences = [_sentence(source, day) if n in changed else text for n, text in enumerate(earlier.sentences)]
    return Article(day, tuple(sentences))


def _write(folder: Path, n: int, article: Article, source: random.Random) -> str:
    day, publication = article.day, source.choice(PARTS["publication"])
    header = f"Publication: {publication} Volume: {day.year - 2000} Issue: {day.timetuple().tm_yday}"
    paragraphs = [" ".join(article.sentences[start : start + 5]) for start in range(0, len(article.sentences), 5)]
    name = f"{day:%Y/%m}/article-{n:06d}.txt"
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "\n\n".join([f"{header}\n{day:%B} {day.day}, {day.year}", *paragraphs]) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
    return name


def _sentence(source: random.Random, day: date) -> str:
    form = " ".join(source.choice(PARTS[part]) for part in ("opening", "subject", "deed"))
    form += source.choice(PARTS["closing"]) + "."
    return re.sub(r"\{(\w+)\}", lambda slot: _word(slot[1], source, day), form)


def _word(slot: str, source: random.Random, day: date) -> str:
    if slot == "name":
        return f"{source.choice(PARTS['given'])} {source.choice(PARTS['family'])}"
    if slot == "n":
        return str(source.randint(2, 900))
    if slot == "day":
        earlier = day - timedelta(days=source.randint(1, 20))
        return f"{earlier:%B} {earlier.day}"
    return source.choice(PARTS[slot])


if __name__ == "__main__":
    main()
