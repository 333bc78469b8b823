"""Native JSONL: what a line says, and what is wrong with it."""

import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.readers import edges, reading_of
from tui.errors import Refusal
from tui.formats import open_sources, recognise
from tui.formats.native import format_line, open_native, read
from tui.formats.native import lines as native
from tui.formats.shared.reading import Tally
from tui.formats.shared.source import Source
from tui.formats.shared.writing import WriteOptions
from tui.model.record import Record
from tui.model.span import HAND, Origin, Relation, Span
from tui.project.outputs import Stream


def read_bytes(folder: Path, content: bytes) -> list[Record | Refusal]:
    path = folder / "articles.jsonl"
    path.write_bytes(content)
    return list(read(Source(path)))


def read_line(folder: Path, line: str) -> Record | Refusal:
    (found,) = read_bytes(folder, line.encode("utf-8") + b"\n")
    return found


def reason_of(folder: Path, line: str) -> str:
    found = read_line(folder, line)
    assert isinstance(found, Refusal), found
    assert found.line == 1
    return found.reason


def with_span(**changes: object) -> str:
    span = {"id": "s1", "start": 0, "end": 3, "label": "actor", "text": "Two"} | changes
    return json.dumps(
        {"text": "Two men", "spans": [{key: value for key, value in span.items() if value is not ...}]}
    )


def test_the_shortest_line_is_a_text(tmp_path: Path) -> None:
    assert read_line(tmp_path, '{"text": "Two men"}') == Record("Two men", line=1)


def test_everything_that_a_line_says_is_read(tmp_path: Path) -> None:
    found = read_line(
        tmp_path,
        '{"id": 7, "text": "Two men", "lang": "en", "article_labels": {"event_type": "attack"},'
        ' "spans": [{"id": "x", "start": 4, "end": 7, "label": "actor", "text": "men",'
        ' "attributes": {"n": 2}, "certain": true, "note": "sic",'
        ' "origin": {"source": "crf", "confidence": 1}},'
        ' {"start": 0, "end": 7, "label": "casualty", "fragments": [[4, 7], [0, 3]]}],'
        ' "relations": [{"label": "targets", "head": "x", "tail": "s1"}],'
        ' "meta": {"title": "T", "annotator": "bea", "state": "skipped", "flags": [1], "notes": {"1": "odd"},'
        ' "source": "web"}}',
    )
    assert found == Record(
        "Two men",
        title="T",
        id="7",
        meta={"source": "web", "lang": "en"},
        annotator="bea",
        spans=(
            Span("x", 4, 7, "actor", {"n": 2, "certain": True}, (), "sic", Origin("crf", 1.0)),
            Span("s1", 0, 7, "casualty", {}, ((0, 3), (4, 7))),
        ),
        relations=(Relation("r1", "targets", "x", "s1"),),
        article_labels={"event_type": "attack"},
        state="skipped",
        notes={0: "odd"},
        flags=frozenset({0}),
        line=1,
    )


def test_flagged_as_a_state_is_a_flag_on_what_is_unfinished(tmp_path: Path) -> None:
    text = '"text": "Two men\\nfled", "spans": []'
    found = read_line(tmp_path, f'{{{text}, "meta": {{"state": "flagged"}}}}')
    assert isinstance(found, Record)
    assert found.state == "unfinished"
    assert found.flags == {0, 1}
    found = read_line(tmp_path, f'{{{text}, "meta": {{"states": ["finished", "flagged"]}}}}')
    assert isinstance(found, Record)
    assert found.states == ("finished", "unfinished")
    assert found.flags == {1}


def test_spans_without_an_id_get_one_that_is_free(tmp_path: Path) -> None:
    place = '"start": 0, "end": 3, "label": "actor"'
    found = read_line(
        tmp_path, f'{{"text": "Two men", "spans": [{{{place}}}, {{"id": "s1", {place}}}, {{{place}}}]}}'
    )
    assert isinstance(found, Record)
    assert [span.id for span in found.spans or ()] == ["s2", "s1", "s3"]


