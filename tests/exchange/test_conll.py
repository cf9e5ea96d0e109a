from __future__ import annotations

import pytest

from secrel.domain import LabelScheme, Pair, Relation
from secrel.errors import AnnotationError
from secrel.exchange import conll
from secrel.reading import parse_inline

EXPECTED = """\
# global.columns = ID FORM NER MISC
# newdoc id = d
# relation = deploys-to:ended 1-2 4-4
1\tTver\tB-MIL\t_
2\tGuards\tI-MIL\t_
3\tleft\tO\t_
4\tOsh\tB-GPE\tSpaceAfter=No
5\t.\tO\tSpacesAfter=\\n

"""


def test_what_is_written(scheme: LabelScheme) -> None:
    document = parse_inline("[Tver Guards]MIL#1 left [Osh]GPE#2.\n> deploys-to 1 2 ended", scheme, id="d").document
    assert conll.encode([document], scheme).decode() == EXPECTED


def test_documents_of_one_file_are_told_apart(scheme: LabelScheme) -> None:
    documents = [parse_inline(f"[{name}]GPE slept.", scheme, id=name).document for name in ("Osh", "Kars")]
    back = conll.decode(conll.encode(documents, scheme), scheme)
    assert [(d.id, d.entities[0].text) for d in back] == [("Osh", "Osh"), ("Kars", "Kars")]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("3\tleft\tO\t_", "3\tleft\tO", "3 columns"),
        ("3\tleft\tO\t_", "3\t\tO\t_", "4 columns"),
        ("2\tGuards\tI-MIL", "2\tGuards\tI-ORG", "tag 'I-ORG'"),
        ("2\tGuards\tI-MIL", "2\tGuards\tX", "tag 'X'"),
        ("1-2 4-4", "1-2", "'deploys-to:ended 1-2'"),
        ("1-2 4-4", "1-2 four", "'deploys-to:ended 1-2 four'"),
        ("1-2 4-4", "1-2 4-9", "words 4-9"),
        ("1-2 4-4", "1-2 3-3", "deploys-to of 12 to 16"),
        ("# newdoc id = d", "", "'1\\tTver"),
    ],
)
def test_broken_lines_are_named(scheme: LabelScheme, old: str, new: str, found: str) -> None:
    assert old in EXPECTED
    with pytest.raises(AnnotationError) as caught:
        conll.decode(EXPECTED.replace(old, new).encode(), scheme, where="x.conllup")
    assert caught.value.where.startswith("x.conllup")
    assert caught.value.found.startswith(found)


def test_comments_of_other_tools_are_passed_over(scheme: LabelScheme) -> None:
    (document,) = conll.decode(EXPECTED.replace("# relation", "# sent_id = 1\n# relation").encode(), scheme)
    assert len(document.relations) == 1


def test_line_ends_of_another_system_and_further_attributes_are_read(scheme: LabelScheme) -> None:
    (document,) = conll.decode(EXPECTED.encode(), scheme)
    other = EXPECTED.replace("\n", "\r\n").replace("SpaceAfter=No", "Lemma=Osh|SpaceAfter=No")
    assert conll.decode(other.encode(), scheme) == [document]


def test_a_pair_across_sentences_cannot_be_written(scheme: LabelScheme) -> None:
    document = parse_inline("[Osh]GPE slept.\n[Kars]GPE woke.", scheme, id="d").document
    pair = Pair(*document.entities)
    crossing = document.replace(relations=(Relation(pair, "pressures", "actual"),))
    with pytest.raises(AnnotationError, match="d: found pressures of 'Osh' and 'Kars' across sentences"):
        conll.encode([crossing], scheme)
