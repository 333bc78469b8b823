"""What is done beside the keys of an annotator: learning from before, syncing, remembering where they are."""

import asyncio
import time
from typing import Final

from tui.project.project import Project
from tui.session import Session
from tui.suggest.assistant import Assistant

_BREATH: Final = 0.1
"""Seconds without a key after which there is time for something else."""

_SLICE: Final = 0.004
"""Seconds of something else, less than anybody feels."""

SLICE_EVERY: Final = 2 * _BREATH
"""Seconds from one slice of something else to the next."""


class Upkeep:
    """Keeps a project and its assistant up to date while a session goes on."""

    def __init__(self, project: Project, session: Session, assistant: Assistant) -> None:
        self._project = project
        self._session = session
        self._assistant = assistant
        self._recall = project.recall()
        self._last_key = 0.0
        self._has_paused = True
        self._synced_at = ""
        # Where the annotator is, is remembered even where nothing moves: another article was the last one.
        self._saved_offset = -1

    def note_key(self) -> None:
        """Take note that a key came: everything else waits."""
        self._last_key = time.perf_counter()
        self._has_paused = False

    def take_pause(self) -> bool:
        """Tell whether no key came since this was asked last."""
        had_paused, self._has_paused = self._has_paused, True
        return had_paused

    def learn_a_little(self) -> bool:
        """Learn from what was finished before, while no key comes; say whether that was the last of it."""
        limit = time.perf_counter() + _SLICE
        while time.perf_counter() < limit and time.perf_counter() - self._last_key > _BREATH:
            if next(self._recall, self) is self:
                return True
        return False

    def train(self) -> list[str]:
        """Begin a training that is due; give what went wrong with one, a sentence each."""
        self._assistant.train_if_due()
        return self._assistant.take_notices()

    def save_position(self) -> None:
        """Remember where the annotator is; where that fails, not again before they have moved on."""
        offset = self._session.offset
        if offset == self._saved_offset or not self._session.chunks:
            return
        self._saved_offset = offset
        article, there = self._session.batch.locate(offset)
        self._project.save_position(article.number, there)

    async def sync(self) -> None:
        """Sync the database, where anything was saved since the last time."""
        saved_at = self._session.annotations.saved_at
        if self._synced_at != saved_at:
            self._synced_at = saved_at
            await asyncio.to_thread(self._project.sync)
