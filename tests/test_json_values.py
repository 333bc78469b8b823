"""JSON with places: the parser that is quick, and the one that says what is wrong."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tui.formats.shared import json_values

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=5)
    | st.sampled_from([2**63, 2**64, -(2**63) - 1, 1e22, 5e-324, 1.7976931348623157e308]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def contents(draw: st.DrawFn) -> bytes:
    """Make what is JSON, or nearly."""
    content = json.dumps(
        draw(values), ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from([None, 0, "\t"]))
    ).encode("utf-8", "surrogatepass")
    start = draw(st.integers(0, len(content)))
    end = draw(st.integers(start, min(start + 2, len(content))))
    new = draw(
        st.binary(max_size=2)
        | st.sampled_from(
            [b"", b",", b"]", b"0", b"-", b".", b"e9", b"E+400", b"NaN", b"\\ud83d", b"\\/", b'"":0,']
        )
    )
    return content[:start] + new + content[end:]


@settings(max_examples=500)
@given(contents())
def test_what_is_parsed_quickly_is_what_is_parsed_with_care(content: bytes) -> None:
    try:
        value = json_values._decode(content)
    except ValueError:
        return
    # By their signs, because 1, 1.0 and True are equal.
    assert repr(value) == repr(json_values.parse(content.decode("utf-8")))


@given(values)
def test_what_is_right_is_parsed_quickly(value: object) -> None:
    try:
        content = json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except ValueError:
        return
    assert repr(json_values._decode(content)) == repr(json.loads(content))


def test_a_text_that_is_cut_off_is_a_text_to_the_end() -> None:
    head = b'{"text": "He said \\"no\\" {and", "spans": [{"start": 1}], "meta": "[so'
    assert json_values.outline(head) == {"": "{", "text": '"', "spans": "[", "spans[]": "{",
                                         "spans[].start": "1", "meta": '"'}  # fmt: skip
