"""Subwords and words of sentences, with tokenizers of three families."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from secrel.domain import Span
from secrel.features.encoding import EncodedSentence, SentenceEncoder
from secrel.features.shapes import CASES

TEXTS = [
    "Astana and Tashkent agreed to train border guards together in October.",
    "The U.S.-led exercise (Trend, July 8) irritated “Moscow”, officials said.",
    "Café owners in Łódź don't expect 1,200 soldiers — not even the 76th Division.",
]
FAMILIES = ("wordpiece", "byte-bpe", "unigram")


def make_tokenizer(family: str) -> PreTrainedTokenizerFast:
    special = ["<pad>", "<unk>", "<s>", "</s>"]
    if family == "wordpiece":
        tokenizer = Tokenizer(models.WordPiece(unk_token="<unk>"))
        tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        trainer: Any = trainers.WordPieceTrainer(vocab_size=120, special_tokens=special, show_progress=False)
    elif family == "byte-bpe":
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
        tokenizer.decoder = decoders.ByteLevel()
        alphabet = pre_tokenizers.ByteLevel.alphabet()
        trainer = trainers.BpeTrainer(
            vocab_size=330, special_tokens=special, initial_alphabet=alphabet, show_progress=False
        )
    else:
        tokenizer = Tokenizer(models.Unigram())
        tokenizer.normalizer = normalizers.NFKC()
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        trainer = trainers.UnigramTrainer(
            vocab_size=110, special_tokens=special, unk_token="<unk>", show_progress=False
        )
    tokenizer.train_from_iterator(TEXTS, trainer)
    if family == "byte-bpe":
        tokenizer.post_processor = processors.RobertaProcessing(("</s>", 3), ("<s>", 2))
    else:
        tokenizer.post_processor = processors.TemplateProcessing(
            single="<s> $A </s>", special_tokens=[("<s>", 2), ("</s>", 3)]
        )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>", bos_token="<s>", eos_token="</s>"
    )


@pytest.fixture(scope="module")
def tokenizers_by_family() -> dict[str, PreTrainedTokenizerFast]:
    return {family: make_tokenizer(family) for family in FAMILIES}


@pytest.fixture(params=FAMILIES)
def tokenizer(request: pytest.FixtureRequest, tokenizers_by_family: dict[str, Any]) -> PreTrainedTokenizerFast:
    return tokenizers_by_family[request.param]


def encode(tokenizer: Any, text: str, *, max_length: int = 512, stride: int = 0) -> EncodedSentence:
    encoder = SentenceEncoder(tokenizer, max_length=max_length, stride=stride)
    return encoder.encode(text, [Span(0, len(text))])[0]


def ids_by_word(sentence: EncodedSentence) -> dict[int, list[int]]:
    ids: dict[int, list[int]] = defaultdict(list)
    for word, window, position in sentence.integers.gather:
        ids[word].append(sentence.integers.windows[window][position])
    return dict(ids)


def word_text(tokenizer: Any, ids: list[int]) -> str:
    pieces = "".join(tokenizer.convert_ids_to_tokens(ids))
    return pieces.replace("##", "").replace("Ġ", "").replace("▁", "").lower()


def test_every_word_has_exactly_its_own_subwords(tokenizer: PreTrainedTokenizerFast) -> None:
    text = "Astana and Tashkent agreed to train border guards."
    sentence = encode(tokenizer, text)
    assert [word.of(text) for word in sentence.words] == [*text[:-1].split(), "."]
    ids = ids_by_word(sentence)
    assert [word_text(tokenizer, ids[n]) for n in range(9)] == [*text[:-1].lower().split(), "."]


def test_integers_are_those_of_the_tokenizer(tokenizer: PreTrainedTokenizerFast) -> None:
    sentence = encode(tokenizer, TEXTS[1])
    assert [list(window) for window in sentence.integers.windows] == [tokenizer(TEXTS[1])["input_ids"]]
    assert sentence.integers.n_subwords == len(tokenizer(TEXTS[1])["input_ids"])
    assert [len(row) for row in sentence.integers.cases] == [len(row) for row in sentence.integers.windows]
    assert len(sentence.integers.features) == len(sentence.words)


@pytest.mark.parametrize("family", FAMILIES)
def test_cases_are_read_from_the_text_and_special_tokens_have_none(
    family: str, tokenizers_by_family: dict[str, Any]
) -> None:
    sentence = encode(tokenizers_by_family[family], "NATO 2006 talks")
    (cases,) = sentence.integers.cases
    assert (cases[0], cases[-1]) == (0, 0)
    names = {word: set() for word in range(3)}
    for word, _, position in sentence.integers.gather:
        names[word].add(CASES[cases[position]])
    assert names[0] <= {"upper", "title", "other"}  # one letter alone is "title", a lone word mark "other"
    assert "lower" not in names[0]
    assert "digit" in names[1]
    assert "lower" in names[2]


def test_a_sentence_that_fits_does_not_depend_on_the_window(tokenizer: PreTrainedTokenizerFast) -> None:
    whole = encode(tokenizer, TEXTS[2])
    assert len(whole.integers.windows) == 1
    assert encode(tokenizer, TEXTS[2], max_length=whole.integers.n_subwords, stride=5) == whole
    assert len(encode(tokenizer, TEXTS[2], max_length=whole.integers.n_subwords - 1, stride=5).integers.windows) == 2


@pytest.mark.parametrize(("max_length", "stride"), [(8, 0), (12, 4), (20, 10), (33, 7)])
def test_windows_lose_no_word(tokenizer: PreTrainedTokenizerFast, max_length: int, stride: int) -> None:
    text = " ".join(TEXTS)
    whole, cut = encode(tokenizer, text), encode(tokenizer, text, max_length=max_length, stride=stride)
    assert len(cut.integers.windows) > 3
    assert max(map(len, cut.integers.windows)) <= max_length
    assert (cut.words, cut.integers.features) == (whole.words, whole.integers.features)
    assert ids_by_word(cut).keys() == ids_by_word(whole).keys() == set(range(len(whole.words)))


@pytest.mark.parametrize(("max_length", "stride"), [(8, 0), (12, 4), (20, 10)])
def test_windows_give_every_word_the_subwords_of_the_whole(
    tokenizer: PreTrainedTokenizerFast, max_length: int, stride: int
) -> None:
    text = TEXTS[0] + " " + TEXTS[0]
    whole, cut = encode(tokenizer, text), encode(tokenizer, text, max_length=max_length, stride=stride)
    assert {word: sorted(ids) for word, ids in ids_by_word(cut).items()} == {
        word: sorted(ids) for word, ids in ids_by_word(whole).items()
    }


def test_a_subword_is_read_where_it_stands_furthest_from_an_edge(
    tokenizers_by_family: dict[str, PreTrainedTokenizerFast],
) -> None:
    # One subword a word, windows [CLS] 0 1 2 3 [SEP] and [CLS] 2 3 4 5 [SEP].
    tokenizer = tokenizers_by_family["wordpiece"]
    sentence = encode(tokenizer, "a a a a a a", max_length=6, stride=2)
    assert [len(window) for window in sentence.integers.windows] == [6, 6]
    assert sentence.integers.gather == ((0, 0, 1), (1, 0, 2), (2, 0, 3), (3, 1, 2), (4, 1, 3), (5, 1, 4))


def test_sentences_are_encoded_each_on_its_own(tokenizer: PreTrainedTokenizerFast) -> None:
    text = "\ufeffFirst 😀.\r\nAstana agreed, “wary” of Tashkent."
    sentences = [Span(0, 9), Span(11, len(text))]
    encoder = SentenceEncoder(tokenizer, max_length=10, stride=2)
    both = encoder.encode(text, sentences)
    assert [item.sentence for item in both] == sentences
    for item, span in zip(both, sentences, strict=True):
        assert item == encoder.encode(text, [span])[0]
        alone = encoder.encode(span.of(text), [Span(0, len(span))])[0]
        assert item.integers == alone.integers
        assert [word.of(text) for word in item.words] == [word.of(span.of(text)) for word in alone.words]


def test_no_sentence_no_integers(tokenizer: PreTrainedTokenizerFast) -> None:
    assert SentenceEncoder(tokenizer, max_length=10, stride=2).encode("Baku.", []) == ()


def test_a_sentence_of_white_space_has_no_word(tokenizer: PreTrainedTokenizerFast) -> None:
    sentence = encode(tokenizer, " \r\n ")
    assert (sentence.words, sentence.integers.gather, sentence.integers.features) == ((), (), ())


@pytest.mark.parametrize(
    ("family", "expected"),
    [
        ("wordpiece", ["u.s.", "-", "led"]),
        ("unigram", ["u.s.", "-", "led"]),
        # It has learned ".-" as one subword, which then stands for the words on both sides.
        ("byte-bpe", ["u.s.-", ".-", "led"]),
    ],
)
def test_parts_of_a_hyphenated_word(
    family: str, expected: list[str], tokenizers_by_family: dict[str, PreTrainedTokenizerFast]
) -> None:
    text = "the U.S.-led exercise"
    sentence = encode(tokenizers_by_family[family], text)
    assert [word.of(text) for word in sentence.words] == ["the", "U.S.", "-", "led", "exercise"]
    ids = ids_by_word(sentence)
    assert [word_text(tokenizers_by_family[family], ids[n]) for n in (1, 2, 3)] == expected


def test_all_bytes_of_a_character_belong_to_its_word(
    tokenizers_by_family: dict[str, PreTrainedTokenizerFast],
) -> None:
    tokenizer = tokenizers_by_family["byte-bpe"]
    for text, n_bytes in (("😀", 4), ("Яп", 4)):
        ids = ids_by_word(encode(tokenizer, text))[0]
        assert ids == tokenizer(text)["input_ids"][-1 - n_bytes : -1]
        assert len(set(ids)) >= n_bytes - 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(alphabet="aN é’-. \u00a0\r\n\u0301😀“”(Łﬁ½6", min_size=1, max_size=60),
    max_length=st.integers(6, 30),
    before=st.sampled_from(["", "Before. "]),
)
def test_alignment_holds_for_any_text(
    tokenizers_by_family: dict[str, PreTrainedTokenizerFast], text: str, max_length: int, before: str
) -> None:
    for tokenizer in tokenizers_by_family.values():
        encoder = SentenceEncoder(tokenizer, max_length=max_length, stride=2)
        (sentence,) = encoder.encode(before + text, [Span(len(before), len(before) + len(text))])
        (whole,) = SentenceEncoder(tokenizer, max_length=512, stride=2).encode(text, [Span(0, len(text))])
        assert {word for word, _, _ in sentence.integers.gather} == {word for word, _, _ in whole.integers.gather}
        for word, window, position in sentence.integers.gather:
            assert 0 <= word < len(sentence.words)
            assert 0 < position < len(sentence.integers.windows[window]) - 1
        for windows, cases in zip(sentence.integers.windows, sentence.integers.cases, strict=True):
            assert len(windows) == len(cases) <= max_length
        # Byte-level BPE knows every character, so that no word goes without a subword.
        if tokenizer is tokenizers_by_family["byte-bpe"]:
            assert {word for word, _, _ in sentence.integers.gather} == set(range(len(sentence.words)))


def test_word_range_and_fit(tokenizers_by_family: dict[str, PreTrainedTokenizerFast]) -> None:
    text = "Before. pro-Russian Army  moved."
    encoder = SentenceEncoder(tokenizers_by_family["wordpiece"], max_length=64, stride=2)
    (sentence,) = encoder.encode(text, [Span(8, len(text))])
    assert [word.of(text) for word in sentence.words] == ["pro", "-", "Russian", "Army", "moved", "."]
    assert sentence.word_range(Span(12, 19)) == (2, 3)
    assert sentence.word_range(Span(12, 24)) == (2, 4)
    assert sentence.word_range(Span(13, 22)) == (2, 4)
    assert sentence.word_range(Span(24, 26)) is None
    assert sentence.word_range(Span(0, 6)) is None
    assert sentence.fits(Span(12, 24))
    assert not sentence.fits(Span(13, 19))
    assert not sentence.fits(Span(12, 18))
    assert not sentence.fits(Span(24, 26))


def test_pad_id(tokenizers_by_family: dict[str, PreTrainedTokenizerFast]) -> None:
    assert SentenceEncoder(tokenizers_by_family["unigram"], max_length=64, stride=2).pad_id == 0


def test_a_tokenizer_without_offsets_is_refused() -> None:
    class SlowTokenizer:
        is_fast = False

    with pytest.raises(ValueError, match="SlowTokenizer gives no character offsets"):
        SentenceEncoder(SlowTokenizer(), max_length=64, stride=2)


def test_a_window_needs_room_for_its_stride(tokenizers_by_family: dict[str, PreTrainedTokenizerFast]) -> None:
    with pytest.raises(ValueError, match="a window of 10 subwords has no room for a stride of 8"):
        SentenceEncoder(tokenizers_by_family["unigram"], max_length=10, stride=8)


def test_mask_id_is_the_mask_or_the_unknown_token() -> None:
    tokenizer = make_tokenizer("wordpiece")
    encoder = SentenceEncoder(tokenizer, max_length=64, stride=2)
    assert encoder.mask_id == 1
    tokenizer.add_special_tokens({"mask_token": "</s>"})
    assert encoder.mask_id == 3
