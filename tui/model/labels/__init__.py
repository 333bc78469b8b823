"""labels.yaml: what can be tagged, how it looks there, and how the file is read and added to.

`values` holds what a project's labels are, `attributes` what is asked about their spans, `schema` the words
of the file, `read` turns the file into values, `edit` adds labels to it, `rename` changes their names. Here
stand the values alone, so that who needs no more loads no more.
"""

from tui.model.labels.attributes import (
    ArticleLabel,
    Attribute,
    AttributeType,
    assign_keys,
    find_missing,
    write_answer,
    write_answers,
)
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
    "assign_keys",
    "find_missing",
    "write_answer",
    "write_answers",
]
