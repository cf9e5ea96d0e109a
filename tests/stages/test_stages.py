"""The stages over an engine whose probabilities are written down by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from secrel.backends import PairScores, Prepared, SentencePairs
from secrel.config import Scaling
from secrel.domain import Document, Entity, LabelScheme, Pair, Relation, RelationType, Span, Stance, StanceType
from secrel.features.encoding import EncodedSentence, SentenceIntegers
from secrel.features.words import split_words
from secrel.pipeline import load
from secrel.stages import EntityStage, PairScorer, RelationStage, SentenceStage, StanceStage

GPE, PLACES = frozenset({"GPE"}), frozenset({"GPE", "LOC"})
SCHEME = LabelScheme(
    "small",
    "1",
    ("GPE", "LOC"),
    (RelationType("allied", GPE, GPE, symmetric=True), RelationType("attacks", GPE, PLACES)),
    ("actual", "planned"),
    StanceType(("favor", "against"), GPE, PLACES),
)
#       0      7   11       20   25     32
TEXT = "Avaria hit Borduria near Syldava."
SENTENCE = Span(0, 33)
AVARIA = Entity(Span(0, 6), "GPE", "Avaria")
BORDURIA = Entity(Span(11, 19), "GPE", "Borduria")
SYLDAVA = Entity(Span(25, 32), "LOC", "Syldava")
MARKED = Document(TEXT, sentences=(SENTENCE,), entities=(AVARIA, BORDURIA, SYLDAVA))


class HandEngine:
    """Gives every word the probabilities of ``tags`` and every pair those of ``score``."""

    def __init__(
        self,
        scheme: LabelScheme = SCHEME,
        tags: Sequence[Sequence[Sequence[float]]] = (),
        score: Callable[[SentencePairs], PairScores] | None = None,
    ) -> None:
        self.scheme = scheme
        self.tags = tags
        self.score = score
        self.classified = 0

    def prepare(self, text: str, sentences: Sequence[Span]) -> Prepared:
        empty = SentenceIntegers((), (), (), ())
        return Prepared(tuple(EncodedSentence(s, split_words(text, s), empty) for s in sentences), None)

    def tag(self, prepared: Prepared) -> list[NDArray[np.float32]]:
        return [np.log(np.array(rows, dtype=np.float32)).reshape(-1, 5) for rows in self.tags]

    def classify(self, prepared: Prepared, pairs: Sequence[SentencePairs]) -> list[PairScores]:
        self.classified += 1
        assert self.score is not None
        return [self.score(item) for item in pairs]


def constant(relation: Sequence[float], status: Sequence[float], stance: Sequence[float]) -> Callable[..., PairScores]:
    def score(item: SentencePairs) -> PairScores:
        n = len(item.pairs)
        return PairScores(
            np.tile(np.array(relation, dtype=np.float32), (n, 1)),
            np.tile(np.array(status, dtype=np.float32), (n, len(relation), 1)),
            np.tile(np.array(stance, dtype=np.float32), (n, 1)),
        )

    return score


def word(tag: int, probability: float) -> list[float]:
    row = [(1 - probability) / 4] * 5
    row[tag] = probability
    return row


def test_sentence_stage_leaves_the_header_out_and_given_sentences_alone() -> None:
    text = "Publication: Eurasia Daily Monitor Volume: 3 Issue: 1\nJuly 3, 2006\nOne came. Two went."
    assert SentenceStage()(Document(text)).sentences == (Span(67, 76), Span(77, 86))
    given = Document(text, sentences=(Span(67, 86),))
    assert SentenceStage()(given) is given
    assert SentenceStage()(Document("x", sentences=())).sentences == ()


def test_entity_stage_spans_labels_and_scores() -> None:
    text = "New Borduria hit Syldava."
    rows = [word(1, 0.9), word(2, 0.4), word(0, 0.9), word(3, 0.5), word(0, 0.9)]
    document = Document(text, sentences=(Span(0, 25),))
    found = EntityStage(HandEngine(tags=[rows]))(document).entities
    # The geometric mean of 0.9 and 0.4.
    assert found == (
        Entity(Span(0, 12), "GPE", "New Borduria", 0.6),
        Entity(Span(17, 24), "LOC", "Syldava", 0.5),
    )
    assert EntityStage(HandEngine(tags=[rows]), min_score=0.5)(document).entities == found
    assert EntityStage(HandEngine(tags=[rows]), min_score=0.51)(document).entities == found[:1]


@pytest.mark.parametrize("sentences", [None, ()])
def test_entity_stage_without_sentences(sentences: tuple[Span, ...] | None) -> None:
    assert EntityStage(HandEngine())(Document("", sentences=sentences)).entities == ()


def test_entity_stage_takes_pairs_of_earlier_entities_away() -> None:
    pair = Pair(AVARIA, BORDURIA)
    marked = MARKED.replace(relations=(Relation(pair, "allied", "actual"),), stances=(Stance(pair, "favor"),))
    found = EntityStage(HandEngine(tags=[[word(0, 0.9)] * 6]))(marked)
    assert (found.entities, found.relations, found.stances) == ((), (), ())
    assert found.with_ids().to_dict()["relations"] == []


def test_relation_stage_gives_every_allowed_pair_once() -> None:
    engine = HandEngine(score=constant([0.75, 0.5], [0.2, 0.8], [1, 0, 0]))
    found = RelationStage(PairScorer(engine), min_score=0.5)(MARKED).relations
    # A symmetric relation has the mention that comes first as head; a LOC is never a head.
    assert [(r.head.text, r.label, r.tail.text) for r in found] == [
        ("Avaria", "allied", "Borduria"),
        ("Avaria", "attacks", "Borduria"),
        ("Avaria", "attacks", "Syldava"),
        ("Borduria", "attacks", "Avaria"),
        ("Borduria", "attacks", "Syldava"),
    ]
    assert found[0] == Relation(Pair(AVARIA, BORDURIA), "allied", "planned", 0.75, 0.8, SENTENCE)
    assert {r.score for r in found[1:]} == {0.5}


@pytest.mark.parametrize(("min_score", "n"), [(0.0, 5), (0.5, 5), (0.51, 1), (0.76, 0)])
def test_relation_threshold_is_inclusive(min_score: float, n: int) -> None:
    engine = HandEngine(score=constant([0.75, 0.5], [0.2, 0.8], [1, 0, 0]))
    assert len(RelationStage(PairScorer(engine), min_score=min_score)(MARKED).relations) == n


def test_relation_without_statuses_in_the_scheme() -> None:
    scheme = LabelScheme("plain", "1", ("GPE", "LOC"), SCHEME.relations)
    engine = HandEngine(scheme, score=constant([0.9, 0.1], [], [1]))
    (relation,) = RelationStage(PairScorer(engine))(MARKED).relations
    assert (relation.label, relation.status, relation.status_score) == ("allied", None, 1.0)
    assert StanceStage(PairScorer(engine), min_score=0.0)(MARKED).stances == ()


def test_stance_stage_takes_the_likeliest_polarity_above_the_threshold() -> None:
    # "none" is likelier than either polarity: the threshold alone decides.
    engine = HandEngine(score=constant([0, 0], [1, 0], [0.5, 0.125, 0.375]))
    found = StanceStage(PairScorer(engine), min_score=0.375)(MARKED).stances
    assert [(s.holder.text, s.polarity, s.target.text, s.score) for s in found] == [
        ("Avaria", "against", "Borduria", 0.375),
        ("Avaria", "against", "Syldava", 0.375),
        ("Borduria", "against", "Avaria", 0.375),
        ("Borduria", "against", "Syldava", 0.375),
    ]
    assert found[0].evidence == SENTENCE
    assert StanceStage(PairScorer(engine), min_score=0.376)(MARKED).stances == ()


def test_no_pair_crosses_a_sentence() -> None:
    document = Document(
        "Avaria slept. Borduria woke.",
        sentences=(Span(0, 13), Span(14, 28)),
        entities=(AVARIA, Entity(Span(14, 22), "GPE", "Borduria")),
    )
    engine = HandEngine(score=constant([1, 1], [1, 0], [0, 1, 0]))
    assert RelationStage(PairScorer(engine))(document).relations == ()
    assert StanceStage(PairScorer(engine))(document).stances == ()


def test_entities_that_cannot_be_paired_are_counted_once() -> None:
    # The header's entity lies in no sentence; " " touches no word.
    document = Document(
        "Syldava\nAvaria  hit Borduria.",
        sentences=(Span(8, 29),),
        entities=(
            Entity(Span(0, 7), "LOC", "Syldava"),
            Entity(Span(8, 14), "GPE", "Avaria"),
            Entity(Span(14, 16), "GPE", "  "),
            Entity(Span(20, 28), "GPE", "Borduria"),
        ),
    )
    scorer = PairScorer(HandEngine(score=constant([1, 1], [1, 0], [0, 1, 0])))
    read = StanceStage(scorer)(RelationStage(scorer)(document))
    assert [(dropped.n, dropped.reason.split(",")[0]) for dropped in read.dropped] == [
        (2, "entities outside of every sentence")
    ]
    assert len(read.relations) == 3
    # Reading it again without the two leaves no count behind.
    clean = read.replace(entities=(read.entities[1], read.entities[3]), relations=(), stances=())
    assert RelationStage(scorer)(clean).dropped == ()


def test_pairs_are_scored_once_for_both_stages_and_anew_for_other_entities() -> None:
    engine = HandEngine(score=constant([1, 1], [1, 0], [0, 1, 0]))
    scorer = PairScorer(engine)
    StanceStage(scorer)(RelationStage(scorer)(MARKED))
    assert engine.classified == 1
    fewer = RelationStage(scorer)(MARKED.replace(entities=(AVARIA, SYLDAVA)))
    assert engine.classified == 2
    assert [(r.head.text, r.tail.text) for r in fewer.relations] == [("Avaria", "Syldava")]


def test_entities_far_apart_in_one_sentence_are_counted_as_dropped(tiny_model: Path) -> None:
    pipeline = load(tiny_model)
    names = [f"Place{n:03}" for n in range(103)]
    text = ", ".join(names) + "."
    spans = [Span(10 * n, 10 * n + 8) for n in range(103)]
    assert [span.of(text) for span in spans] == names
    entities = tuple(Entity(span, "GPE", span.of(text)) for span in spans)
    document = pipeline.classify(Document(text, sentences=(Span(0, len(text)),), entities=entities))
    (dropped,) = document.dropped
    # 0-101, 0-102 and 1-102, in both directions.
    assert dropped.n == 6
    assert "more than 100 entities apart" in dropped.reason


TWICE = "Avaria hit Borduria, and avaria hit Borduria."


def twice() -> Document:
    names = ("Avaria", "Borduria", "avaria", "Borduria")
    starts = (0, 11, 25, 36)
    entities = tuple(Entity(Span(s, s + len(n)), "GPE", n) for s, n in zip(starts, names, strict=True))
    return Document(TWICE, sentences=(Span(0, len(TWICE)),), entities=entities)


def rising(item: SentencePairs) -> PairScores:
    """Pairs further on in the text are more probable."""
    n = len(item.pairs)
    scores = np.array([[0.6 + 0.01 * (pair.head + pair.tail)] * 2 for pair in item.pairs], dtype=np.float32)
    stance = np.stack([1 - scores[:, 0], scores[:, 0], np.zeros(n)], axis=1).astype(np.float32)
    return PairScores(scores, np.full((n, 2, 2), 0.5, dtype=np.float32), stance)


def test_a_sentence_says_the_same_of_the_same_names_once() -> None:
    scorer = PairScorer(HandEngine(score=rising))
    document = RelationStage(scorer)(twice())
    said = [(r.label, r.head.start, r.tail.start) for r in document.relations]
    # Each of the two names with itself, with the other, and, where direction counts, in either direction: the last.
    assert sorted(said) == [
        ("allied", 0, 25),
        ("allied", 11, 36),
        ("allied", 25, 36),
        ("attacks", 0, 25),
        ("attacks", 11, 36),
        ("attacks", 25, 36),
        ("attacks", 36, 25),
    ]
    stances = StanceStage(scorer)(twice()).stances
    assert ("avaria", "Borduria", 36) in [(s.holder.text, s.target.text, s.target.start) for s in stances]
    assert len({(s.holder.text.casefold(), s.target.text.casefold()) for s in stances}) == len(stances)


def test_scores_are_calibrated_before_they_are_cut() -> None:
    halved = Scaling(1.0, -1.0)
    engine = HandEngine(
        tags=[[word(1, 0.9), word(0, 0.9), word(1, 0.9), word(0, 0.9), word(3, 0.9), word(0, 0.9)]],
        score=constant([0.7, 0.9], [0.8, 0.2], [0.2, 0.8, 0.0]),
    )
    entities = EntityStage(engine, calibrate=halved)(MARKED.replace(entities=())).entities
    assert {entity.score for entity in entities} == {round(halved(0.9), 4)}
    assert EntityStage(engine, min_score=0.8, calibrate=halved)(MARKED.replace(entities=())).entities == ()
    relations = RelationStage(PairScorer(engine), calibrate=halved, calibrate_status=Scaling(0.5))(MARKED).relations
    # 0.7 is 0.46 when calibrated, below the threshold of 0.5; 0.9 is 0.77.
    assert {(r.label, r.score) for r in relations} == {("attacks", round(halved(0.9), 4))}
    assert {r.status_score for r in relations} == {round(Scaling(0.5)(0.8), 4)}
    stances = StanceStage(PairScorer(engine), calibrate=halved)(MARKED).stances
    assert {s.score for s in stances} == {round(halved(0.8), 4)}
    assert StanceStage(PairScorer(engine), min_score=0.7, calibrate=halved)(MARKED).stances == ()


def test_relations_of_a_label_may_have_a_calibration_of_their_own() -> None:
    own, common = Scaling(1.0, 1.0), Scaling(1.0, -1.0)
    engine = HandEngine(score=constant([0.7, 0.9], [0.8, 0.2], [0.2, 0.8, 0.0]))
    stage = RelationStage(
        PairScorer(engine), calibrate=common, calibrate_labels={"allied": own, "of another scheme": Scaling(5.0)}
    )
    expected = {("allied", round(own(0.7), 4)), ("attacks", round(common(0.9), 4))}
    assert {(r.label, r.score) for r in stage(MARKED).relations} == expected


def labelled(*labels: tuple[int, float]) -> Document:
    """Mentions of the same name, one a sentence, with the given tags and probabilities."""
    text = " ".join(["Avaria"] * len(labels))
    sentences = tuple(Span(7 * n, 7 * n + 6) for n in range(len(labels)))
    engine = HandEngine(tags=[[word(tag, probability)] for tag, probability in labels])
    return EntityStage(engine, one_label=True)(Document(text, sentences=sentences))


def test_all_mentions_of_a_name_get_the_label_with_the_most_weight() -> None:
    # Tags 1 and 3 begin a GPE and a LOC.
    found = labelled((1, 0.9), (3, 0.6), (1, 0.8)).entities
    assert [e.label for e in found] == ["GPE", "GPE", "GPE"]
    assert [e.score for e in found] == [0.9, round(1.7 / 2.3, 4), 0.8]
    # Two doubtful mentions weigh less than a sure one.
    assert [e.label for e in labelled((3, 0.4), (3, 0.4), (1, 0.95)).entities] == ["GPE"] * 3
    assert [e.label for e in labelled((3, 0.6), (3, 0.6), (1, 0.95)).entities] == ["LOC"] * 3
    assert [e.label for e in labelled((3, 0.7), (1, 0.7)).entities] == ["LOC", "LOC"]


def test_other_names_have_no_say() -> None:
    text = "Avaria Borduria AVARIA"
    sentences = (Span(0, 6), Span(7, 15), Span(16, 22))
    engine = HandEngine(tags=[[word(1, 0.9)], [word(3, 0.6)], [word(3, 0.6)]])
    document = Document(text, sentences=sentences)
    found = EntityStage(engine, one_label=True)(document).entities
    assert [(e.text, e.label) for e in found] == [("Avaria", "GPE"), ("Borduria", "LOC"), ("AVARIA", "GPE")]
    alone = EntityStage(engine)(document).entities
    assert [e.label for e in alone] == ["GPE", "LOC", "LOC"]


def test_names_differ_by_letters_not_by_line_breaks_and_attitudes_by_polarity() -> None:
    text = "New  Avaria and New\nAvaria hit Borduria."
    entities = tuple(
        Entity(Span(text.index(name), text.index(name) + len(name)), "GPE", name)
        for name in ("New  Avaria", "New\nAvaria", "Borduria")
    )

    def score(item: SentencePairs) -> PairScores:
        n = len(item.pairs)
        stance = np.array([[0.0, 0.9, 0.1] if p.head == 0 else [0.1, 0.1, 0.8] for p in item.pairs], dtype=np.float32)
        return PairScores(np.full((n, 2), 0.9, dtype=np.float32), np.full((n, 2, 2), 0.5, dtype=np.float32), stance)

    scorer = PairScorer(HandEngine(score=score))
    document = Document(text, sentences=(Span(0, len(text)),), entities=entities)
    to_borduria = [r for r in RelationStage(scorer)(document).relations if r.label == "attacks" and r.tail.start > 30]
    assert len(to_borduria) == 1
    stances = [s for s in StanceStage(scorer)(document).stances if s.target.text == "Borduria"]
    assert {(s.holder.text, s.polarity) for s in stances} == {("New  Avaria", "favor"), ("New\nAvaria", "against")}
