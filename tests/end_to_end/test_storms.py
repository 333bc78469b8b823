"""A light storm of every kind that needs the installed command; `storms.py` makes heavier ones."""

import random

import pytest

from tests.end_to_end.storms import Storm, close_terminals, is_calm, kill, weather, write_together


@pytest.mark.parametrize("storm", [close_terminals, kill])
def test_the_app_ends_and_nothing_is_lost(storm: Storm) -> None:
    found = weather(storm, 2, random.Random(2))
    assert is_calm(found), found


def test_two_apps_that_tag_the_same_article_show_and_keep_the_same() -> None:
    found = write_together(random.Random(3), 2.0)
    assert is_calm(found), found
