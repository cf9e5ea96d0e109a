"""The spaCy components: found by name, fed by other components, and what they leave on the document."""

from __future__ import annotations

import pickle
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import spacy
from spacy import displacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from secrel.domain import Document, Entity, Span
from secrel.output import to_displacy
from secrel.pipeline import load

TEXT = "Moscow told Kyiv to drop its NATO bid. Tbilisi and Baku signed a pact with Ankara."
NAMES = [{"label": "GPE", "pattern": name} for name in ("Moscow", "Kyiv", "Tbilisi", "Baku", "Ankara")]


@Language.component("keep_kyiv_and_ankara")
def keep_kyiv_and_ankara(doc: Doc) -> Doc:
    doc.set_ents([ent for ent in doc.ents if ent.text in {"Kyiv", "Ankara"}])
    return doc


@Language.component("one_sentence")
def one_sentence(doc: Doc) -> Doc:
    for token in doc:
        token.is_sent_start = token.i == 0
    return doc


def pipeline(model: Path, *names: str, min_score: float = 0.0) -> Language:
    nlp = spacy.blank("en")
    for name in names:
        config = {"model": str(model), "min_score": min_score} if name.startswith("secrel") else {}
        component = nlp.add_pipe(name, config=config)
        if name == "entity_ruler":
            component.add_patterns(NAMES)  # type: ignore[attr-defined]
        for stage in getattr(component, "stages", ()):
            stage.min_score = min_score  # Below the thresholds of the model, which finds too little.
    return nlp


def test_factories_are_found_without_importing_secrel(tiny_model: Path) -> None:
    script = (
        "import sys, spacy\n"
        "nlp = spacy.blank('en')\n"
        "nlp.add_pipe('secrel', config={'model': sys.argv[1]})\n"
        "doc = nlp(sys.argv[2])\n"
        "print([ent.text for ent in doc.ents], len(doc._.relations), len(doc._.stances), doc._.secrel.model)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, str(tiny_model), TEXT], capture_output=True, text=True, check=False
    )
    expected = load(tiny_model)(TEXT)
    assert run.stdout.strip() == (
        f"{[e.text for e in expected.entities]} {len(expected.relations)} {len(expected.stances)} tiny 0.0.1"
    ), run.stderr


def test_whole_component_gives_what_the_pipeline_gives(tiny_model: Path) -> None:
    nlp, expected = pipeline(tiny_model, "secrel"), load(tiny_model, min_score=0.0)(TEXT)
    doc = spacy.blank("en").add_pipe("secrel", config={"model": str(tiny_model)})(nlp.make_doc(TEXT))
    assert doc._.secrel == expected
    assert (doc._.relations, doc._.stances) == (expected.relations, expected.stances)
    assert [(e.start_char, e.end_char, e.label_) for e in doc.ents] == [
        (e.start, e.end, e.label) for e in expected.entities
    ]


def test_separate_stages_give_what_the_whole_component_gives(tiny_model: Path) -> None:
    whole = pipeline(tiny_model, "secrel")(TEXT)
    parts = pipeline(tiny_model, "secrel_entities", "secrel_relations", "secrel_stances", "secrel_resolution")(TEXT)
    assert whole._.relations
    assert parts._.secrel == whole._.secrel
    assert (parts._.relations, parts._.stances) == (whole._.relations, whole._.stances)


@pytest.mark.parametrize("batch_size", [1, 3, 64])
def test_spacy_pipe_gives_what_each_text_gives_alone(tiny_model: Path, batch_size: int) -> None:
    nlp = pipeline(tiny_model, "secrel")
    texts = [TEXT, "", " ", "Kyiv.", "Moscow\r\n\r\nsaw “Baku” 😀.", *[TEXT[39:], TEXT[:38]] * 2]
    alone = {text: nlp(text)._.secrel for text in texts}
    found = [doc._.secrel for doc in nlp.pipe(reversed(texts), batch_size=batch_size)]
    assert found == [alone[text] for text in reversed(texts)]


