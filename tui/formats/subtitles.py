r"""Subtitles, SRT and WebVTT: each cue is a paragraph, in one line; its times are metadata.

    1                                       WEBVTT
    00:00:01,000 --> 00:00:04,000
    Two men fled.                           00:01.000 --> 00:04.000 align:left
                                            <v Ana>Two men fled.
    2
    00:00:04,500 --> 00:00:06,000
    Nobody was hurt.

The metadata `cues` has an object for each paragraph, in order: `start` and `end` as written, and where there
are any `id`, `settings` and `speaker`. Tags (`<i>`, `{\an8}`) are left out. https://www.w3.org/TR/webvtt1/
"""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from tui.errors import Refusal
from tui.formats.format import Format, Reading
from tui.formats.shared.reading import Tally, WrongError, short, summarise
from tui.formats.shared.source import Source
from tui.model.record import Record, remark_on_nul
from tui.model.span import Json

_TIME: Final = r"(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3}"
_TIMES: Final = re.compile(rf"\s*({_TIME})\s*-->\s*({_TIME})(?:\s+(.*?))?\s*")
_HEAD: Final = re.compile(
    rf"(?:WEBVTT(?:[ \t].*)?(?:[\r\n]|\Z)|\s*\d+[ \t]*(?:\r\n|\r|\n){_TIMES.pattern}[\r\n])"
)
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_ASIDE: Final = re.compile(r"(?:WEBVTT|NOTE|STYLE|REGION)(?:\s|$)")
_VOICE: Final = re.compile(r"<v(?:\.[^\s>]*)*\s+([^>]+)>")
_TAG: Final = re.compile(
    r"</?(?:b|i|u|s|c|v|font|lang|ruby|rt)(?:[.\s][^<>]*)?>|<\d[\d:.]*>|\{\\[^{}]*\}", re.IGNORECASE
)


class _Cue(Struct):
    """One cue: when it is shown, and what it says."""

    meta: dict[str, Json]
    lines: list[str] = field(default_factory=list)

    def say(self) -> str:
        """Give what it says in one line."""
        return " ".join(" ".join(self.lines).split())


def recognises(head: bytes, path: Path) -> bool:
    """Tell it by its first line, or by a number and a line of times."""
    del path
    return _HEAD.match(head[:4096].decode("utf-8", "ignore")) is not None


def read(source: Source) -> Iterator[Record | Refusal]:
    """Read all cues as one article."""
    tally = Tally()
    return summarise(_read_cues(source, tally), tally)


def _read_cues(source: Source, tally: Tally) -> Iterator[Record | Refusal]:
    text = source.read_article()
    if isinstance(text, Refusal):
        yield text
        return
    cues: list[_Cue] = []
    try:
        _collect(_LINE_END.split(text), cues, tally, is_web=text.startswith("WEBVTT"))
    except WrongError as error:
        line, _, reason = str(error).partition(": ")
        yield Refusal(source.name, reason, int(line))
        return
    spoken = [(cue, said) for cue in cues if (said := cue.say())]
    tally.add("{} without words {are} left out", "cue", number=len(cues) - len(spoken))
    if spoken:
        whole = "\n\n".join(said for _, said in spoken)
        yield Record(whole, meta={"cues": [cue.meta for cue, _ in spoken]}, remarks=remark_on_nul(whole))


def _collect(lines: list[str], cues: list[_Cue], tally: Tally, *, is_web: bool) -> None:
    """Gather the cues of a file; what stands outside of them is counted."""
    is_aside = is_new = False
    for number, line in enumerate(lines, start=1):
        times = _TIMES.fullmatch(line)
        before = lines[number - 2].strip() if number > 1 else ""
        if times:
            name = _take_name(before, cues)
            cues.append(_Cue(_describe(times, name)))
            is_aside = False
        elif not line.strip():
            is_aside, is_new = False, True
            continue
        elif "-->" in line:
            raise WrongError(
                f"{number}: {short(line.strip())} is no time; write 00:00:01,000 --> 00:00:04,000"
            )
        elif is_web and not is_aside and (is_new or number == 1) and _ASIDE.match(line):
            is_aside = True
        elif not is_aside and number < len(lines) and _TIMES.fullmatch(lines[number]):
            pass
        elif not is_aside and cues:
            cues[-1].lines.append(_clean(line, cues[-1], tally, number, is_web=is_web))
        if is_aside and line.strip() != "WEBVTT":
            tally.add("{} outside of cues {are} left out", "line", line=number)
        is_new = False


def _take_name(before: str, cues: list[_Cue]) -> str:
    """Take the line before the times as the name of the cue, unless it is blank or only its number."""
    is_number = before.isdecimal() and before == str(len(cues) + 1)
    return "" if is_number or _ASIDE.match(before) else before


def _describe(times: re.Match[str], name: str) -> dict[str, Json]:
    meta: dict[str, Json] = {"start": times[1], "end": times[2]}
    if name:
        meta["id"] = name
    if times[3]:
        meta["settings"] = times[3]
    return meta


def _clean(line: str, cue: _Cue, tally: Tally, number: int, *, is_web: bool) -> str:
    """Take the tags out of a line, and note who speaks."""
    voice = _VOICE.search(line)
    if voice:
        cue.meta.setdefault("speaker", voice[1].strip())
    cleaned, count = _TAG.subn("", line)
    tally.add("{} of cues {are} left out", "tag", line=number, number=count)
    return html.unescape(cleaned) if is_web else cleaned


FORMAT: Final = Format(
    "subtitles",
    reading=Reading(
        title="subtitles, SRT and WebVTT",
        suffixes=(".srt", ".vtt"),
        offsets="none",
        brings="the text, a cue a paragraph; times, names, settings and speakers of cues as metadata",
        lacks="tags of cues, notes and styles",
        read=read,
        recognises=recognises,
        is_one_text=True,
    ),
)
"""How it is read and written."""
