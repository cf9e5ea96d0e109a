"""Attention of pairs over words, and what the pair classifier reads."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from secrel.nn.heads import PairAttention, PairClassifier, pair_maxima
from secrel.nn.inputs import PairTensors

SIZE, N_HEADS, N_ROLES = 12, 3, 5


def slow_attention(module: PairAttention, *arguments: Tensor) -> Tensor:
    """The attention pair by pair, with keys and values of every word built in full."""
    query, words, word_mask, sentence, roles = arguments
    outputs = []
    for pair in range(query.shape[0]):
        at = int(sentence[pair])
        key_value = module.key_value(words[at]) + module.role_embedding(roles[pair])
        keys, values = (part.view(-1, N_HEADS, SIZE // N_HEADS).transpose(0, 1) for part in key_value.chunk(2, -1))
        asked = module.query(query[pair]).view(N_HEADS, 1, SIZE // N_HEADS)
        context = F.scaled_dot_product_attention(asked, keys, values, attn_mask=word_mask[at].view(1, 1, -1))
        outputs.append(module.output(context.reshape(SIZE)))
    return torch.stack(outputs)


@pytest.mark.parametrize("seed", range(5))
def test_pair_attention_is_attention_over_words_with_roles(seed: int) -> None:
    torch.manual_seed(seed)
    module = PairAttention(SIZE, N_HEADS, n_roles=N_ROLES, dropout=0.3).eval()
    words = torch.randn(3, 7, SIZE)
    word_mask = torch.arange(7) < torch.tensor([7, 4, 1]).unsqueeze(1)
    sentence = torch.tensor([0, 2, 1, 1, 0, 2])
    query, roles = torch.randn(6, SIZE), torch.randint(N_ROLES, (6, 7))
    arguments = (query, words, word_mask, sentence, roles)
    torch.testing.assert_close(module(*arguments), slow_attention(module, *arguments), atol=1e-5, rtol=1e-5)


def test_masked_words_are_not_seen() -> None:
    torch.manual_seed(0)
    module = PairAttention(SIZE, N_HEADS, n_roles=N_ROLES, dropout=0.0).eval()
    words = torch.randn(1, 6, SIZE)
    mask = torch.tensor([[True, True, True, False, False, False]])
    query, roles, sentence = torch.randn(2, SIZE), torch.randint(N_ROLES, (2, 6)), torch.tensor([0, 0])
    changed = words.clone()
    changed[:, 3:] = 99.0
    torch.testing.assert_close(
        module(query, words, mask, sentence, roles), module(query, changed, mask, sentence, roles), atol=0, rtol=0
    )
    changed[:, 2] = 99.0
    assert not torch.allclose(
        module(query, words, mask, sentence, roles), module(query, changed, mask, sentence, roles)
    )


def pair_tensors(
    entities: list[tuple[int, int, int, int]], pairs: list[tuple[int, int]], distance: int = 0
) -> PairTensors:
    columns = torch.tensor(entities, dtype=torch.long).T
    return PairTensors(
        *columns,
        head=torch.tensor([head for head, _ in pairs]),
        tail=torch.tensor([tail for _, tail in pairs]),
        distance=torch.tensor([distance] * len(pairs)),
    )


def classifier(**changes: int) -> PairClassifier:
    sizes = {"n_labels": 2, "n_distances": 20, "n_relations": 3, "n_statuses": 4, "n_polarities": 2, **changes}
    torch.manual_seed(0)
    return PairClassifier(10, **sizes, size=SIZE, n_heads=N_HEADS, dropout=0.2).eval()


def test_shapes() -> None:
    words, mask = torch.randn(2, 6, 10), torch.ones(2, 6, dtype=torch.bool)
    pairs = pair_tensors([(0, 0, 2, 0), (0, 3, 4, 1), (1, 5, 6, 2), (1, 0, 1, 0)], [(0, 1), (2, 3), (3, 2)])
    logits = classifier()(words, mask, pairs)
    assert (logits.relation.shape, logits.status.shape, logits.stance.shape) == ((3, 3), (3, 3, 4), (3, 3))


def test_a_scheme_without_relations_statuses_and_stances_has_empty_logits() -> None:
    words, mask = torch.randn(1, 4, 10), torch.ones(1, 4, dtype=torch.bool)
    logits = classifier(n_relations=0, n_statuses=0, n_polarities=0)(
        words, mask, pair_tensors([(0, 0, 1, 0), (0, 2, 3, 1)], [(0, 1)])
    )
    assert (logits.relation.shape, logits.status.shape, logits.stance.shape) == ((1, 0), (1, 0, 0), (1, 1))


def test_words_are_marked_with_where_they_stand() -> None:
    pairs = pair_tensors([(0, 1, 3, 0), (0, 4, 5, 0), (0, 2, 3, 0)], [(0, 1), (1, 0), (0, 2)])
    roles = PairClassifier._roles(torch.zeros(1, 7, 10), pairs)
    # before 0, between 1, behind 2, head 3, tail 4
    assert roles.tolist() == [[0, 3, 3, 1, 4, 2, 2], [0, 4, 4, 1, 3, 2, 2], [0, 3, 4, 2, 2, 2, 2]]


@pytest.mark.parametrize("what", ["order", "label", "distance", "word between", "word behind"])
def test_logits_depend_on(what: str) -> None:
    module = classifier()
    torch.manual_seed(1)
    words, mask = torch.randn(1, 8, 10), torch.ones(1, 8, dtype=torch.bool)
    entities = [(0, 0, 2, 0), (0, 4, 5, 1)]
    before = module(words, mask, pair_tensors(entities, [(0, 1)])).relation
    changed, pairs = words.clone(), pair_tensors(entities, [(0, 1)])
    if what == "order":
        pairs = pair_tensors(entities, [(1, 0)])
    elif what == "label":
        pairs = pair_tensors([(0, 0, 2, 0), (0, 4, 5, 2)], [(0, 1)])
    elif what == "distance":
        pairs = pair_tensors(entities, [(0, 1)], distance=7)
    else:
        changed[0, 3 if what == "word between" else 7] += 1.0
    assert not torch.allclose(before, module(changed, mask, pairs).relation)


def test_chunks_of_pairs_give_what_all_pairs_give() -> None:
    module = classifier()
    torch.manual_seed(2)
    words, mask = torch.randn(1, 9, 10), torch.ones(1, 9, dtype=torch.bool)
    entities = [(0, n, n + 1, n % 3) for n in range(6)]
    pairs = pair_tensors(entities, [(a, b) for a in range(6) for b in range(6) if a != b])
    assert len(pairs) == 30
    whole = module(words, mask, pairs)
    chunks = [module(words, mask, pairs.pairs(slice(start, start + 7))) for start in range(0, 30, 7)]
    for name in ("relation", "status", "stance"):
        joined = torch.cat([getattr(chunk, name) for chunk in chunks])
        torch.testing.assert_close(joined, getattr(whole, name), atol=1e-6, rtol=1e-5)


def test_maxima_are_over_mentions_and_what_lies_between() -> None:
    torch.manual_seed(0)
    words = torch.randn(2, 6, 10)
    entities = [(0, 0, 1, 0), (0, 3, 4, 1), (1, 1, 3, 0), (1, 3, 4, 0)]
    head, tail, between = pair_maxima(words, pair_tensors(entities, [(0, 1), (1, 0), (3, 2)]))
    torch.testing.assert_close(head, torch.stack([words[0, 0], words[0, 3], words[1, 3]]))
    torch.testing.assert_close(tail, torch.stack([words[0, 3], words[0, 0], words[1, 1:3].amax(0)]))
    gap = words[0, 1:3].amax(0)
    torch.testing.assert_close(between, torch.stack([gap, gap, torch.zeros(10)]))


@pytest.mark.parametrize("markers", [False, True])
def test_the_shortcut_adds_to_the_logits(markers: bool) -> None:
    torch.manual_seed(0)
    sizes = {"n_labels": 2, "n_distances": 20, "n_relations": 3, "n_statuses": 4, "n_polarities": 2}
    module = PairClassifier(10, **sizes, size=SIZE, n_heads=N_HEADS, dropout=0.2, markers=markers, shortcut=True).eval()
    words, mask = torch.randn(1, 6, 10), torch.ones(1, 6, dtype=torch.bool)
    pairs = pair_tensors([(0, 0, 2, 0), (0, 3, 4, 1)], [(0, 1), (1, 0)])
    mentions = torch.randn(2, 20) if markers else None
    shortcut = module.shortcut
    assert shortcut is not None
    whole = module(words, mask, pairs, mentions)
    module.shortcut = None
    without = module(words, mask, pairs, mentions)
    parts = [*pair_maxima(words, pairs), *([] if mentions is None else [mentions])]
    direct = shortcut(torch.cat(parts, dim=-1))
    torch.testing.assert_close(whole.relation, without.relation + direct[:, :3])
    torch.testing.assert_close(whole.status, without.status + direct[:, 3:15].view(2, 3, 4))
    torch.testing.assert_close(whole.stance, without.stance + direct[:, 15:])
