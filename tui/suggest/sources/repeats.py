"""What was tagged before and stands here again, and how often it was tagged where it stood.

The state is a fold over finished paragraphs in the order in which they were finished.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from msgspec import Struct, field

from tui.suggest.journal import Journal, Kept
from tui.suggest.learning.features import Passage
from tui.suggest.learning.model import Tagged

LONGEST_REPEAT = 30
"""Tokens: longer spans are not looked for."""

MOST_PHRASES = 400_000
"""Phrases kept; beyond that, those tagged once are forgotten first."""


class TaggedPhrase(Struct, frozen=True):
    """What is known of one phrase."""

    seen: int = 0
    """How often it stood in a finished paragraph as whole tokens."""
    labels: Counter[str] = field(default_factory=Counter)
    """How often it was tagged, by label."""

    def precision(self, label: str) -> float:
        """Return how often it was tagged with the label where it stood, held back while that is rare."""
        right = self.labels[label]
        seen = max(self.seen, self.labels.total())
        return (right + 0.5) / (seen + 1.0)

    def tag(self, label: str, times: int, *, seen: int = 0) -> "TaggedPhrase":
        """Return what is known when it was tagged and seen so many times more."""
        labels = self.labels.copy()
        labels[label] += times
        return TaggedPhrase(self.seen + seen, labels)

    def untag(self, label: str) -> "TaggedPhrase":
        """Return what is known when it was tagged once less."""
        return TaggedPhrase(self.seen, self.labels - Counter((label,)))

    def see(self, times: int) -> "TaggedPhrase":
        """Return what is known when it was seen so many times more, or fewer."""
        return TaggedPhrase(max(self.seen + times, 0), self.labels)

    def best(self) -> str:
        """Return the label it got most often."""
        return min(self.labels, key=lambda label: (-self.labels[label], label))


class Repeat(Struct, frozen=True):
    """A phrase tagged before that stands here."""

    first: int
    """Its first token."""
    last: int
    """Its last token, included."""
    label: str
    """What it was tagged most often."""
    tagged: int
    """How often it was tagged so."""
    seen: int
    """How often it stood in finished paragraphs."""
    precision: float
    """`tagged / seen`, held back while that is rare."""
    is_here: bool
    """Whether this article is where it was tagged."""


class PhraseTable:
    """Phrases that were tagged, found again in any paragraph in time that does not depend on their number."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._kept_phrases: Kept[str, TaggedPhrase] = Kept(journal)
        self._kept_longest: Kept[str, int] = Kept(journal)
        self._phrases: dict[str, TaggedPhrase] = {}
        self._longest: dict[str, int] = {}

    def __len__(self) -> int:
        """Return the number of phrases."""
        return len(self._phrases)

    def get(self, phrase: str) -> TaggedPhrase | None:
        """Return what is known of a phrase."""
        return self._phrases.get(phrase)

    def find(self, passage: Passage) -> Iterator[tuple[int, int, TaggedPhrase]]:
        """Find phrases in a paragraph, by their first token, the longest first."""
        texts, phrases, longest = passage.texts, self._phrases, self._longest
        for first, text in enumerate(texts):
            most = longest.get(text)
            if most is None:
                continue
            for last in range(min(first + most, len(texts)) - 1, first - 1, -1):
                phrase = phrases.get(" ".join(texts[first : last + 1]))
                if phrase is not None:
                    yield first, last, phrase

    def count(self, passage: Passage, tagged: Iterable[Tagged]) -> None:
        """Count a finished paragraph."""
        for first, last, label in tagged:
            if last - first < LONGEST_REPEAT:
                self.add(passage.texts[first : last + 1], label, 1, 0)
        self._see(passage, 1)

    def discount(self, passage: Passage, tagged: Iterable[Tagged]) -> None:
        """Take a finished paragraph out of the counts."""
        self._see(passage, -1)
        for first, last, label in tagged:
            text = passage.phrase(first, last)
            if (phrase := self._phrases.get(text)) is None:
                continue
            self._phrases[text] = phrase.untag(label)
            if not self._phrases[text].labels:
                del self._phrases[text]

    def add(self, words: Sequence[str], label: str, tagged: int, seen: int) -> None:
        """Take over counts for a phrase."""
        if len(self._phrases) >= MOST_PHRASES:
            self._forget()
        text = " ".join(words)
        self._kept_phrases.note(self._phrases, (text,))
        self._kept_longest.note(self._longest, words[:1])
        self._phrases[text] = self._phrases.get(text, TaggedPhrase()).tag(label, tagged, seen=seen)
        self._longest[words[0]] = max(self._longest.get(words[0], 0), len(words))

    def _see(self, passage: Passage, times: int) -> None:
        """Count the phrases that stand in a paragraph."""
        texts = [passage.phrase(first, last) for first, last, _ in self.find(passage)]
        self._kept_phrases.note(self._phrases, texts)
        for text in texts:
            self._phrases[text] = self._phrases[text].see(times)

    def _forget(self) -> None:
        self._journal.clear()
        kept = {text: phrase for text, phrase in self._phrases.items() if phrase.labels.total() > 1}
        if len(kept) > MOST_PHRASES // 2:
            kept = dict(list(kept.items())[-(MOST_PHRASES // 2) :])
        self._phrases = kept


class RepeatModel:
    """Exact repeats, in the article in hand and in everything finished before."""

    def __init__(self, journal: Journal | None = None) -> None:
        self._journal = journal or Journal()
        self.corpus = PhraseTable(self._journal)
        """Phrases of every finished paragraph."""
        self.article = PhraseTable(self._journal)
        """Phrases of the finished paragraphs of the article in hand."""
        self._words: Counter[str] = Counter()
        self._kept_words: Kept[str, int] = Kept(self._journal)

    def open_article(self) -> None:
        """Begin another article."""
        self.article = PhraseTable(self._journal)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Observe paragraphs of another article in the block, and be back in this one behind it."""
        article, self.article = self.article, PhraseTable(self._journal)
        try:
            yield
        finally:
            self.article = article

    def observe(self, passage: Passage, tagged: Iterable[Tagged]) -> None:
        """Count a finished paragraph."""
        spans = list(tagged)
        for first, last, label in spans:
            # A word that stood untagged before it was first tagged counts as seen.
            word = passage.texts[first]
            if first == last and self.corpus.get(word) is None:
                self.corpus.add([word], label, 0, self._words[word])
        self.corpus.count(passage, spans)
        self.article.count(passage, spans)
        if len(self._words) < MOST_PHRASES:
            self._kept_words.note(self._words, passage.texts)
            self._words.update(passage.texts)

    def discount(self, passage: Passage, tagged: Iterable[Tagged], *, is_here: bool) -> None:
        """Take a finished paragraph out of the counts; `is_here` says whether of the article in hand."""
        spans = list(tagged)
        for table in (self.corpus, self.article) if is_here else (self.corpus,):
            table.discount(passage, spans)
        self._words -= Counter(passage.texts)

    def find(self, passage: Passage) -> list[Repeat]:
        """Find what was tagged before, by first token, the longest first."""
        here = {(first, last): phrase for first, last, phrase in self.article.find(passage)}
        repeats: list[Repeat] = []
        for first, last, phrase in self.corpus.find(passage):
            local = here.get((first, last))
            # What the article in hand says weighs as much as three times that elsewhere.
            label = (local or phrase).best()
            right, seen = phrase.labels[label], max(phrase.seen, phrase.labels.total())
            precision = phrase.precision(label)
            if local is not None:
                near = local.precision(label)
                precision = (precision * seen + near * 3 * local.seen) / (seen + 3 * local.seen)
            repeats.append(Repeat(first, last, label, right, seen, precision, local is not None))
        return repeats
