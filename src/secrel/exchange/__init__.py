"""Marked documents in the formats of other tools, there and back.

Each format is a module with ``encode(documents, scheme)`` and ``decode(content, scheme, where=...)``, registered in
:data:`FORMATS`. What comes back is what went in: text, sentences, mentions, relations with status, and stances.
Metadata is read again from the text; scores, remarks and identifiers of marks do not travel.
"""

from secrel.exchange.registry import FORMATS, Format, find_format

__all__ = ["FORMATS", "Format", "find_format"]
