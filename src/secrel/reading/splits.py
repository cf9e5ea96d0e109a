"""Splits of a corpus: read, checked against their checksums, and extended without touching what is fixed.

``splits.toml`` has ``[splits]``, a list of article names per split, and ``[checksums]``, the SHA-256 of what a split
holds: of the lines ``NAME SHA256-OF-TEXT SHA256-OF-MARKS`` of its articles in order of their names. A split with a
checksum is fixed: a change of name, text or mark is an offence until somebody writes the checksum anew on purpose.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from secrel.config import read_toml
from secrel.errors import ConfigError


def read_splits(path: Path) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """The splits of a corpus and the checksums of those that are fixed; none if there is no such file.

    Raises:
        ConfigError: If the file is malformed.
    """
    if not path.exists():
        return {}, {}
    content = read_toml(path)
    for key in content:
        if key not in {"splits", "checksums"}:
            raise ConfigError(f"{path}, {key}", found="an unknown key", expected="splits or checksums")
    data = content.get("splits")
    if not isinstance(data, dict):
        raise ConfigError(path, found="no table [splits]", expected="[splits] with a list of names per split")
    for split, names in data.items():
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ConfigError(f"{path}, {split}", found=repr(names), expected="a list of article names")
    checksums = content.get("checksums", {})
    if not isinstance(checksums, dict) or not all(isinstance(value, str) for value in checksums.values()):
        raise ConfigError(f"{path}, checksums", found=repr(checksums), expected="a checksum per split")
    for split in checksums:
        if split not in data:
            raise ConfigError(f"{path}, checksums", found=f"split {split!r}", expected=f"one of {', '.join(data)}")
    return {split: tuple(names) for split, names in data.items()}, dict(checksums)


def split_checksum(articles: Iterable[tuple[str, str, bytes]]) -> str:
    """The checksum of a split.

    Args:
        articles: Name, SHA-256 of the text, and bytes of the marks of every article.
    """
    lines = [f"{name} {text} {hashlib.sha256(marks).hexdigest()}\n" for name, text, marks in sorted(articles)]
    return hashlib.sha256("".join(lines).encode("utf-8")).hexdigest()


def format_splits(splits: Mapping[str, Sequence[str]], checksums: Mapping[str, str]) -> str:
    """The text of a ``splits.toml``."""
    import tomli_w

    head = "# Split by article, fixed by the checksums below; `secrel annotations check` sees to both.\n"
    data = {
        "splits": {split: list(names) for split, names in splits.items()},
        "checksums": {split: checksums[split] for split in splits if split in checksums},
    }
    return head + tomli_w.dumps(data, indent=4)


def extend_splits(
    splits: Mapping[str, Sequence[str]],
    groups: Mapping[str, Sequence[Collection[str]]],
    shares: Mapping[str, float],
    *,
    fixed: Collection[str] = (),
    seed: int = 0,
) -> dict[str, tuple[str, ...]]:
    """Deals new articles out to splits; where an article has a split already, it stays there.

    Args:
        splits: The splits so far.
        groups: Per stratum, clusters of articles that have to stay together (near-duplicates; most hold one).
        shares: Share of the articles of every stratum that each split should have in the end, in [0, 1].
        fixed: Splits that get no new article.
        seed: Seed of the deal.

    Returns:
        The splits with all articles in them. A cluster goes where its articles are already, else to the split that
        is furthest below its share of the stratum.

    Raises:
        ConfigError: If articles of one cluster are in different splits already, if a new article has to stay with
            one of a fixed split, or if all splits are fixed.
    """
    open_splits = [split for split in shares if split not in fixed]
    if not open_splits:
        raise ConfigError("splits", found="checksums of all splits", expected="one that may grow")
    place = {name: split for split, names in splits.items() for name in names}
    added: dict[str, list[str]] = {split: list(names) for split, names in splits.items()}
    for split in shares:
        added.setdefault(split, [])
    import numpy as np

    generator = np.random.default_rng(seed)
    for stratum in sorted(groups):
        clusters = [sorted(cluster) for cluster in groups[stratum]]
        total = sum(map(len, clusters))
        count = dict.fromkeys(shares, 0)
        open_clusters = []
        for cluster in clusters:
            there = {place[name] for name in cluster if name in place}
            if len(there) > 1:
                raise ConfigError(
                    "splits", found=f"{', '.join(cluster)} in {', '.join(sorted(there))}", expected="one split for all"
                )
            if there:
                (split,) = there
                new = [name for name in cluster if name not in place]
                if new and split in fixed:
                    like = ", ".join(name for name in cluster if name in place)
                    raise ConfigError(
                        "splits",
                        found=f"{', '.join(new)}, too much like {like} of {split}",
                        expected="no article to join a fixed split",
                    )
                added[split] += [name for name in cluster if name not in place]
                count[split] = count.get(split, 0) + len(cluster)
            else:
                open_clusters.append(cluster)
        for index in generator.permutation(len(open_clusters)):
            cluster = open_clusters[index]
            split = max(open_splits, key=lambda name: (shares[name] * total - count[name], name))
            added[split] += cluster
            count[split] += len(cluster)
    return {split: tuple(sorted(names)) for split, names in added.items()}


def cluster(names: Sequence[str], alike: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The connected components of names under a relation, in order of their first member."""
    leader = {name: name for name in names}

    def find(name: str) -> str:
        while leader[name] != name:
            name = leader[name]
        return name

    for first, second in alike:
        low, high = sorted((find(first), find(second)), key=list(names).index)
        leader[high] = low
    members: dict[str, list[str]] = {}
    for name in names:
        members.setdefault(find(name), []).append(name)
    return list(members.values())
