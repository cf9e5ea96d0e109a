"""The pipeline and its stages as spaCy factories.

``nlp.add_pipe("secrel")`` adds everything; ``secrel_entities``, ``secrel_relations`` and ``secrel_stances`` add one
stage each, so that the entities of another component can feed the relations; ``secrel_resolution`` behind them says
which actors, days and sources they stand for, which stay ``None`` without it. The factories are registered through
entry points: with secrel installed, no import is needed.

Results: ``doc.ents``, ``doc._.relations``, ``doc._.stances`` (tuples of secrel's nouns) and ``doc._.secrel`` (the
whole document). Offsets are characters of ``doc.text``. What is stored in ``doc.user_data`` is plain data, so that
``doc.to_bytes`` and ``DocBin(store_user_data=True)`` keep it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from spacy.language import Language
from spacy.tokens import Doc

from secrel.domain import Document, Dropped, Entity, Pair, Relation, Span, Stance
from secrel.pipeline import find_model
from secrel.reading import body_start, parse_article, split_sentences
from secrel.stages import PairScorer, model_stages, resolving_stages

if TYPE_CHECKING:
    from secrel.backends.torch_engine import TorchEngine
    from secrel.checkpoints import Checkpoint

_KEY = "secrel"
_RESOLUTION = ("actors", "dates", "attribution")
_LANGUAGES = ("en", "xx")
_DEFAULTS = {"model": None, "min_score": 0.0}
_WIDENED = "entities that do not begin and end at token boundaries: widened to whole tokens in doc.ents"
_COLLIDING = "entities that overlap another one after widening to whole tokens: left out of doc.ents"


@lru_cache(maxsize=4)
def _shared(folder: str) -> tuple[Checkpoint, TorchEngine, PairScorer]:
    # spaCy imports this module for everybody who has secrel installed: torch only for those who use it.
    from secrel.backends.torch_engine import TorchEngine
    from secrel.checkpoints import Checkpoint

    checkpoint = Checkpoint.from_pretrained(folder)
    engine = TorchEngine(checkpoint.model, checkpoint.encoder, checkpoint.scheme)
    return checkpoint, engine, PairScorer(engine)


class Component:
    """A spaCy component that runs some stages of a model.

    Args:
        stages: Which of ``entities``, ``relations``, ``stances``, ``actors``, ``dates`` and ``attribution`` to run.
        model: Model folder or name, as for :func:`secrel.load`.
        min_score: Leaves out what is less probable.
    """

    def __init__(self, stages: tuple[str, ...], *, model: str | None = None, min_score: float = 0.0) -> None:
        self.folder = str(find_model(model))
        self.names = stages
        self.min_score = min_score
        checkpoint, engine, scorer = _shared(self.folder)
        built = model_stages(engine, scorer, checkpoint.decision, checkpoint.calibration, min_score=min_score)
        if set(stages) & set(_RESOLUTION):
            built |= resolving_stages()
        self.tag = checkpoint.tag
        self.stages = [built[name] for name in stages]
        for extension, getter in _GETTERS.items():
            if not Doc.has_extension(extension):
                Doc.set_extension(extension, getter=getter)

    def __call__(self, doc: Doc) -> Doc:
        """Runs the stages on a document and sets its layers."""
        document = _document_of(doc)
        for stage in self.stages:
            document = stage(document)
        document = document.replace(model=self.tag).with_ids()
        if "entities" in self.names:
            spans, dropped = _token_spans(doc, document.entities)
            doc.set_ents(spans)
            document = document.replace(dropped=document.dropped + dropped)
        doc.user_data[_KEY] = document.to_dict()
        return doc

    def __reduce__(self) -> tuple[Any, ...]:
        # Between processes only the name of the model travels.
        return (_component, (self.names, self.folder, self.min_score))

    def to_disk(self, path: Any, exclude: tuple[str, ...] = ()) -> None:
        """Nothing to save: the model is found again by its name in the pipeline's configuration."""

    def from_disk(self, path: Any, exclude: tuple[str, ...] = ()) -> Component:  # noqa: ARG002
        """Nothing to read; see :meth:`to_disk`."""
        return self


def _component(stages: tuple[str, ...], model: str, min_score: float) -> Component:
    return Component(stages, model=model, min_score=min_score)


def _known(doc: Doc) -> Document | None:
    data = doc.user_data.get(_KEY)
    # The data of a longer document that this one was cut out of does not fit.
    return Document.from_dict(data) if data is not None and data["text"] == doc.text else None


def _relations(doc: Doc) -> tuple[Relation, ...]:
    document = _known(doc)
    return document.relations if document else ()


def _stances(doc: Doc) -> tuple[Stance, ...]:
    document = _known(doc)
    return document.stances if document else ()


