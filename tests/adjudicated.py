"""What several annotators say of the same article."""

from tui.model.events import Act, Add, Finish
from tui.model.span import Span
from tui.project.project import Project


def say(project: Project, annotator: str, phrases: list[tuple[str, str]], *, number: int = 1) -> None:
    """Let an annotator tag phrases of the second paragraph, and finish all."""
    article = project.store.articles.load_article(number)
    layer = project.store.log.load_layer(number, annotator)
    begin = article.paragraphs[1].start
    spans = []
    for at, (phrase, label) in enumerate(phrases):
        start = article.text.index(phrase, begin)
        spans.append(Span(f"{annotator}{len(layer.events)}.{at}", start, start + len(phrase), label))
    acts: list[Act] = [Finish(tuple(range(len(article.paragraphs))))]
    if spans:
        acts.insert(0, Add(tuple(spans)))
    project.store.log.append(article, annotator, layer, acts)
