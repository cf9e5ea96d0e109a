"""Markers of pairs in the encoder."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn
from transformers import (
    BertConfig,
    BertModel,
    ConvBertConfig,
    ConvBertModel,
    DebertaV2Config,
    DebertaV2Model,
    ModernBertConfig,
    ModernBertModel,
    RobertaConfig,
    RobertaModel,
    RobertaPreLayerNormConfig,
    RobertaPreLayerNormModel,
)

from secrel.backends.collate import collate_pairs, collate_sentences
from secrel.features.encoding import SentenceIntegers
from secrel.features.pairs import PairIntegers
from secrel.nn.encoder import WordEncoder, position_offset, takes_markers
from secrel.nn.inputs import PairTensors, SentenceTensors

COMMON = {
    "vocab_size": 50,
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 32,
}


def sentence(n_words: int, first: int = 10) -> SentenceIntegers:
    """One subword a word, special tokens 2 and 3 around."""
    ids = list(range(first, first + n_words))
    return SentenceIntegers(
        windows=[[2, *ids, 3]],
        cases=[[0, *(1 + n % 7 for n in ids), 0]],
        gather=[(n, 0, n + 1) for n in range(n_words)],
        features=[(1, 0, 0, 0, 1)] * n_words,
    )


# The second sentence has windows [2 20 .. 23 3] and [2 22 .. 25 3].
WINDOWS = SentenceIntegers(
    windows=[[2, 20, 21, 22, 23, 3], [2, 22, 23, 24, 25, 3]],
    cases=[[0] * 6] * 2,
    gather=[(0, 0, 1), (1, 0, 2), (2, 0, 3), (3, 1, 2), (4, 1, 3), (5, 1, 4)],
    features=[(1, 0, 0, 0, 1)] * 6,
)
NO_PAIR = PairIntegers((), (), (), (), (), ())


def pairs(*ordered: tuple[int, int], words: tuple[int, ...] = (0, 2, 4)) -> PairIntegers:
    """Mentions of one word each, labelled 0, 1, 0, ..., and ordered pairs of them."""
    return PairIntegers(
        words,
        tuple(n + 1 for n in words),
        tuple(n % 2 for n in range(len(words))),
        tuple(head for head, _ in ordered),
        tuple(tail for _, tail in ordered),
        (0,) * len(ordered),
    )


def make_encoder(backbone: nn.Module | None = None) -> WordEncoder:
    torch.manual_seed(0)
    encoder = WordEncoder(backbone or BertModel(BertConfig(**COMMON)), n_cases=8, n_labels=2)
    for parameter in encoder.parameters():
        if parameter.ndim > 1:
            nn.init.normal_(parameter, std=0.3)
    return encoder.eval()


def run(encoder: WordEncoder, *items: tuple[SentenceIntegers, PairIntegers]) -> tuple[Tensor, Tensor | None]:
    with torch.inference_mode():
        return encoder.with_markers(*batch(*items))


def batch(*items: tuple[SentenceIntegers, PairIntegers]) -> tuple[SentenceTensors, PairTensors]:
    return collate_sentences([s for s, _ in items], pad_id=0), collate_pairs([p for _, p in items])


ALL = pairs((0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1))


def test_the_text_is_encoded_as_if_there_were_no_markers() -> None:
    encoder = make_encoder()
    words, _ = run(encoder, (sentence(5), ALL), (sentence(3, 20), NO_PAIR))
    with torch.inference_mode():
        plain = encoder(batch((sentence(5), ALL), (sentence(3, 20), NO_PAIR))[0])
    torch.testing.assert_close(words, plain, atol=1e-5, rtol=0)


def test_a_pair_is_encoded_as_if_there_were_no_other() -> None:
    encoder = make_encoder()
    _, together = run(encoder, (sentence(3, 20), NO_PAIR), (sentence(5), ALL), (WINDOWS, pairs((1, 0))))
    assert together is not None
    assert together.shape == (7, 32)
    for row, ordered in enumerate([(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)]):
        _, alone = run(encoder, (sentence(5), pairs(ordered)))
        torch.testing.assert_close(together[row : row + 1], alone, atol=1e-5, rtol=0)


def test_a_pair_and_its_reverse_share_their_markers() -> None:
    _, vectors = run(make_encoder(), (sentence(5), pairs((0, 1), (2, 1), (1, 0))))
    assert vectors is not None
    head, tail = vectors.chunk(2, dim=-1)
    torch.testing.assert_close(head[0], tail[2], atol=0, rtol=0)
    torch.testing.assert_close(tail[0], head[2], atol=0, rtol=0)
    assert not torch.allclose(head[1], tail[1])


def test_a_marker_reads_its_partner_its_label_and_where_it_stands() -> None:
    encoder = make_encoder()

    def vectors(items: PairIntegers, text: SentenceIntegers | None = None) -> Tensor:
        _, found = run(encoder, (text or sentence(5), items))
        assert found is not None
        return found[0, :16]

    first = vectors(pairs((0, 1)))
    assert not torch.allclose(first, vectors(pairs((0, 2))), atol=1e-3)
    assert not torch.allclose(first, vectors(replace(pairs((0, 1)), labels=(1, 1, 0))), atol=1e-3)
    # The same word twice: only the position tells the mentions apart.
    twice = replace(sentence(5), windows=[[2, 10, 10, 10, 10, 10, 3]], cases=[[0] * 7])
    assert not torch.allclose(
        vectors(pairs((0, 1), words=(0, 2)), twice), vectors(pairs((0, 1), words=(1, 2)), twice), atol=1e-3
    )


def test_positions_and_who_reads_whom() -> None:
    encoder = make_encoder()
    assert encoder.markers is not None
    text, tensors = batch((sentence(2, 20), NO_PAIR), (sentence(5), pairs((2, 0), (0, 1))))
    embedded = torch.zeros(2, 7, 16)
    marked = encoder.markers(text, tensors, embedded, torch.zeros(2, 5, 16))
    assert marked.embedded.shape == (2, 11, 16)  # a longest text of 7 subwords, and 4 markers
    # Unordered pairs (0, 1), then (0, 2); mentions at words 0, 2, 4 stand at positions 1, 3, 5.
    assert marked.positions[0].tolist() == [0, 1, 2, 3] + [0] * 7
    assert marked.positions[1].tolist() == [0, 1, 2, 3, 4, 5, 6, 1, 3, 1, 5]
    assert marked.row.tolist() == [1, 1]
    assert (marked.head.tolist(), marked.tail.tolist()) == ([10, 7], [9, 8])
    reads = marked.mask[:, 0] == 0
    assert reads[1, 0].tolist() == [True] * 7 + [False] * 4
    assert reads[1, 7].tolist() == [True] * 7 + [True, True, False, False]
    assert reads[1, 10].tolist() == [True] * 7 + [False, False, True, True]
    assert reads[0, 0].tolist() == [True] * 4 + [False] * 7


def test_mentions_in_different_windows_are_read_in_that_of_the_earlier() -> None:
    encoder = make_encoder()
    assert encoder.markers is not None
    text, tensors = batch((WINDOWS, pairs((1, 0), words=(1, 5))))
    marked = encoder.markers(text, tensors, torch.zeros(2, 6, 16), torch.zeros(1, 6, 16))
    assert marked.row.tolist() == [0]
    # The later mention is not in the first window: its marker stands at the last position there.
    assert marked.positions[0].tolist() == [0, 1, 2, 3, 4, 5, 2, 5]
    _, vectors = run(encoder, (WINDOWS, pairs((1, 0), words=(1, 5))))
    assert vectors is not None
    assert vectors.isfinite().all()


def test_without_pairs_or_markers_there_are_no_mentions() -> None:
    encoder = make_encoder()
    assert run(encoder, (sentence(3), NO_PAIR))[1] is None
    encoder.markers = None
    assert run(encoder, (sentence(5), ALL))[1] is None


def test_gradients_reach_the_label_embeddings() -> None:
    encoder = make_encoder()
    assert encoder.markers is not None
    _, vectors = encoder.with_markers(*batch((sentence(5), ALL)))
    assert vectors is not None
    vectors.square().sum().backward()
    gradient = encoder.markers.label_embedding.weight.grad
    assert gradient is not None
    assert gradient[:2].abs().sum(1).gt(0).all()
    assert not gradient[2].any()  # nothing was labelled "unknown"


def test_encoders_that_count_positions_from_elsewhere() -> None:
    config = RobertaConfig(**COMMON, pad_token_id=1)
    encoder = make_encoder(RobertaModel(config))
    assert position_offset(config) == encoder.first_position == 2
    words, _ = run(encoder, (sentence(5), ALL))
    with torch.inference_mode():
        torch.testing.assert_close(words, encoder(batch((sentence(5), ALL))[0]), atol=1e-5, rtol=0)


@pytest.mark.parametrize("attention", ["eager", "sdpa"])
def test_both_implementations_of_attention(attention: str) -> None:
    state = make_encoder().state_dict()
    encoder = WordEncoder(BertModel(BertConfig(**COMMON, attn_implementation=attention)), n_cases=8, n_labels=2)
    encoder.load_state_dict(state)
    _, found = run(encoder.eval(), (sentence(5), ALL))
    _, expected = run(make_encoder(), (sentence(5), ALL))
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)


def make(config: object, model: type) -> WordEncoder:
    torch.manual_seed(0)
    return WordEncoder(model(config), n_cases=8, n_labels=2)


MODERN = ModernBertConfig(
    **{**COMMON, "max_position_embeddings": 300},
    pad_token_id=1,
    bos_token_id=0,
    eos_token_id=2,
    cls_token_id=0,
    sep_token_id=2,
    local_attention=64,
)


@pytest.mark.parametrize(
    ("config", "model", "length", "takes"),
    [
        (BertConfig(**COMMON), BertModel, 32, True),
        (BertConfig(**COMMON), BertModel, 33, False),  # no such position
        (RobertaConfig(**COMMON, pad_token_id=1), RobertaModel, 30, True),
        (RobertaPreLayerNormConfig(**COMMON, pad_token_id=1), RobertaPreLayerNormModel, 30, True),
        (MODERN, ModernBertModel, 30, True),
        (MODERN, ModernBertModel, 200, False),  # a local window would become global
        (
            DebertaV2Config(
                **COMMON, relative_attention=True, position_biased_input=False, pos_att_type=["p2c", "c2p"]
            ),
            DebertaV2Model,
            30,
            False,
        ),
        (ConvBertConfig(**COMMON, embedding_size=16), ConvBertModel, 30, False),  # a convolution mixes tokens
    ],
)
def test_only_encoders_that_read_the_text_as_before_take_markers(
    config: object, model: type, length: int, takes: bool
) -> None:
    encoder = make(config, model).train()
    with torch.no_grad():  # Random weights are small; larger ones make differences visible.
        for parameter in encoder.parameters():
            if parameter.ndim > 1:
                parameter.mul_(8)
    assert takes_markers(encoder, length) is takes
    assert encoder.training


def test_an_entity_whose_first_word_has_no_subword_stands_at_its_next() -> None:
    encoder = make_encoder()
    assert encoder.markers is not None
    # Words 1 and 4 have no subword; the mentions are words 1 to 2, word 4 and word 0.
    holes = SentenceIntegers(
        windows=[[2, 10, 12, 13, 3]],
        cases=[[0] * 5],
        gather=[(0, 0, 1), (2, 0, 2), (3, 0, 3)],
        features=[(1, 0, 0, 0, 1)] * 5,
    )
    items = PairIntegers((1, 4, 0), (3, 5, 1), (0, 1, 0), (0, 2), (1, 0), (0, 0))
    text, tensors = batch((sentence(3, 30), NO_PAIR), (holes, items), (sentence(4, 20), pairs((0, 1), words=(0, 2))))
    marked = encoder.markers(text, tensors, torch.zeros(3, 6, 16), torch.zeros(3, 5, 16))
    assert marked.row.tolist() == [1, 1, 2]
    # Behind five tokens of text: mentions 0 (position 2) and 1 (the start), then 0 (position 2) and 2 (position 1).
    assert marked.positions[1, 5:9].tolist() == [2, 0, 2, 1]
    _, alone = run(encoder, (holes, items))
    _, together = run(encoder, (holes, items), (sentence(4, 20), pairs((0, 1), words=(0, 2))))
    assert alone is not None
    assert together is not None
    torch.testing.assert_close(together[:2], alone, atol=1e-5, rtol=0)


def test_a_sentence_without_any_subword_is_read() -> None:
    nothing = SentenceIntegers([[2, 3]], [[0, 0]], [], [(1, 0, 0, 0, 1)] * 5)
    _, vectors = run(make_encoder(), (nothing, ALL))
    assert vectors is not None
    assert vectors.isfinite().all()
