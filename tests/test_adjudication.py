"""Adjudication: what annotators do not say alike, and the gold layer that comes of deciding."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs
from textual.pilot import Pilot

from tests.adjudicated import say
from tests.at_work import STORY, make_project, spans_of, work_on
from tests.copies import bring, open_copy, sync
from tests.piloted import SIZES, Size, make_app, press, said, screen_of, wait_for
from tui.errors import InputError
from tui.model.events import Act, Add, Change, Finish, JoinMentions, Note, Relate, Remove, Tag, Undo, Unrelate
from tui.model.span import Json, Relation, Span
from tui.project.adjudication import AdjudicatedArticle, shuffle_opinions
from tui.project.agreement.comparison import Terms
from tui.project.comparing import Wanted
from tui.project.detail_disputes import DetailDispute
from tui.project.project import Project
from tui.project.span_disputes import Opinion
from tui.store.chronicle import LogQuery
from tui.ui.adjudication_text import describe_opinion, describe_question, list_spans
from tui.ui.keys import Keymap
from tui.ui.screens.adjudicate import AdjudicateScreen
from tui.ui.screens.layer import LayerScreen

Said = dict[str, list[tuple[str, str]]]

PHRASES: Said = {
    "ana": [
        ("Masked rebels", "actor"),
        ("army", "actor"),
        ("Moru", "location"),
        ("three soldiers", "casualty"),
    ],
    "bea": [("rebels", "actor"), ("army", "actor"), ("Moru", "location"), ("soldiers", "casualty")],
    "cat": [("Masked rebels", "actor"), ("army", "weapon"), ("Moru", "location")],
}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Give a project in which three annotators finished an article."""
    project = make_project(tmp_path, STORY)
    for annotator, phrases in PHRASES.items():
        say(project, annotator, phrases)
    yield project
    project.close()


def open_article(project: Project) -> AdjudicatedArticle:
    return project.adjudicate().open_article(1)


def gold_of(article: AdjudicatedArticle) -> list[tuple[str, str]]:
    text = article.article.text
    return sorted((text[span.start : span.end], span.label) for span in article.layer.spans.values())


def told(article: AdjudicatedArticle) -> list[list[tuple[list[str], str]]]:
    def quote(span: Span) -> str:
        return f"{span.label} {article.article.text[span.start : span.end]}"

    return [
        [
            (list(map(quote, one.spans if isinstance(one, Opinion) else ())), "+".join(one.annotators))
            for one in place.opinions
        ]
        for place in article.list_open()
    ]


def test_what_all_say_is_gold_at_once_and_the_rest_is_open(project: Project) -> None:
    article = open_article(project)
    assert article.accept_agreed() == 1
    assert gold_of(article) == [("Moru", "location")]
    assert told(article) == [
        [(["actor Masked rebels"], "ana+cat"), (["actor rebels"], "bea")],
        [(["actor army"], "ana+bea"), (["weapon army"], "cat")],
        [(["casualty soldiers"], "bea"), (["casualty three soldiers"], "ana"), ([], "cat")],
    ]
    assert article.layer.states == {0: "finished", 2: "finished", 3: "finished"}
    assert article.accept_agreed() == 0


def test_where_two_differ_neither_comes_first_everywhere(tmp_path: Path) -> None:
    text = "Intro.\n\n" + " ".join(f"old man{number} fled." for number in range(40)) + "\n"
    with closing(make_project(tmp_path, text)) as project:
        say(project, "ana", [(f"old man{number}", "actor") for number in range(40)])
        say(project, "bea", [(f"man{number} ", "actor") for number in range(40)])
        places = open_article(project).list_open()
        first = [place.opinions[0].annotators for place in places]
        assert 10 < first.count(("ana",)) < 30
        assert [place.opinions[0].annotators for place in open_article(project).list_open()] == first


def test_a_decision_settles_its_place_and_can_be_undone(project: Project) -> None:
    article = open_article(project)
    article.accept_agreed()
    for at, opinion in ((0, 1), (0, 0)):
        place = article.list_open()[at]
        article.take(place, place.opinions[opinion])
    action = article.take(article.list_open()[0], None)
    assert article.list_open() == []
    assert gold_of(article) == [("Moru", "location"), ("army", "actor"), ("rebels", "actor")]
    article.accept_agreed()
    assert article.layer.states[1] == "finished"
    article.undo(action)
    assert len(article.list_open()) == 1
    origins = {span.origin.source for span in article.layer.spans.values()}
    assert origins == {"ana+bea+cat", "ana+bea", "bea"}
    assert list(project.verify()) == []


def test_what_an_annotator_changes_later_is_open_again(project: Project) -> None:
    article = open_article(project)
    article.accept_agreed()
    while article.list_open():
        place = article.list_open()[0]
        article.take(place, place.opinions[0])
    say(project, "bea", [("Friday", "location")])
    again = open_article(project)
    assert told(again) == [[([], "ana+cat"), (["location Friday"], "bea")]]


def test_a_gold_paragraph_is_finished_only_while_nothing_of_it_is_open(project: Project) -> None:
    article = open_article(project)
    article.accept_agreed()
    while places := article.list_open():
        action = article.take(places[0], None)
    article.accept_agreed()
    assert article.layer.states.get(1) == "finished"
    article.undo(action)
    article.accept_agreed()
    assert article.layer.states.get(1) == "unfinished"
    article.take(article.list_open()[0], None)
    article.accept_agreed()
    assert article.layer.states.get(1) == "finished"
    say(project, "ana", [("convoy", "weapon")])
    again = open_article(project)
    again.accept_agreed()
    assert again.layer.states.get(1) == "unfinished"
    assert list(project.verify()) == []


