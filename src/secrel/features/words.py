"""Words of a sentence: the tokenizer of spaCy's English, with spans instead of strings."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from secrel.domain import Span

# Exceptions with any other character are emoticons: "8)" in "(Avesta, July 8)" is none.
_PLAIN_EXCEPTION = re.compile(r"[\w.'’]+")
# Hyphens, dashes and slashes part words everywhere, so that the name in "U.S.-led" or "pro-Russian" can be marked.
_EXTRA_INFIXES = (r"(?<=\S)[-‐‑–—/](?=\S)", r"(?<=[\w.])[’'](?=s-)")


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    import spacy
    from spacy.util import compile_infix_regex

    nlp = spacy.blank("en")
    tokenizer: Any = nlp.tokenizer
    tokenizer.rules = {orth: rule for orth, rule in tokenizer.rules.items() if _PLAIN_EXCEPTION.fullmatch(orth)}
    infixes = [*(nlp.Defaults.infixes or []), *_EXTRA_INFIXES]
    tokenizer.infix_finditer = compile_infix_regex(infixes).finditer
    # URLs would swallow what follows them without a space.
    tokenizer.url_match = None
    return tokenizer


def split_words(text: str, sentence: Span) -> tuple[Span, ...]:
    """Words and punctuation marks of a sentence, as spans of ``text``; white space is no word."""
    spans = [
        Span(sentence.start + token.idx, sentence.start + token.idx + len(token.text))
        for token in _tokenizer()(sentence.of(text))
        if not token.is_space
    ]
    # At the end of a sentence the tokenizer takes names such as "Naryan-Mar." for an abbreviated month.
    if spans and re.fullmatch(r"[^\W\d_]+\.", last := spans[-1].of(text)) and len(last) > 2:
        stop = spans[-1].end - 1
        spans[-1:] = [Span(spans[-1].start, stop), Span(stop, stop + 1)]
    return tuple(spans)
