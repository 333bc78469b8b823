"""Cutting annotated articles into records."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.article import PARAGRAPH_STATES, Article, Paragraph, ParagraphState, article_key
from tui.model.labels import Attribute, Label, LabelSet
from tui.model.layer import Layer
from tui.model.record import Record, Withheld, cut_cues, cut_records, fit_values, remark_on_nul, sort_spans
from tui.model.span import Json, Relation, Span
from tui.text.paragraphs import find_paragraphs

TEXT = "  One two.\n\nThree \U0001f469\u200d\U0001f4bb four.\r\nFünf sechs.\n \nSeven.\n"


def make_article(text: str = TEXT) -> Article:
    paragraphs = tuple(Paragraph(index, *edges) for index, edges in enumerate(find_paragraphs(text)))
    return Article(1, article_key(text), "a1", "A title", text, {}, paragraphs)


def make_layer(
    spans: list[tuple[int, int]], states: dict[int, ParagraphState], relations: list[tuple[int, int]]
) -> Layer:
    made = [Span(f"s{number}", start, end, "actor") for number, (start, end) in enumerate(spans)]
    links = [
        Relation(f"r{number}", "targets", made[head % len(made)].id, made[tail % len(made)].id)
        for number, (head, tail) in enumerate(relations)
        if made
    ]
    return Layer(
        spans={span.id: span for span in made},
        relations={link.id: link for link in links},
        states=dict(states),
    )


def cut(
    layer: Layer, *, unit: str = "paragraph", everything: bool = False, article: Article | None = None
) -> tuple[list[Record], Withheld]:
    return cut_records(
        article or make_article(),
        "ana",
        layer,
        unit="paragraph" if unit == "paragraph" else "article",
        everything=everything,
    )


def span_of(quoted: str) -> tuple[int, int]:
    start = TEXT.index(quoted)
    return start, start + len(quoted)


FINISHED: dict[int, ParagraphState] = {0: "finished", 1: "finished", 2: "finished", 3: "finished"}

pieces = st.sampled_from(["One two.", "é\u0301", "\U0001f1fa\U0001f1e6 x", "日本", "مرحبا", " ", "\t", "\0"])
line_ends = st.sampled_from(["\n", "\r\n", "\n\n", "\u2028"])
texts = st.builds(lambda parts, end: end.join(["A", *parts]), st.lists(pieces, max_size=9), line_ends)
layers = texts.flatmap(
    lambda text: st.tuples(
        st.just(text),
        st.builds(
            make_layer,
            st.lists(
                st.integers(0, len(text) - 1).flatmap(
                    lambda start: st.tuples(st.just(start), st.integers(start + 1, min(len(text), start + 9)))
                ),
                max_size=6,
            ),
            st.dictionaries(st.integers(0, 8), st.sampled_from(PARAGRAPH_STATES)),
            st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=4),
        ),
    )
)


@given(layers, st.sampled_from(["paragraph", "article"]))
def test_only_text_of_finished_paragraphs_is_ever_written(made: tuple[str, Layer], unit: str) -> None:
    article, layer = make_article(made[0]), made[1]
    records, _ = cut(layer, unit=unit, article=article)
    for record in records:
        stretch = range(record.offset, record.offset + len(record.text))
        for paragraph in article.paragraphs:
            touched = range(max(stretch.start, paragraph.start), min(stretch.stop, paragraph.end))
            assert not touched or layer.states.get(paragraph.index) == "finished"
        assert record.state == "finished"


@given(layers, st.sampled_from(["paragraph", "article"]), st.booleans())
def test_every_span_of_a_record_is_the_same_stretch_of_the_article(
    made: tuple[str, Layer], unit: str, everything: bool
) -> None:
    article, layer = make_article(made[0]), made[1]
    records, withheld = cut(layer, unit=unit, everything=everything, article=article)
    for record in records:
        assert record.text == article.text[record.offset : record.offset + len(record.text)]
        assert record.spans is not None
        for span in record.spans:
            original = layer.spans[span.id]
            assert (original.start - record.offset, original.end - record.offset) == (span.start, span.end)
            assert 0 <= span.start < span.end <= len(record.text)
            assert record.text[span.start : span.end] == article.text[original.start : original.end]
        inside = {span.id for span in record.spans}
        assert all(link.head in inside and link.tail in inside for link in record.relations)
    written = [span.id for record in records for span in record.spans or ()]
    assert len(written) == len(set(written))
    assert everything <= (len(written) == len(layer.spans))
    assert len({record.id for record in records}) == len(records)
    finished = [index for index in range(len(article.paragraphs)) if layer.states.get(index) == "finished"]
    assert withheld.paragraphs <= (0 if everything else len(finished))


@given(layers)
def test_a_finished_paragraph_is_written_without_a_span_only_where_it_has_none(
    made: tuple[str, Layer],
) -> None:
    article, layer = make_article(made[0]), made[1]
    records, _ = cut(layer, article=article)
    for record in records:
        end = record.offset + len(record.text)
        overlapping = {span.id for span in layer.spans.values() if span.overlaps(record.offset, end)}
        assert overlapping == {span.id for span in record.spans or ()}


def test_a_paragraph_is_a_record_with_its_place_and_an_id_of_its_own() -> None:
    layer = make_layer(
        [span_of("Fünf"), span_of("\U0001f469\u200d\U0001f4bb")], {1: "finished", 2: "finished"}, []
    )
    records, withheld = cut(layer)
    assert [(record.id, record.article, record.paragraph, record.offset) for record in records] == [
        ("a1#2", "a1", 1, 12),
        ("a1#3", "a1", 2, TEXT.index("Fünf")),
    ]
    assert [record.text for record in records] == ["Three \U0001f469\u200d\U0001f4bb four.", "Fünf sechs."]
    assert withheld == Withheld()


def test_paragraphs_that_share_a_span_are_one_record() -> None:
    start, end = TEXT.index("four"), TEXT.index("sechs")
    records, _ = cut(make_layer([(start, end)], FINISHED, []))
    assert [record.text for record in records] == [
        "One two.",
        TEXT[TEXT.index("Three") : TEXT.index("\n \nSeven")],
        "Seven.",
    ]


def test_a_finished_paragraph_that_shares_a_span_with_an_unfinished_one_is_withheld() -> None:
    layer = make_layer([(TEXT.index("four"), TEXT.index("sechs"))], {**FINISHED, 2: "unfinished"}, [])
    records, withheld = cut(layer)
    assert [record.text for record in records] == ["One two.", "Seven."]
    assert withheld == Withheld(paragraphs=1)


def test_skipped_and_boilerplate_paragraphs_part_the_runs_of_an_article() -> None:
    for state in ("skipped", "boilerplate", "unfinished"):
        records, _ = cut(make_layer([], {**FINISHED, 1: state}, []), unit="article")
        assert [(record.id, record.text) for record in records] == [
            ("a1#1", "One two."),
            ("a1#3", "Fünf sechs.\n \nSeven."),
        ]


def test_skipped_paragraphs_are_counted_and_flags_are_kept() -> None:
    layer = make_layer([], {**FINISHED, 1: "skipped"}, [])
    layer.flags = {1, 2}
    records, withheld = cut(layer)
    assert [sorted(record.flags) for record in records] == [[], [0], []]
    assert withheld == Withheld(skipped=1)
    assert cut(layer, everything=True)[1] == Withheld()


def test_a_wholly_finished_article_is_one_record_with_exactly_its_text() -> None:
    (record,), _ = cut(make_layer([span_of("Seven")], FINISHED, []), unit="article")
    assert (record.text, record.id, record.article, record.paragraph) == (TEXT, "a1", None, None)


def test_everything_gives_each_paragraph_its_state() -> None:
    (record,), _ = cut(make_layer([], {1: "finished"}, []), unit="article", everything=True)
    assert record.text == TEXT
    assert (record.state, record.states) == (None, ("unfinished", "finished", "unfinished", "unfinished"))


def test_a_span_in_the_white_space_between_paragraphs_widens_the_record() -> None:
    gap = TEXT.index("\n\nThree")
    records, _ = cut(make_layer([(gap, gap + 1)], {0: "finished"}, []))
    assert [record.text for record in records] == ["One two.\n"]


def test_a_relation_to_another_record_is_known_to_be_cut() -> None:
    spans = [span_of("One"), span_of("two"), span_of("Seven"), span_of("Fünf")]
    layer = make_layer(spans, {0: "finished", 3: "finished"}, [(0, 1), (0, 2), (1, 3), (3, 3)])
    records, withheld = cut(layer)
    assert [[link.id for link in record.relations] for record in records] == [["r0"], []]
    assert [[link.id for link in record.cut_relations] for record in records] == [["r1"], []]
    # One reaches into an unfinished paragraph, and is as unfinished as that.
    assert withheld == Withheld(relations=1)


def test_what_nobody_has_annotated_carries_no_spans_at_all() -> None:
    (record,), _ = cut_records(make_article(), None, Layer(), unit="article", everything=True)
    assert (record.spans, record.annotator) == (None, None)


def test_notes_keep_to_their_paragraph() -> None:
    layer = make_layer([], {2: "finished"}, [])
    layer.notes.update({0: "not exported", 2: "sic"})
    (record,), _ = cut(layer)
    assert record.notes == {0: "sic"}


def test_spans_stand_in_reading_order_the_longer_first() -> None:
    spans = [Span("b", 0, 3, "x"), Span("a", 0, 3, "x"), Span("c", 0, 5, "x"), Span("d", 0, 3, "a")]
    assert [span.id for span in sort_spans(spans)] == ["c", "d", "a", "b"]


def test_the_first_nul_of_a_text_is_remarked_on_with_its_place() -> None:
    assert remark_on_nul("plain") == ()
    (remark,) = remark_on_nul("one\ntwo\0three\0")
    assert (remark.line, remark.column) == (2, 4)


CHOICE = Attribute("side", "choice", ("north", "south", "7"))
CHOICES = Attribute("sides", "choice", ("north", "south"), multiple=True)
DECLARED = (CHOICE, CHOICES, Attribute("count", "count"), Attribute("sure", "flag"), Attribute("why"))


@pytest.mark.parametrize(
    ("name", "written", "fitted"),
    [
        ("side", ["north"], "north"),
        ("side", ["north", "south"], ["north", "south"]),
        ("side", 7, "7"),
        ("sides", "north", ["north"]),
        ("sides", ["north", "south"], ["north", "south"]),
        ("count", "12", 12),
        ("count", ["12"], 12),
        ("count", "at least a dozen", "at least a dozen"),
        ("count", "٣", "٣"),
        ("sure", "True", True),
        ("sure", ["false"], False),
        ("sure", "maybe", "maybe"),
        ("why", ["a", "b"], "a\nb"),
        ("why", 3.5, "3.5"),
        ("why", {"a": 1}, {"a": 1}),
        ("other", ["a"], ["a"]),
    ],
)
def test_values_of_other_tools_come_in_as_they_are_declared(name: str, written: Json, fitted: Json) -> None:
    labels = LabelSet(labels=(Label("actor", attributes=DECLARED),), article_labels=DECLARED)
    span = Span("s1", 0, 3, "actor", {name: written})
    record = fit_values(Record("Two", spans=(span,), article_labels={name: written}), labels)
    assert (record.spans or ())[0].attributes == record.article_labels == {name: fitted}


def test_values_that_nobody_declared_are_left_alone() -> None:
    record = Record(
        "Two", spans=(Span("s1", 0, 3, "actor", {"side": ["north"]}),), article_labels={"a": ["b"]}
    )
    assert fit_values(record, LabelSet()) == record


def test_a_part_of_subtitles_has_its_own_cues_only() -> None:
    meta: dict[str, Json] = {"cues": ["first", "second", "third"], "source": "a.srt"}
    assert cut_cues(meta, range(1, 2), 3) == {"cues": ["second"], "source": "a.srt"}
    assert cut_cues(meta, range(3), 3) is meta
    odd_ones: list[dict[str, Json]] = [{"cues": "first"}, {"cues": ["first"]}, {}]
    for odd in odd_ones:
        assert cut_cues(odd, range(1), 3) is odd