def test_what_an_annotator_withdraws_is_open_again_until_it_is_decided(project: Project) -> None:
    open_article(project).accept_agreed()
    article = project.store.articles.load_article(1)
    bea = project.store.log.load_layer(1, "bea")
    moru = next(span for span in bea.spans.values() if span.label == "location")
    project.store.log.append(article, "bea", bea, [Remove((moru.id,))])
    adjudicated = open_article(project)
    (dispute,) = [each for each in adjudicated.list_open() if each.start == moru.start]
    assert [each.annotators for each in dispute.opinions] == [("ana", "cat"), ("bea",)]
    gold = gold_of(adjudicated)
    action = adjudicated.take(dispute, dispute.opinions[0])
    for decided in (adjudicated, open_article(project)):
        assert dispute not in decided.list_open()
        assert gold_of(decided) == gold
    adjudicated.undo(action)
    assert dispute in adjudicated.list_open()
    before = {event.action for event in adjudicated.layer.events}
    place = Span("afresh", moru.start, moru.end + 5, "actor")
    project.store.log.append(article, "gold", adjudicated.layer, [Add((place,))])
    for action in adjudicated.settle(dispute, since=before):
        assert dispute not in adjudicated.list_open()
        adjudicated.undo(action)
    assert dispute in adjudicated.list_open()
    adjudicated.take(dispute, dispute.opinions[1])
    assert dispute not in open_article(project).list_open()
    assert ("Moru", "location") not in gold_of(adjudicated)


def test_a_decision_can_be_made_the_other_way_later(project: Project) -> None:
    article = open_article(project)
    place = article.list_all()[0]
    article.take(place, place.opinions[0])
    article.take(place, place.opinions[1])
    assert gold_of(article) == [("rebels", "actor")]
    assert place not in article.list_open()


@contextmanager
def make_detailed(folder: Path) -> Iterator[Project]:
    """Make a project in which three agree on two spans, and not on what is said of them and links them."""
    with closing(make_project(folder, STORY)) as project:
        said = {"ana": ("killed", 3, "lost"), "bea": ("killed", 4, "lost"), "cat": ("hurt", 5, "led")}
        for annotator, (outcome, count, relation) in said.items():
            say(project, annotator, [("army", "actor"), ("three soldiers", "casualty")])
            article, layer = project.read_layer(1, annotator)
            army, dead = list(layer.spans)
            acts: list[Act] = [
                Change(dead, attributes={"outcome": outcome, "count": count}),
                Relate((Relation("r", relation, army, dead),)),
            ]
            project.store.log.append(article, annotator, layer, acts)
        yield project


@pytest.fixture
def detailed(tmp_path: Path) -> Iterator[Project]:
    """Give such a project."""
    with make_detailed(tmp_path) as project:
        yield project


def change(project: Project, annotator: str, **answers: Json) -> None:
    """Let an annotator answer what is asked of the casualty anew."""
    article, layer = project.read_layer(1, annotator)
    (dead,) = [span for span in layer.spans.values() if span.label == "casualty"]
    acts: list[Act] = [Change(dead.id, attributes={**dead.attributes, **answers})]
    project.store.log.append(article, annotator, layer, acts)


def answers_of(article: AdjudicatedArticle) -> dict[str, Json]:
    (dead,) = [span for span in article.layer.spans.values() if span.label == "casualty"]
    return dict(dead.attributes)


def test_answers_and_relations_that_most_give_are_gold_and_others_are_open(detailed: Project) -> None:
    opened = open_article(detailed)
    opened.accept_agreed()
    assert answers_of(opened) == {"outcome": "killed"}
    assert [each.label for each in opened.layer.relations.values()] == ["lost"]
    (count,) = opened.list_open()
    assert isinstance(count, DetailDispute)
    assert (count.question, {each.told: each.annotators for each in count.opinions}) == (
        "count?",
        {"3": ("ana",), "4": ("bea",), "5": ("cat",)},
    )
    # Its paragraph is finished when it is decided.
    assert opened.layer.states.keys() == {0, 2, 3}
    opened.accept_agreed()
    assert len(opened.layer.relations) == 1


def test_what_is_said_of_a_relation_is_decided_with_it(detailed: Project) -> None:
    for annotator, sure in (("ana", True), ("bea", False)):
        article, layer = detailed.read_layer(1, annotator)
        (lost,) = layer.relations.values()
        acts: list[Act] = [Relate((structs.replace(lost, attributes={"sure": sure}),))]
        detailed.store.log.append(article, annotator, layer, acts)
    opened = open_article(detailed)
    opened.accept_agreed()
    assert opened.layer.relations == {}
    (linked,) = list_links(opened)
    sure_one = next(each for each in linked.opinions if each.annotators == ("ana",))
    assert sure_one.told == "lost: “army” → “three soldiers” (sure yes)"
    opened.take(linked, sure_one)
    assert [dict(each.attributes) for each in opened.layer.relations.values()] == [{"sure": True}]
    assert list_links(open_article(detailed)) == []


def list_links(article: AdjudicatedArticle) -> list[DetailDispute]:
    return [
        each for each in article.list_open() if isinstance(each, DetailDispute) and each.question == "linked?"
    ]


def test_one_decision_settles_an_answer_until_it_is_undone_or_another_is_given(detailed: Project) -> None:
    opened = open_article(detailed)
    opened.accept_agreed()
    (count,) = opened.list_open()
    four = next(each for each in count.opinions if each.annotators == ("bea",))
    action = opened.take(count, four)
    assert answers_of(opened) == {"outcome": "killed", "count": 4}
    assert open_article(detailed).list_open() == []
    told = [entry.did for entry in detailed.read_log(LogQuery()) if entry.annotator == "gold"]
    assert told[-1] == "changed span: outcome killed, count 4"
    change(detailed, "cat", count=6)
    assert [each.paragraph for each in open_article(detailed).list_open()] == [1]
    change(detailed, "cat", count=4)
    assert open_article(detailed).list_open() == []
    change(detailed, "cat", count=5)
    opened.undo(action)
    assert open_article(detailed).list_open() == [count]
    assert answers_of(opened) == {"outcome": "killed"}
    assert list(detailed.verify()) == []


def test_that_no_answer_is_right_can_be_decided(detailed: Project) -> None:
    opened = open_article(detailed)
    opened.accept_agreed()
    opened.take(opened.list_open()[0], None)
    again = open_article(detailed)
    assert (again.list_open(), answers_of(again)) == ([], {"outcome": "killed"})


