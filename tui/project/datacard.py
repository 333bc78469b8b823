"""What a data set says of itself: a manifest for programs, and a datacard for people.

Both are made of the same facts and say no more than the database knows, so that the same export makes the
same bytes: its time is that of the last event in it, not of the export.
"""

import json
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from msgspec import Struct, field

from tui.model.labels import LabelSet
from tui.model.record import Record
from tui.model.span import Json
from tui.text.messages import count_noun


class PartFacts(Struct):
    """What one part of a data set holds."""

    articles: set[str] = field(default_factory=set)
    """The articles in it, by id."""
    records: int = 0
    """Its records."""
    empty: int = 0
    """Records without a span: true negatives."""
    characters: int = 0
    """Code points of text."""
    labels: Counter[str] = field(default_factory=Counter)
    """Spans by label."""
    origins: Counter[str] = field(default_factory=Counter)
    """Spans by who proposed them: `hand`, `import`, or the suggester whose suggestion was accepted."""
    annotators: Counter[str] = field(default_factory=Counter)
    """Spans by annotator; an annotator without spans is there too."""
    voters: Counter[str] = field(default_factory=Counter)
    """Of a consensus: how many of the spans each voted for."""

    def add(self, record: Record, imported: AbstractSet[str]) -> None:
        """Count a record; `imported` are the ids of spans that came with an import."""
        self.articles.add(record.article or record.id or "")
        self.records += 1
        self.characters += len(record.text)
        self.annotators[record.annotator or ""] += len(record.spans or ())
        self.empty += not record.spans
        for span in record.spans or ():
            self.labels[span.label] += 1
            source = span.origin.source
            self.origins["import" if source == "hand" and span.id in imported else source] += 1
        for votes in record.votes.values():
            self.voters.update({name: int(vote) for name, vote in votes.items()})

    @property
    def spans(self) -> int:
        """How many spans it has."""
        return self.labels.total()

    def as_json(self) -> dict[str, Json]:
        """Give the facts for the manifest."""
        return {
            "articles": len(self.articles),
            "records": self.records,
            "records_without_spans": self.empty,
            "characters": self.characters,
            "spans": self.spans,
            "labels": _sorted(self.labels),
            "origins": _sorted(self.origins),
            "annotators": _sorted(self.annotators),
            **({"voters": _sorted(self.voters)} if self.voters else {}),
        }


class Facts(Struct, frozen=True):
    """What there is to say of a data set."""

    labels: LabelSet
    """The project's labels."""
    format_name: str
    """Its format."""
    offsets: str
    """What its offsets count, and where a span ends."""
    parts: dict[str, PartFacts]
    """What each part holds."""
    files: dict[str, str]
    """SHA-256 of each file, by its name in the folder."""
    command: str
    """The command that makes it again."""
    where: str
    """Where spans stand, in the tool's words; empty where the format has but one place for them."""
    first_event: str | None
    """When the first annotation was made, in UTC."""
    last_event: str | None
    """When the last one was made."""
    lengths: str
    """What became of texts that are too long for most models; empty where there are none."""
    losses: dict[str, int]
    """What the format could not carry, by kind."""
    on_loss: str
    """What was done with it."""
    withheld: dict[str, int]
    """What was not settled yet, by kind."""
    alone: int
    """Of a consensus: paragraphs that only one annotator finished."""
    method: dict[str, Json]
    """How articles were put into parts."""
    copies: int
    """Near-duplicates that follow the article they resemble."""
    left_out: Sequence[str]
    """Keys of articles that resemble articles of several parts."""
    version: str
    """spantag's version."""


_ORIGINS: Final = (
    "`hand` is the annotator's own, `import` came with a file, and any other name is that of suggestions"
    " which the annotator accepted."
)


def format_manifest(facts: Facts) -> str:
    """Write the manifest, as JSON."""
    manifest: dict[str, Json] = {
        "made_by": f"spantag {facts.version}",
        "command": facts.command,
        "format": facts.format_name,
        "offsets": facts.offsets,
        **({"spans_in": facts.where} if facts.where else {}),
        "title": facts.labels.title,
        "labels": list[Json](facts.labels.names),
        "labels_hash": facts.labels.hash,
        "guidelines": facts.labels.guidelines,
        "annotated": {"first": facts.first_event, "last": facts.last_event},
        "split": {
            **facts.method,
            "near_duplicates": facts.copies,
            "left_out": list[Json](facts.left_out),
        },
        "parts": {name: part.as_json() for name, part in facts.parts.items()},
        "lengths": facts.lengths,
        "losses": {"policy": facts.on_loss, **_sorted(Counter(facts.losses))},
        "withheld": dict[str, Json](facts.withheld),
        **({"finished_by_one": facts.alone} if facts.alone else {}),
        "files": {name: {"sha256": digest} for name, digest in sorted(facts.files.items())},
    }
    return json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"