def test_blank_lines_count_for_nothing_but_are_counted(tmp_path: Path) -> None:
    found = read_bytes(tmp_path, b'\n  \r\n{"text": "a"}\n\n{"text": "b"}')
    assert found == [Record("a", line=3), Record("b", line=5)]


def test_a_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, b'\xef\xbb\xbf{"text": "a"}\r\n') == [Record("a", line=1)]


def test_a_line_separator_inside_a_line_ends_no_line(tmp_path: Path) -> None:
    assert read_line(tmp_path, '{"text": "a\u2028b\x85c"}') == Record("a\u2028b\x85c", line=1)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('{"text": "a"', "this line is not JSON (expecting ',' delimiter)"),
        ("Two men", 'write one object such as {"text": "…"} a line'),
        ('["a"]', 'a line must be a JSON object such as {"text": "…"}'),
        ('{"txt": "a"}', 'the key "text" is missing'),
        ('{"text": 5}', '"text" must be a string'),
        ('{"text": "a", "x": NaN}', "NaN is not a JSON number"),
        ('{"text": "a", "x": -Infinity}', "-Infinity is not a JSON number"),
        ('{"text": "a", "x": 1e999}', "the number 1e999 is too large"),
        ('{"text": "a", "x": ' + "9" * 5000 + "}", "more than 4,300 digits"),
        ('{"text": "a\\ud83d"}', "half of a surrogate pair"),
        ('{"text": "a", "meta": {"\\udead": 1}}', "half of a surrogate pair"),
        ('{"text": "a", "meta": ' + "[" * 5000 + "]" * 5000 + "}", "nested too deeply"),
        ('{"text": "a", "spans": {}}', "spans must be a list"),
        ('{"text": "a", "spans": [7]}', "spans[0]: a span must be an object"),
        (with_span(start=-1), "spans[0]: -1–3 is not a stretch of the text; 0 <= start < end <= 7"),
        (with_span(end=8), "spans[0]: 0–8 is not a stretch"),
        (with_span(start=3, end=3), "spans[0]: 3–3 is not a stretch"),
        (with_span(start=5, end=2), "spans[0]: 5–2 is not a stretch"),
        (with_span(start=True), "spans[0]: start must be a whole number of code points, not true"),
        (with_span(end=3.0), "spans[0]: end must be a whole number of code points, not 3.0"),
        (with_span(end=...), "spans[0]: end must be a whole number of code points, not null"),
        (with_span(end=2), 'spans[0]: its text is "Two", but the article has "Tw" at 0–2'),
        (with_span(fragments=[[0, 1], [2]]), "a fragment must be a pair"),
        (with_span(fragments=[[0, 1], [1, 2]]), "its fragments must begin at 0 and finish at 3"),
        (with_span(fragments=[[0, 1], [2, 9]]), "its fragment [2, 9] must lie inside 0–3"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)  # fmt: skip
def test_what_is_wrong_with_a_line_is_said(tmp_path: Path, line: str, sentence: str) -> None:
    assert sentence in reason_of(tmp_path, line)


