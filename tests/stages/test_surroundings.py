from __future__ import annotations

import time

from secrel.domain import Document, Entity, Span
from secrel.reading import split_sentences
from secrel.stages.surroundings import OF_BODIES, OF_ENVOYS, OF_PERSONS, Anchor, Surroundings

TEXT = "Norway slept. Peru woke and the army marched. Peru won."


def surroundings() -> Surroundings:
    sentences = (Span(0, 13), Span(14, 45), Span(46, 55))
    found = Surroundings(Document(TEXT, sentences=sentences))
    found.add([Anchor(0, 6, "NOR"), Anchor(14, 18, "PER"), Anchor(46, 50, "PER")])
    return found


def test_nearest_country_of_the_sentence_is_the_best() -> None:
    start = TEXT.index("army")
    assert surroundings().country(start, start + 4, OF_BODIES) == "PER"


def test_country_must_have_its_share() -> None:
    start = TEXT.index("army")
    assert surroundings().country(start, start + 4, OF_BODIES, least=0.99) is None
    assert Surroundings(Document(TEXT)).country(0, 1, OF_BODIES) is None


def test_other_reasons_can_outweigh_nearness() -> None:
    start = TEXT.index("army")
    assert surroundings().country(start, start + 4, OF_PERSONS, suited={"NOR": 4.0}) == "NOR"
    # A country that the text does not name is none of its.
    assert surroundings().country(start, start + 4, OF_PERSONS, suited={"CHL": 4.0}) == "PER"


def test_share_of_mentions() -> None:
    assert surroundings().share("PER") == 2 / 3
    assert surroundings().share("CHL") == 0.0


def test_owner_stands_right_beside() -> None:
    text = "Peru’s army and the ministry in Chile"
    found = Surroundings(Document(text))
    found.add([Anchor(0, 4, "PER"), Anchor(32, 37, "CHL")])
    owner = found.owner_beside(7, 11, sited=False)
    assert owner is not None
    assert owner.base == "PER"
    ministry = (20, 28)
    sited = found.owner_beside(*ministry, sited=True)
    assert sited is not None
    assert sited.base == "CHL"
    assert found.owner_beside(*ministry, sited=False) is None


def told(paragraphs: list[str]) -> Surroundings:
    """Surroundings of a text of paragraphs that each begin with the name of a country, three letters long."""
    text = "\n\n".join(paragraphs)
    starts = [text.index(paragraph) for paragraph in paragraphs]
    entities = tuple(Entity(Span(start, start + 4), "GPE", text[start : start + 4]) for start in starts)
    found = Surroundings(Document(text, sentences=tuple(split_sentences(text)), entities=entities))
    found.add(Anchor(start, start + 4, text[start : start + 3].upper()) for start in starts)
    return found


NEWS = ["Peru slept.", "Oman woke.", "Cuba sang.", "Iran swam.", "Mali ran.", "Chad sat."]


def test_news_of_different_countries_are_unrelated() -> None:
    found = told(NEWS)
    assert found.unrelated
    start = found.text.index("swam")
    first, last = found.scope(start)
    assert found.text[first:last].strip() == "Iran swam."
    assert found.names_countries(start)
    assert found.share("IRA", start) == 1.0
    assert found.share("PER", start) == 0.0
    assert found.country(start, start + 4, OF_BODIES) == "IRA"


def test_a_story_names_the_same_again() -> None:
    story = ["Peru slept.", "Oman woke.", "Peru sang.", "Oman swam.", "Oman ran.", "Peru sat."]
    assert not told([f"{paragraph} Oman and Peru agreed." for paragraph in story[:4]]).unrelated  # few paragraphs
    related = told(["Oman woke."] + ["Peru sat."] * 2 + ["Oman ran."] * 2 + ["Peru sat again."] * 2)
    assert not related.unrelated
    assert related.scope(0) == (0, len(related.text))


def test_the_country_of_a_paper_is_meant_where_none_is_named() -> None:
    text = "\n\n".join([*NEWS[:3], "Peru ran.", "Mali sat.", "Peru won.", "The army marched."])
    names = [(text.index(name), name) for name in ("Peru slept", "Oman", "Cuba", "Peru ran", "Mali", "Peru won")]
    spans = [(start, name[:4]) for start, name in names]
    entities = [Entity(Span(start, start + 4), "GPE", name) for start, name in spans]
    army = text.index("army")
    entities.append(Entity(Span(army, army + 4), "MIL", "army"))
    found = Surroundings(Document(text, sentences=tuple(split_sentences(text)), entities=tuple(entities)))
    found.add(Anchor(start, start + 4, name.upper()) for start, name in spans)
    assert found.unrelated
    assert not found.names_countries(army)
    assert found.country(army, army + 4, OF_BODIES) == "PERU"


def test_the_name_of_an_envoy_tells_more() -> None:
    start = TEXT.index("army")
    suited = {"NOR": 0.4}
    assert surroundings().country(start, start + 4, OF_PERSONS, suited=suited) == "PER"
    assert surroundings().country(start, start + 4, OF_ENVOYS, suited=suited) == "NOR"


def test_persons_do_not_relate_news() -> None:
    found = told(NEWS)
    found.add([Anchor(at, at + 1, "USA", person=True) for at in range(0, len(found.text), 5)])
    assert found.unrelated


def test_plainly_beside() -> None:
    text = "Peru wants the army. Peru’s old navy"
    found = Surroundings(Document(text))
    found.add([Anchor(0, 4, "PER"), Anchor(21, 25, "PER")])
    army, navy = text.index("army"), text.index("navy")
    assert found.owner_beside(army, army + 4, sited=False) is not None
    assert found.owner_beside(army, army + 4, sited=False, plainly=True) is None
    assert found.owner_beside(navy, navy + 4, sited=False, plainly=True) is not None


def test_count_of_mentions() -> None:
    assert surroundings().count("PER") == 2
    assert surroundings().count("CHL") == 0


def test_many_mentions_take_no_longer_at_each_place() -> None:
    found = Surroundings(Document("x" * 400_000))
    found.add(Anchor(at, at + 1, "PER") for at in range(0, 400_000, 100))
    start = time.perf_counter()
    for at in range(0, 400_000, 500):
        found.scores(at, at + 1, OF_BODIES)
    assert time.perf_counter() - start < 1.5  # It takes about 0.1 seconds, and a walk over all mentions several.
