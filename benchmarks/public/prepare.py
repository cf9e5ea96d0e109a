"""Turns a public set into a corpus folder of secrel: ``python benchmarks/public/prepare.py NAME --data FOLDER -o OUT``.

OUT gets ``labels.toml``, ``splits.toml``, ``corpus.toml``, texts with stand-off marks, and the set's recipe, so that
``secrel train OUT/recipe.toml -o OUT/model`` and ``secrel evaluate OUT/model OUT --split dev`` do the rest.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from formats import READERS
from marked import write_corpus

from secrel.errors import ConfigError, SecrelError

ROOT = Path(__file__).resolve().parents[2]
RECIPES = Path(__file__).resolve().parent / "recipes"


def prepare(
    name: str, data: Path, folder: Path, *, limit: int | None = None, seed: int = 0
) -> tuple[dict[str, int], dict[str, int]]:
    """Writes the corpus folder of a set.

    Args:
        name: Name of the set, a key of :data:`formats.READERS`.
        data: Folder that holds the sets, each in a folder of its own.
        folder: Where to write, outside of the repository or in its ignored ``runs/``.
        limit: Most sentences of a part.
        seed: Seed of the deal into train and dev, where a set has none, and of the draw, where there is a limit.

    Returns:
        Sentences by part, and marks that were left out or changed, by reason.

    Raises:
        ConfigError: If ``folder`` is a place in the repository that git would record, or ``limit`` is below 1.
        InputError: If a file of the set is missing or has another form.
    """
    place = folder.resolve()
    if place.is_relative_to(ROOT) and not place.is_relative_to(ROOT / "runs"):
        raise ConfigError(folder, found="a folder of the repository", expected="one outside of it, or below runs/")
    if limit is not None and limit < 1:
        raise ConfigError("limit", found=str(limit), expected="at least 1 sentence of every part")
    public = READERS[name](data, seed)
    counts = write_corpus(public, place, limit=limit, seed=seed)
    (place / "recipe.toml").write_bytes((RECIPES / f"{name}.toml").read_bytes())
    return counts, {reason: n for reason, n in public.lost.items() if n}


def main(arguments: list[str] | None = None) -> int:
    """Runs the command."""
    parser = argparse.ArgumentParser(description="Turns a public set into a corpus folder of secrel.")
    parser.add_argument("name", choices=READERS, metavar="NAME", help=", ".join(READERS))
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="folder with the public sets")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT", help="corpus folder to write")
    parser.add_argument("--limit", type=int, metavar="N", help="at most N sentences of every part")
    parser.add_argument("--seed", type=int, default=0, help="of the deal into train and dev (default: 0)")
    given = parser.parse_args(arguments)
    try:
        counts, lost = prepare(given.name, given.data, given.output, limit=given.limit, seed=given.seed)
    except SecrelError as error:
        print(f"prepare: {error}", file=sys.stderr)
        return 1
    report(counts, lost)
    print(f"corpus written to {given.output}")
    return 0


def report(counts: dict[str, int], lost: dict[str, int]) -> None:
    """Prints sentences by part, and what was left out or changed in the whole set."""
    print(", ".join(f"{part}: {n} sentences" for part, n in counts.items()))
    for reason, n in sorted(lost.items()):
        print(f"{n} {reason}")


if __name__ == "__main__":
    raise SystemExit(main())
