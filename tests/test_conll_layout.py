"""The layout of files of tokens and tags: found from the file as a whole, and what breaks it is refused."""

from pathlib import Path

import pytest

from tests.readers import edges, only_record, only_refusal, quote_spans, read_text, sentences
from tui.formats.conll.layout import find_layout
from tui.formats.conll.reader import recognises
from tui.formats.shared.source import ReadOptions
from tui.model.record import Record

TREEBANK = """# newdoc id = t1
# text = {text}
1\tI\tI\tPRON\tPRP\t_\t2\tnsubj\t_\t{first}
2\tfled\tflee\tVERB\tVBD\t_\t0\troot\t_\t_
3\tMoru\tMoru\tPROPN\tNNP\t_\t2\tobj\t_\t{last}
"""


@pytest.mark.parametrize(
    "comment",
    ["# text = I live in O", "# sent_id = 1 B", "# E-mail", "# by S-a", "#id = I", "# source = U-Boot O"],
)
@pytest.mark.parametrize("columns", [" ", "\t"], ids=["spaces", "tabs"])
def test_a_comment_is_no_row_whatever_stands_in_it(tmp_path: Path, comment: str, columns: str) -> None:
    first, second = "Moru B-LOC\nfled O\n".replace(" ", columns), "He O\n".replace(" ", columns)
    found = read_text(tmp_path, f"{comment}\n{first}\n{comment}\n{second}", "a.conll")
    record = only_record(found)
    assert (record.text.split(), quote_spans(record)) == (["Moru", "fled", "He"], [("Moru", "LOC")])
    assert "2 comments of the file are left out" in sentences(found) or "text =" in comment


def test_a_comment_of_a_treebank_is_no_row(tmp_path: Path) -> None:
    content = TREEBANK.format(text="I fled Moru", first="_", last="NER=B-LOC")
    record = only_record(read_text(tmp_path, content, "a.conllu"))
    assert (record.text, quote_spans(record)) == ("I fled Moru", [("Moru", "LOC")])


@pytest.mark.parametrize("row", ["# O", "#\tO", "# NN O", "#Moru B-LOC"])
def test_a_sign_that_has_a_tag_where_the_others_have_theirs_is_a_token(tmp_path: Path, row: str) -> None:
    plain = "Moru B-LOC" if row.count(" ") < 2 else "Moru NN B-LOC"
    plain = plain.replace(" ", "\t") if "\t" in row else plain
    record = only_record(read_text(tmp_path, f"{plain}\n{row}\n", "a.conll"))
    assert record.text in ("Moru #", "Moru #Moru")


NESTED = (
    "the\tB-PER\tO\tO\t\nlord\tI-PER\tO\tO\t\nof\tI-PER\tO\tO\t\nMoru\tI-PER\tB-GPE\tO\t\n\nfled\tO\tO\tO\t\n"
)


def test_columns_of_tags_right_behind_the_tokens_are_all_read(tmp_path: Path) -> None:
    found = read_text(tmp_path, NESTED, "a.tsv")
    assert quote_spans(only_record(found)) == [("the lord of Moru", "PER"), ("Moru", "GPE")]
    assert "the tags are those of the columns 2, 3, 4; --column NAME takes others" in sentences(found)


NAMED = """TOKEN\tNE-COARSE\tNE-FINE\tLINK\tMISC
# document_id = first
# date = 1798
Lord\tB-pers\tB-pers.ind\tQ1\t_
Moru\tI-pers\tI-pers.ind\tQ1\tNoSpaceAfter
.\tO\tO\t_\tEndOfLine

# document_id = second
Dara\tB-loc\tB-loc.town\t_\t_
"""


def test_the_first_row_names_the_columns(tmp_path: Path) -> None:
    found = read_text(tmp_path, NAMED, "a.tsv")
    first, second = [each for each in found if isinstance(each, Record)]
    assert (first.text, first.meta) == ("Lord Moru.", {"document": "first"})
    assert edges(first) == [(0, 9, "pers"), (0, 9, "pers.ind")]
    assert quote_spans(second) == [("Dara", "loc"), ("Dara", "loc.town")]
    assert "the tags are those of the columns NE-COARSE, NE-FINE; --column NAME takes others" in sentences(
        found
    )


@pytest.mark.parametrize("name", ["NE-FINE", "ne-fine", "3"])
def test_a_person_names_the_column(tmp_path: Path, name: str) -> None:
    found = read_text(tmp_path, NAMED, "a.tsv", ReadOptions((name,)))
    first, second = [each for each in found if isinstance(each, Record)]
    assert (quote_spans(first), quote_spans(second)) == ([("Lord Moru", "pers.ind")], [("Dara", "loc.town")])
    said = "the tags are those of the column NE-FINE, not of NE-COARSE; --column NAME takes others"
    assert said in sentences(found)
    assert "2 spans of another column of tags are left out" in sentences(found)
    assert "the other columns of 2 tokens are left out" in sentences(found)


