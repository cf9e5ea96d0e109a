"""Marked documents as training examples."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from datasets import Dataset
from transformers import AutoTokenizer

from secrel.domain import (
    Document,
    Dropped,
    Entity,
    LabelScheme,
    Pair,
    Relation,
    RelationType,
    Span,
    Stance,
    StanceType,
    tag_names,
)
from secrel.errors import AnnotationError
from secrel.features.decoding import decode_ranges
from secrel.features.encoding import SentenceEncoder
from secrel.features.pairs import candidate_pairs
from secrel.nn.model import IGNORE
from secrel.training.examples import Example, make_examples
from secrel.training.network import Collator

PARTY = frozenset({"GPE", "MIL"})
SCHEME = LabelScheme(
    "test",
    "1",
    ("GPE", "MIL", "LAW"),
    relations=(
        RelationType("meets", PARTY, PARTY, symmetric=True),
        RelationType("commands", frozenset({"GPE"}), frozenset({"MIL"})),
    ),
    statuses=("planned", "actual"),
    stance=StanceType(("favor", "against"), frozenset({"GPE"}), frozenset({"MIL", "LAW"})),
)
TEXT = "Title\r\n\r\nThe Army met Baku over Treaty. 😀 Kyiv’s pro-Navy mood grew."
SENTENCES = (Span(9, 39), Span(40, len(TEXT)))
ARMY, BAKU, TREATY, KYIV, NAVY = (
    Entity(Span(TEXT.index(name), TEXT.index(name) + len(name)), label, name)
    for name, label in (("Army", "MIL"), ("Baku", "GPE"), ("Treaty", "LAW"), ("Kyiv", "GPE"), ("Navy", "MIL"))
)


@pytest.fixture(scope="module")
def encoder(tiny_encoder: Path) -> SentenceEncoder:
    return SentenceEncoder(AutoTokenizer.from_pretrained(tiny_encoder), max_length=64, stride=16)


def document(**layers: Any) -> Document:
    layers = {"entities": (ARMY, BAKU, TREATY, KYIV, NAVY), **layers}
    return Document(TEXT, "d", sentences=SENTENCES, **layers)


def test_tags_are_those_of_the_words(encoder: SentenceEncoder) -> None:
    (first, second), dropped = make_examples([document()], encoder, SCHEME)
    names = tag_names(SCHEME.entities)
    # The Army met Baku over Treaty .
    assert [names[tag] for tag in first.tags] == ["O", "B-MIL", "O", "B-GPE", "O", "B-LAW", "O"]
    # 😀 Kyiv ’s pro - Navy mood grew .
    assert [names[tag] for tag in second.tags] == ["O", "B-GPE", "O", "O", "O", "B-MIL", "O", "O", "O"]
    assert dropped == ()


def test_targets_of_a_symmetric_relation_in_either_order(encoder: SentenceEncoder) -> None:
    expected = None
    for pair in (Pair(ARMY, BAKU), Pair(BAKU, ARMY)):
        (first, second), dropped = make_examples(
            [document(relations=(Relation(pair, "meets", "planned"),))], encoder, SCHEME
        )
        # Pairs: Army-Baku (meets), Baku-Army (commands, stance), Baku-Treaty (stance).
        assert list(zip(first.pairs.heads, first.pairs.tails, strict=True)) == [(0, 1), (1, 0), (1, 2)]
        assert first.relation == [[1, IGNORE], [IGNORE, 0], [IGNORE, IGNORE]]
        assert first.status == [[0, IGNORE], [IGNORE, IGNORE], [IGNORE, IGNORE]]
        assert first.stance == [IGNORE, 0, 0]
        assert second.relation == [[0, 0]]
        assert dropped == ()
        assert expected in {None, str(first)}
        expected = str(first)


def test_targets_of_directed_relations_and_stances(encoder: SentenceEncoder) -> None:
    marked = document(
        relations=(Relation(Pair(BAKU, ARMY), "commands", "actual"), Relation(Pair(KYIV, NAVY), "meets", "actual")),
        stances=(Stance(Pair(BAKU, TREATY), "against"), Stance(Pair(KYIV, NAVY), "favor")),
    )
    (first, second), dropped = make_examples([marked], encoder, SCHEME)
    assert first.relation == [[0, IGNORE], [IGNORE, 1], [IGNORE, IGNORE]]
    assert first.status == [[IGNORE, IGNORE], [IGNORE, 1], [IGNORE, IGNORE]]
    assert first.stance == [IGNORE, 0, 2]
    assert (second.relation, second.status, second.stance) == ([[1, 0]], [[1, IGNORE]], [1])
    assert dropped == ()


def test_the_same_said_twice_in_reverse_order(encoder: SentenceEncoder) -> None:
    twice = (Relation(Pair(BAKU, ARMY), "meets", "planned"), Relation(Pair(BAKU, ARMY), "meets", "actual"))
    (first, _), dropped = make_examples([document(relations=twice)], encoder, SCHEME)
    assert first.relation[0] == [1, IGNORE]
    assert [item.n for item in dropped] == [1]


def test_a_relation_without_status_trains_no_status(encoder: SentenceEncoder) -> None:
    (first, _), _ = make_examples([document(relations=(Relation(Pair(ARMY, BAKU), "meets"),))], encoder, SCHEME)
    assert first.relation[0] == [1, IGNORE]
    assert first.status[0] == [IGNORE, IGNORE]


def test_misaligned_entities_are_widened_and_counted(encoder: SentenceEncoder) -> None:
    parts = (Entity(Span(14, 16), "MIL", "rm"), replace(BAKU, span=Span(BAKU.start, BAKU.end - 1)), TREATY)
    (first, _), dropped = make_examples([document(entities=parts)], encoder, SCHEME)
    assert [tag_names(SCHEME.entities)[tag] for tag in first.tags] == ["O", "B-MIL", "O", "B-GPE", "O", "B-LAW", "O"]
    assert dropped == (Dropped("entities that do not begin and end at word boundaries: widened to whole words", 2),)


def test_marks_without_a_candidate_pair_are_counted(encoder: SentenceEncoder) -> None:
    marked = document(
        relations=(
            Relation(Pair(ARMY, BAKU), "commands"),  # not of these types
            Relation(Pair(ARMY, TREATY), "meets"),
            Relation(Pair(BAKU, NAVY), "commands"),  # across sentences
            Relation(Pair(ARMY, BAKU), "meets"),
            Relation(Pair(ARMY, BAKU), "unheard-of"),
        ),
        stances=(Stance(Pair(ARMY, BAKU), "favor"), Stance(Pair(BAKU, TREATY), "favor")),
    )
    _, dropped = make_examples([marked], encoder, SCHEME)
    reason = "relations or stances that the scheme allows no candidate pair for: not trained on"
    assert dropped == (Dropped(reason, 5),)


def test_marks_outside_of_every_sentence_are_counted(encoder: SentenceEncoder) -> None:
    title = Entity(Span(0, 5), "GPE", "Title")
    across = Entity(Span(TREATY.start, KYIV.end), "LAW", TEXT[TREATY.start : KYIV.end])
    blank = Entity(Span(BAKU.start - 1, BAKU.start), "GPE", " ")
    marked = document(
        entities=(title, ARMY, blank, BAKU, across),
        relations=(Relation(Pair(title, ARMY), "commands"), Relation(Pair(blank, ARMY), "commands")),
    )
    (first, second), dropped = make_examples([marked], encoder, SCHEME)
    assert (len(first.pairs.starts), len(second.pairs.starts)) == (2, 0)
    assert sum(1 for tag in first.tags if tag) == 2
    assert {item.n for item in dropped} == {3, 2}
    assert len(dropped) == 2


@pytest.mark.parametrize(
    ("layers", "found"),
    [
        ({"entities": (ARMY, replace(BAKU, label="GEP"))}, "label 'GEP'"),
        ({"stances": (Stance(Pair(BAKU, TREATY), "likes"),)}, "polarity 'likes'"),
    ],
)
def test_labels_that_the_scheme_does_not_have_are_named(
    layers: dict[str, Any], found: str, encoder: SentenceEncoder
) -> None:
    with pytest.raises(AnnotationError) as error:
        make_examples([document(**layers)], encoder, SCHEME)
    assert error.value.found == found
    assert "Baku" in error.value.where
    assert error.value.where.startswith("d, ")
    assert error.value.expected in {"one of GPE, MIL, LAW", "one of favor, against"}


def test_no_sentence_no_example(encoder: SentenceEncoder) -> None:
    assert make_examples([], encoder, SCHEME) == ([], ())
    assert make_examples([Document("Baku.", sentences=())], encoder, SCHEME) == ([], ())
    assert make_examples([Document(" \n ", sentences=(Span(0, 3),))], encoder, SCHEME) == ([], ())


def test_examples_say_what_is_marked(
    tiny_documents: list[Document], encoder: SentenceEncoder, scheme: LabelScheme
) -> None:
    examples, dropped = make_examples(tiny_documents, encoder, scheme)
    assert dropped == ()
    assert len(examples) == sum(len(d.sentences) for d in tiny_documents)
    position = 0
    for d in tiny_documents:
        encoded = encoder.encode(d.text, d.sentences)
        for index, _, entities in d.entities_by_sentence():
            example = examples[position]
            position += 1
            assert example.sentence == encoded[index].integers
            pairs = candidate_pairs(entities, scheme)
            assert len(pairs) == len(example.relation) == len(example.stance)
            labels = {
                (entities[p.head].id, label, entities[p.tail].id, scheme.statuses[statuses[column]])
                for p, row, statuses in zip(pairs, example.relation, example.status, strict=True)
                for column, label in enumerate(scheme.relation_labels)
                if row[column] == 1
            }
            ids = {entity.id for entity in entities}
            assert labels == {(r.head.id, r.label, r.tail.id, r.status) for r in d.relations if r.head.id in ids}
            polarities = {
                (entities[p.head].id, scheme.polarities[value - 1], entities[p.tail].id)
                for p, value in zip(pairs, example.stance, strict=True)
                if value > 0
            }
            assert polarities == {(s.holder.id, s.polarity, s.target.id) for s in d.stances if s.holder.id in ids}


def plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return {key: plain(item) for key, item in value.items()} if isinstance(value, dict) else value


@pytest.mark.parametrize("scheme_name", ["full", "entities only", "no stance"])
def test_rows_go_through_a_dataset_and_back(scheme_name: str, encoder: SentenceEncoder) -> None:
    scheme = {
        "full": SCHEME,
        "entities only": replace(SCHEME, relations=(), statuses=(), stance=None),
        "no stance": replace(SCHEME, statuses=(), stance=None),
    }[scheme_name]
    marked = document(relations=(Relation(Pair(KYIV, NAVY), "meets", "actual"),))
    examples, _ = make_examples([marked, document(entities=())], encoder, scheme)
    dataset = Dataset.from_list([example.to_row() for example in examples])
    # A pair, in whatever order, adds two markers to the subwords of its sentence.
    pairs = [len({frozenset(pair) for pair in zip(e.pairs.heads, e.pairs.tails, strict=True)}) for e in examples]
    assert scheme_name == "entities only" or pairs[0] > 0
    assert dataset["length"] == [
        sum(map(len, e.sentence.windows)) + 2 * n for e, n in zip(examples, pairs, strict=True)
    ]
    back = [Example.from_row(row) for row in dataset]
    assert [plain(e.to_row()) for e in back] == [plain(e.to_row()) for e in examples]
    collator = Collator(scheme, pad_id=encoder.pad_id)
    batch, same = collator(list(dataset)), collator([example.to_row() for example in examples])
    assert batch.keys() == same.keys()
    for name, tensor in batch.items():
        assert tensor.equal(same[name]), name


def test_decoding_the_tags_finds_the_entities(encoder: SentenceEncoder) -> None:
    import numpy as np

    army = Entity(Span(9, 17), "MIL", "The Army")
    (first, _), _ = make_examples([document(entities=(army, BAKU))], encoder, SCHEME)
    ranges = decode_ranges(np.log(np.eye(7, dtype=np.float32)[first.tags] + 1e-6))
    assert [(r.start, r.end, SCHEME.entities[r.label]) for r in ranges] == [(0, 2, "MIL"), (3, 4, "GPE")]
