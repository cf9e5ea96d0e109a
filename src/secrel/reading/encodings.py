"""Encodings of files that do not say theirs, or say it in an HTML page.

What is read is either valid UTF-8, in the encoding that the page or the server declares, or in one that its bytes make
probable. Nothing is ever replaced: bytes that fit no encoding are an error that names the first of them.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from secrel.errors import ConfigError

AUTO = "auto"
"""In place of the name of an encoding: find it out."""

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The encodings of browsers (https://encoding.spec.whatwg.org/#names-and-labels) that Python takes more narrowly.
_LABELS = {
    **dict.fromkeys(
        ("ascii", "us-ascii", "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1", "l1"), "cp1252"
    ),
    **dict.fromkeys(("iso-8859-9", "iso8859-9", "latin5"), "cp1254"),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987"), "cp949"),
    **dict.fromkeys(("macintosh", "x-mac-roman"), "mac_roman"),
    "x-mac-cyrillic": "mac_cyrillic",
}
# Zero bytes in text of UTF-16, which has one for every Latin letter, space and line end.
_LEAST_LATIN = 3
# What Python decodes besides (UTF-7, escapes, ...) is no encoding of a page.
_PAGE_CODEC = re.compile(
    r"utf_?(8|16|32)|iso8859|cp\d|koi8|mac_|gb|big5|euc_|shift_jis|iso2022|hz|tis_620|johab|kz1048"
)
_META = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([\w.:-]+)")
_HEAD_BYTES = 4096
# How files begin that hold texts and are none, and what becomes of them.
_KINDS = (
    (b"%PDF-", "a PDF file", "its text, as by `pdftotext FILE.pdf`"),
    (b"{\\rtf", "a Rich Text file", "its text, saved as plain text or as a web page"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "a file of Microsoft Office",
        "its text, saved as plain text or as a web page",
    ),
    (b"\x1f\x8b\x08", "a gzip file", "the file in it, unpacked"),
    (b"PK\x03\x04", "a zip archive", "the files in it, unpacked"),
)
# What stands at the beginning of a zip archive, or in its list of files, where it is of one of these kinds.
_ZIP_KINDS = (
    (b"application/epub+zip", "an EPUB book", "its pages, unpacked as by `unzip`"),
    (b"application/vnd.oasis.opendocument", "an OpenDocument file", "its text, saved as plain text or as a web page"),
    (b"word/document.xml", "a Word document", "its text, saved as plain text or as a web page"),
    (b"xl/workbook.xml", "an Excel workbook", "texts or pages, a file an article"),
)
# For text mainly in Latin letters, the likelier first.
_WESTERN = ("cp1252", "cp1250", "mac_roman")
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f\x7f]")  # In no text of one byte a character.
_BEYOND_ASCII = bytes(range(0x80, 0x100))
# A character of two or more bytes, whole.
_UTF8_CHARACTER = re.compile(rb"(?:[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2})(?![\x80-\xbf])")


def check_encoding(name: str) -> None:
    """Nothing, if text can be read in an encoding of this name, or it is ``auto``.

    Raises:
        ConfigError: If Python knows no such encoding of text.
    """
    if name == AUTO:
        return
    try:
        b"a".decode(name)
    except UnicodeError:
        # One of more than one byte a character.
        return
    except (LookupError, ValueError) as error:
        raise ConfigError(
            "encoding", found=repr(name), expected=f"an encoding Python knows, such as utf-8 or cp1252, or {AUTO}"
        ) from error


def detect_encoding(data: bytes) -> str | None:
    """The encoding that bytes are probably in, by nothing but the bytes.

    A byte order mark decides, or the NULs in every second byte that UTF-16 has for Latin letters; then UTF-8 where the
    bytes are valid in it. Of text mainly in Latin letters the few other bytes (quotation marks, dashes, names) say too
    little for statistics: there it is the one of Windows-1252, Windows-1250 and Mac Roman that makes the fewest odd
    words, in doubt Windows-1252. For other scripts ``charset-normalizer`` decides.

    Args:
        data: Text or a page.

    Returns:
        The name of a Python codec, or ``None`` if nothing fits, as for binary data.
    """
    wide = _marked(data) or unmarked_utf16(data)
    if wide or fits(data, "utf-8"):
        return wide or "utf-8"
    if _CONTROL.search(data):
        return None
    n_others = len(data) - len(data.translate(None, _BEYOND_ASCII))
    n_letters = len(data) - len(data.translate(None, _LETTERS))
    if 2 * n_others < n_letters:
        western = [name for name in _WESTERN if fits(data, name)]
        if western:
            return min(western, key=lambda name: _oddities(data.decode(name)))
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    return best.encoding if best is not None and fits(data, best.encoding) else None


def unmarked_utf16(data: bytes) -> str | None:
    """``utf-16-le`` or ``utf-16-be`` where bytes are text in it that is at least in part Latin, without its mark."""
    if _marked(data) or b"\x00" not in data:
        return None
    for name, low in (("utf-16-le", 0), ("utf-16-be", 1)):
        n_latin = data[1 - low :: 2].count(0)
        # Spaces and line ends alone are a tenth of a text; a stray zero or two are no sign of it.
        if 0 not in data[low::2] and n_latin >= _LEAST_LATIN and 20 * n_latin >= len(data) and fits(data, name):
            text = data.decode(name)
            if not any(
                unicodedata.category(character) in {"Cc", "Cn", "Co"} for character in set(text) - set("\t\r\n\f")
            ):
                return name
    return None


def document_kind(data: bytes) -> tuple[str, str] | None:
    """What a file is that holds text and is none (PDF, Word, EPUB, ...), and what to give instead; for messages."""
    for start, kind, instead in _KINDS:
        if data.startswith(start):
            in_zip = _ZIP_KINDS if kind == "a zip archive" else ()
            return next(((name, text) for part, name, text in in_zip if part in data), (kind, instead))
    return None


def page_encoding(data: bytes, *, declared: str | None = None) -> str | None:
    """The encoding of an HTML page.

    In this order: a byte order mark; UTF-8 where the bytes are valid in it and not plain ASCII, whatever is declared
    (a declaration is more often wrong than other text is valid UTF-8); what the server declares; what the page declares
    within its first 4,096 bytes; what :func:`detect_encoding` finds. A declared encoding in which the bytes are invalid
    is passed over, unless it is UTF-8 and part of the bytes is surely that: no other would then be right.

    Args:
        data: The page.
        declared: The ``charset`` of the server's ``Content-Type``.

    Returns:
        The name of a Python codec, or ``None`` if nothing fits.
    """
    marked = _marked(data)
    if marked:
        return marked
    if not data.isascii() and fits(data, "utf-8"):
        return "utf-8"
    for name in (codec(declared), codec(_declaration(data))):
        if name is None:
            continue
        if fits(data, name):
            return name
        if name == "utf-8" and _UTF8_CHARACTER.search(data):
            return name
    return detect_encoding(data)


def codec(label: str | None) -> str | None:
    """Python's codec for the label of an encoding on the web, or ``None`` if it is none."""
    if not label:
        return None
    label = label.strip().lower()
    try:
        name = codecs.lookup(_LABELS.get(label, label)).name.replace("-", "_")
    except LookupError:
        return None
    if not _PAGE_CODEC.match(name):
        return None
    return name.replace("_", "-") if name.startswith("utf") else name


def fits(data: bytes, encoding: str) -> bool:
    """Whether bytes are valid in an encoding."""
    try:
        data.decode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


def _marked(data: bytes) -> str | None:
    return next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), None)


def _declaration(data: bytes) -> str | None:
    found = _XML.match(data) or _META.search(data[:_HEAD_BYTES])
    if found is None:
        return None
    label = found[1].decode("ascii")
    # Whoever could read the declaration as ASCII does not have UTF-16 before him.
    return "utf-8" if label.lower().startswith("utf-16") else label


def _oddities(text: str) -> int:
    """How many characters beyond ASCII stand where such characters do not: ``Wa³êsa``, ``generalÕs``."""
    n = 0
    for index, character in enumerate(text):
        if character < "\x80":
            continue
        before, after = text[index - 1 : index], text[index + 1 : index + 2]
        category = unicodedata.category(character)
        if category in {"Sk", "Sm", "So", "No", "Sc", "Po", "Cc", "Cn"} and character != "…":
            n += before.isalpha() and after.isalpha()
        elif category == "Lu":
            n += before.islower()
        elif not character.isalpha() and category in {"Pi", "Ps"}:
            n += before.isalpha() and after.isalpha() and character != "‘"
    return n
