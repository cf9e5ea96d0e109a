"""Relation classification and stance detection as stages over the same scored pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from secrel.backends import Engine, PairScores, SentencePairs
from secrel.config import Scaling
from secrel.domain import Document, Dropped, Entity, Pair, Relation, Span, Stance
from secrel.features.pairs import candidate_pairs
from secrel.stages.entities import plain_name

Mark = TypeVar("Mark", Relation, Stance)

# In prose no two related names are this many names apart; in a list of thousands all pairs would be millions.
_MOST_APART = 100
_APART = f"pairs of entities of one sentence that are more than {_MOST_APART} entities apart: not scored"
_OUTSIDE = "entities outside of every sentence, or touching no word: no pair was formed with them"


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """The scored candidate pairs of one sentence."""

    span: Span
    pairs: SentencePairs
    scores: PairScores


class PairScorer:
    """Scores all candidate pairs of a document, once for all stages that ask.

    Args:
        engine: Runs the model.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._last: tuple[object, list[ScoredSentence], tuple[Dropped, ...]] | None = None

    def score(self, document: Document) -> tuple[list[ScoredSentence], tuple[Dropped, ...]]:
        """The scored pairs of every sentence that has any, and what had to be left out."""
        key = (document.text, document.sentences, document.entities)
        last = self._last
        if last is not None and last[0] == key:
            return last[1], last[2]
        prepared = self.engine.prepare(document.text, document.sentences or ())
        items: list[SentencePairs] = []
        placed = apart = 0
        for index, _, entities in document.entities_by_sentence():
            kept = tuple(e for e in entities if prepared.sentences[index].word_range(e.span) is not None)
            placed += len(kept)
            candidates = candidate_pairs(kept, self.engine.scheme)
            pairs = tuple(pair for pair in candidates if abs(pair.head - pair.tail) <= _MOST_APART)
            apart += len(candidates) - len(pairs)
            if pairs:
                items.append(SentencePairs(index, kept, pairs))
        scores = self.engine.classify(prepared, items)
        spans = document.sentences or ()
        scored = [ScoredSentence(spans[i.sentence], i, s) for i, s in zip(items, scores, strict=True)]
        lost = len(document.entities) - placed
        dropped = tuple(Dropped(reason, n) for reason, n in ((_OUTSIDE, lost), (_APART, apart)) if n)
        self._last = (key, scored, dropped)
        return scored, dropped


class RelationStage:
    """Fills ``relations``.

    Args:
        scorer: Scores the pairs.
        min_score: Relations below this probability are left out.
        calibrate: From the network's probability of a relation to a calibrated one.
        calibrate_status: The same for its status.
        calibrate_labels: The same as ``calibrate`` for relations of single labels.
    """

    name = "relations"
    requires: tuple[str, ...] = ("sentences", "entities")
    assigns: tuple[str, ...] = ("relations",)

    def __init__(
        self,
        scorer: PairScorer,
        *,
        min_score: float = 0.5,
        calibrate: Scaling | None = None,
        calibrate_status: Scaling | None = None,
        calibrate_labels: Mapping[str, Scaling] | None = None,
    ) -> None:
        self.scorer = scorer
        self.min_score = min_score
        self.calibrate = calibrate or Scaling()
        self.calibrate_status = calibrate_status or Scaling()
        self.calibrate_labels = calibrate_labels or {}

    def __call__(self, document: Document) -> Document:
        """The document with relations, in order of sentence, head, tail and label."""
        scored, dropped = self.scorer.score(document)
        symmetric = self.scorer.engine.scheme.is_symmetric
        relations = [relation for sentence in scored for relation in _one_a_name(self._relations(sentence), symmetric)]
        return _with_dropped(document.replace(relations=tuple(relations)), dropped)

    def _relations(self, sentence: ScoredSentence) -> Iterator[Relation]:
        scheme = self.scorer.engine.scheme
        calibrate = [self.calibrate_labels.get(label, self.calibrate) for label in scheme.relation_labels]
        for row, candidate in enumerate(sentence.pairs.pairs):
            for column, relation_type in enumerate(scheme.relations):
                score = round(calibrate[column](float(sentence.scores.relation[row, column])), 4)
                if not candidate.relations[column] or score < self.min_score:
                    continue
                status, status_score = None, 1.0
                if scheme.statuses:
                    probabilities = sentence.scores.status[row, column]
                    status = scheme.statuses[int(probabilities.argmax())]
                    status_score = round(self.calibrate_status(float(probabilities.max())), 4)
                yield Relation(
                    _pair(sentence.pairs.entities, candidate.head, candidate.tail),
                    relation_type.label,
                    status,
                    score,
                    status_score,
                    sentence.span,
                )


class StanceStage:
    """Fills ``stances``: at most one for an ordered pair.

    Args:
        scorer: Scores the pairs.
        min_score: Stances whose polarity has a lower probability are left out.
        calibrate: From the network's probability of a polarity to a calibrated one.
    """

    name = "stances"
    requires: tuple[str, ...] = ("sentences", "entities")
    assigns: tuple[str, ...] = ("stances",)

    def __init__(self, scorer: PairScorer, *, min_score: float = 0.5, calibrate: Scaling | None = None) -> None:
        self.scorer = scorer
        self.min_score = min_score
        self.calibrate = calibrate or Scaling()

    def __call__(self, document: Document) -> Document:
        """The document with stances, in order of sentence, holder and target."""
        scored, dropped = self.scorer.score(document)
        symmetric = self.scorer.engine.scheme.is_symmetric
        stances = [stance for sentence in scored for stance in _one_a_name(self._stances(sentence), symmetric)]
        return _with_dropped(document.replace(stances=tuple(stances)), dropped)

    def _stances(self, sentence: ScoredSentence) -> Iterator[Stance]:
        polarities = self.scorer.engine.scheme.polarities
        if not polarities:
            return
        for row, candidate in enumerate(sentence.pairs.pairs):
            probabilities = sentence.scores.stance[row]
            best = int(probabilities[1:].argmax())
            score = round(self.calibrate(float(probabilities[1 + best])), 4)
            if not candidate.stance or score < self.min_score:
                continue
            yield Stance(
                _pair(sentence.pairs.entities, candidate.head, candidate.tail),
                polarities[best],
                score,
                sentence.span,
            )


def _one_a_name(marks: Iterable[Mark], symmetric: Callable[[str], bool]) -> Iterator[Mark]:
    """Of marks of one sentence that say the same of mentions with the same names, the most probable.

    A sentence that names a party twice states a relation of it once: of two mentions that could carry it, one does.
    """
    every = list(marks)
    best: dict[tuple[str, ...], Mark] = {}
    for mark in every:
        key = _said(mark, symmetric)
        if key not in best or mark.score > best[key].score:
            best[key] = mark
    yield from (mark for mark in every if best[_said(mark, symmetric)] is mark)


def _said(mark: Relation | Stance, symmetric: Callable[[str], bool]) -> tuple[str, ...]:
    if isinstance(mark, Stance):
        return mark.polarity, plain_name(mark.holder), plain_name(mark.target)
    names = (plain_name(mark.head), plain_name(mark.tail))
    return (mark.label, *(sorted(names) if symmetric(mark.label) else names))


def _pair(entities: tuple[Entity, ...], head: int, tail: int) -> Pair:
    return Pair(entities[head], entities[tail])


def _with_dropped(document: Document, dropped: tuple[Dropped, ...]) -> Document:
    kept = tuple(item for item in document.dropped if item.reason not in {_OUTSIDE, _APART})
    return document.replace(dropped=kept + dropped)
