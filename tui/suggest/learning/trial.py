"""The learner's model is tried here, in a process of its own: the C library believes whatever a file says.

Run as `python -m tui.suggest.trial FILE DIGEST`; ends with exit code 0 where the file has this digest and can
be used. Every place, number and size in the models is looked at, and then they read a paragraph.
The format: https://github.com/chokkan/crfsuite, `crf1d_model.c` and `cqdb.c`.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from struct import Struct, error, iter_unpack

import pycrfsuite

from tui.suggest.learning.model import split_model

_HEADER = Struct("<4sI4sI8I")
_CHUNK = Struct("<4sII")
_DATABASE = Struct("<4sI4I")
_FEATURE = Struct("<IIId")
_PAIR = Struct("<II")
_NUMBER = Struct("<I")
_TABLES = 256
_BYTE_ORDER = 0x62445371


class WrongModelError(ValueError):
    """A model points out of itself, or says two things of the same."""


def check_blob(blob: bytes) -> None:
    """Make sure that the library reads and writes only where it may; raises `WrongError`."""
    try:
        _check_blob(blob)
    except error as outside:
        raise WrongModelError("a place outside the model") from outside


def try_blob(blob: bytes) -> None:
    """Let the library read two tokens, and say of each label how likely it is; raises what it raises."""
    tagger = pycrfsuite.Tagger()
    tagger.open_inmemory(blob)
    tagger.tag([["word=a", "bias"], ["word=b"]])
    for label in tagger.labels():
        tagger.marginal(label, 0)


def _check_blob(blob: bytes) -> None:
    magic, size, kind, version, _, labels, attributes, *places = _HEADER.unpack_from(blob)
    if (magic, kind, version, size) != (b"lCRF", b"FOMC", 100, len(blob)):
        raise WrongModelError("its header")
    at_features, at_labels, at_attributes, at_label_refs, at_attribute_refs = places
    features = _check_features(blob, at_features, labels, attributes)
    _check_names(blob, at_labels, labels)
    _check_names(blob, at_attributes, attributes)
    _check_references(blob, at_label_refs, b"LFRF", labels, features)
    _check_references(blob, at_attribute_refs, b"AFRF", attributes, features)


def _check_features(blob: bytes, place: int, labels: int, attributes: int) -> int:
    """Check the features; say how many there are."""
    chunk, _, count = _CHUNK.unpack_from(blob, place)
    if chunk != b"FEAT" or not labels:
        raise WrongModelError("the list of features")
    for kind, source, target, _ in _FEATURE.iter_unpack(
        _cut(blob, place + _CHUNK.size, count * _FEATURE.size)
    ):
        if kind > 1 or target >= labels or source >= (labels if kind else attributes):
            raise WrongModelError("a feature")
    return int(count)


def _check_references(blob: bytes, place: int, name: bytes, count: int, features: int) -> None:
    chunk, _, number = _CHUNK.unpack_from(blob, place)
    if chunk != name or number < count:
        raise WrongModelError("a list of references")
    for (at,) in _NUMBER.iter_unpack(_cut(blob, place + _CHUNK.size, count * _NUMBER.size)):
        (number,) = _NUMBER.unpack_from(blob, at)
        listed = _cut(blob, at + _NUMBER.size, number * _NUMBER.size)
        if any(feature >= features for (feature,) in _NUMBER.iter_unpack(listed)):
            raise WrongModelError("a reference to a feature")


def _check_names(blob: bytes, begin: int, count: int) -> None:
    """Check a table of names (CQDB): each has a number, and each number a name."""
    chunk, size, _, order, number, backward = _DATABASE.unpack_from(blob, begin)
    if chunk != b"CQDB" or order != _BYTE_ORDER or number < count:
        raise WrongModelError("a table of names")
    base = blob[begin : begin + size]
    if len(base) != size:
        raise WrongModelError("the size of a table of names")
    tables = _cut(base, _DATABASE.size, _TABLES * _PAIR.size)
    for place, buckets in _PAIR.iter_unpack(tables):
        if not place and not buckets:
            continue
        if not place or not buckets:
            raise WrongModelError("an empty table of names")
        entries = list(_PAIR.iter_unpack(_cut(base, place, buckets * _PAIR.size)))
        # A search ends at an empty bucket.
        if all(at for _, at in entries):
            raise WrongModelError("a full table of names")
        for _, at in entries:
            if at and _check_name(base, at) >= count:
                raise WrongModelError("the number of a name")
    if count:
        for (at,) in iter_unpack("<I", _cut(base, backward, count * _NUMBER.size)):
            _check_name(base, at)


def _check_name(base: bytes, place: int) -> int:
    """Check that a name ends where it says; give its number."""
    number, length = _PAIR.unpack_from(base, place)
    name = _cut(base, place + _PAIR.size, length)
    if not name.endswith(b"\0"):
        raise WrongModelError("the end of a name")
    return int(number)


def _cut(blob: bytes, start: int, length: int) -> bytes:
    if start + length > len(blob):
        raise WrongModelError("a place outside the model")
    return blob[start : start + length]


def main(arguments: Sequence[str]) -> None:
    """Try the model in a file; raises `WrongError` where it is not to be used."""
    path, digest = arguments
    header, blobs = split_model(Path(path).read_bytes())
    if header.get("digest") != digest:
        raise WrongModelError("another file")
    for blob in blobs:
        check_blob(blob)
        try_blob(blob)


if __name__ == "__main__":
    main(sys.argv[1:])
