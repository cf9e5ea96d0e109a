"""The label scheme: which labels there are and which arguments they take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RelationType:
    """One relation label with the entity labels of its arguments.

    Attributes:
        label: Name of the relation.
        head: Entity labels allowed as first argument.
        tail: Entity labels allowed as second argument.
        symmetric: Whether the order of the arguments carries no meaning. A symmetric relation is kept
            with the mention that comes first in the text as head.
    """

    label: str
    head: frozenset[str]
    tail: frozenset[str]
    symmetric: bool = False

    def allows(self, head_label: str, tail_label: str) -> bool:
        """Whether entities of these labels may be head and tail."""
        return head_label in self.head and tail_label in self.tail


@dataclass(frozen=True, slots=True)
class StanceType:
    """The stance layer: polarities and the entity labels of holder and target."""

    polarities: tuple[str, ...]
    holder: frozenset[str]
    target: frozenset[str]

    def allows(self, holder_label: str, target_label: str) -> bool:
        """Whether entities of these labels may be holder and target."""
        return holder_label in self.holder and target_label in self.target


@dataclass(frozen=True, slots=True)
class LabelScheme:
    """Everything that a model and a check have to know of a set of labels.

    Attributes:
        name: Name of the scheme.
        version: Version of the scheme, as a string.
        entities: Entity labels, in the order of the model's output.
        relations: Relation types, in the order of the model's output; may be empty.
        statuses: Values of a relation's status, in the order of the model's output; may be empty.
        stance: The stance layer, or ``None`` for a scheme without one.
    """

    name: str
    version: str
    entities: tuple[str, ...]
    relations: tuple[RelationType, ...] = ()
    statuses: tuple[str, ...] = ()
    stance: StanceType | None = None

    @property
    def relation_labels(self) -> tuple[str, ...]:
        """The relation labels, in order."""
        return tuple(relation.label for relation in self.relations)

    @property
    def polarities(self) -> tuple[str, ...]:
        """The stance polarities, empty for a scheme without stance."""
        return self.stance.polarities if self.stance else ()

    def relation(self, label: str) -> RelationType:
        """The relation type called ``label``.

        Raises:
            KeyError: If the scheme has no such relation.
        """
        for relation in self.relations:
            if relation.label == label:
                return relation
        raise KeyError(label)

    def is_symmetric(self, label: str) -> bool:
        """Whether ``label`` is a symmetric relation of the scheme; unknown labels are not."""
        return any(relation.label == label and relation.symmetric for relation in self.relations)

    def pair_labels(self) -> frozenset[str]:
        """Entity labels that can take part in any relation or stance."""
        labels: set[str] = set()
        for relation in self.relations:
            labels |= relation.head | relation.tail
        if self.stance:
            labels |= self.stance.holder | self.stance.target
        return frozenset(labels)


def tag_names(entity_labels: Iterable[str]) -> tuple[str, ...]:
    """The tags of the BIO encoding (Ramshaw and Marcus, 1995): ``O``, then ``B-x`` and ``I-x`` per label."""
    names = ["O"]
    for label in entity_labels:
        names += [f"B-{label}", f"I-{label}"]
    return tuple(names)