_GETTERS: dict[str, Callable[[Doc], Any]] = {"relations": _relations, "stances": _stances, "secrel": _known}


def _document_of(doc: Doc) -> Document:
    document = _known(doc) or parse_article(doc.text)
    if document.sentences is None:
        if doc.has_annotation("SENT_START"):
            sentences = tuple(Span(s.start_char, s.end_char) for s in doc.sents if s.end_char > s.start_char)
        else:
            sentences = tuple(split_sentences(doc.text, start=body_start(doc.text)))
        document = document.replace(sentences=sentences)
    # The entities of any component before this one are taken as they are; those of secrel keep their scores.
    scored = {(entity.span, entity.label): entity for entity in document.entities}
    spans = [(Span(e.start_char, e.end_char), e.label_, e.text) for e in doc.ents if e.end_char > e.start_char]
    entities = tuple(scored.get((span, label), Entity(span, label, text)) for span, label, text in spans)
    same = [(e.span, e.label) for e in entities] == [(e.span, e.label) for e in document.entities]
    if same:
        return document
    # A component in between has changed the entities: pairs of those that are gone go with them.
    here = {(entity.span, entity.label): entity for entity in entities}

    def kept(marks: tuple[Any, ...]) -> Iterator[Any]:
        for mark in marks:
            head, tail = (here.get((e.span, e.label)) for e in (mark.pair.head, mark.pair.tail))
            if head and tail:
                yield replace(mark, pair=Pair(head, tail))

    return document.replace(
        entities=entities, relations=tuple(kept(document.relations)), stances=tuple(kept(document.stances))
    )


def _token_spans(doc: Doc, entities: tuple[Entity, ...]) -> tuple[list[Any], tuple[Dropped, ...]]:
    spans: list[Any] = []
    widened = lost = 0
    for entity in entities:
        span = doc.char_span(entity.start, entity.end, label=entity.label, alignment_mode="expand")
        if span is None or (spans and span.start < spans[-1].end):
            lost += 1
            continue
        widened += span.start_char != entity.start or span.end_char != entity.end
        spans.append(span)
    counts = ((_WIDENED, widened), (_COLLIDING, lost))
    return spans, tuple(Dropped(reason, n) for reason, n in counts if n)


def _warn(nlp: Language, name: str, *, reads_entities: bool) -> None:
    """Says what will leave a component without a result: another language, or nothing that sets ``doc.ents``."""
    if nlp.lang not in _LANGUAGES:
        warnings.warn(f"{name}: found a pipeline of language {nlp.lang!r}; expected English ('en')", stacklevel=3)
    assigned = [nlp.get_pipe_meta(earlier).assigns for earlier in nlp.pipe_names]
    # Of a component that declares nothing nobody knows whether it sets them.
    if reads_entities and all(layers and "doc.ents" not in layers for layers in assigned):
        found = "no component before it that sets doc.ents"
        warnings.warn(f"{name}: found {found}; expected secrel_entities or another NER before it", stacklevel=3)


@Language.factory("secrel", default_config=dict(_DEFAULTS), assigns=["doc.ents"])
def make_secrel(nlp: Language, name: str, model: str | None, min_score: float) -> Component:
    """Entities, relations and stances, and what they stand for."""
    _warn(nlp, name, reads_entities=False)
    return Component(("entities", "relations", "stances", *_RESOLUTION), model=model, min_score=min_score)


@Language.factory("secrel_entities", default_config=dict(_DEFAULTS), assigns=["doc.ents"])
def make_entities(nlp: Language, name: str, model: str | None, min_score: float) -> Component:
    """Entities alone."""
    _warn(nlp, name, reads_entities=False)
    return Component(("entities",), model=model, min_score=min_score)


@Language.factory("secrel_relations", default_config=dict(_DEFAULTS), requires=["doc.ents"])
def make_relations(nlp: Language, name: str, model: str | None, min_score: float) -> Component:
    """Relations among the entities of ``doc.ents``."""
    _warn(nlp, name, reads_entities=True)
    return Component(("relations",), model=model, min_score=min_score)


@Language.factory("secrel_stances", default_config=dict(_DEFAULTS), requires=["doc.ents"])
def make_stances(nlp: Language, name: str, model: str | None, min_score: float) -> Component:
    """Stances among the entities of ``doc.ents``."""
    _warn(nlp, name, reads_entities=True)
    return Component(("stances",), model=model, min_score=min_score)


@Language.factory("secrel_resolution", default_config=dict(_DEFAULTS), requires=["doc.ents"])
def make_resolution(nlp: Language, name: str, model: str | None, min_score: float) -> Component:
    """Actors, days and sources of what the components before it found."""
    _warn(nlp, name, reads_entities=True)
    return Component(_RESOLUTION, model=model, min_score=min_score)
