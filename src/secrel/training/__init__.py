"""Training from a recipe; loads torch, transformers and datasets on import of its modules."""
