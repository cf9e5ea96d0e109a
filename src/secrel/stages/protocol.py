"""What a stage is."""

from __future__ import annotations

from typing import Protocol

from secrel.domain import Document


class Stage(Protocol):
    """Takes a document and returns a new one with more layers filled.

    Attributes:
        name: Name of the stage.
        requires: Layers that must be there.
        assigns: Layers that it fills.
    """

    name: str
    requires: tuple[str, ...]
    assigns: tuple[str, ...]

    def __call__(self, document: Document) -> Document:
        """The document with the layers of ``assigns`` filled anew."""
        ...
