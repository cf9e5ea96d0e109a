"""How many different names a corpus has, and how many of those to be found were never seen in training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from secrel.domain import Document, LabelScheme
from secrel.errors import ConfigError


@dataclass(slots=True)
class Names:
    """The mention texts of some documents.

    Attributes:
        surfaces: How often each mention text occurs, by entity label.
    """

    surfaces: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, document: Document) -> None:
        """Counts one document in; white space inside a mention is folded."""
        for entity in document.entities:
            self.surfaces.setdefault(entity.label, Counter())[" ".join(entity.text.split())] += 1

    def of(self, labels: Iterable[str]) -> Counter[str]:
        """The mention texts of some labels."""
        return sum((self.surfaces.get(label, Counter()) for label in labels), Counter())

    def unseen(self, seen: Names, labels: Iterable[str]) -> float | None:
        """Share in [0, 1] of the mentions of some labels whose text and label ``seen`` does not have; None of none."""
        labels = list(labels)
        total = sum(self.of(labels).values())
        new = sum(
            n
            for label in labels
            for text, n in self.surfaces.get(label, Counter()).items()
            if text not in seen.surfaces.get(label, Counter())
        )
        return new / total if total else None


def collect_names(documents: Iterable[Document]) -> Names:
    """The mention texts of some documents."""
    names = Names()
    for document in documents:
        names.add(document)
    return names


def names_table(splits: Mapping[str, Names], scheme: LabelScheme, *, train: str = "train") -> list[str]:
    """A Markdown table: distinct texts per label, and the share of mentions that the training split does not have.

    Args:
        splits: Names of every split.
        scheme: The label scheme.
        train: Name of the training split.

    Raises:
        ConfigError: If there is no training split to compare with.
    """
    if train not in splits:
        raise ConfigError("splits", found=f"no split {train!r}", expected="one to compare the others with")
    others = [name for name in splits if name != train]
    lines = [
        f"| | distinct, all | distinct, {train} | {' | '.join(f'unseen, {name}' for name in others)} |",
        f"|---|---:|---:|{'---:|' * len(others)}",
    ]
    actors = [label for label in scheme.entities if any(label in r.head for r in scheme.relations)]
    rows = [(f"`{label}`", [label]) for label in scheme.entities]
    rows += [("all", list(scheme.entities)), ("first arguments of relations", actors)]
    for name, labels in rows:
        distinct = len({(label, text) for label in labels for s in splits.values() for text in s.of([label])})
        known = sum(len(splits[train].of([label])) for label in labels)
        shares = [splits[other].unseen(splits[train], labels) for other in others]
        cells = ["" if share is None else f"{100 * share:.1f} %" for share in shares]
        lines.append(f"| {name} | {distinct} | {known} | {' | '.join(cells)} |")
    return lines
