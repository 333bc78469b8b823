"""The command line: stdout is data, stderr is narration; each command is loaded when it is called.

Exit codes: 0 done; 1 something was refused, the rest was done; 2 wrong usage or configuration. Only the
commands that open a screen import textual.
"""

from tui.cli.group import main

__all__ = ["main"]
