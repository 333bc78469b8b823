"""The demo: a sample article on an invented event, in a throw-away project."""

import tempfile
from importlib.resources import files
from pathlib import Path

from tui.project.place import Place
from tui.project.project import write_starter

DEMO_FILE = Path(str(files("tui") / "starter" / "demo.txt"))
"""The sample article."""


def make_demo(annotator: str) -> tuple[Place, Path]:
    """Make a project in a new temporary folder; give its place and the sample article to open in it."""
    folder = Path(tempfile.mkdtemp(prefix="spantag-demo-"))
    place = Place.of(folder, annotator=annotator)
    write_starter(place)
    article = folder / "demo.txt"
    article.write_bytes(DEMO_FILE.read_bytes())
    return place, article