def test_a_column_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    refusal = only_refusal(read_text(tmp_path, NAMED, "a.tsv", ReadOptions(("NE",))))
    assert refusal.reason == (
        "there is no column of tags 'NE'; there are 1 TOKEN, 2 NE-COARSE, 3 NE-FINE, 4 LINK, 5 MISC"
    )


def test_a_file_of_tags_without_a_column_of_tags_is_refused(tmp_path: Path) -> None:
    refusal = only_refusal(read_text(tmp_path, "Moru 1\nfled 2\n", "a.conll"))
    assert refusal.reason.startswith("no column of tags such as O or B-actor was found; there are 1, 2;")


def test_a_column_that_is_asked_for_may_hold_labels_alone(tmp_path: Path) -> None:
    rows = "Port NN PLACE\nSelim NN PLACE\nfled VB _\n"
    found = read_text(tmp_path, rows, "a.conll", ReadOptions(("3",)))
    assert quote_spans(only_record(found)) == [("Port Selim", "PLACE")]
    assert "equal labels side by side are one span" in sentences(found)[0]


def test_labels_alone_are_tags_where_the_rest_is_outside(tmp_path: Path) -> None:
    rows = "Port\tPLACE\nSelim\tPLACE\nfled\tO\nit\tO\n\n"
    record = only_record(read_text(tmp_path, rows * 9, "a.tsv"))
    assert quote_spans(record) == [("Port Selim", "PLACE")] * 9


def test_a_tag_may_stand_before_its_token(tmp_path: Path) -> None:
    record = only_record(read_text(tmp_path, "B-LOC\tPort\nI-LOC\tSelim\nO\tfled\n", "a.bio"))
    assert (record.text, quote_spans(record)) == ("Port Selim fled", [("Port Selim", "LOC")])


def test_the_tag_may_stand_last_in_rows_of_any_length(tmp_path: Path) -> None:
    record = only_record(read_text(tmp_path, "Port a b B-LOC\nSelim a I-LOC\nfled a b c O\n", "a.conll"))
    assert quote_spans(record) == [("Port Selim", "LOC")]


def test_chunks_are_tags_where_there_is_nothing_else(tmp_path: Path) -> None:
    record = only_record(read_text(tmp_path, "He PRP B-NP\nfled VBD B-VP\n. . O\n", "a.conll"))
    assert quote_spans(record) == [("He", "NP"), ("fled", "VP")]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("New York B-LOC", "a line of 2 columns is right here, not one of 3"),
        ("Moru X", "'X' in column 2 is no tag such as O or B-actor"),
        ("Moru", "a line needs a token and a tag"),
    ],
    ids=["columns", "tag", "token"],
)
def test_a_row_of_another_layout_is_refused_with_its_line(tmp_path: Path, row: str, reason: str) -> None:
    good = "He O\nfled O\nMoru B-LOC\n"
    found = read_text(tmp_path, f"{good}\n-DOCSTART- O\n\n{good}{row}\n", "a.conll")
    first, second = found
    assert isinstance(first, Record)
    refusal = only_refusal([second])
    assert refusal.line == 10
    assert refusal.reason.startswith(reason)


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        ("-DOCSTART- -X- O O", ""),
        ("-DOCSTART-\tO", ""),
        ("-DOCSTART- (7 CRICKET)", "7 CRICKET"),
        ("--DOCSTART--", ""),
        ("<DOCSTART>", ""),
        ("###MEDLINE:95369245", "MEDLINE:95369245"),
        ("# newdoc id = a", "a"),
        ("# corpus:doc_id = a", "a"),
    ],
)
def test_documents_begin_in_many_ways(tmp_path: Path, mark: str, name: str) -> None:
    found = read_text(tmp_path, f"{mark}\n\nMoru\tB-LOC\n\n{mark.replace('a', 'b')}\n\nHe\tO\n", "a.bio")
    first, second = [each for each in found if isinstance(each, Record)]
    assert (first.text, second.text) == ("Moru", "He")
    assert first.meta.get("document", "") == name


def test_a_document_named_before_each_sentence_is_one(tmp_path: Path) -> None:
    sentence = "# doc_id = a\nMoru\tB-LOC\n\n"
    assert only_record(read_text(tmp_path, sentence * 2, "a.bio")).text == "Moru\nMoru"


