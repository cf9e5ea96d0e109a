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
from secrel.reading.inline import InlineArticle, format_inline, parse_inline
from secrel.reading.names import Names, collect_names, names_table
from secrel.reading.remarks import FORMS, NEGATIVES, Negative, Remarks, add_remarks, to_remarks
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

__all__ = [
    "ARTICLES_VARIABLE",
    "DATA_VARIABLE",
    "FORMS",
    "MAX_BYTES",
    "MEASURES",
    "NEGATIVES",
    "SENTENCES",
    "SPLITS",
    "Corpus",
    "CorpusSettings",
    "Coverage",
    "CoveragePlan",
    "Entry",
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
    "annotation_conf",
    "body_start",
    "cache_folder",
    "check_cases",
    "check_language",
    "check_standoff",
    "cluster",
    "collect_names",
    "count",
    "cover",
    "coverage_tables",
    "decode_text",
    "download",
    "extend_splits",
    "format_inline",
    "format_splits",
    "format_standoff",
    "from_document",
    "names_table",
    "neighbours",
    "parse_article",
    "parse_inline",
    "parse_standoff",
    "read_article",
    "read_cases",
    "read_corpus",
    "read_notes",
    "read_plan",
    "read_standoff",
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
