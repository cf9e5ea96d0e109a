from __future__ import annotations

import spacy
from spacy.tokens import DocBin

from secrel.domain import LabelScheme
from secrel.exchange import docbin
from secrel.reading import parse_inline

TEXT = """\
Publication: Weekly Volume: 3 Issue: 7

[Osh]GPE#1 trains  [Tver Guards]MIL#2 — now.
> trains 1 2 actual
> stance 1 2 favor
[Kars]GPE slept.
"""


def test_docs_carry_entities_and_the_layers_of_the_components(scheme: LabelScheme) -> None:
    document = parse_inline(TEXT, scheme, id="d").document
    content = docbin.encode([document], scheme)
    (doc,) = DocBin(store_user_data=True).from_bytes(content).get_docs(spacy.blank("en").vocab)
    assert doc.text == document.text
    assert [(ent.text, ent.label_) for ent in doc.ents] == [("Osh", "GPE"), ("Tver Guards", "MIL"), ("Kars", "GPE")]
    starts = [sent.start_char for sent in doc.sents]
    assert all(sentence.start in starts for sentence in document.sentences or ())
    import secrel.spacy_components as components

    known = components._known(doc)
    assert known is not None
    assert [r.label for r in known.relations] == ["trains"]
    assert [s.polarity for s in known.stances] == ["favor"]


def test_a_docbin_of_somebody_else_gives_the_mentions(scheme: LabelScheme) -> None:
    nlp = spacy.blank("en")
    doc = nlp("Osh slept. Kars woke.")
    doc.set_ents([doc.char_span(0, 3, label="GPE")])
    (document,) = docbin.decode(DocBin(docs=[doc]).to_bytes(), scheme)
    assert (document.id, document.text, len(document.sentences or ())) == ("docbin-1", doc.text, 2)
    assert [(e.text, e.label) for e in document.entities] == [("Osh", "GPE")]