def test_what_links_two_spans_is_decided_with_one_key(detailed: Project) -> None:
    change(detailed, "cat", count=3)
    article, layer = detailed.read_layer(1, "bea")
    detailed.store.log.append(article, "bea", layer, [Unrelate(("r",))])
    opened = open_article(detailed)
    opened.accept_agreed()
    assert opened.layer.relations == {}
    (linked,) = opened.list_open()
    assert isinstance(linked, DetailDispute)
    assert {each.told: each.annotators for each in linked.opinions} == {
        "lost: “army” → “three soldiers”": ("ana",),
        "led: “army” → “three soldiers”": ("cat",),
        "no relation": ("bea",),
    }
    led = next(each for each in linked.opinions if each.annotators == ("cat",))
    action = opened.take(linked, led)
    assert [each.label for each in opened.layer.relations.values()] == ["led"]
    assert open_article(detailed).list_open() == []
    opened.undo(action)
    assert open_article(detailed).list_open() == [linked]
    opened.take(linked, None)
    assert open_article(detailed).list_open() == []
    assert opened.layer.relations == {}
    assert list(detailed.verify()) == []


def test_what_links_two_spans_is_open_again_when_it_is_withdrawn(detailed: Project) -> None:
    change(detailed, "cat", count=3)
    opened = open_article(detailed)
    opened.accept_agreed()
    assert [each.label for each in opened.layer.relations.values()] == ["lost"]
    assert opened.list_open() == []
    article, layer = detailed.read_layer(1, "bea")
    detailed.store.log.append(article, "bea", layer, [Unrelate(("r",))])
    again = open_article(detailed)
    (linked,) = again.list_open()
    lost = next(each for each in linked.opinions if each.annotators == ("ana",))
    again.take(linked, lost)
    assert [each.label for each in again.layer.relations.values()] == ["lost"]
    assert open_article(detailed).list_open() == []


@pytest.mark.parametrize("size", SIZES)
async def test_answers_are_decided_behind_the_spans_by_the_same_keys(detailed: Project, size: Size) -> None:
    async with adjudicating(detailed, size) as pilot:
        assert "casualty “three soldiers”: count?" in screen_of(pilot)
        shown = next(line for line in screen_of(pilot).splitlines() if line.strip().startswith("b  "))
        await press(pilot, "# w h y enter b")
        assert "Everything is decided" in screen_of(pilot)
        value = int(shown.split()[1])
        assert answers_of(open_article(detailed)) == {"outcome": "killed", "count": value}
        (dead,) = [s for s in open_article(detailed).layer.spans.values() if s.label == "casualty"]
        assert dead.note == "count: why"
        await press(pilot, ",")
        assert "because why" in screen_of(pilot)
        # In the gold layer any other answer can be given; where none was, it stays open.
        await press(pilot, "+ escape escape")
        assert "count?" in screen_of(pilot)


def test_what_was_answered_in_the_gold_layer_settles_its_detail(detailed: Project) -> None:
    opened = open_article(detailed)
    opened.accept_agreed()
    (count,) = opened.list_open()
    before = {event.action for event in opened.layer.events}
    change(detailed, "gold", count=12)
    actions = opened.settle(count, since=before)
    assert len(actions) == 2
    assert answers_of(opened)["count"] == 12
    assert open_article(detailed).list_open() == []


def test_fewer_than_two_annotators_are_refused(project: Project) -> None:
    with pytest.raises(InputError, match="'dan' said nothing here"):
        project.adjudicate(["ana", "dan"])
    with pytest.raises(
        InputError, match="two annotators are needed; those who said anything are 'ana', 'bea'"
    ):
        project.adjudicate(["ana"])


def test_without_any_annotator_nobody_is_named(tmp_path: Path) -> None:
    with (
        closing(make_project(tmp_path, STORY)) as empty,
        pytest.raises(InputError, match="two annotators are needed; nobody said anything yet"),
    ):
        empty.adjudicate()


def test_the_order_tells_nothing_where_it_is_blind_and_stays(project: Project) -> None:
    for place in open_article(project).list_all():
        assert sorted(map(repr, shuffle_opinions(place))) == sorted(map(repr, place.opinions))
        assert shuffle_opinions(place) == shuffle_opinions(place)


def say_in_pieces(project: Project, said: dict[str, list[tuple[int, int]]]) -> None:
    """Let annotators tag one span each, in pieces, and finish all."""
    article = project.store.articles.load_article(1)
    for who, pieces in said.items():
        layer = project.store.log.load_layer(1, who)
        span = Span(who, 0, 1, "actor").with_pieces(pieces)
        finish = Finish(tuple(range(len(article.paragraphs))))
        project.store.log.append(article, who, layer, [Add((span,)), finish])


def test_spans_in_the_same_pieces_agree_and_other_pieces_are_another_boundary(tmp_path: Path) -> None:
    with closing(make_project(tmp_path, "Northern and southern rebels fled.\n")) as project:
        north_rebels, both = [(0, 8), (22, 28)], [(0, 28)]
        say_in_pieces(project, {"ana": north_rebels, "bea": north_rebels, "cat": both})
        (place,) = open_article(project).list_open()
        assert {each.annotators for each in place.opinions} == {("ana", "bea"), ("cat",)}
        text = project.store.articles.load_article(1).text
        told = [describe_opinion(each, text, is_blind=True) for each in place.opinions]
        assert told[0].startswith("actor “Northern … rebels”")
        assert told[1].startswith("actor “Northern and southern rebels”")
        article = open_article(project)
        article.take(place, place.opinions[0])
        (span,) = article.layer.spans.values()
        assert (span.fragments, span.origin.source) == (tuple(north_rebels), "ana+bea")
        assert not open_article(project).list_open()
        article.take(place, place.opinions[1])
        assert [each.fragments for each in article.layer.spans.values()] == [()]
        assert not open_article(project).list_open()
        agreement = project.measure_agreement(Wanted(Terms((), rounds=0)))
        assert agreement.count_kinds() == {"boundary": 2}


def test_all_who_make_the_same_pieces_agree_at_once(tmp_path: Path) -> None:
    with closing(make_project(tmp_path, "Northern and southern rebels fled.\n")) as project:
        say_in_pieces(project, {"ana": [(0, 8), (22, 28)], "bea": [(22, 28), (0, 8)]})
        article = open_article(project)
        assert article.accept_agreed() == 1
        assert article.list_open() == []


def cut(start: int, count: int, label: str, gap: int) -> Span:
    """Make a span; with a gap of code points it is in two pieces, where it is long enough."""
    pieces = [(start, start + 1), (start + 1 + gap, start + count)] if count > gap + 1 else []
    return Span("s", start, start + count, label).with_pieces(pieces or [(start, start + count)])


places = st.builds(
    cut, st.integers(0, 30), st.integers(1, 6), st.sampled_from(["actor", "weapon"]), st.integers(0, 2)
)


