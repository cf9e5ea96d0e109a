"""Errors that say where they arose, what was found there and what was expected.

Everything the library raises on purpose derives from :class:`SecrelError`, so that ``except SecrelError``
catches bad input and nothing else.
"""

from __future__ import annotations


class SecrelError(Exception):
    """Base of all errors raised on purpose.

    Args:
        where: File, offset, line or key at which the fault lies.
        found: What stands there.
        expected: What should stand there, and where there is one, the way out.
    """

    def __init__(self, where: object, *, found: str, expected: str) -> None:
        super().__init__(where, found, expected)
        self.where = str(where)
        self.found = found
        self.expected = expected

    def __str__(self) -> str:
        return f"{self.where}: found {self.found}; expected {self.expected}"

    def __reduce__(self) -> tuple[object, ...]:
        # The default would call the class with positional arguments only and fail between processes.
        return (_rebuild, (type(self), self.where, self.found, self.expected))


def _rebuild(cls: type[SecrelError], where: str, found: str, expected: str) -> SecrelError:
    return cls(where, found=found, expected=expected)


class InputError(SecrelError):
    """A text, file or folder to be read is missing, empty, undecodable, too large or of another language."""


class AnnotationError(SecrelError):
    """A stand-off or inline annotation cannot be read or offends against the label scheme."""


class ConfigError(SecrelError):
    """A recipe, label scheme or split file has an unknown, missing or ill-typed key."""


class ModelError(SecrelError):
    """A model folder is missing, incomplete, damaged or of another format version."""


class PipelineError(SecrelError):
    """Stages are put together in an order in which one lacks what it requires."""


class OutputError(SecrelError):
    """A result cannot be written where it was asked for."""