SPANNED = '{"text": "Two men", "spans": [{"id": "s1", "start": 0, "end": 3, "label": "actor"}], '


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (SPANNED + '"id": ""}', '1 id is left out (line 1: "id" must be a string that is not empty'),
        (SPANNED + '"id": [1]}', '1 id is left out (line 1: "id" must be a string that is not empty'),
        (SPANNED + '"x": ' + "[" * 200 + "]" * 200 + "}", "1 value is left out (line 1: x is nested too"),
        (SPANNED + '"meta": {"x": ' + '{"a":' * 150 + "1" + "}" * 150 + "}}", "1 value is left out (line 1:"),
        (with_span(id=1.5), '1 id is left out (line 1: spans[0]: "id" must be a string'),
        (with_span(attributes=[]), "1 attribute is left out (line 1: spans[0]: attributes must be an obj"),
        (with_span(note=1), "1 note is left out (line 1: spans[0]: note must be a string)"),
        (with_span(origin={"confidence": "high"}), "spans[0]: origin.confidence must be a number"),
        (SPANNED + '"relations": [{"label": "x", "head": "s1", "tail": "b"}]}',
         '1 relation is left out (line 1: relations[0]: tail "b" is no span of this record)'),
        (SPANNED + '"relations": [[], {}]}',
         "2 relations are left out (line 1: relations[0] must be an object, line 1: relations[1]: the label"),
        (SPANNED + '"relations": 1}', "1 relation is left out (line 1: relations must be a list)"),
        (SPANNED + '"article_labels": []}', "1 article label is left out (line 1: article_labels must be an"),
        (SPANNED + '"meta": 1}', "1 value is left out (line 1: meta must be an object)"),
        (SPANNED + '"meta": {"notes": {"one": "x"}}}', "1 note is left out (line 1: meta.notes must map"),
        (SPANNED + '"meta": {"flags": [0]}}', "1 flag is left out (line 1: meta.flags must be a list of"),
        (SPANNED + '"meta": {"title": 3}}', "1 title is left out (line 1: meta.title must be a string)"),
        (SPANNED + '"meta": {"annotator": 3}}', "1 annotator is left out (line 1: meta.annotator must be"),
    ],
    ids=lambda value: value[-40:] if isinstance(value, str) else None,
)  # fmt: skip
def test_a_part_that_is_wrong_is_left_out_and_the_spans_stay(
    tmp_path: Path, line: str, sentence: str
) -> None:
    found = read_line(tmp_path, line)
    assert isinstance(found, Record)
    assert [(span.start, span.end, span.label) for span in found.spans or ()] == [(0, 3, "actor")]
    (remark,) = found.remarks
    assert sentence in remark.sentence
    assert (remark.line, found.relations) == (1, ())


def test_a_span_without_a_label_is_left_out_with_its_relations_and_the_others_stay(tmp_path: Path) -> None:
    spans = [
        {"id": "a", "start": 0, "end": 3, "label": "actor"},
        {"id": "b", "start": 4, "end": 7, "label": " "},
        {"id": "c", "start": 4, "end": 7},
    ]
    relations = [{"label": "uses", "head": "a", "tail": "b"}, {"label": "is", "head": "a", "tail": "a"}]
    found = read_line(tmp_path, json.dumps({"text": "Two men", "spans": spans, "relations": relations}))
    assert isinstance(found, Record)
    assert [span.id for span in found.spans or ()] == ["a"]
    assert found.relations == (Relation("r2", "is", "a", "a"),)
    no_label = "the label must be a string that is not empty"
    assert [remark.sentence for remark in found.remarks] == [
        f"2 spans are left out (line 1: spans[1]: {no_label}, line 1: spans[2]: {no_label})",
        '1 relation is left out (line 1: relations[0]: tail "b" is no span of this record)',
    ]


def test_of_two_spans_with_one_id_the_second_gets_another(tmp_path: Path) -> None:
    place = '{"id": "a", "start": 0, "end": 3, "label": "actor"}'
    found = read_line(tmp_path, f'{{"text": "Two men", "spans": [{place}, {place}]}}')
    assert isinstance(found, Record)
    assert [span.id for span in found.spans or ()] == ["a", "s1"]
    said = "1 id is left out (line 1: spans[1]: another span of this record has the id 'a' too)"
    assert [remark.sentence for remark in found.remarks] == [said]


@pytest.mark.parametrize("states", ['"state": "done"', '"states": "done"', '"states": ["finished", "done"]'])
def test_what_is_in_an_unknown_state_comes_in_unfinished(tmp_path: Path, states: str) -> None:
    found = read_line(tmp_path, SPANNED + f'"meta": {{{states}}}}}')
    assert isinstance(found, Record)
    assert (found.state, found.states) == ("unfinished", ())
    assert "1 state is left out (line 1: meta.state" in found.remarks[0].sentence


