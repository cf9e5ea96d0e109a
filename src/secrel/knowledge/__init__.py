"""What is known of the world before any text is read: data in readable files, and look-ups in them."""

from secrel.knowledge.actors import ActorKnowledge, load_knowledge
from secrel.knowledge.places import find_places, place_names

__all__ = ["ActorKnowledge", "find_places", "load_knowledge", "place_names"]
