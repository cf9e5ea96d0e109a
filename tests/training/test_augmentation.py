"""Other names in the same sentences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from secrel.config import Recipe
from secrel.domain import Document, Entity, LabelScheme, Pair, Relation, Span, Stance
from secrel.reading import Corpus
from secrel.training.augmentation import name_inventory, swap_names

TEXT = "Oslo aids Riga. Then  Oslo blamed the Riga Port and its men."
FIRST, SECOND = Span(0, 15), Span(16, len(TEXT))
OSLO, RIGA = Entity(Span(0, 4), "GPE", "Oslo"), Entity(Span(10, 14), "GPE", "Riga")
AGAIN, PORT = Entity(Span(22, 26), "GPE", "Oslo"), Entity(Span(38, 47), "FAC", "Riga Port")
MEN = Entity(Span(56, 59), "MIL", "men")
DOCUMENT = Document(
    TEXT,
    "d",
    sentences=(FIRST, SECOND),
    entities=(OSLO, RIGA, AGAIN, PORT, MEN),
    relations=(Relation(Pair(OSLO, RIGA), "aids", "actual", evidence=FIRST),),
    stances=(Stance(Pair(AGAIN, PORT), "against", evidence=SECOND),),
)
INVENTORY = {"GPE": ("Gali", "Ust-Kamenogorsk"), "FAC": ("X", "Severomorsk Naval Base"), "MIL": ("Army", "Navy")}


def swapped(share: float = 1.0, seed: int = 0, document: Document = DOCUMENT) -> Document:
    return swap_names(document, INVENTORY, share=share, generator=np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(8))
def test_marks_move_along(seed: int) -> None:
    copy = swapped(seed=seed)
    assert copy.id == "d~"
    assert copy.sentences is not None
    for entity in copy.entities:
        assert entity.span.of(copy.text) == entity.text
    first, second = (s.of(copy.text) for s in copy.sentences)
    oslo, riga, again, port, men = copy.entities
    assert first == f"{oslo.text} aids {riga.text}."
    assert second == f"Then  {oslo.text} blamed the {port.text} and its men."
    assert copy.text == f"{first} {second}"
    # The same name stays one name, different names stay different, common nouns stay.
    assert again.text == oslo.text != riga.text
    assert men.text == "men"
    (relation,), (stance,) = copy.relations, copy.stances
    assert (relation.head, relation.tail, relation.label, relation.status) == (oslo, riga, "aids", "actual")
    assert (stance.holder, stance.target, stance.polarity) == (again, port, "against")
    assert (relation.evidence, stance.evidence) == copy.sentences


def test_the_share_and_the_seed_decide() -> None:
    assert swapped(share=0.0) == DOCUMENT.replace(id="d~")
    assert swapped(seed=3) == swapped(seed=3)
    assert len({swapped(seed=seed).text for seed in range(8)}) > 2
    assert swapped().entities[0].text in INVENTORY["GPE"]


def test_overlapping_entities_are_left_alone() -> None:
    inner = Entity(Span(38, 42), "GPE", "Riga")
    document = DOCUMENT.replace(entities=(OSLO, AGAIN, PORT, inner), relations=(), stances=())
    copy = swapped(document=document)
    assert {e.text for e in copy.entities[2:]} == {"Riga Port", "Riga"}
    for entity in copy.entities:
        assert entity.span.of(copy.text) == entity.text


def test_the_inventory_is_of_capitalised_names() -> None:
    assert name_inventory([DOCUMENT, DOCUMENT]) == {"GPE": ("Oslo", "Riga"), "FAC": ("Riga Port",)}


def test_the_whole_corpus_keeps_its_marks(corpus: Corpus) -> None:
    documents = [corpus.document(name) for name in corpus.names("dev")]
    inventory = name_inventory(documents)
    generator = np.random.default_rng(0)
    changed = 0
    for document in documents:
        copy = swap_names(document, inventory, share=0.5, generator=generator)
        assert len(copy.entities) == len(document.entities)
        for entity, old in zip(copy.entities, document.entities, strict=True):
            assert entity.span.of(copy.text) == entity.text
            assert entity.label == old.label
            changed += entity.text != old.text
        assert [r.label for r in copy.relations] == [r.label for r in document.relations]
        assert len(copy.sentences or ()) == len(document.sentences or ())
    assert changed > 500


def test_training_reads_the_copies_too(
    tiny_recipe: Recipe, tiny_documents: list[Document], scheme: LabelScheme, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from secrel.training import trainer

    counts: list[int] = []
    original: Callable[..., object] = trainer._trainer

    def spy(recipe: Recipe, network: object, examples: list[object], *rest: object, **options: object) -> object:
        counts.append(len(examples))
        raise KeyboardInterrupt

    assert callable(original)
    monkeypatch.setattr(trainer, "_trainer", spy)
    for share in (0.0, 0.5):
        recipe = replace(tiny_recipe, training=replace(tiny_recipe.training, name_swap=share))
        with pytest.raises(KeyboardInterrupt):
            trainer.train(recipe, scheme, tiny_documents[:1], work_folder="unused", progress=False)
    assert counts[1] == 2 * counts[0] > 0