@given(st.lists(st.lists(places, max_size=5), min_size=2, max_size=4))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_every_place_is_settled_by_one_decision(
    tmp_path_factory: pytest.TempPathFactory, layers: list[list[Span]]
) -> None:
    text = "One line of words and some more of it.\n"
    with closing(make_project(tmp_path_factory.mktemp("p"), text)) as project:
        article = project.store.articles.load_article(1)
        for who, own in enumerate(layers):
            layer = project.store.log.load_layer(1, f"a{who}")
            unique = {each.place: each for each in own}
            spans = tuple(structs.replace(each, id=f"{who}.{at}") for at, each in enumerate(unique.values()))
            acts: list[Act] = [Add(spans), Finish((0,))] if spans else [Finish((0,))]
            project.store.log.append(article, f"a{who}", layer, acts)
        opened = project.adjudicate().open_article(1)
        opened.accept_agreed()
        count = len(opened.list_open())
        for _ in range(count):
            place = opened.list_open()[0]
            opened.take(place, place.opinions[-1])
        assert opened.list_open() == []
        assert list(project.verify()) == []


@pytest.mark.parametrize("size", SIZES)
async def test_one_key_takes_an_opinion(project: Project, size: Size) -> None:
    app = make_app(project)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await app.push_screen(AdjudicateScreen(project, project.adjudicate(), Keymap()))
        await pilot.pause()
        shown = screen_of(pilot)
        assert "1/3 here" in shown
        assert "actor “Masked rebels”   ana, cat" in shown
        assert " b" in shown
        await press(pilot, "b enter backspace")
        assert "Everything is decided" in screen_of(pilot)
        assert gold_of(open_article(project)) == [
            ("Moru", "location"),
            ("army", "actor"),
            ("rebels", "actor"),
        ]
        await press(pilot, ",")
        assert "casualty" in screen_of(pilot)
        await press(pilot, "/")
        assert said(pilot) == "“three soldiers”: casualty 1 (ana); “soldiers”: casualty 1 (bea)"
        await press(pilot, "f4")
        assert "ana" not in screen_of(pilot).replace("annotator", "")


def test_gold_is_a_layer_like_any_other(project: Project) -> None:
    article = open_article(project)
    article.accept_agreed()
    assert spans_of(work_on(project)) != gold_of(article)
    layers = project.store.log.read_layers(1, 1)[1]
    assert layers["gold"].spans == article.layer.spans


async def test_what_others_say_is_read_behind_the_review_and_changes_nothing(project: Project) -> None:
    app = make_app(project, article=1)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        await press(pilot, "f8 f8")
        assert isinstance(pilot.app.screen, LayerScreen)
        assert "bea  read only" in screen_of(pilot)
        await press(pilot, "a down tab")
        assert "cat  read only" in screen_of(pilot)
        await press(pilot, "f8")
        assert "read only" not in screen_of(pilot)
    assert [len(project.read_layer(1, name)[1].events) for name in PHRASES] == [2, 2, 2]


def test_labels_of_texts_and_joined_mentions_are_gold_where_most_give_them(tmp_path: Path) -> None:
    with closing(make_project(tmp_path, STORY)) as project:
        tones = {"ana": ("calm", "raid"), "bea": ("calm", "raid"), "cat": ("tense", "battle")}
        for annotator, (tone, kind) in tones.items():
            say(project, annotator, [("rebels", "actor"), ("army", "actor"), ("soldiers", "actor")])
            article, layer = project.read_layer(1, annotator)
            acts: list[Act] = [Tag(name="tone", value=tone, paragraph=1), Tag(name="kind", value=kind)]
            mentions = list(layer.spans)
            acts.append(
                JoinMentions("e", tuple(mentions[1:] if annotator != "cat" else mentions[:2]), "them")
            )
            project.store.log.append(article, annotator, layer, acts)
        opened = open_article(project)
        opened.accept_agreed()
        gold = opened.layer
        assert (gold.paragraph_labels, gold.article_labels) == ({1: {"tone": "calm"}}, {"kind": "raid"})
        (entity,) = gold.entities.values()
        assert entity.name == "them"
        assert [gold.spans[each].start for each in entity.spans] == sorted(
            [span.start for span in gold.spans.values()][1:]
        )
        assert opened.list_open() == []
        before = len(gold.events)
        opened.accept_agreed()
        assert len(gold.events) == before
        assert list(project.verify()) == []


def test_a_label_on_which_they_do_not_agree_is_asked_for(tmp_path: Path) -> None:
    with closing(make_project(tmp_path, STORY)) as project:
        for annotator, kind in {"bea": "raid", "cat": "battle"}.items():
            say(project, annotator, [])
            article, layer = project.read_layer(1, annotator)
            acts: list[Act] = [Tag(name="kind", value=kind), Tag(name="tone", value=kind, paragraph=2)]
            project.store.log.append(article, annotator, layer, acts)
        opened = open_article(project)
        opened.accept_agreed()
        article_kind, tone = opened.list_open()
        assert isinstance(article_kind, DetailDispute)
        assert (describe_question(article_kind, STORY), tone.paragraph) == ("the article: kind?", 2)
        battle = next(each for each in article_kind.opinions if each.annotators == ("cat",))
        action = opened.take(article_kind, battle)
        opened.take(tone, None)
        again = open_article(project)
        assert (again.layer.article_labels, again.layer.paragraph_labels) == ({"kind": "battle"}, {})
        assert again.list_open() == []
        opened.undo(action)
        assert open_article(project).list_open() == [article_kind]
        assert list(project.verify()) == []


# Why


def test_a_reason_is_a_note_on_what_is_decided_and_goes_with_it(project: Project) -> None:
    article = open_article(project)
    article.accept_agreed()
    place = article.list_open()[0]
    article.note(place, "the adjective belongs to it")
    action = article.take(place, place.opinions[0])
    (span,) = [each for each in article.layer.spans.values() if each.label == "actor"]
    assert span.note == "the adjective belongs to it"
    assert project.list_reasons("gold", "actor") == [("Masked rebels", "the adjective belongs to it")]
    article.undo(action)
    assert project.list_reasons("gold", "actor") == []
    article.note(place, "nobody acts")
    article.take(place, None)
    place = article.list_open()[0]
    article.note(place, "nor here")
    article.take(place, None)
    assert article.layer.notes == {1: "“Masked rebels”: nobody acts; “army”: nor here"}
    assert list(project.verify()) == []