def test_good_lines_beside_bad_ones_are_read(tmp_path: Path) -> None:
    found = read_bytes(tmp_path, b'{"text": "a"}\n{"text": \n\xff\n{"text": "b"}\n')
    assert [type(each) for each in found] == [Record, Refusal, Refusal, Record]
    broken, undecodable = (str(each) for each in found if isinstance(each, Refusal))
    assert broken.startswith(
        f"{tmp_path}/articles.jsonl:2:10: this line is not JSON (expecting value); write"
    )
    assert undecodable.startswith(f"{tmp_path}/articles.jsonl:3:1: byte 0xff is not UTF-8; convert the file")


def test_the_place_of_a_byte_that_is_no_utf8_counts_code_points(tmp_path: Path) -> None:
    (found,) = read_bytes(tmp_path, '{"text": "Fünf '.encode() + b'\xe4"}\n')
    assert isinstance(found, Refusal)
    assert (found.line, found.column) == (1, 16)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_in_utf16_is_refused_once(tmp_path: Path, encoding: str) -> None:
    (found,) = read_bytes(tmp_path, '{"text": "a"}\n{"text": "b"}\n'.encode(encoding))
    assert isinstance(found, Refusal)
    assert "this is UTF-16, not UTF-8; convert it with: iconv" in found.reason


def test_a_nul_character_is_kept_and_remarked_on(tmp_path: Path) -> None:
    found = read_line(tmp_path, '{"text": "a\\u0000b"}')
    assert isinstance(found, Record)
    assert found.text == "a\0b"
    assert [(remark.line, remark.column) for remark in found.remarks] == [(1, 12)]


def test_a_line_of_five_megabytes_is_read(tmp_path: Path) -> None:
    text = "Two men fled. " * 360_000
    found = read_line(tmp_path, json.dumps({"text": text, "spans": []}))
    assert found == Record(text, spans=(), line=1)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
extras = st.dictionaries(st.text(max_size=5), json_values, max_size=2)


@st.composite
def records(draw: st.DrawFn) -> Record:
    text = draw(st.text(min_size=1, max_size=30))
    places = st.integers(0, len(text) - 1).flatmap(
        lambda start: st.tuples(st.just(start), st.integers(start + 1, len(text)))
    )
    spans = []
    for number, (start, end) in enumerate(draw(st.lists(places, max_size=4))):
        middle = draw(st.integers(start, end))
        fragments = ((start, middle), (middle, end)) if start < middle < end else ()
        origin = draw(st.sampled_from([HAND, Origin("crf", 0.5, "v1"), Origin("import")]))
        label = draw(st.sampled_from(["actor", 'a"b', "地名"]))
        spans.append(
            Span(f"s{number}", start, end, label, draw(extras), fragments, draw(st.text(max_size=4)), origin)
        )
    known = {"title", "annotator", "state", "states", "notes"}
    return Record(
        text,
        title=draw(st.text(max_size=4)),
        id=draw(st.none() | st.text(min_size=1, max_size=4)),
        meta={key: value for key, value in draw(extras).items() if key not in known},
        annotator=draw(st.none() | st.just("ana")),
        spans=draw(st.none() | st.just(tuple(spans))),
        article_labels=draw(extras),
        state=draw(st.none() | st.just("skipped")),
        states=draw(st.just(()) | st.just(("finished", "skipped"))),
        notes=draw(st.dictionaries(st.integers(0, 9), st.text(max_size=4), max_size=2)),
        flags=draw(st.frozensets(st.integers(0, 9), max_size=2)),
    )


