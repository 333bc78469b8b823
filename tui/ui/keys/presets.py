"""Keymaps that come with spantag, for keyboards on which the default keys are not enough."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct, field


class Preset(Struct, frozen=True):
    """Keys that stand instead of default ones, as in a person's own keymap."""

    why: str
    """What it is for, in one sentence."""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Action to its keys."""
    hint_letters: str = ""
    """The letters of hints, the easiest to reach first; empty for those that are so on a US keyboard."""


PRESETS: Final[Mapping[str, Preset]] = MappingProxyType(
    {
        "azerty": Preset(
            "French and Belgian keyboards: the row of digits sets the length without shift.",
            {
                "annotate.length": (*"&é\"'(-è_çà", *"1234567890"),
                "annotate.skip": (")",),
                "annotate.hints": ("ù",),
                "annotate.redo": (":", "ctrl+y"),
                "app.commands": ("f9", "ctrl+p"),
                "annotate.start_earlier": ("ctrl+left",),
                "annotate.start_later": ("ctrl+right",),
            },
            "fjdkslmqghrueizovncbtyapxw",
        ),
        "qwertz": Preset(
            "German keyboards: the hints come in the order in which their letters are easy to reach.",
            hint_letters="fjdkslaghrueiwovmcnbtzqpxy",
        ),
    }
)
"""Every preset by its name in a keymap."""
