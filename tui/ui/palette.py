"""Label -> colour, so that labels can be told apart.

Colours are `#RRGGBB`, in and out. Mixing and contrast follow WCAG 2.2 (relative luminance).
"""

from typing import Final

PALETTE: Final = (
    "#E69F00",  # orange
    "#56B4E9",  # sky blue
    "#009E73",  # bluish green
    "#F0E442",  # yellow
    "#0072B2",  # blue
    "#D55E00",  # vermilion
    "#CC79A7",  # reddish purple
    "#EE8866",  # Tol light: orange
    "#77AADD",  # Tol light: light blue
    "#44BB99",  # Tol light: mint
    "#EEDD88",  # Tol light: light yellow
    "#332288",  # Tol muted: indigo
    "#882255",  # Tol muted: wine
    "#BBCC33",  # Tol light: pear
    "#AA4499",  # Tol muted: purple
    "#117733",  # Tol muted: green
)
"""Colours that people with a colour vision deficiency can tell apart, the safest first.

The first seven are of Okabe and Ito, *Color Universal Design* (2008), the others of Tol, *Colour Schemes*
(SRON/EPS/TN/09-002, 2021).
"""

BLACK: Final = "#000000"
WHITE: Final = "#FFFFFF"


def label_color(index: int, color: str | None = None) -> str:
    """Give the colour of the label at a place in labels.yaml: its own, else one of the palette."""
    return _format(*_parse(color)) if color else PALETTE[index % len(PALETTE)]


def blend(color: str, surface: str, share: float) -> str:
    """Mix a colour into a surface; a `share` of 1 is the colour, of 0 the surface."""
    pairs = zip(_parse(color), _parse(surface), strict=True)
    red, green, blue = (round(upper * share + lower * (1 - share)) for upper, lower in pairs)
    return _format(red, green, blue)


def contrast_text(background: str) -> str:
    """Give black or white, whichever can be read better on a background."""
    return max(WHITE, BLACK, key=lambda color: contrast(color, background))


def readable(color: str, surface: str, *, ratio: float = 4.5) -> str:
    """Move a colour towards black or white until it has that contrast to the surface it is written on."""
    target = contrast_text(surface)
    steps = (blend(target, color, step / 20) for step in range(21))
    return next((mixed for mixed in steps if contrast(mixed, surface) >= ratio), target)


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of two colours, from 1 (none) to 21 (black on white)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    """Give the relative luminance of a colour, from 0 to 1."""
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in (value / 255 for value in _parse(color))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parse(color: str) -> tuple[int, int, int]:
    """Read `#RRGGBB` or `#RGB`."""
    digits = color.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    value = int(digits, 16)
    return value >> 16, value >> 8 & 255, value & 255


def _format(red: int, green: int, blue: int) -> str:
    """Write `#RRGGBB`."""
    return f"#{red:02X}{green:02X}{blue:02X}"
