from __future__ import annotations

import pytest

from secrel.errors import InputError
from secrel.reading.markup import Block, blocks, parse_markup, unfold

MANY = "Moscow and Ankara talk about gas while nobody else listens to them at all. " * 4


def lines_of(html: str) -> list[tuple[str, ...]]:
    tree = parse_markup(html, where="page")
    unfold(tree)
    return [block.lines for block in blocks(tree)]


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<p>One <b>bold</b>\n word</p><p>Two</p>", [("One bold word",), ("Two",)]),
        ("<p>One<br>Two<br/>Three</p>", [("One", "Two", "Three")]),
        ("<div>One<div>Two</div>Three</div>", [("One",), ("Two",), ("Three",)]),
        ("<p>One<script>two()</script><style>p {}</style> three</p>", [("One three",)]),
        ("<ul><li>One<li>Two</ul>", [("One",), ("Two",)]),
        ("<p>a&nbsp;b&amp;c&#146;s \x00\x0b</p>", [("a b&c’s",)]),
        ("<p>One<!-- two --> three</p>", [("One three",)]),
        ("<html xmlns='http://www.w3.org/1999/xhtml'><body><h1>One</h1>Two</body></html>", [("One",), ("Two",)]),
    ],
)
def test_blocks(html: str, lines: list[tuple[str, ...]]) -> None:
    assert lines_of(html) == lines


def test_a_block_knows_its_element() -> None:
    tree = parse_markup("<div><h2>One</h2><p>Two</p>Three</div>", where="page")
    assert list(blocks(tree)) == [Block("h2", ("One",)), Block("p", ("Two",)), Block("div", ("Three",))]


@pytest.mark.parametrize(
    "html",
    [
        f"<body>{MANY}<br><br>{MANY}<BR> <BR>End<br>of it</body>",
        f"<p><font size=2>{MANY}<br><br>{MANY}<br><br>End<br>of it</font></p>",
        f"<table><tr><td>{MANY}<br><br>{MANY}<br><br>End<br>of it</td></tr></table>",
        f"<pre>{MANY}\n\n{MANY}\n  \n\nEnd\nof it</pre>",
    ],
)
def test_line_breaks_make_paragraphs(html: str) -> None:
    tree = parse_markup(html, where="page")
    unfold(tree)
    assert list(blocks(tree)) == [
        Block("p", (MANY.strip(),)),
        Block("p", (MANY.strip(),)),
        Block("p", ("End", "of it")),
    ]


def test_tags_within_fixed_width_stay_whole() -> None:
    assert lines_of("<pre>One <a\nhref='x'>two</a>\nthree</pre>") == [("One two", "three")]


def test_only_layout_tables_are_unfolded() -> None:
    tree = parse_markup(
        f"<table><tr><td>1</td></tr></table><table><tr><td><p>{MANY}</p></td></tr></table>", where="page"
    )
    unfold(tree)
    assert len(tree.findall(".//table")) == 1


def test_no_text_is_lost() -> None:
    html = f"<body>a<p>b<font>{MANY}c<br><br>d<i>e</i>f<br><br>g<div>h</div>i</font>j</p>k<hr>l<br><br>m</body>"
    tree = parse_markup(html, where="page")
    before = "".join("".join(tree.itertext()).split())
    unfold(tree)
    assert "".join("".join(tree.itertext()).split()) == before


def test_deep_nesting_is_read_or_refused_but_never_cut_off() -> None:
    assert lines_of("<body>" + "<font>" * 400 + "<p>deep</p>") == [("deep",)]
    with pytest.raises(InputError, match="nested deeper"):
        lines_of("<body>" + "<div>" * 20_000 + "deep")


@pytest.mark.parametrize("text", ["", "no markup: a < b", "<!doctype html>"])
def test_no_html(text: str) -> None:
    with pytest.raises(InputError, match="no HTML"):
        parse_markup(text, where="page")
