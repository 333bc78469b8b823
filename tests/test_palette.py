"""Colours of labels."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.ui.palette import PALETTE, blend, contrast, contrast_text, label_color, readable

COLORS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06X}")


def test_labels_take_the_colours_of_the_palette_in_order() -> None:
    assert [label_color(index) for index in range(len(PALETTE))] == list(PALETTE)
    assert label_color(len(PALETTE)) == PALETTE[0]


def test_a_label_keeps_its_own_colour() -> None:
    assert label_color(3, "#12abEF") == "#12ABEF"


def test_no_colour_is_in_the_palette_twice() -> None:
    assert len(set(PALETTE)) == len(PALETTE)


@pytest.mark.parametrize(
    ("share", "expected"), [(0, "#000000"), (0.5, "#808080"), (1, "#FFFFFF")], ids=["none", "half", "all"]
)
def test_a_colour_is_mixed_into_a_surface_by_its_share(share: float, expected: str) -> None:
    assert blend("#FFFFFF", "#000000", share) == expected


@given(COLORS, COLORS, st.floats(0, 1))
def test_a_mixture_lies_between_its_colours(color: str, surface: str, share: float) -> None:
    mixed = blend(color, surface, share)
    for at in (1, 3, 5):
        low, high = sorted((int(color[at : at + 2], 16), int(surface[at : at + 2], 16)))
        assert low <= int(mixed[at : at + 2], 16) <= high


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)
    assert contrast("#E69F00", "#E69F00") == 1


@given(COLORS)
def test_text_can_be_read_on_any_background(background: str) -> None:
    assert contrast(contrast_text(background), background) >= 4.5


@given(COLORS, COLORS)
def test_a_colour_can_be_made_readable_on_any_surface(color: str, surface: str) -> None:
    assert contrast(readable(color, surface), surface) >= 4.5


def test_a_colour_that_is_readable_stays() -> None:
    assert readable("#E69F00", "#121212") == "#E69F00"


@pytest.mark.parametrize("surface", ["#14171A", "#FAFAF7"], ids=["dark", "light"])
def test_the_first_colours_can_be_told_apart_on_a_surface(surface: str) -> None:
    shown = [blend(color, surface, 0.36) for color in PALETTE[:8]]
    assert all(one != other for one, other in combinations(shown, 2))