def format_datacard(facts: Facts) -> str:
    """Write the datacard, as Markdown."""
    parts = facts.parts
    total = _sum(list(parts.values()))
    lines = [
        f"# {_plain(facts.labels.title) or 'Spans in news articles'}",
        "",
        _summarise(total),
        "",
        f"- Format: {facts.format_name}; offsets: {facts.offsets}"
        + (f"; spans in `{facts.where}`" if facts.where else ""),
        *([f"- {facts.lengths[0].upper()}{facts.lengths[1:]}."] if facts.lengths else []),
        f"- Annotated: {facts.first_event or 'never'} to {facts.last_event or 'never'} (UTC)",
        f"- Annotators: {_counts(total.annotators)}",
        *([f"- Who voted for the spans: {_counts(total.voters)}"] if total.voters else []),
        f"- Who proposed the spans: {_counts(total.origins)}. {_ORIGINS}",
        f"- Labels: {len(facts.labels.names)}, hash `{facts.labels.hash}`",
        f"- Made by spantag {facts.version}; the same again:",
        "",
        "```sh",
        facts.command,
        "```",
        "",
        "## Parts",
        "",
        _row(["", *parts, "all"]),
        _row(["---", *["---:"] * (len(parts) + 1)]),
    ]
    for title, number in (("articles", 0), ("texts", 1), ("texts without spans", 2), ("spans", 3)):
        cells = [
            f"{(len(part.articles), part.records, part.empty, part.spans)[number]:,}"
            for part in (*parts.values(), total)
        ]
        lines.append(_row([title, *cells]))
    names = [*facts.labels.names, *sorted(set(total.labels).difference(facts.labels.names))]
    for name in names:
        cells = [_with_share(part.labels[name], part.spans) for part in (*parts.values(), total)]
        lines.append(_row([f"`{_plain(name)}`", *cells]))
    absent = [
        f"`{_plain(name)}` in {part}"
        for name in names
        if total.labels[name]
        for part, counts in parts.items()
        if not counts.labels[name]
    ]
    if absent:
        lines += ["", f"Without a single span: {', '.join(absent)}."]
    lines += ["", "## How articles were put into parts", "", *_describe_split(facts)]
    lines += ["", "## What is not in it", ""]
    lost = ", ".join(f"{count:,} × {what}" for what, count in sorted(facts.losses.items()))
    became = " or moved to whole tokens" if facts.on_loss == "snap" else ""
    lines.append(f"- Left out{became}, because the format cannot carry it as it is: {lost or 'nothing'}")
    lines.append("- Paragraphs that were not finished")
    kept_back = ", ".join(f"{count:,} {what}" for what, count in facts.withheld.items() if count)
    lines.append(f"- Finished, but with a link to what was not: {kept_back or 'nothing'}")
    if facts.alone:
        lines.append(f"- Finished, but by one annotator only: {count_noun(facts.alone, 'paragraph')}")
    lines += ["", "## Guidelines", "", facts.labels.guidelines.strip() or "None were written."]
    for label in facts.labels.labels:
        said = [part for part in (label.description, label.guidelines.strip()) if part]
        if label.examples:
            said.append(f"Examples: {', '.join(_plain(example) for example in label.examples)}.")
        if said:
            lines += ["", f"### {_plain(label.name)}", "", *said]
    return "\n".join([*lines, ""])


def _describe_split(facts: Facts) -> list[str]:
    shares, measure = facts.method["shares"], facts.method["near_duplicate"]
    copies = count_noun(facts.copies, "article")
    return [
        f"- By article, drawn from a hash of its text: {shares}. Adding articles moves none.",
        f"- Near-duplicates ({measure}) are where the first of them is: {copies}.",
        f"- Left out, because they resemble articles of several parts: {len(facts.left_out):,}.",
    ]


def _summarise(total: PartFacts) -> str:
    return (
        f"{count_noun(total.spans, 'span')} in {count_noun(total.records, 'finished text')} of"
        f" {count_noun(len(total.articles), 'article')}; {total.empty:,} of the texts have none, and were"
        " read all the same."
    )


def _sum(parts: Sequence[PartFacts]) -> PartFacts:
    total = PartFacts()
    for part in parts:
        total.articles |= part.articles
        total.records += part.records
        total.empty += part.empty
        total.characters += part.characters
        total.labels.update(part.labels)
        total.origins.update(part.origins)
        total.annotators.update(part.annotators)
        total.voters.update(part.voters)
    return total


def _sorted(counts: Counter[str]) -> dict[str, Json]:
    return {name: counts[name] for name in sorted(counts)}


def _counts(counts: Counter[str]) -> str:
    shown = [
        f"{_plain(name) or 'nobody'} ({count_noun(count, 'span')})" for name, count in sorted(counts.items())
    ]
    return ", ".join(shown) or "none"


def _with_share(count: int, total: int) -> str:
    return f"{count:,} ({100 * count / total:.1f} %)" if total else f"{count:,}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """Write a text in one line of a table."""
    return " ".join(text.split()).replace("|", "\\|").replace("`", "'")
