"""The tree of an HTML page, and the lines of text that a reader of the page sees.

Pages of the nineties and of the years after lay text out by tables, line breaks and fixed-width blocks. Those are
turned into the divisions and paragraphs that they stand for, so that one way of reading fits all pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from secrel.errors import ConfigError, InputError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BLOCKS = frozenset(
    """
    address article aside blockquote body button caption center dd details dialog div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol option p pre section select summary table
    tbody td tfoot th thead tr ul
    cell head item list quote row
    """.split()
)
"""Elements that begin and end a line; the last row are those of TEI, in which trafilatura gives its results."""
_UNSEEN = frozenset({"script", "style", "noscript", "template", "title", "textarea", "svg", "math", "iframe", "object"})
_BREAKS = frozenset({"br", "lb"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PRE = re.compile(r"(</?pre\b[^<>]*>)", re.IGNORECASE)
_LINE_ENDS = re.compile(r"\n(?:[^\S\n]*\n)*")
_ANY_TAG = re.compile(r"(<[^<>]*>)")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_TAG = re.compile(r"<(?:!doctype\b|[a-z][a-z0-9]*[\s>/])", re.IGNORECASE)
_SPACE = re.compile(r"[\s\u200b\ufeff]+")
_SOURCES = re.compile(r"\s*\([^()]*\d[^()]*\)\.?\s*")
_LONGEST_BRACKET = 1000
# A cell with as many words holds a part of the page, no figure of a table; parted by line breaks it is no menu.
_WORDS_OF_A_CELL = 40


class Block(NamedTuple):
    """A paragraph, heading or the like.

    Attributes:
        tag: The innermost block element that it stands in.
        lines: Its lines, parted by line breaks, white space reduced to single spaces; none is empty.
    """

    tag: str
    lines: tuple[str, ...]


def parse_markup(text: str, *, where: str) -> HtmlElement:
    """The tree of a page or of a part of one, however malformed.

    Args:
        text: HTML.
        where: Where it comes from, for messages.

    Raises:
        InputError: If there is no markup.
        ConfigError: If the libraries for pages are not installed.
    """
    lxml_html = import_for_pages("lxml.html")
    text = _NOT_XML.sub(" ", text)
    if not _TAG.search(text):
        raise InputError(where, found="no HTML", expected="a page with tags; plain text is read from files in .txt")
    # Without huge_tree what is nested deeper than 255 elements is cut off: pages with unclosed tags are.
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        tree = lxml_html.document_fromstring(_break_lines(text).encode("utf-8"), parser=parser)
    except import_for_pages("lxml.etree").ParserError as error:
        raise InputError(where, found=f"no HTML ({error})", expected="a page with tags") from error
    fatal = parser.error_log.filter_from_fatals()
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" or "depth" in entry.message for entry in fatal):
        raise InputError(where, found="elements nested deeper than the parser follows", expected="a less nested page")
    return tree


def import_for_pages(name: str) -> Any:
    """A library for web pages and feeds, loaded when it is first needed.

    Raises:
        ConfigError: If it is not installed.
    """
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError as error:
        raise ConfigError(
            "web pages and feeds", found=str(error), expected="all that pip install secrel brings"
        ) from error


def blocks(root: HtmlElement) -> Iterator[Block]:
    """The text of a tree in the order of the page; scripts, styles and what is inside frames are left out."""
    from lxml.etree import iterwalk

    open_blocks, parts = ["body"], [""]
    walk = iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start" and tag in _BLOCKS:
            yield from _block(open_blocks[-1], parts)
            open_blocks.append(tag)
        elif event == "end" and tag in _BLOCKS:
            yield from _block(open_blocks.pop(), parts)
        if event == "start" and tag in _UNSEEN:
            walk.skip_subtree()
        elif event == "start":
            parts.append("\n" if tag in _BREAKS else _flat(element.text))
        elif element is not root:
            parts.append(_flat(element.tail))
    yield from _block(open_blocks[-1], parts)


def unfold(root: HtmlElement) -> None:
    """Turns layout tables and text parted by line breaks into divisions and paragraphs, and frees source brackets.

    A paragraph that is nothing but a bracket of sources, each a link, would else pass for a list of links.
    """
    from lxml.etree import strip_tags

    for table in list(root.iter("table")):
        if any(_is_layout(cell) for cell in table.iter("td", "th")):
            for element in table.iter("table", "tbody", "thead", "tfoot", "tr", "td", "th"):
                element.tag = "div"
    parted = [element for element in root.iter() if element.tag not in _HEADINGS and _has_gap(element)]
    parted = [element for element in parted if _n_words(element) >= _WORDS_OF_A_CELL]
    for element in parted:
        # <p><font>text<br><br>text</font></p>: paragraphs cannot stand in any of these.
        inner = element
        while inner is not None and (inner.tag not in _BLOCKS or inner.tag in {"p", "center"}):
            inner.tag = "div"
            inner = inner.getparent()
    for element in parted:
        _make_paragraphs(element)
    for paragraph in root.iter("p"):
        text = "".join(paragraph.itertext())
        if len(text) <= _LONGEST_BRACKET and _SOURCES.fullmatch(text):
            strip_tags(paragraph, "a")


def _break_lines(text: str) -> str:
    """HTML in which the line ends within ``<pre>`` are line breaks."""
    parts = _PRE.split(text)
    for index in range(1, len(parts), 2):
        # Tags stand at odd places; what follows an opening one is of fixed width.
        if parts[index][1] == "/":
            parts[index] = "</div>"
            continue
        parts[index] = "<div>"
        pieces = _ANY_TAG.split(parts[index + 1])
        pieces[::2] = [_LINE_ENDS.sub(_breaks, piece) for piece in pieces[::2]]
        parts[index + 1] = "".join(pieces)
    return "".join(parts)


def _breaks(line_ends: re.Match[str]) -> str:
    return "<br>" if line_ends[0].count("\n") == 1 else "<br><br>"


def _block(tag: str, parts: list[str]) -> Iterator[Block]:
    lines = tuple(line for part in "".join(parts).split("\n") if (line := _SPACE.sub(" ", part).strip()))
    parts.clear()
    if lines:
        yield Block(tag, lines)


def _flat(text: str | None) -> str:
    return text.replace("\n", " ") if text else ""


def _is_layout(cell: HtmlElement) -> bool:
    if any(True for _ in cell.iter("p", "div", "h1", "h2", "h3", "table", "ul", "blockquote")):
        return True
    return _n_words(cell) >= _WORDS_OF_A_CELL


def _n_words(element: HtmlElement) -> int:
    return len("".join(element.itertext()).split())


def _has_gap(element: HtmlElement) -> bool:
    """Whether two line breaks follow each other among the children."""
    previous = None
    for child in element:
        if child.tag == "br" and previous is not None and previous.tag == "br" and not (previous.tail or "").strip():
            return True
        previous = child
    return False


def _make_paragraphs(parent: HtmlElement) -> None:
    from lxml.etree import Element

    children = list(parent)
    made = [Element("p")]
    made[0].text, parent.text = parent.text, None
    for child in children:
        if child.tag == "br" and len(made[-1]) and _ends_in_break(made[-1]):
            tail = child.tail
            parent.remove(child)
        elif child.tag in _BLOCKS:
            tail, child.tail = child.tail, None
            made.append(child)
        else:
            made[-1].append(child)
            continue
        made.append(Element("p"))
        made[-1].text = tail
    parent.extend(element for element in made if element.tag != "p" or len(element) or (element.text or "").strip())


def _ends_in_break(paragraph: HtmlElement) -> bool:
    return bool(paragraph[-1].tag == "br" and not (paragraph[-1].tail or "").strip())
