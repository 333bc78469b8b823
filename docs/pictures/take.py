"""Take the pictures of the README, drawn by the app itself as SVG: `python docs/pictures/take.py`."""

import asyncio
import os
import re
import tempfile
from pathlib import Path

os.environ.update(TEXTUAL_ANIMATIONS="none", TZ="UTC")

from tui.project.demo import make_demo
from tui.project.project import Project
from tui.ui.app import SpantagApp
from tui.ui.keys import Keymap
from tui.ui.screens.annotate import AnnotateScreen
from tui.ui.settings import Settings

_TAGGING = "enter c @Three 3 w @drones 1 t @grain 2 l @Varenna 1 d @Tuesday 1 c @at 4"

PICTURES = {
    "annotate": (
        (110, 30),
        "spantag-dark",
        f"{_TAGGING} e @hit 1 ; &drones &grain &Three &at &Varenna &Tuesday A - escape",
    ),
    "hints": ((100, 26), "spantag-light", "enter c @Three 3 enter w"),
}
"""Name: size in cells, theme, keys pressed on the sample article.

`@word` is the hint under a word, `&word` the letters of a span that begins with it and can take a role.
"""


def find_hint(app: SpantagApp, word: str) -> str:
    """Give the letters under the first such word at work."""
    screen = app.screen
    assert isinstance(screen, AnnotateScreen)
    session = screen.session
    for code, (chunk, token) in session.hints.assign_codes().items():
        start, end = session.tokens.of(chunk)[token]
        if session.article.text[start:end] == word:
            return code
    raise SystemExit(f"{word!r} has no hint")


def find_partner(app: SpantagApp, word: str) -> str:
    """Give the letters of the first such span that can take a role."""
    screen = app.screen
    assert isinstance(screen, AnnotateScreen)
    session = screen.session
    for span_id, letters in session.partners.list_shown().items():
        if session.article.text.startswith(word, session.layer.spans[span_id].start):
            return letters
    raise SystemExit(f"{word!r} has no letters")


async def take(name: str, size: tuple[int, int], theme: str, keys: str) -> None:
    """Take one picture."""
    place, article = make_demo("ana")
    project = Project.open(place)
    (first,) = project.import_files([article], tell=print).numbers
    app = SpantagApp(
        place,
        project,
        keymap=Keymap(),
        settings=Settings(theme=theme),
        settings_folder=Path(tempfile.mkdtemp()),
        first_article=first,
    )
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for key in keys.split():
            find = {"@": find_hint, "&": find_partner}.get(key[0])
            await pilot.press(*([key] if find is None else find(app, key[1:])))
        await pilot.pause()
        picture = re.sub(
            r"(saved\S+?)\d\d:\d\d:\d\d", r"\g<1>10:42:07", app.export_screenshot(title="spantag")
        )
    # The reader's own monospaced font will do; nothing is fetched to show a picture.
    picture = re.sub(r"@font-face \{[^}]*\}\s*", "", picture)
    Path(__file__).with_name(f"{name}.svg").write_text(picture, "utf-8")


async def take_all() -> None:
    """Take every picture."""
    for name, (size, theme, keys) in PICTURES.items():
        await take(name, size, theme, keys)


if __name__ == "__main__":
    asyncio.run(take_all())
