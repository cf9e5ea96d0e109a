"""Documents in the form that displaCy draws (https://spacy.io/usage/visualizers)."""

from __future__ import annotations

from typing import Any

from secrel.domain import Document


def to_displacy(document: Document) -> dict[str, Any]:
    """A document for ``spacy.displacy.render(..., style="ent", manual=True)``."""
    return {
        "text": document.text,
        "title": document.id,
        "ents": [{"start": e.start, "end": e.end, "label": e.label} for e in document.entities],
    }
