"""From characters to integers and back; no tensors, no model."""
