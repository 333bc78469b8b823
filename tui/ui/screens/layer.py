"""What another annotator says of an article, to be read."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from tui.project.project import Project
from tui.session import Session
from tui.session.batch import OneArticle
from tui.text.messages import count_noun
from tui.ui.keys import Keymap
from tui.ui.palette import label_color
from tui.ui.presenter import Presenter
from tui.ui.screens.base import ActionScreen
from tui.ui.widgets.article_view import ArticleView
from tui.ui.widgets.lines import HeaderLine, KeyLine, MessageLine


class LayerScreen(ActionScreen):
    """The layers of other annotators, one after the other; nothing in them can be changed here."""

    SCOPE: ClassVar[str] = "layer"

    def __init__(
        self,
        project: Project,
        number: int,
        keymap: Keymap,
        *,
        offset: int,
        end: int | None = None,
        annotators: Sequence[str] = (),
    ) -> None:
        """Show the layers of an article, from a code point on; what reaches from there to `end` is marked.

        They are those of `annotators`, or of all others.
        """
        super().__init__(keymap, keymap.give_label_keys(project.labels))
        self._project = project
        self._number = number
        self._offset = offset
        self._end = end
        self._annotators = annotators or project.list_others(number)
        self._at = 0
        self._open()

    def compose(self) -> ComposeResult:
        """Lay out the article."""
        colors = {
            label.name: label_color(index, label.color) for index, label in enumerate(self.labels.labels)
        }
        yield HeaderLine()
        yield ArticleView(
            self._session.tokens.display,
            colors,
            {label.name: label.key for label in self.labels.labels if label.key},
            has_color=not self.app.no_color,
            on_folded="they are shown in the article itself",
        )
        yield MessageLine()
        yield KeyLine()

    def on_mount(self) -> None:
        """Show the first layer."""
        self.query_one(KeyLine).show_keys(self.keymap, self.SCOPE)
        self.call_after_refresh(self._show)

    # Actions

    def do_next(self) -> None:
        """Show the next annotator's layer; behind the last one, go back."""
        if self._at + 1 == len(self._annotators):
            self.dismiss(None)
            return
        self._at += 1
        self._open()
        self._show()

    def do_down(self) -> None:
        """Look further down."""
        self._scroll(3)

    def do_up(self) -> None:
        """Look further up."""
        self._scroll(-3)

    def do_page_down(self) -> None:
        """Look a page further down."""
        self._scroll(max(self.query_one(ArticleView).size.height - 2, 1))

    def do_page_up(self) -> None:
        """Look a page further up."""
        self._scroll(-max(self.query_one(ArticleView).size.height - 2, 1))

    def do_back(self) -> None:
        """Go back."""
        self.dismiss(None)

    # Events

    @on(ArticleView.Resized)
    def _on_resized(self) -> None:
        self._show()

    @on(ArticleView.Scrolled)
    def _on_scrolled(self, message: ArticleView.Scrolled) -> None:
        self._scroll(message.rows)

    # Inside

    def _open(self) -> None:
        article, layer = self._project.read_layer(self._number, self._annotators[self._at])
        self._session = Session(OneArticle(self._project, article, layer), offset=self._offset)
        if self._end is not None:
            self._session.moves.select(self._offset, self._end)
        self._presenter = Presenter(self._session)
        self._presenter.toggle_review()

    def _scroll(self, rows: int) -> None:
        self.query_one(ArticleView).draw(self._presenter.scroll(rows))

    def _show(self) -> None:
        view = self.query_one(ArticleView)
        view.draw(self._presenter.present(view.room))
        layer = self._session.layer
        finished = sum(state == "finished" for state in layer.states.values())
        count = len(self._session.article.paragraphs)
        said = f"{count_noun(len(layer.spans), 'span')}, {finished} of {count} ¶ finished "
        self.query_one(HeaderLine).show(
            [
                (f" {self._annotators[self._at]}", "strong"),
                ("  read only", "warning"),
                (f"  {self._session.article.title}", ""),
            ],
            [(said, "muted"), (f"{self._at + 1}/{len(self._annotators)} ", "muted")],
        )