def test_global_columns_name_the_columns(tmp_path: Path) -> None:
    rows = "1\tPort\tB-LOC\t_\n2\tSelim\tI-LOC\tSpaceAfter=No\n3\t.\tO\t_\n"
    found = read_text(tmp_path, f"# global.columns = ID FORM CORPUS:NE MISC\n{rows}", "a.conllup")
    record = only_record(found)
    assert (record.text, quote_spans(record)) == ("Port Selim.", [("Port Selim", "LOC")])
    assert any("with the spaces that the file gives" in each for each in sentences(found))


@pytest.mark.parametrize("key", ["name", "NER", "NamedEntity"])
def test_tags_stand_under_a_key_of_the_last_column(tmp_path: Path, key: str) -> None:
    content = TREEBANK.format(text="I fled Moru", first=f"{key}=O", last=f"Gloss=x|{key}=B-LOC")
    found = read_text(tmp_path, content, "a.conllu")
    assert quote_spans(only_record(found)) == [("Moru", "LOC")]


def test_a_treebank_without_tags_comes_in_without_spans_and_that_is_said(tmp_path: Path) -> None:
    found = read_text(tmp_path, TREEBANK.format(text="I fled Moru", first="_", last="_"), "a.conllu")
    assert only_record(found).spans is None
    assert "there is no column of tags: 1 file came in without spans" in sentences(found)


MENTIONS = """# global.Entity = eid-etype-head-other
# text = The men of Moru fled and
1\tThe\t_\t_\t_\t_\t_\t_\t_\tEntity=(e1-person-2-x
2\tmen\t_\t_\t_\t_\t_\t_\t_\t_
3\tof\t_\t_\t_\t_\t_\t_\t_\t_
4\tMoru\t_\t_\t_\t_\t_\t_\t_\tEntity=(e2-place-1-)e1)
5\tfled\t_\t_\t_\t_\t_\t_\t_\tEntity=(e3[1/2]-event-1-
5.1\tit\t_\t_\t_\t_\t_\t_\t_\tEntity=e3[1/2])(e4-thing-1-)
6\tand\t_\t_\t_\t_\t_\t_\t_\tEntity=(e3[2/2]-event-1-)e9)
"""


def test_mentions_stand_between_brackets(tmp_path: Path) -> None:
    found = read_text(tmp_path, MENTIONS, "a.conllu")
    record = only_record(found)
    spans = {span.label: span for span in record.spans or ()}
    assert quote_spans(record) == [("Moru", "place"), ("The men of Moru", "person"), ("fled and", "event")]
    assert spans["person"].attributes == {"eid": "e1", "head": "2", "other": "x"}
    assert spans["event"].fragments == ((16, 20), (21, 24))
    assert spans["event"].attributes["eid"] == "e3"
    said = sentences(found)
    assert "1 mention without any word of the text is left out" in said
    assert "1 mention without a beginning or an end is left out" in said


def test_mentions_of_older_treebanks_begin_with_their_kind(tmp_path: Path) -> None:
    content = TREEBANK.format(text="I fled Moru", first="Entity=(person-1)", last="Entity=(place-2)")
    record = only_record(read_text(tmp_path, content, "a.conllu"))
    assert quote_spans(record) == [("I", "person"), ("Moru", "place")]


def test_the_same_span_in_two_columns_comes_in_once(tmp_path: Path) -> None:
    found = read_text(tmp_path, "Moru B-LOC B-LOC\nfled O B-ACT\n", "a.conll")
    assert quote_spans(only_record(found)) == [("Moru", "LOC"), ("fled", "ACT")]
    assert "1 span alike in two columns came in once" in sentences(found)


def test_the_parts_of_a_layout() -> None:
    layout = find_layout(["# global.columns = ID FORM NE", "1\tPort\tB-LOC", "2\tSelim\tI-LOC"])
    assert (layout.width, layout.is_counted, layout.token, layout.has_tabs) == (3, True, 1, True)
    assert [(column.index, column.name, column.scheme) for column in layout.tags] == [(2, "NE", "signed")]


def test_a_file_of_tags_is_known_by_names_that_come_late() -> None:
    rows = "TOKEN\tNE\tLINK\n" + "word\tO\t_\n" * 400 + "Moru\tB-LOC\tQ1\n"
    assert recognises(rows.encode(), Path("a.tsv"))


@pytest.mark.parametrize("column", ["O", "B"])
def test_a_table_with_a_column_of_letters_is_no_file_of_tags(column: str) -> None:
    rows = [f"word{number}\t{column}\n" for number in range(40)]
    assert not recognises("".join(rows).encode(), Path("a.tsv"))
    assert recognises("\n".join(rows).encode(), Path("a.tsv"))
