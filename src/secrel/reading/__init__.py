"""Reading articles, annotations and corpora; nothing here loads a model."""

from secrel.reading.article import (
    MAX_BYTES,
    body_start,
    check_language,
    decode_text,
    parse_article,
    read_article,
)
from secrel.reading.behaviour import check_cases, read_cases
from secrel.reading.checks import Offence, check_standoff
from secrel.reading.corpus import ARTICLES_VARIABLE, SPLITS, Corpus, CorpusSettings, Entry, read_corpus
from secrel.reading.coverage import (
    Coverage,
    CoveragePlan,
    cover,
    coverage_tables,
    read_notes,
    read_plan,
    requirements,
)
from secrel.reading.encodings import AUTO, detect_encoding, page_encoding
from secrel.reading.feed_formats import FeedItem, address_id
from secrel.reading.feeds import FeedOutcome, read_feed, read_items, read_url
from secrel.reading.fetching import Fetched, Fetcher
from secrel.reading.inline import InlineArticle, format_inline, parse_inline
from secrel.reading.names import Names, collect_names, names_table
from secrel.reading.remarks import FORMS, NEGATIVES, Negative, Remarks, add_remarks, to_remarks
from secrel.reading.resolutions import check_resolutions, parse_resolutions, read_resolutions
from secrel.reading.sentences import SENTENCES, split_lines, split_sentences
from secrel.reading.similarity import (
    MEASURES,
    Neighbour,
    neighbours,
    sentence_lengths,
    similarity_matrix,
    similarity_table,
)
from secrel.reading.sources import DATA_VARIABLE, SourceFile, SourceText, cache_folder, download
from secrel.reading.splits import cluster, extend_splits, format_splits
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
from secrel.reading.web import MIN_WORDS, parse_page, read_page

__all__ = [
    "ARTICLES_VARIABLE",
    "AUTO",
    "DATA_VARIABLE",
    "FORMS",
    "MAX_BYTES",
    "MEASURES",
    "MIN_WORDS",
    "NEGATIVES",
    "SENTENCES",
    "SPLITS",
    "Corpus",
    "CorpusSettings",
    "Coverage",
    "CoveragePlan",
    "Entry",
    "FeedItem",
    "FeedOutcome",
    "Fetched",
    "Fetcher",
    "InlineArticle",
    "Names",
    "Negative",
    "Neighbour",
    "Offence",
    "Remarks",
    "SourceFile",
    "SourceText",
    "Standoff",
    "Statistics",
    "add_remarks",
    "address_id",
    "annotation_conf",
    "body_start",
    "cache_folder",
    "check_cases",
    "check_language",
    "check_resolutions",
    "check_standoff",
    "cluster",
    "collect_names",
    "count",
    "cover",
    "coverage_tables",
    "decode_text",
    "detect_encoding",
    "download",
    "extend_splits",
    "format_inline",
    "format_splits",
    "format_standoff",
    "from_document",
    "names_table",
    "neighbours",
    "page_encoding",
    "parse_article",
    "parse_inline",
    "parse_page",
    "parse_resolutions",
    "parse_standoff",
    "read_article",
    "read_cases",
    "read_corpus",
    "read_feed",
    "read_items",
    "read_notes",
    "read_page",
    "read_plan",
    "read_resolutions",
    "read_standoff",
    "read_url",
    "requirements",
    "sentence_lengths",
    "similarity_matrix",
    "similarity_table",
    "split_lines",
    "split_sentences",
    "to_document",
    "to_remarks",
    "write_standoff",
]
