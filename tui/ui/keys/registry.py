"""Every action and its keys: the one registry from which key line, help, palette and documentation come.

Printable characters are keys by themselves (`*`); all others have Textual's names (`enter`, `shift+left`).
On every keyboard of `layouts.py` each action has one key that is pressed alone, or a way by such keys.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

Scope: TypeAlias = Literal["annotate", "search", "library", "mentions", "dialog", "app"]
"""Where an action's keys work: on one screen, while a search goes on, in dialogs, or everywhere."""

SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
"""Every scope."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something a key does."""

    id: str
    """`scope.verb`; what keymaps and screens call it."""
    keys: tuple[str, ...]
    """The default keys, the one to show first."""
    name: str
    """A word or three for the key line."""
    description: str
    """One sentence for help and documentation."""
    group: str
    """The heading it stands under; actions of one group follow each other."""
    is_in_line: bool = False
    """Whether the key line shows it."""
    is_in_long_line: bool = False
    """Whether the key line shows it where there is room for all of these."""
    words: str = ""
    """Other words by which people look for it, in lower case."""
    way: tuple[str, ...] = ()
    """Ids of actions that do the same one after the other, where no key alone does on some keyboards."""

    @property
    def scope(self) -> str:
        """Where its keys work."""
        return self.id.partition(".")[0]


