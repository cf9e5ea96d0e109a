"""What is done to a pretrained encoder before it is trained."""

from __future__ import annotations

import torch
from transformers import BertConfig, BertModel, RobertaConfig, RobertaModel

from secrel.nn.encoder import trim_positions

SIZES = {
    "vocab_size": 50,
    "hidden_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 16,
    "max_position_embeddings": 64,
}


def test_positions_that_no_window_reaches_are_dropped() -> None:
    torch.manual_seed(0)
    model = BertModel(BertConfig(**SIZES)).eval()
    ids = torch.randint(5, 50, (2, 32))
    before, state = model(input_ids=ids).last_hidden_state, torch.get_rng_state()
    trim_positions(model, 32)
    # No random number is drawn: what is initialised afterwards does not depend on it.
    assert torch.equal(state, torch.get_rng_state())
    torch.testing.assert_close(model(input_ids=ids).last_hidden_state, before, atol=0, rtol=0)
    table = model.embeddings.position_embeddings.weight
    assert (table.shape, table.requires_grad, model.config.max_position_embeddings) == ((32, 16), True, 32)
    # A model folder is read by the trimmed configuration.
    again = BertModel(model.config).eval()
    again.load_state_dict(model.state_dict())
    torch.testing.assert_close(again(input_ids=ids).last_hidden_state, before, atol=0, rtol=0)
    trim_positions(model, 100)
    assert model.config.max_position_embeddings == 32


def test_other_encoders_keep_their_positions() -> None:
    model = RobertaModel(RobertaConfig(**SIZES))
    trim_positions(model, 32)
    assert model.embeddings.position_embeddings.weight.shape == (64, 16)
    assert model.config.max_position_embeddings == 64