def test_what_all_withdraw_is_open_again_until_it_is_decided(project: Project) -> None:
    article = open_article(project)
    article.accept_agreed()
    agreed = next(span for span in article.layer.spans.values() if "+" in span.origin.source)
    open_before = article.list_open()
    for annotator in PHRASES:
        layer = project.store.log.load_layer(1, annotator)
        same = [each.id for each in layer.spans.values() if _edges(each) == _edges(agreed)]
        own = project.store.articles.load_article(1)
        project.store.log.append(own, annotator, layer, [Remove(tuple(same))])
    again = open_article(project)
    (place,) = [each for each in again.list_open() if each not in open_before]
    last = place.opinions[-1]
    assert isinstance(last, Opinion)
    assert (last.annotators, last.spans) == (("gold",), (agreed,))
    kept = again.take(place, last)
    assert place not in open_article(project).list_open()
    again.undo(kept)
    again.take(place, None)
    assert agreed.id not in open_article(project).layer.spans
    assert len(open_article(project).list_open()) == len(open_before)
    assert list(project.verify()) == []


def _edges(span: Span) -> tuple[int, int, str]:
    return span.start, span.end, span.label


def test_a_decision_says_who_made_it_and_so_does_undo(project: Project) -> None:
    article = open_article(project)
    article.undo(article.take(article.list_open()[0], None))
    made = [event for event in article.layer.events if event.by]
    assert {(event.annotator, event.by) for event in made} == {("gold", project.annotator)}
    assert isinstance(made[-1].act, Undo)
    told = [entry for entry in project.read_log(LogQuery()) if entry.annotator == "gold"]
    assert {entry.by for entry in told} == {project.annotator}
    assert told[-1].as_json()["by"] == project.annotator
    assert {event.by for event in article.layers["ana"].events} == {""}
    assert list(project.verify()) == []


def test_the_log_names_what_was_turned_down(project: Project) -> None:
    article = open_article(project)
    place = next(each for each in article.list_open() if len(list_spans(each)) > 1)
    article.take(place, None)
    told = [entry.did for entry in project.read_log(LogQuery()) if entry.annotator == "gold"]
    assert told[-1] == "turned down: actor “Masked rebels”; actor “rebels”"


def test_reasons_on_one_paragraph_do_not_take_each_other_along(project: Project) -> None:
    article = open_article(project)
    article.accept_agreed()
    first, second = article.list_open()[:2]
    assert first.paragraph == second.paragraph
    article.note(first, "a; b")
    article.note(second, "c")
    article.note(second, "d")
    assert article.layer.notes == {1: "“Masked rebels”: a; b; “army”: d"}
    action = article.take(first, first.opinions[0])
    assert article.layer.notes == {1: "“army”: d"}
    article.undo(action)
    assert (article.read_reason(first), article.read_reason(second)) == ("a; b", "d")
    article.take(second, None)
    article.note(first, "")
    assert article.layer.notes == {1: "“army”: d"}
    assert list(project.verify()) == []


def test_answers_and_relations_of_a_span_have_reasons_of_their_own(leads: tuple[Project, Project]) -> None:
    project, _ = leads
    change(project, "ana", outcome="wounded")
    change(project, "bea", outcome="missing")
    article = open_article(project)
    details = {each.question: each for each in article.list_open() if isinstance(each, DetailDispute)}
    for question in ("count?", "linked?", "outcome?"):
        article.note(details[question], f"why {question}; really")
    assert article.layer.notes[1].startswith("“three soldiers” count: why count?; really; “army convoy")
    for question, each in details.items():
        reason = "" if question == "kind?" else f"why {question}; really"
        assert article.read_reason(each) == reason
    article.take(details["outcome?"], details["outcome?"].opinions[0])
    action = article.take(details["count?"], details["count?"].opinions[0])
    (dead,) = [each for each in article.layer.spans.values() if each.label == "casualty"]
    assert dead.note == "outcome: why outcome?; really; count: why count?; really"
    article.undo(action)
    assert article.read_reason(details["count?"]) == "why count?; really"
    assert article.read_reason(details["linked?"]) == "why linked?; really"


def test_a_reason_comes_back_to_its_place_in_another_run(project: Project) -> None:
    article = open_article(project)
    article.accept_agreed()
    first, second = article.list_open()[:2]
    article.note(first, "why so")
    again = open_article(project)
    assert (again.read_reason(first), again.read_reason(second)) == ("why so", "")
    again.take(first, first.opinions[0])
    assert project.list_reasons("gold", "actor") == [("Masked rebels", "why so")]
    assert again.layer.notes == {}


def test_the_same_words_twice_in_a_paragraph_have_reasons_of_their_own(tmp_path: Path) -> None:
    with closing(make_project(tmp_path, "Head\n\nThe army shot, and the army fled.")) as project:
        text = project.store.articles.load_article(1).text
        at = text.rindex("army")
        for name, label in (("bea", "actor"), ("cat", "weapon")):
            say(project, name, [("army", label)])
            layer = project.store.log.load_layer(1, name)
            again = Add((Span(f"{name}.2", at, at + 4, label),))
            project.store.log.append(project.store.articles.load_article(1), name, layer, [again])
        article = open_article(project)
        first, second = article.list_open()
        article.note(second, "fled")
        assert (article.read_reason(first), article.read_reason(second)) == ("", "fled")
        article.note(first, "shot")
        assert (article.read_reason(first), article.read_reason(second)) == ("shot", "fled")
        assert article.layer.notes == {1: "“army” (2): fled; “army”: shot"}


GUIDED = """\
labels:
  - {name: actor, key: a, description: Who acts., guidelines: With the adjectives that tell who.}
  - {name: weapon, key: w}
  - {name: casualty, key: c}
  - {name: location, key: l}
"""


@asynccontextmanager
async def adjudicating(project: Project, size: Size = (80, 24)) -> AsyncIterator[Pilot[None]]:
    """Open the disagreements of a project."""
    app = make_app(project)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await press(pilot, "g")
        yield pilot