ACTIONS: Final = (
    Action(
        "annotate.finish",
        ("enter",),
        "Finish",
        "Accept what is suggested, mark the paragraph finished (express and screen: all that are marked at "
        "the left edge), and go to the next unfinished one, in the next article where none is left.",
        "Paragraphs",
        is_in_line=True,
        words="accept confirm done complete next submit",
    ),
    Action(
        "annotate.skip",
        ("-",),
        "Skip",
        "Skip the paragraph, or take that back.",
        "Paragraphs",
        words="ignore pass later leave out",
    ),
    Action(
        "annotate.flag",
        ("!", "f4"),
        "Flag",
        "Flag the paragraph for a second look, or take that back.",
        "Paragraphs",
        words="mark bookmark doubt star",
    ),
    Action(
        "annotate.boilerplate",
        ("=", "ß", "¡", "ì", "å"),
        "Boilerplate",
        "Mark the paragraph as boilerplate, or take that back.",
        "Paragraphs",
        words="ads navigation footer menu noise",
    ),
    Action(
        "annotate.next_marked",
        ("f6",),
        "Next marked",
        "Go to the next paragraph that was skipped or flagged.",
        "Paragraphs",
        words="skipped flagged doubt jump",
    ),
    Action(
        "annotate.review",
        ("f8",),
        "Review",
        "Show all paragraphs with their labels, to read the article once more; again: back to work.",
        "Paragraphs",
        is_in_long_line=True,
        words="overview read check proofread all",
    ),
    Action(
        "annotate.reopen",
        ("+", "insert"),
        "Reopen",
        "Make the paragraph unfinished again.",
        "Paragraphs",
        words="edit again unfinish back",
    ),
    Action("annotate.next_paragraph", ("pagedown",), "Next", "Go to the next paragraph.", "Paragraphs"),
    Action(
        "annotate.previous_paragraph", ("pageup",), "Previous", "Go to the previous paragraph.", "Paragraphs"
    ),
    Action(
        "annotate.left", ("left",), "Left", "Move the cursor one word to the left.", "Cursor and selection"
    ),
    Action(
        "annotate.right",
        ("right",),
        "Right",
        "Move the cursor one word to the right.",
        "Cursor and selection",
    ),
    Action("annotate.up", ("up",), "Up", "Move the cursor one line up.", "Cursor and selection"),
    Action("annotate.down", ("down",), "Down", "Move the cursor one line down.", "Cursor and selection"),
    Action(
        "annotate.line_start",
        ("home",),
        "Line start",
        "Go to the start of the line; from there, to the start of the article.",
        "Cursor and selection",
    ),
    Action(
        "annotate.line_end",
        ("end",),
        "Line end",
        "Go to the end of the line; from there, to the end of the article.",
        "Cursor and selection",
    ),
    Action(
        "annotate.article_start",
        ("ctrl+home",),
        "Article start",
        "Go to the start of the article.",
        "Cursor and selection",
        way=("annotate.line_start", "annotate.line_start"),
    ),
    Action(
        "annotate.article_end",
        ("ctrl+end",),
        "Article end",
        "Go to the end of the article.",
        "Cursor and selection",
        way=("annotate.line_end", "annotate.line_end"),
    ),
    Action(
        "annotate.extend_left",
        ("shift+left", "<", "alt+left"),
        "Extend left",
        "Extend the selection to the left, or end the span in focus one word earlier.",
        "Cursor and selection",
        way=("annotate.pin", "annotate.left"),
        words="select range shorten shrink boundary",
    ),
    Action(
        "annotate.extend_right",
        ("shift+right", ">", "alt+right"),
        "Extend right",
        "Extend the selection to the right, or end the span in focus one word later.",
        "Cursor and selection",
        way=("annotate.pin", "annotate.right"),
        words="select range lengthen grow boundary",
    ),
    Action(
        "annotate.extend_up",
        ("shift+up", "ctrl+u"),
        "Extend up",
        "Extend the selection to the line above.",
        "Cursor and selection",
        way=("annotate.pin", "annotate.up"),
    ),
    Action(
        "annotate.extend_down",
        ("shift+down", "ctrl+d"),
        "Extend down",
        "Extend the selection to the line below.",
        "Cursor and selection",
        way=("annotate.pin", "annotate.down"),
    ),
    Action(
        "annotate.pin",
        ("space",),
        "Pin",
        "Accept the suggestion in focus; else let what moves the cursor extend the selection, or move the "
        "end of the span in focus (up and down: by parts of words); again, its start; again, neither.",
        "Cursor and selection",
    ),
    Action(
        "annotate.hints",
        ("'", "ä", "à", "æ"),
        "Jump",
        "Show hints that move the cursor and tag nothing.",
        "Cursor and selection",
        words="jump go to word",
    ),
    Action(
        "annotate.search",
        ("/", "f3"),
        "Search",
        "Search the article for a text; every place of it lights up.",
        "Cursor and selection",
        is_in_long_line=True,
        words="find look for text",
    ),
    Action(
        "annotate.next_span",
        ("tab",),
        "Next span",
        "Put the next span or suggestion into focus.",
        "Spans",
        is_in_line=True,
    ),
    Action(
        "annotate.previous_span",
        ("shift+tab", "f7"),
        "Previous span",
        "Put the previous span or suggestion into focus.",
        "Spans",
    ),
    Action(
        "annotate.length",
        ("1", "2", "3", "4", "5", "6", "7", "8", "9", "0"),
        "Length",
        "Make the span in focus so many words long: as many as the place of the key among these.",
        "Spans",
        words="resize longer shorter",
    ),
    Action(
        "annotate.start_earlier",
        ("(", "ctrl+left"),
        "Start earlier",
        "Start the span in focus, or the selection, one word earlier.",
        "Spans",
        way=("annotate.pin", "annotate.pin", "annotate.left"),
        words="edge boundary resize",
    ),
    Action(
        "annotate.start_later",
        (")", "ctrl+right"),
        "Start later",
        "Start the span in focus, or the selection, one word later.",
        "Spans",
        way=("annotate.pin", "annotate.pin", "annotate.right"),
        words="edge boundary resize",
    ),
    Action(
        "annotate.nudge_end_left",
        ("[", "alt+up"),
        "End −1",
        "End the span in focus, or the selection, a part of a word or a character earlier.",
        "Spans",
        way=("annotate.pin", "annotate.up"),
        words="edge boundary trim character",
    ),
    Action(
        "annotate.nudge_end_right",
        ("]", "alt+down"),
        "End +1",
        "End the span in focus, or the selection, a part of a word or a character later.",
        "Spans",
        way=("annotate.pin", "annotate.down"),
        words="edge boundary character",
    ),
    Action(
        "annotate.nudge_start_left",
        ("{", "ctrl+up"),
        "Start −1",
        "Start the span in focus, or the selection, a part of a word or a character earlier.",
        "Spans",
        way=("annotate.pin", "annotate.pin", "annotate.up"),
        words="edge boundary character",
    ),
    Action(
        "annotate.nudge_start_right",
        ("}", "ctrl+down"),
        "Start +1",
        "Start the span in focus, or the selection, a part of a word or a character later.",
        "Spans",
        way=("annotate.pin", "annotate.pin", "annotate.down"),
        words="edge boundary trim character",
    ),
    Action(
        "annotate.mode",
        ("~", "`", "²", "º", "§", "½", "|", "ü", "è"),
        "Mode",
        "Go from hints to express (hints always there, labels predicted) to the whole screen, and back.",
        "Spans",
        is_in_line=True,
        words="express screen hints faster",
    ),
    Action(
        "annotate.sources",
        ("$", "f12"),
        "Sources",
        "See which sources of suggestions there are and how often they were right; switch them on or off.",
        "Spans",
        is_in_long_line=True,
        words="predictions model learner patterns accuracy",
    ),
    Action(
        "annotate.fine",
        ("\\", "ç", "ù", "f11"),
        "Fine steps",
        "Let the keys for parts of words go to every place inside a character, or not any more.",
        "Spans",
    ),
    Action(
        "annotate.pick_label",
        (";", "ö", "ñ", "ò", "ø"),
        "Label by name",
        "Find a label by its name, for the selection or the span in focus.",
        "Spans",
        words="category class type entity tag",
    ),
    Action(
        "annotate.tag_equal",
        ("*", "f5"),
        "Same here",
        "Tag the same words in the rest of this article; where none are left, go on to all articles.",
        "Spans",
        words="mentions repeats occurrences propagate",
    ),
    Action(
        "annotate.mentions",
        ("@", "ctrl+e"),
        "Same everywhere",
        "Go through the places where the same words stand in all articles, and tag them one by one.",
        "Spans",
        is_in_long_line=True,
        way=("annotate.tag_equal", "annotate.tag_equal"),
        words="mentions occurrences repeats queue propagate corpus",
    ),
    Action(
        "annotate.remove",
        ("backspace", "delete"),
        "Remove",
        "Remove the span in focus, or reject the suggestion.",
        "Spans",
        words="delete erase untag dismiss",
    ),
    Action(
        "annotate.note",
        ("#", "f2"),
        "Note",
        "Write a note on the span in focus, else on the paragraph; a mark shows where one is.",
        "Spans",
        is_in_long_line=True,
        words="comment remark",
    ),
    Action(
        "annotate.undo",
        (",", "ctrl+z"),
        "Undo",
        "Take back the last change.",
        "Undo and back",
        is_in_line=True,
        words="revert mistake back",
    ),
    Action(
        "annotate.redo",
        (".", "ctrl+y", "_"),
        "Redo",
        "Bring back the change that was taken back last.",
        "Undo and back",
        words="again repeat",
    ),
    Action(
        "annotate.back",
        ("escape",),
        "Back",
        "Close the hints, drop the selection, leave the span; then, go back to the library.",
        "Undo and back",
        is_in_line=True,
    ),
    Action(
        "search.next",
        ("enter", "f3"),
        "Next",
        "Go to the next place that was found.",
        "While a search goes on",
    ),
    Action(
        "search.previous",
        ("N", "shift+f3", "f2"),
        "Before",
        "Go to the place before.",
        "While a search goes on",
    ),
    Action("search.end", ("escape",), "End", "End the search.", "While a search goes on"),
    Action(
        "library.open", ("enter",), "Open", "Open the article under the cursor.", "Articles", is_in_line=True
    ),
    Action(
        "library.filter",
        ("/", "f3"),
        "Filter",
        "Show articles by a part of the title.",
        "Articles",
        is_in_line=True,
        words="search find title",
    ),
    Action(
        "library.state", ("s",), "State", "Show only articles in the next state.", "Articles", is_in_line=True
    ),
    Action(
        "library.order",
        ("o",),
        "Order",
        "Show first the articles in which spantag is least sure, or take them in order of arrival again.",
        "Articles",
        is_in_long_line=True,
        words="sort uncertain active learning hardest",
    ),
    Action(
        "library.import",
        ("i",),
        "Import",
        "Import files.",
        "Articles",
        is_in_line=True,
        words="load add upload files",
    ),
    Action(
        "library.export",
        ("e",),
        "Export",
        "Export what is finished.",
        "Articles",
        is_in_line=True,
        words="save write download",
    ),
    Action(
        "library.remove",
        ("x", "delete"),
        "Remove",
        "Remove the article from the project.",
        "Articles",
        words="delete erase",
    ),
    Action(
        "library.undo",
        ("u",),
        "Undo remove",
        "Undo the last removal: put its articles back.",
        "Articles",
        words="restore bring back",
    ),
    Action(
        "library.undo_import",
        ("t",),
        "Undo import",
        "Undo the last import: take back what it brought.",
        "Articles",
        words="revert take back",
    ),
    Action(
        "library.demo",
        ("d",),
        "Sample",
        "Put a sample article into the project and open it.",
        "Articles",
        words="example try",
    ),
    Action(
        "library.back",
        ("escape",),
        "Show all",
        "Stop the import or export; else take the filters away.",
        "Articles",
    ),
    Action("library.up", ("up",), "Up", "Go one article up.", "Moving"),
    Action("library.down", ("down",), "Down", "Go one article down.", "Moving"),
    Action("library.page_up", ("pageup",), "Page up", "Go one page up.", "Moving"),
    Action("library.page_down", ("pagedown",), "Page down", "Go one page down.", "Moving"),
    Action("library.first", ("home",), "First", "Go to the first article.", "Moving"),
    Action("library.last", ("end",), "Last", "Go to the last article.", "Moving"),
    Action(
        "library.quit",
        ("q",),
        "Quit",
        "Leave spantag; everything is saved.",
        "Moving",
        is_in_line=True,
        words="exit close leave",
    ),
    Action(
        "mentions.accept",
        ("enter",),
        "Tag",
        "Tag the words there and go to the next open place.",
        "Deciding",
        is_in_line=True,
    ),
    Action(
        "mentions.reject",
        ("backspace", "delete"),
        "Reject",
        "Turn the place down for good and go to the next open one.",
        "Deciding",
        is_in_line=True,
    ),
    Action(
        "mentions.skip",
        ("space",),
        "Skip",
        "Leave the place as it is and go to the next open one.",
        "Deciding",
        is_in_line=True,
    ),
    Action(
        "mentions.accept_rest",
        ("*", "f5"),
        "Tag all left",
        "Tag the words at every open place.",
        "Deciding",
        is_in_line=True,
        words="all occurrences everywhere",
    ),
    Action(
        "mentions.undo",
        (",", "ctrl+z"),
        "Undo",
        "Take back the last decision.",
        "Deciding",
        is_in_line=True,
    ),
    Action(
        "mentions.undo_all",
        ("u",),
        "Undo all",
        "Take back everything that was decided here, in all articles.",
        "Deciding",
        is_in_long_line=True,
    ),
    Action("mentions.up", ("up",), "Up", "Go one place up.", "Looking around"),
    Action("mentions.down", ("down",), "Down", "Go one place down.", "Looking around"),
    Action("mentions.page_up", ("pageup",), "Page up", "Go one page up.", "Looking around"),
    Action("mentions.page_down", ("pagedown",), "Page down", "Go one page down.", "Looking around"),
    Action("mentions.first", ("home",), "First", "Go to the first place.", "Looking around"),
    Action("mentions.last", ("end",), "Last", "Go to the last place.", "Looking around"),
    Action(
        "mentions.back",
        ("escape",),
        "Back",
        "Stop tagging all that are left; then, go back to the article.",
        "Looking around",
        is_in_line=True,
    ),
    Action(
        "dialog.accept",
        ("enter",),
        "Take it",
        "Take what is typed or chosen; else close the dialog.",
        "Dialogs",
    ),
    Action("dialog.back", ("escape",), "Back", "Close the dialog; nothing is taken.", "Dialogs"),
    Action("dialog.up", ("up",), "Up", "Go one up in the list.", "Dialogs"),
    Action("dialog.down", ("down",), "Down", "Go one down in the list.", "Dialogs"),
    Action("dialog.page_up", ("pageup",), "Page up", "Go one page up.", "Dialogs"),
    Action("dialog.page_down", ("pagedown",), "Page down", "Go one page down.", "Dialogs"),
    Action(
        "app.help",
        ("?", "f1"),
        "Help",
        "Show every key and the guidelines.",
        "Everywhere",
        is_in_line=True,
        words="keys shortcuts manual bindings",
    ),
    Action(
        "app.commands",
        (":", "ctrl+p", "f9"),
        "Commands",
        "Find a command by its name.",
        "Everywhere",
        is_in_line=True,
        words="palette menu",
    ),
    Action(
        "app.quit",
        ("ctrl+q", "f10"),
        "Quit",
        "Leave spantag; everything is saved.",
        "Everywhere",
        words="exit close",
    ),
)
"""Every action, in the order in which help shows them."""

BY_ID: Final = {action.id: action for action in ACTIONS}
"""Every action by its id."""
