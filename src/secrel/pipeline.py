"""From text to relations and stances: stages in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from secrel.domain import Document, LabelScheme, ModelTag
from secrel.errors import InputError, ModelError, PipelineError
from secrel.reading import parse_article
from secrel.stages import PairScorer, SentenceStage, Stage, model_stages, replace_threshold, resolving_stages

if TYPE_CHECKING:
    from secrel.checkpoints import Checkpoint

DEFAULT_MODEL = "edm"


class Pipeline:
    """Ordered stages that turn a text into a document with entities, relations and stances, and what they stand for.

    Args:
        stages: The stages, in order.
        scheme: The label scheme of the result.
        tag: Name and version of the model.

    Raises:
        PipelineError: If a stage requires a layer that no stage before it assigns.
    """

    def __init__(self, stages: Sequence[Stage], *, scheme: LabelScheme, tag: ModelTag | None = None) -> None:
        self.stages = tuple(stages)
        self.scheme = scheme
        self.tag = tag
        there = {"text"}
        for stage in self.stages:
            missing = [layer for layer in stage.requires if layer not in there]
            if missing:
                raise PipelineError(
                    f"stage {stage.name!r}",
                    found=f"no stage before it that assigns {missing[0]!r}",
                    expected="the stages in the order sentences, entities, relations, stances, actors, dates,"
                    " attribution",
                )
            there |= set(stage.assigns)

    @classmethod
    def from_checkpoint(
        cls,
        checkpoint: Checkpoint,
        *,
        min_score: float | None = None,
        resolve: bool = True,
        knowledge: Sequence[str | Path] = (),
    ) -> Pipeline:
        """The whole pipeline of a trained model.

        Args:
            checkpoint: The model.
            min_score: Leaves out entities, relations and stances below this probability; the model's own
                thresholds apply all the same.
            resolve: Whether to say which actors, days and sources the marks stand for.
            knowledge: Files of actors that go before the packaged ones (:func:`secrel.knowledge.load_knowledge`).

        Raises:
            ConfigError: If a file of actors is missing or malformed.
        """
        from secrel.backends.torch_engine import TorchEngine

        engine = TorchEngine(checkpoint.model, checkpoint.encoder, checkpoint.scheme)
        stages = model_stages(
            engine, PairScorer(engine), checkpoint.decision, checkpoint.calibration, min_score=min_score or 0.0
        )
        if resolve:
            stages |= resolving_stages(knowledge=knowledge)
        return cls([SentenceStage(), *stages.values()], scheme=checkpoint.scheme, tag=checkpoint.tag)

    def __call__(self, text: str | Document) -> Document:
        """Reads one text.

        Args:
            text: A text, or a document. Layers of a document that a stage assigns are filled anew, except for
                sentences, which are kept where they are given.

        Returns:
            A new document with all layers.

        Raises:
            InputError: If it is neither.
        """
        if not isinstance(text, str | Document):
            raise InputError(
                "text",
                found=f"an object of type {type(text).__name__}",
                expected="a text (str) or a Document; pipe reads many, and secrel.read_article reads a file",
            )
        document = parse_article(text) if isinstance(text, str) else text
        for stage in self.stages:
            document = stage(document)
        return document.replace(model=self.tag).with_ids()

    def pipe(self, texts: Iterable[str | Document], *, batch_size: int = 64) -> Iterator[Document]:
        """Reads many texts, in order.

        Args:
            texts: Texts or documents; consumed lazily. Every plain text has the identifier ``text``: documents with
                identifiers of their own tell them apart.
            batch_size: How many texts are taken from ``texts`` at a time. It has no influence on the result.

        Yields:
            A document for every text.

        Raises:
            InputError: If ``texts`` is a single text or document, or one of them is neither.
            ValueError: If ``batch_size`` is below 1.
        """
        if isinstance(texts, str | bytes | Document):
            found = f"a single object of type {type(texts).__name__}"
            raise InputError("texts", found=found, expected="several texts, for instance a list; a call reads one")
        if batch_size < 1:
            raise ValueError(f"batch_size is at least 1, not {batch_size}")
        iterator = iter(texts)
        while batch := list(islice(iterator, batch_size)):
            for text in batch:
                yield self(text)

    def with_min_score(self, min_score: float) -> Pipeline:
        """The same pipeline with one least probability for relations and stances instead of the model's thresholds.

        Args:
            min_score: A probability.
        """
        stages = [replace_threshold(stage, min_score) for stage in self.stages]
        return Pipeline(stages, scheme=self.scheme, tag=self.tag)

    def classify(self, document: Document) -> Document:
        """Relations and stances, and what they stand for, of the entities that ``document`` already has.

        Raises:
            PipelineError: If the document has no sentences.
        """
        if document.sentences is None:
            raise PipelineError(
                f"document {document.id!r}",
                found="no sentences",
                expected="a document with sentences and entities",
            )
        ordered = document.replace(entities=tuple(sorted(document.entities, key=lambda entity: entity.span)))
        for stage in self.stages:
            if "entities" in stage.requires:
                ordered = stage(ordered)
        return ordered.replace(model=self.tag).with_ids()


def find_model(name: str | Path | None = None) -> Path:
    """The folder of a model.

    Args:
        name: A folder, or the name of a model that ships with the package; ``edm`` if not given.

    Raises:
        ModelError: If there is neither.
    """
    if name is not None and (Path(name) / "config.json").is_file():
        return Path(name)
    shipped = str(name or DEFAULT_MODEL)
    package = Path(__file__).parent
    # In the wheel the models lie inside the package; in a checkout, beside src/.
    for folder in (package / "_models", package.parents[1] / "models"):
        if (folder / shipped / "config.json").is_file():
            return folder / shipped
    if name is not None and Path(name).is_dir():
        # Incomplete; reading it says what is missing.
        return Path(name)
    raise ModelError(
        f"model {shipped!r}",
        found="neither a folder nor a model that ships with the package",
        expected=f"the path of a model folder, or {DEFAULT_MODEL!r}",
    )


def load(
    name: str | Path | None = None,
    *,
    min_score: float | None = None,
    resolve: bool = True,
    knowledge: Sequence[str | Path] = (),
) -> Pipeline:
    """Loads a model as a pipeline.

    Args:
        name: A folder, or the name of a model that ships with the package; ``edm`` if not given.
        min_score: Leaves out entities, relations and stances below this probability.
        resolve: Whether to say which actors, days and sources the marks stand for.
        knowledge: Files of actors that go before the packaged ones (:func:`secrel.knowledge.load_knowledge`).

    Raises:
        ModelError: If the model is missing, incomplete, damaged, or of another format version.
        ConfigError: If a file of actors is missing or malformed.
    """
    folder = find_model(name)
    from secrel.checkpoints import Checkpoint

    checkpoint = Checkpoint.from_pretrained(folder)
    return Pipeline.from_checkpoint(checkpoint, min_score=min_score, resolve=resolve, knowledge=knowledge)


def extract(text: str | Document, *, model: str | Path | None = None) -> Document:
    """Reads one text with a model that is loaded at the first call and kept.

    Args:
        text: A text or a document.
        model: As for :func:`load`.

    Raises:
        InputError: If it is neither.
    """
    folder = find_model(model).resolve()
    if folder not in _LOADED:
        _LOADED[folder] = load(folder)
    return _LOADED[folder](text)


_LOADED: dict[Path, Pipeline] = {}