def test_entities_of_another_component_feed_the_relations(tiny_model: Path) -> None:
    doc = pipeline(tiny_model, "entity_ruler", "secrel_relations", "secrel_stances")(TEXT)
    assert [ent.text for ent in doc.ents] == ["Moscow", "Kyiv", "Tbilisi", "Baku", "Ankara"]
    assert [entity.text for entity in doc._.secrel.entities] == [ent.text for ent in doc.ents]
    assert [(r.head.text, r.tail.text) for r in doc._.relations if r.label == "cooperates-with"] == [
        ("Moscow", "Kyiv"),
        ("Tbilisi", "Baku"),
        ("Tbilisi", "Ankara"),
        ("Baku", "Ankara"),
    ]
    assert len(doc._.stances) == 2 + 6
    assert {r.head.id for r in doc._.relations} <= {"T1", "T2", "T3", "T4", "T5"}


def test_sentence_boundaries_that_are_already_set_are_kept(tiny_model: Path) -> None:
    doc = pipeline(tiny_model, "one_sentence", "entity_ruler", "secrel_relations")(TEXT)
    assert doc._.secrel.sentences == (Span(0, len(TEXT)),)
    # Now Moscow and Ankara stand in one sentence.
    assert ("Moscow", "Ankara") in {(r.head.text, r.tail.text) for r in doc._.relations}
    split = pipeline(tiny_model, "sentencizer", "secrel")("Moscow? Kyiv!\n\n  Baku.")
    assert [span.of(split.text).strip() for span in split._.secrel.sentences] == ["Moscow?", "Kyiv!", "Baku."]
    unset = pipeline(tiny_model, "secrel")(TEXT)
    assert unset._.secrel.sentences == (Span(0, 38), Span(39, 82))


def test_entities_changed_in_between_take_their_pairs_with_them(tiny_model: Path) -> None:
    nlp = pipeline(
        tiny_model, "one_sentence", "entity_ruler", "secrel_relations", "keep_kyiv_and_ankara", "secrel_stances"
    )
    doc = nlp(TEXT)
    assert [entity.text for entity in doc._.secrel.entities] == ["Kyiv", "Ankara"]
    assert {(r.head.text, r.tail.text) for r in doc._.relations} == {("Kyiv", "Ankara"), ("Ankara", "Kyiv")}
    assert [(s.holder.text, s.target.text) for s in doc._.stances] == [("Kyiv", "Ankara"), ("Ankara", "Kyiv")]
    assert doc._.secrel.to_dict()["relations"][0]["head"] == "T1"


def test_entities_run_last_leave_no_pair_of_other_entities(tiny_model: Path) -> None:
    doc = pipeline(tiny_model, "entity_ruler", "secrel_relations", "secrel_entities")(TEXT)
    assert (doc._.relations, doc._.stances) == ((), ())
    assert doc._.secrel.entities == load(tiny_model, resolve=False)(TEXT).entities


class Moscow:
    """A stage that finds two entities in one token of spaCy's and one in another."""

    def __call__(self, document: Document) -> Document:
        spans = (Span(0, 6), Span(7, 11), Span(17, 21))
        return document.replace(entities=tuple(Entity(s, "GPE", s.of(document.text), 0.5) for s in spans))


def test_entities_inside_a_token_are_widened_and_counted(tiny_model: Path) -> None:
    nlp = pipeline(tiny_model, "secrel_entities")
    component = nlp.get_pipe("secrel_entities")
    component.stages = [Moscow()]  # type: ignore[attr-defined]
    doc = component(Doc(nlp.vocab, words=["Moscow-Kyiv", "told", "Baku", "."], spaces=[True, True, False, False]))
    assert [entity.text for entity in doc._.secrel.entities] == ["Moscow", "Kyiv", "Baku"]
    assert [ent.text for ent in doc.ents] == ["Moscow-Kyiv", "Baku"]
    assert [(dropped.reason.partition(":")[0], dropped.n) for dropped in doc._.secrel.dropped] == [
        ("entities that do not begin and end at token boundaries", 1),
        ("entities that overlap another one after widening to whole tokens", 1),
    ]


