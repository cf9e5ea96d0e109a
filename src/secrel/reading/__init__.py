"""Reading articles, annotations and corpora; nothing here loads a model."""

from secrel.reading.article import (
    MAX_BYTES,
    body_start,
    check_language,
    decode_text,
    parse_article,
    read_article,
)
from secrel.reading.checks import Offence, check_standoff
from secrel.reading.corpus import ARTICLES_VARIABLE, Corpus, Entry, read_corpus
from secrel.reading.inline import InlineArticle, format_inline, parse_inline
from secrel.reading.sentences import split_sentences
from secrel.reading.standoff import (
    Standoff,
    annotation_conf,
    format_standoff,
    from_document,
    parse_standoff,
    read_standoff,
    to_document,
    write_standoff,
)
from secrel.reading.statistics import Statistics, count

__all__ = [
    "ARTICLES_VARIABLE",
    "MAX_BYTES",
    "Corpus",
    "Entry",
    "InlineArticle",
    "Offence",
    "Standoff",
    "Statistics",
    "annotation_conf",
    "body_start",
    "check_language",
    "check_standoff",
    "count",
    "decode_text",
    "format_inline",
    "format_standoff",
    "from_document",
    "parse_article",
    "parse_inline",
    "parse_standoff",
    "read_article",
    "read_corpus",
    "read_standoff",
    "split_sentences",
    "to_document",
    "write_standoff",
]
