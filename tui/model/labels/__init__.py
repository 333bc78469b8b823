"""labels.yaml: what can be tagged, how it looks there, and how the file is read and added to.

`values` holds what a project's labels are, `attributes` what is asked about their spans, `schema` the words
of the file, `read` turns the file into values, `edit` adds labels to it.
"""

from tui.model.labels.attributes import (
    ArticleLabel,
    Attribute,
    AttributeType,
    assign_keys,
    find_missing,
    write_answer,
)
from tui.model.labels.edit import add_labels, has_all, merge_labels, put_labels_back
from tui.model.labels.read import parse_labels, read_labels
from tui.model.labels.rename import rename_in_file, take_out_of_file
from tui.model.labels.schema import labels_schema
from tui.model.labels.values import Label, LabelSet, Pattern, RelationType
from tui.text.counting.count import CountRule

__all__ = [
    "ArticleLabel",
    "Attribute",
    "AttributeType",
    "CountRule",
    "Label",
    "LabelSet",
    "Pattern",
    "RelationType",
    "add_labels",
    "assign_keys",
    "find_missing",
    "has_all",
    "labels_schema",
    "merge_labels",
    "parse_labels",
    "put_labels_back",
    "read_labels",
    "rename_in_file",
    "take_out_of_file",
    "write_answer",
]