@given(records())
def test_what_is_written_is_read_again_and_written_the_same(
    tmp_path_factory: pytest.TempPathFactory, record: Record
) -> None:
    line = format_line(record).decode("utf-8")
    assert line.splitlines() == [line]
    assert json.loads(line)["text"] == record.text
    again = read_line(tmp_path_factory.mktemp("native"), line)
    assert isinstance(again, Record)
    assert again.text == record.text
    assert (again.spans, again.meta, again.states, again.notes) == (
        record.spans,
        record.meta,
        record.states,
        record.notes,
    )
    assert format_line(again).decode("utf-8") == line


@given(st.text(alphabet="a\x1b\x7f\x80\x85\x9b\x9f\xa0Â\u2028é“", min_size=1))
def test_no_character_that_a_terminal_would_obey_is_written_and_none_is_lost(text: str) -> None:
    line = format_line(Record(text, id=text, spans=(Span(text, 0, 1, f"x{text}"),)))
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028]", line.decode("utf-8"))
    again = json.loads(line)
    assert (again["text"], again["id"]) == (text, text)
    assert [again["spans"][0][key] for key in ("id", "label", "text")] == [text, f"x{text}", text[0]]


@given(records())
def test_a_line_of_which_nothing_is_odd_needs_no_care(record: Record) -> None:
    read_at_once = native._read_common(format_line(record), 1)
    assert (read_at_once is None) == ("\0" in record.text)


def change(draw: st.DrawFn, value: object) -> object:
    """Change a JSON value somewhere: another value, one key less, one more, or none of it."""
    if isinstance(value, dict) and value and draw(st.booleans()):
        key = draw(st.sampled_from(sorted(value)))
        return {**value, key: change(draw, value[key])}
    if isinstance(value, list) and value and draw(st.booleans()):
        place = draw(st.integers(0, len(value) - 1))
        return [*value[:place], change(draw, value[place]), *value[place + 1 :]]
    if isinstance(value, dict) and draw(st.booleans()):
        left = draw(st.sampled_from(["", *value]))
        return {key: value[key] for key in value if key != left} | draw(extras)
    return draw(odd_values)


odd_values = json_values | st.sampled_from(
    [
        float("nan"),
        float("inf"),
        1.0,
        -0.0,
        10**30,
        1e16,
        1e-7,
        "",
        " ",
        "\ud83d",
        "\0",
        [[0, 1], [1, 2]],
        {"": 0},
    ]
)


@st.composite
def odd_lines(draw: st.DrawFn) -> bytes:
    """Make lines that are nearly right, in all the ways to write JSON."""
    value = json.loads(format_line(draw(records())))
    for _ in range(draw(st.integers(0, 2))):
        value = change(draw, value)
    line = json.dumps(
        value,
        ensure_ascii=draw(st.booleans()),
        separators=draw(st.sampled_from([(",", ":"), (", ", ": "), ("\t,\r", " :")])),
    )
    content = line.encode("utf-8", "surrogatepass")
    if draw(st.booleans()):
        return content
    start = draw(st.integers(0, len(content)))
    end = draw(st.integers(start, min(start + 3, len(content))))
    new = draw(
        st.binary(max_size=2)
        | st.sampled_from(
            [b",", b"}", b'"', b" ", b"\n", b"\\u0000", b"\\ud800", b"\\u00e9", b"\xef\xbb\xbf", b"1e999"]
        )
        | st.sampled_from(
            [b'"id":"x",', b'"text":"Two",', b'"start":1,', b'"x":NaN,', b'"spans":[],', b"-0", b"1.0"]
        )
    )
    return content[:start] + new + content[end:]


@settings(max_examples=500)
@given(odd_lines())
def test_what_is_read_at_once_is_what_is_read_with_care(content: bytes) -> None:
    read_at_once = native._read_common(content, 1)
    if read_at_once is not None:
        # By their signs, because 1, 1.0 and True are equal.
        assert repr(read_at_once) == repr(native._read_line(content.decode("utf-8"), "a.jsonl", 1, Tally()))