def test_offsets_are_characters_of_the_doc(tiny_model: Path) -> None:
    text = "\ufeff😀 “Moscow”\u00a0told\r\nKyiv’s Chis\u0327ina\u0306u envoy."
    document = pipeline(tiny_model, "secrel")(text)._.secrel
    assert document.text == text
    assert document.entities
    assert all(text[e.start : e.end] == e.text for e in document.entities)


@pytest.mark.parametrize("text", ["", " ", "\n\n", "x"])
def test_texts_of_nothing(tiny_model: Path, text: str) -> None:
    doc = pipeline(tiny_model, "secrel")(text)
    assert doc._.secrel.text == text
    assert (doc._.relations, doc._.stances) == ((), ())


def test_min_score(tiny_model: Path) -> None:
    doc = pipeline(tiny_model, "secrel", min_score=1.0)(TEXT)
    assert (doc.ents, doc._.relations, doc._.stances) == ((), (), ())


def test_pipeline_is_saved_and_loaded(tiny_model: Path, tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("secrel", config={"model": str(tiny_model)})
    nlp.to_disk(tmp_path / "saved")
    assert spacy.load(tmp_path / "saved")(TEXT)._.secrel == nlp(TEXT)._.secrel


def test_component_and_doc_are_pickled(tiny_model: Path) -> None:
    component = spacy.blank("en").add_pipe("secrel_entities", config={"model": str(tiny_model)})
    again = pickle.loads(pickle.dumps(component))
    doc = again(spacy.blank("en").make_doc(TEXT))
    assert doc._.secrel == component(spacy.blank("en").make_doc(TEXT))._.secrel
    assert pickle.loads(pickle.dumps(doc))._.secrel == doc._.secrel


def test_displacy_renders_both_forms(tiny_model: Path) -> None:
    doc = pipeline(tiny_model, "secrel")(TEXT)
    for html in (
        displacy.render(doc, style="ent", jupyter=False),
        displacy.render(to_displacy(doc._.secrel), style="ent", manual=True, jupyter=False),
    ):
        assert html.count("<mark") == len(doc.ents) > 0
        assert all(ent.text in html and ent.label_ in html for ent in doc.ents)


def test_results_survive_serialisation(tiny_model: Path) -> None:
    nlp = pipeline(tiny_model, "secrel")
    doc = nlp(TEXT)
    (again,) = DocBin(store_user_data=True, docs=[doc]).get_docs(nlp.vocab)
    assert doc._.secrel is not None
    assert again._.secrel == doc._.secrel
    assert again._.relations == doc._.relations


def test_a_part_of_a_doc_does_not_carry_the_results_of_the_whole(tiny_model: Path) -> None:
    doc = pipeline(tiny_model, "secrel")(TEXT)
    part = doc[:2].as_doc(copy_user_data=True)
    assert (part._.secrel, part._.relations, part._.stances) == (None, (), ())


def test_the_factories_import_without_transformers() -> None:
    # spaCy itself imports torch where it is installed.
    code = "import sys, secrel.spacy_components; assert not {'transformers', 'datasets'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", ["secrel_relations", "secrel_stances", "secrel_resolution"])
@pytest.mark.parametrize("before", [(), ("sentencizer",)])
def test_nothing_that_sets_entities_is_warned_of(tiny_model: Path, name: str, before: tuple[str, ...]) -> None:
    with pytest.warns(UserWarning, match=f"{name}: found no component before it that sets doc.ents"):
        pipeline(tiny_model, *before, name)


@pytest.mark.parametrize("before", ["secrel_entities", "entity_ruler", "keep_kyiv_and_ankara"])
def test_what_sets_entities_or_may_is_not_warned_of(tiny_model: Path, before: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pipeline(tiny_model, "sentencizer", before, "secrel_relations", "secrel_resolution")


def test_a_pipeline_of_another_language_is_warned_of(tiny_model: Path) -> None:
    with pytest.warns(UserWarning, match="secrel: found a pipeline of language 'fr'; expected English"):
        spacy.blank("fr").add_pipe("secrel", config={"model": str(tiny_model)})