@pytest.mark.parametrize("size", SIZES)
async def test_a_reason_is_typed_under_the_guideline_and_taken_with_the_decision(
    tmp_path: Path, size: Size
) -> None:
    project = make_project(tmp_path, STORY, labels=GUIDED)
    for annotator, phrases in PHRASES.items():
        say(project, annotator, phrases)
    async with adjudicating(project, size) as pilot:
        await press(pilot, "#")
        shown = " ".join(screen_of(pilot).replace("│", " ").split())
        assert "actor: Who acts. With the adjectives that tell who." in shown
        await press(pilot, "w h o enter")
        assert "because who" in screen_of(pilot)
        # It is written at once, and goes to what is decided.
        assert open_article(project).layer.notes == {1: "“Masked rebels”: who"}
        await press(pilot, "a")
        assert "because who" not in screen_of(pilot)
        assert project.list_reasons("gold", "actor") == [("Masked rebels", "who")]
        assert open_article(project).layer.notes == {}
        # The next one shows what was decided before, and why.
        await press(pilot, "#")
        assert "“Masked rebels”: who" in screen_of(pilot)
        await press(pilot, "x escape")
        assert "brings back what you typed" in said(pilot)
        await press(pilot, ",")
        assert "because who" in screen_of(pilot)
        assert project.list_reasons("gold", "actor") == []
        await press(pilot, "escape")
        assert open_article(project).layer.notes == {1: "“Masked rebels”: who"}
    project.close()


# Many articles


async def test_the_next_disagreement_is_looked_for_while_the_screen_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Every article is looked at by itself, as where there are too many to look at all at once.
    monkeypatch.setattr("tui.ui.screens.adjudicate._LOOKED", -1.0)
    project = make_project(tmp_path, *[f"{STORY}Story {number}.\n" for number in range(6)])
    for number in range(1, 7):
        say(project, "bea", [("army", "actor")], number=number)
        say(project, "cat", [("army", "weapon" if number in (1, 5) else "actor")], number=number)
    async with adjudicating(project) as pilot:
        await wait_for(pilot, "article 1/6")
        await press(pilot, "a")
        await wait_for(pilot, "article 5/6")
        await press(pilot, "a")
        await wait_for(pilot, "Everything is decided.")
        await press(pilot, ",")
        await wait_for(pilot, "article 5/6")
        assert "1/1 here" in screen_of(pilot)


# Where nobody is right


@pytest.mark.parametrize("size", SIZES)
async def test_what_nobody_has_is_tagged_afresh_with_the_usual_keys(project: Project, size: Size) -> None:
    async with adjudicating(project, size) as pilot:
        await press(pilot, "+")
        assert type(pilot.app.screen).__name__ == "AfreshScreen"
        assert "gold" in screen_of(pilot).splitlines()[0]
        # "Masked rebels" is selected; of it three words become a weapon.
        await press(pilot, "w 3 enter")
        assert type(pilot.app.screen).__name__ == "AdjudicateScreen"
        assert "1/2 here" in screen_of(pilot)
        assert gold_of(open_article(project)) == [("Masked rebels attacked", "weapon"), ("Moru", "location")]
        await press(pilot, ",")
        assert "1/3 here" in screen_of(pilot)
        assert gold_of(open_article(project)) == [("Moru", "location")]
        assert len(open_article(project).list_open()) == 3
    assert list(project.verify()) == []


async def test_a_place_where_nothing_was_tagged_stays_open(project: Project) -> None:
    async with adjudicating(project) as pilot:
        await press(pilot, "+ escape escape")
        assert type(pilot.app.screen).__name__ == "AdjudicateScreen"
        assert "1/3 here" in screen_of(pilot)
        assert said(pilot).startswith("Nothing was tagged there")


async def test_what_is_tagged_afresh_has_the_reason_and_is_exported_with_it(project: Project) -> None:
    async with adjudicating(project) as pilot:
        await press(pilot, "# w h y enter + a escape escape")
        assert "1/2 here" in screen_of(pilot)
        (span,) = [each for each in open_article(project).layer.spans.values() if each.label == "actor"]
        assert (span.note, span.origin.source) == ("why", "hand")


def test_tagged_afresh_settles_its_place_and_no_other(project: Project) -> None:
    article = open_article(project)
    article.accept_agreed()
    first, second, third = article.list_open()
    before = {event.action for event in article.layer.events}
    made = Span("fresh", second.start, second.end, "casualty")
    layer = project.store.log.load_layer(1, "gold")
    project.store.log.append(article.article, "gold", layer, [Add((made,))])
    actions = article.settle(second, since=before)
    assert len(actions) == 2
    assert article.list_open() == [first, third]
    for action in reversed(actions):
        article.undo(action)
    assert article.list_open() == [first, second, third]


def list_reviews(project: Project) -> list[int]:
    return [*project.list_articles(state="review")]


def test_what_is_said_after_the_decision_is_to_be_reviewed_until_it_is_decided(project: Project) -> None:
    assert list_reviews(project) == [1]
    article = open_article(project)
    article.accept_agreed()
    while opened := article.list_open():
        article.take(opened[0], opened[0].opinions[0])
    article.accept_agreed()
    assert list_reviews(project) == []
    text, layer = project.read_layer(1, "cat")
    project.store.log.append(text, "cat", layer, [Note(paragraph=1, text="Is that so?")])
    assert list_reviews(project) == []
    army = next(each for each in layer.spans.values() if each.label == "weapon")
    project.store.log.append(text, "cat", layer, [Change(army.id, end=army.end + 7)])
    assert list_reviews(project) == [1]
    project.store.log.step(text, "cat", layer, "undo", layer.done[-1])
    assert list_reviews(project) == []
    start = text.text.index("Friday")
    for name in PHRASES:
        text, layer = project.read_layer(1, name)
        project.store.log.append(text, name, layer, [Add((Span("f", start, start + 6, "location"),))])
    assert list_reviews(project) == [1]
    open_article(project).accept_agreed()
    assert list_reviews(project) == []


def test_what_comes_in_after_the_decision_is_to_be_reviewed_though_it_is_older(tmp_path: Path) -> None:
    with two_leads(tmp_path) as (one, other):
        # The other copy does it first, but the one that decides does not know it yet.
        text, layer = other.read_layer(1, "ana")
        moru = next(each for each in layer.spans.values() if each.label == "location")
        other.store.log.append(text, "ana", layer, [Remove((moru.id,))])
        decide(one, (0, 0), (0, 0))
        assert list_reviews(one) == []
        sync(one, other.place.database)
        assert list_reviews(one) == [1]


