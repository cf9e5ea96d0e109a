"""Who is made to say what in a sentence, by rules over its words and mentions; no parser and no model."""

from secrel.reading.speech.carried import Carried
from secrel.reading.speech.clauses import Speech
from secrel.reading.speech.finding import find_speech
from secrel.reading.speech.phrases import Voice

__all__ = ["Carried", "Speech", "Voice", "find_speech"]