def test_a_line_ends_with_a_line_feed_on_every_system() -> None:
    out = io.BytesIO()
    writer = open_native(Stream(out), WriteOptions())
    writer.write(Record("a\r\nb", spans=(Span("s", 0, 1, "x"),)))
    writer.close()
    assert out.getvalue() == (
        b'{"text":"a\\r\\nb","spans":[{"id":"s","start":0,"end":1,"label":"x","text":"a"}],"meta":{}}\n'
    )


def test_a_span_outside_its_text_is_never_written() -> None:
    with pytest.raises(ValueError, match="not inside its text"):
        format_line(Record("ab", spans=(Span("s", 1, 3, "x"),)))


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("is_list", [False, True])
def test_a_list_of_objects_or_one_that_is_laid_out_is_read_too(
    tmp_path: Path, indent: int | None, is_list: bool
) -> None:
    entry = {"id": "a1", "text": "Two men", "spans": [{"start": 0, "end": 3, "label": "x"}], "k": 1}
    path = tmp_path / "a.json"
    path.write_text(json.dumps([entry, {"text": 5}] if is_list else entry, indent=indent), encoding="utf-8")
    (source,) = open_sources(path)
    known = recognise(source)
    assert known is not None
    record, *refused = reading_of(known.name).records(source)
    assert isinstance(record, Record)
    assert (known.name, record.id, record.meta, edges(record)) == ("jsonl", "a1", {"k": 1}, [(0, 3, "x")])
    assert [each.reason for each in refused if isinstance(each, Refusal)] == [
        '"text" must be a string'
    ] * is_list


@pytest.mark.parametrize(
    "span",
    [
        [0, 3, "actor"],
        {"start": 0, "end": 3, "type": "actor"},
        {"start": 0, "end": 3, "entity_group": "actor"},
    ],
)
def test_a_span_may_be_written_as_other_programs_write_it(tmp_path: Path, span: object) -> None:
    found = read_line(tmp_path, json.dumps({"text": "Two men", "spans": [span]}))
    assert isinstance(found, Record)
    assert (edges(found), found.remarks) == ([(0, 3, "actor")], ())
    assert [span.attributes for span in found.spans or ()] == [{}]


def test_spans_under_another_key_stay_in_the_metadata_and_are_named(tmp_path: Path) -> None:
    found = read_line(
        tmp_path, '{"text": "Two men", "mentions": [{"start": 0, "end": 3, "label": "actor"}], "n": [1]}'
    )
    assert isinstance(found, Record)
    assert (found.spans, list(found.meta)) == (None, ["mentions", "n"])
    said = "1 span under another key than spans stays in the metadata (mentions)"
    assert [remark.sentence for remark in found.remarks] == [said]


def test_a_quotation_may_write_its_accents_in_another_way(tmp_path: Path) -> None:
    quoted = {"start": 4, "end": 9, "label": "place", "text": "caf\u00e9"}
    found = read_line(tmp_path, json.dumps({"text": "The cafe\u0301 burned", "spans": [quoted]}))
    assert isinstance(found, Record)
    assert (edges(found), found.remarks) == ([(4, 9, "place")], ())


def test_a_title_and_an_annotator_beside_the_text_are_those_of_the_record(tmp_path: Path) -> None:
    found = read_line(tmp_path, '{"text": "Two men", "title": "Raid", "annotator": "ana", "state": "new"}')
    assert isinstance(found, Record)
    assert (found.title, found.annotator, found.state) == ("Raid", "ana", None)
    assert found.meta == {"original_state": "new"}
    inside = read_line(tmp_path, '{"text": "Two men", "title": "Raid", "meta": {"title": "Attack"}}')
    assert isinstance(inside, Record)
    assert (inside.title, inside.meta) == ("Attack", {"original_title": "Raid"})


def test_a_title_that_is_no_text_stays_in_the_metadata(tmp_path: Path) -> None:
    found = read_line(tmp_path, '{"text": "Two men", "title": {"rendered": "Raid"}}')
    assert isinstance(found, Record)
    assert (found.title, found.meta) == ("", {"original_title": {"rendered": "Raid"}})
