"""secrel: who cooperates with, pressures, trains or deploys to whom, out of security-affairs articles.

>>> import secrel
>>> nlp = secrel.load()                                   # doctest: +SKIP
>>> document = nlp("Moscow may cut gas supplies to force Kyiv to drop its NATO bid.")   # doctest: +SKIP

Heavy libraries (torch, transformers, spaCy, datasets) load when they are first needed, not on import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from secrel._version import __version__
from secrel.domain import (
    Actor,
    Attribution,
    Citation,
    DateInterval,
    Document,
    Dropped,
    Entity,
    LabelScheme,
    Metadata,
    Pair,
    Record,
    Relation,
    Span,
    Stance,
)
from secrel.errors import (
    AnnotationError,
    ConfigError,
    InputError,
    ModelError,
    OutputError,
    PipelineError,
    SecrelError,
)

if TYPE_CHECKING:
    from secrel.batch import extract_archive
    from secrel.output.dyads import dyads
    from secrel.output.table import to_dataframe
    from secrel.pipeline import Pipeline, extract, load
    from secrel.reading import read_article, read_corpus, read_feed, read_page, read_url

__all__ = [
    "Actor",
    "AnnotationError",
    "Attribution",
    "Citation",
    "ConfigError",
    "DateInterval",
    "Document",
    "Dropped",
    "Entity",
    "InputError",
    "LabelScheme",
    "Metadata",
    "ModelError",
    "OutputError",
    "Pair",
    "Pipeline",
    "PipelineError",
    "Record",
    "Relation",
    "SecrelError",
    "Span",
    "Stance",
    "__version__",
    "dyads",
    "extract",
    "extract_archive",
    "load",
    "read_article",
    "read_corpus",
    "read_feed",
    "read_page",
    "read_url",
    "to_dataframe",
]

_LAZY = {
    "Pipeline": "secrel.pipeline",
    "dyads": "secrel.output.dyads",
    "extract": "secrel.pipeline",
    "extract_archive": "secrel.batch",
    "load": "secrel.pipeline",
    "read_article": "secrel.reading",
    "read_corpus": "secrel.reading",
    "read_feed": "secrel.reading",
    "read_page": "secrel.reading",
    "read_url": "secrel.reading",
    "to_dataframe": "secrel.output.table",
}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        from importlib import import_module

        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'secrel' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