def test_what_two_leads_decided_otherwise_is_to_be_reviewed(tmp_path: Path) -> None:
    with two_leads(tmp_path) as (one, other):
        decide(one, (0, 0), (0, 0))
        decide(other, (0, 1), (0, 0))
        assert list_reviews(one) == list_reviews(other) == []
        sync(one, other.place.database)
        assert list_reviews(one) == list_reviews(other) == [1]


@contextmanager
def two_leads(folder: Path) -> Iterator[tuple[Project, Project]]:
    """Give two copies of a project in which two annotators disagree twice."""
    with closing(open_copy(folder / "a", "lea")) as one, closing(open_copy(folder / "b", "max")) as other:
        bring(one, {"id": "n1", "text": "Head\n\nMasked rebels shot the army near Moru."})
        say(one, "ana", [("Masked rebels", "actor"), ("army", "actor"), ("Moru", "location")])
        say(one, "bea", [("rebels", "actor"), ("army", "weapon"), ("Moru", "location")])
        sync(one, other.place.database)
        yield one, other


def decide(project: Project, *choices: tuple[int, int]) -> None:
    """Take opinions of disagreements, each by its place in what is open then."""
    article = open_article(project)
    article.accept_agreed()
    for place, opinion in choices:
        dispute = article.list_open()[place]
        article.take(dispute, dispute.opinions[opinion])
        article.accept_agreed()


def test_what_is_decided_alike_in_two_copies_is_there_once(tmp_path: Path) -> None:
    with two_leads(tmp_path) as (one, other):
        decide(one, (0, 0), (0, 0))
        decide(other, (1, 0), (0, 0))
        sync(one, other.place.database)
        for project in (one, other):
            article = open_article(project)
            assert not article.list_open()
            assert gold_of(article) == [("Moru", "location"), ("army", "weapon"), ("rebels", "actor")]


def test_what_is_decided_otherwise_in_another_copy_comes_up_again(tmp_path: Path) -> None:
    with two_leads(tmp_path) as (one, other):
        decide(one, (0, 0), (0, 0))
        decide(other, (0, 1), (0, 0))
        sync(one, other.place.database)
        for project in (one, other):
            (dispute,) = open_article(project).list_open()
            assert [each.annotators for each in dispute.opinions] == [("bea",), ("ana",)]
        decide(other, (0, 0))
        sync(one, other.place.database)
        for project in (one, other):
            article = open_article(project)
            assert not article.list_open()
            assert gold_of(article) == [("Moru", "location"), ("army", "weapon"), ("rebels", "actor")]


def take_by(project: Project, place: int, annotator: str | None) -> str:
    """Decide on what is open at a place as an annotator says, or that nothing is right."""
    article = open_article(project)
    article.accept_agreed()
    dispute = article.list_open()[place]
    opinion = next((each for each in dispute.opinions if annotator in each.annotators), None)
    action = article.take(dispute, opinion)
    article.accept_agreed()
    return action


@contextmanager
def make_leads(folder: Path) -> Iterator[tuple[Project, Project]]:
    """Make two copies in which an answer, a relation and a label are open."""
    with make_detailed(folder) as one, closing(open_copy(folder / "b", "max")) as other:
        article, layer = one.read_layer(1, "bea")
        one.store.log.append(article, "bea", layer, [Unrelate(("r",))])
        for annotator, kind in {"ana": "raid", "bea": "battle"}.items():
            article, layer = one.read_layer(1, annotator)
            one.store.log.append(article, annotator, layer, [Tag(name="kind", value=kind)])
        open_article(one).accept_agreed()
        sync(one, other.place.database)
        yield one, other


@pytest.fixture
def leads(tmp_path: Path) -> Iterator[tuple[Project, Project]]:
    """Give two such copies."""
    with make_leads(tmp_path) as both:
        yield both


def asked(project: Project) -> list[str]:
    return [each.question for each in open_article(project).list_open() if isinstance(each, DetailDispute)]


DETAILS = ("kind?", "linked?", "count?")


@pytest.mark.parametrize("question", DETAILS)
@pytest.mark.parametrize("second", ["bea", None], ids=["another", "nothing"])
def test_a_detail_that_two_leads_decide_otherwise_is_open_again(
    leads: tuple[Project, Project], question: str, second: str | None
) -> None:
    one, other = leads
    assert asked(one) == [*DETAILS]
    at = DETAILS.index(question)
    take_by(one, at, "ana")
    take_by(other, at, second)
    left = [each for each in DETAILS if each != question]
    assert asked(one) == asked(other) == left
    sync(one, other.place.database)
    assert asked(one) == asked(other) == [*DETAILS]
    take_by(other, at, "ana")
    sync(one, other.place.database)
    assert asked(one) == asked(other) == left
    assert list(one.verify()) == list(other.verify()) == []


@pytest.mark.parametrize("question", DETAILS)
def test_a_detail_that_two_leads_decide_alike_is_decided(
    leads: tuple[Project, Project], question: str
) -> None:
    for project in leads:
        take_by(project, DETAILS.index(question), "ana")
    sync(leads[0], leads[1].place.database)
    for project in leads:
        assert asked(project) == [each for each in DETAILS if each != question]


deeds = st.tuples(
    st.integers(0, 1),
    st.sampled_from(["take", "nothing", "undo", "change", "tag", "sync"]),
    st.integers(0, 4),
    st.integers(0, 3),
)


def do(project: Project, deed: str, place: int, which: int) -> None:
    """Decide, undo the last decision, or let an annotator change their mind."""
    article = open_article(project)
    article.accept_agreed()
    opened = article.list_open()
    if deed in ("take", "nothing") and opened:
        dispute = opened[place % len(opened)]
        opinion = dispute.opinions[which % len(dispute.opinions)] if deed == "take" else None
        article.take(dispute, opinion)
        article.accept_agreed()
    elif deed == "undo" and article.layer.done:
        article.undo(article.layer.done[-1])
    elif deed == "change":
        change(project, ("ana", "bea", "cat")[which % 3], count=place)
    elif deed == "tag":
        text, layer = project.read_layer(1, ("ana", "bea", "cat")[which % 3])
        span = Span(project.new_id(), place, place + 4, ("actor", "weapon")[which % 2])
        project.store.log.append(text, ("ana", "bea", "cat")[which % 3], layer, [Add((span,))])


@given(st.lists(deeds, max_size=14))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_whatever_two_leads_decide_apart_is_settled_by_one_more_decision_each(
    tmp_path_factory: pytest.TempPathFactory, done: list[tuple[int, str, int, int]]
) -> None:
    with make_leads(tmp_path_factory.mktemp("p")) as both:
        one, other = both
        for who, deed, place, which in done:
            if deed == "sync":
                sync(one, other.place.database)
            else:
                do(both[who], deed, place, which)
        sync(one, other.place.database)
        article = open_article(other)
        article.accept_agreed()
        sync(one, other.place.database)
        assert open_article(one).list_open() == open_article(other).list_open()
        assert (list_reviews(one) == [1]) is bool(open_article(one).list_open())
        for left in range(len(open_article(one).list_open()), 0, -1):
            opened = open_article(one).list_open()
            assert len(opened) == left
            open_article(one).take(opened[0], opened[0].opinions[0])
        open_article(one).accept_agreed()
        sync(other, one.place.database)
        assert open_article(one).list_open() == open_article(other).list_open() == []
        assert list_reviews(one) == list_reviews(other) == []
        assert list(one.verify()) == list(other.verify()) == []


def test_who_decides_again_after_a_change_has_decided_once(leads: tuple[Project, Project]) -> None:
    one, other = leads
    for annotator, count in (("ana", 3), ("bea", 4)):
        take_by(one, DETAILS.index("count?"), annotator)
        change(one, "cat", count=20 + count)
        assert "count?" in asked(one)
    take_by(one, DETAILS.index("count?"), "ana")
    sync(one, other.place.database)
    assert asked(one) == asked(other) == ["kind?", "linked?"]
    assert answers_of(open_article(other))["count"] == 3


def test_an_answer_that_a_decision_on_another_one_lost_is_asked_for_again(
    leads: tuple[Project, Project],
) -> None:
    one, other = leads
    change(one, "ana", outcome="wounded")
    change(one, "bea", outcome="missing")
    sync(one, other.place.database)
    take_by(one, asked(one).index("count?"), "ana")
    take_by(other, asked(other).index("outcome?"), "ana")
    sync(one, other.place.database)
    answers = answers_of(open_article(one))
    assert ("count" in answers, "outcome" in answers) != (True, True)
    assert ("count?" in asked(one)) is ("count" not in answers)
    assert ("outcome?" in asked(one)) is ("outcome" not in answers)


def test_what_a_hand_answered_after_a_decision_stands(leads: tuple[Project, Project]) -> None:
    take_by(leads[0], DETAILS.index("count?"), "ana")
    change(leads[0], "gold", count=7)
    assert asked(leads[0]) == ["kind?", "linked?"]


@pytest.mark.parametrize("is_removed", [False, True], ids=["moved", "removed"])
def test_what_all_say_is_not_taken_over_again_where_a_hand_changed_it(
    project: Project, is_removed: bool
) -> None:
    article = open_article(project)
    article.accept_agreed()
    moru = next(span for span in article.layer.spans.values() if span.label == "location")
    act = Remove((moru.id,)) if is_removed else Change(moru.id, end=moru.end + 5)
    project.store.log.append(article.article, "gold", article.layer, [act])
    changed = gold_of(article)
    assert open_article(project).accept_agreed() == 0
    assert gold_of(open_article(project)) == changed


@pytest.mark.parametrize("is_removed", [False, True], ids=["answered otherwise", "removed"])
def test_a_relation_that_most_give_is_not_taken_over_again_where_a_hand_changed_it(
    detailed: Project, is_removed: bool
) -> None:
    opened = open_article(detailed)
    opened.accept_agreed()
    (lost,) = opened.layer.relations.values()
    changed = structs.replace(lost, attributes={"sure": False})
    act = Unrelate((lost.id,)) if is_removed else Relate((changed,))
    detailed.store.log.append(opened.article, "gold", opened.layer, [act])
    again = open_article(detailed)
    again.accept_agreed()
    assert list(again.layer.relations.values()) == ([] if is_removed else [changed])
    assert len(list_links(again)) == 1


def test_a_relation_that_means_the_same_from_either_end_is_one_whichever_way_it_was_made(
    tmp_path: Path,
) -> None:
    labels = "labels: [actor, location]\nrelations: [{name: near, symmetric: true}]\n"
    with closing(make_project(tmp_path, STORY, labels=labels)) as project:
        for annotator in ("ana", "bea"):
            say(project, annotator, [("army", "actor"), ("Moru", "location")])
            article, layer = project.read_layer(1, annotator)
            head, tail = sorted(layer.spans, reverse=annotator == "bea")
            near = Relation("r", "near", head, tail)
            project.store.log.append(article, annotator, layer, [Relate((near,))])
        opened = open_article(project)
        opened.accept_agreed()
        assert [each.label for each in opened.layer.relations.values()] == ["near"]
        assert opened.list_open() == []
        assert list(project.list_articles(state="review")) == []


def test_a_moved_gold_span_and_what_is_taken_at_its_old_place_are_two(project: Project) -> None:
    article = open_article(project)
    start = article.article.text.index("army")
    army = next(each for each in article.list_open() if each.start == start)
    article.take(army, army.opinions[0])
    (span,) = [each for each in article.layer.spans.values() if each.start == army.start]
    project.store.log.append(article.article, "gold", article.layer, [Change(span.id, start=0)])
    article.take(army, army.opinions[0])
    assert sorted(span.start for span in article.layer.spans.values()) == [0, start]


async def test_the_adjudication_begins_with_the_article_under_the_cursor_and_goes_round(
    tmp_path: Path,
) -> None:
    project = make_project(tmp_path, *[f"{STORY}Story {number}.\n" for number in range(3)])
    for number in (1, 2, 3):
        say(project, "bea", [("army", "actor")], number=number)
        say(project, "cat", [("army", "weapon")], number=number)
    app = make_app(project)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "s s s s s s s")
        assert "3 articles to review" in screen_of(pilot)
        await press(pilot, "down g")
        for number in (2, 3, 1):
            assert f"article {number}/3" in screen_of(pilot)
            await press(pilot, "a")
        await press(pilot, "escape")
        assert "0 articles to review" in screen_of(pilot)
    project.close()
