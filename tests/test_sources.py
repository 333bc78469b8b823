"""Where readers read from: compressed files, archives, folders, pipes; tables, web pages and DocBins."""

import gzip
import io
import subprocess
import sys
import zlib
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.readers import only_record, only_refusal, quote_spans, read_all, read_text, reading_of, sentences
from tui.errors import InputError, Refusal
from tui.formats import FORMATS, list_likely, list_readable, open_source, open_sources, recognise
from tui.formats.conll import reader as conll
from tui.formats.shared.source import STDIN
from tui.model.record import Record
from tui.project.project import Project

READ = Path(__file__).parent / "data" / "formats" / "read"

TASK = '{"text":"Two men","answer":"accept","spans":[{"start":4,"end":7,"label":"actor"}]}\n'


def test_a_compressed_file_is_read_as_what_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(TASK.encode()))
    assert quote_spans(only_record(read_all(path))) == [("men", "actor")]


def test_a_damaged_compressed_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(TASK.encode() * 9)[:-12])
    with pytest.raises(InputError, match="the compressed file is damaged"):
        read_all(path)


def test_each_file_of_an_archive_is_read(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "all.zip", "w") as archive:
        for name in ("b.jsonl", "in/a.txt", "__MACOSX/a", ".hidden"):
            archive.writestr(name, TASK)
    sources = open_sources(tmp_path / "all.zip")
    assert [source.name.removeprefix(str(tmp_path)) for source in sources] == [
        "/all.zip/b.jsonl",
        "/all.zip/in/a.txt",
    ]
    assert [source.read_text() for source in sources] == [TASK, TASK]


def test_an_office_document_is_named(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("[Content_Types].xml", "")
    with pytest.raises(InputError, match="this is an office document; save it as text or CSV"):
        open_sources(tmp_path / "a.docx")


XMI = (
    '<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:c="http:///c.ecore">'
    '<cas:Sofa xmi:id="1" sofaString="Two men fled."/>'
    '<c:Event xmi:id="2" sofa="1" begin="0" end="7" value="actor"/></xmi:XMI>'
)
TYPES = '<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"/>'


def test_the_type_system_beside_a_cas_is_passed_over(project: Project, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "ana.zip", "w") as archive:
        archive.writestr("ana.xmi", XMI)
        archive.writestr("TypeSystem.xml", TYPES)
        archive.writestr("full-typesystem.xml", TYPES)
    said: list[Refusal] = []
    report = project.import_files([tmp_path / "ana.zip"], tell=said.append)
    assert (report.articles, report.spans, report.refused, said) == (1, 1, 0, [])


@pytest.mark.parametrize("is_unpacked", [False, True], ids=["zip", "folder"])
def test_the_backup_of_a_project_says_in_one_sentence_what_to_export(
    project: Project, tmp_path: Path, is_unpacked: bool
) -> None:
    with ZipFile(tmp_path / "backup.zip", "w") as archive:
        archive.writestr("exportedproject.json", '{"name": "News"}')
        archive.writestr("annotation/a.txt/ana.ser", b"\0\1")
        archive.writestr("source/a.txt", "Two men fled.")
    if is_unpacked:
        ZipFile(tmp_path / "backup.zip").extractall(tmp_path / "backup")
    path = tmp_path / ("backup" if is_unpacked else "backup.zip")
    said: list[Refusal] = []
    report = project.import_files([path], tell=said.append)
    assert (report.articles, report.refused) == (0, 1)
    (sentence,) = [each.reason for each in said]
    assert "backup of a project of INCEpTION" in sentence
    assert "export the documents there, as WebAnno TSV 3, UIMA CAS JSON or UIMA CAS XMI" in sentence


def test_standard_input_is_recognised_and_then_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TASK.encode())))
    source = open_source(STDIN)
    known = recognise(source)
    assert known is not None
    assert (known.name, source.name) == ("prodigy", "-")
    assert quote_spans(only_record(list(reading_of(known.name).records(source)))) == [("men", "actor")]


def test_a_folder_comes_in_with_what_is_not_understood_named(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.jsonl").write_text(TASK, encoding="utf-8")
    (folder / "b.js").write_text("let it = be;", encoding="utf-8")
    (folder / "c.txt").write_text("Three men", encoding="utf-8")
    said: list[Refusal] = []
    report = project.import_files([folder], tell=said.append)
    assert (report.articles, report.refused, report.numbers) == (2, 1, [1])
    assert [(Path(each.file).name, each.reason) for each in said] == [
        ("b.js", "its format is not known; say with --format what it is (--format text takes it as it is)")
    ]


def test_a_rehearsal_says_what_would_happen_and_changes_nothing(project: Project) -> None:
    path = project.place.folder / "a.jsonl"
    path.write_text(TASK.replace("actor", "new"), encoding="utf-8")
    before = project.place.labels.read_bytes()
    told: list[Refusal] = []
    reports = [
        project.import_files([path], add_labels=True, dry_run=True, tell=told.append) for _ in range(2)
    ]
    assert [(report.articles, report.spans, report.new_labels) for report in reports] == [(1, 1, ["new"])] * 2
    assert (project.store.articles.count_articles(), project.place.labels.read_bytes(), told) == (
        0,
        before,
        [],
    )
    assert project.labels.label("new") is None


def test_remarks_on_a_file_are_told_even_where_its_last_record_is_refused(project: Project) -> None:
    path = project.place.folder / "a.jsonl"
    path.write_text('{"text":"Two men","label":[[3,7,"nobody"]],"Comments":[]}', encoding="utf-8")
    said: list[Refusal] = []
    project.import_files([path], tell=said.append)
    assert [each.reason.split(":")[0] for each in said] == [
        "white space stands at the edge of 1 span",
        "'nobody' not in labels.yaml; add it there, or import with --add-labels",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"], ids=["comma", "tab", "semicolon"])
def test_a_table_has_a_text_a_row(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [["id", "Title", "Text"], ["7", "Näher", '"Zwei\r\n""Männer"", 😀"']]
    path = tmp_path / "a.csv"
    path.write_bytes("\r\n".join(delimiter.join(row) for row in rows).encode(encoding))
    record = only_record(read_all(path))
    assert (record.text, record.title, record.meta) == ('Zwei\r\n"Männer", 😀', "Näher", {"id": "7"})
    assert (record.spans, record.line) == (None, 2)


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        ("id,name\n1,a\n", 1, "no column is called text"),
        ("id,text\n1,a\n2\n", 3, "this row has 1 fields, and the header 2"),
        ('id,text\n1,a\n2,"a\n', 3, "this is not CSV"),
        ("id,text\n1, \n", 2, "the column 'text' is empty in this row"),
    ],
    ids=["column", "fields", "quote", "empty"],
)
def test_a_row_that_cannot_be_right_is_refused(tmp_path: Path, content: str, line: int, reason: str) -> None:
    found = [each for each in read_text(tmp_path, content, "a.csv") if isinstance(each, Refusal)]
    assert found[0].line == line
    assert reason in found[0].reason


def test_web_pages_need_an_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    with pytest.raises(InputError, match=r"web pages need trafilatura .*pip install 'spantag\[html\]'"):
        read_text(tmp_path, "<!doctype html><p>Two men fled.", "a")


def test_a_web_page_comes_in_with_its_metadata(tmp_path: Path) -> None:
    said = (f"{name} fled over the border at night, as people of the town said. " for name in "ABC")
    paragraphs = "".join(f"<p>{sentence * 3}</p>" for sentence in said)
    page = (
        '<!DOCTYPE html><html lang="en"><head><title>Two men fled</title>'
        '<meta name="author" content="Ana Beck"></head><body><nav>Home</nav>'
        f"<article><h1>Two men fled</h1>{paragraphs}</article></body></html>"
    )
    record = only_record(read_text(tmp_path, page, "a.html"))
    assert (record.title, record.meta["author"]) == ("Two men fled", "Ana Beck")
    assert record.text.count("fled over the border") == 9


def test_a_doc_bin_that_is_damaged_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.spacy"
    for content in (zlib.compress(b"\x81\xa5attrs"), zlib.compress(b"\x80"), b"x\x9cno"):
        path.write_bytes(content)
        assert isinstance(only_refusal(read_all(path)), Refusal)


def test_spacy_tuples_come_in_with_their_groups(tmp_path: Path) -> None:
    content = (
        '[["Two men fled", {"entities": [[0, 7, "A"]], "spans": {"sc": [[4, 7, "B"]]}, "cats": {"x": 1.0}}]]'
    )
    record = only_record(read_text(tmp_path, content, "train.json"))
    assert quote_spans(record) == [("Two men", "A"), ("men", "B")]
    assert record.spans is not None
    assert (record.spans[1].attributes, record.meta) == ({}, {"cats": {"x": 1.0}})


@pytest.mark.parametrize(
    "row",
    [
        '{"text":"Two men","entities":[{"start":0,"end":3,"type":"A"}]}',
        '{"text":"Two men","entities":[{"start":0,"end":3,"class":"A","text":"Two"}]}',
        '{"text":"Two men","ents":[{"start":0,"end":3,"label":"A"}],"tokens":[{"id":0,"start":0,"end":3}]}',
        '{"annotations":[null,["Two men",{"entities":[[0,3,"A"]]}]]}',
    ],
    ids=["type", "class", "document", "annotations"],
)
def test_objects_with_entities_come_in_whatever_they_call_the_label(tmp_path: Path, row: str) -> None:
    record = only_record(read_text(tmp_path, row, "a.json"))
    assert [(span.start, span.end, span.label, dict(span.attributes)) for span in record.spans or ()] == [
        (0, 3, "A", {})
    ]


def test_every_format_has_a_reader_that_knows_its_own() -> None:
    readings = list_readable().values()
    assert all(each.title and each.offsets and each.brings and each.lacks for each in readings)
    assert [name for name, known in FORMATS.items() if name != known.name] == []


@pytest.mark.parametrize("name", list(list_readable()))
def test_no_reader_falls_over_what_is_not_its_format(tmp_path: Path, name: str) -> None:
    for number, content in enumerate(
        (b"", b"{", b"[1, 2]", b"<a>", b"T1\tA", b"\xff\xfe\x00", b"a,b\n1", b'{"text": []}')
    ):
        path = tmp_path / f"{number}.x"
        path.write_bytes(content)
        for each in reading_of(name).records(open_source(path)):
            assert isinstance(each, Record | Refusal)


def test_naming_the_formats_loads_none_of_them() -> None:
    code = (
        "import sys, tui.formats; print(*[name for name in sys.modules if name.startswith('tui.formats.')])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    loaded = {name.removeprefix("tui.formats.").partition(".")[0] for name in found.split()}
    assert loaded == {"format", "shared"}


@pytest.mark.parametrize("name", list(list_readable()))
def test_a_format_is_loaded_at_first_sight_of_what_it_recognises(name: str) -> None:
    reading = FORMATS[name].reading
    assert reading is not None
    for source in open_sources(READ / name):
        head = source.read_head()
        for part in (head, head[:200]):
            for path in (source.inner_path, Path("a.txt")):
                if reading.recognises is not None and reading.recognises(part, path):
                    assert FORMATS[name] in [known for known, _ in list_likely(part, path)]


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "I"]), st.sampled_from(["O", "o", "B", "B-x", "b_x", "x-B", "S-x"])),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(["\t", " ", "|"]),
    st.sampled_from(["\n", "\r\n", "\n\n"]),
    st.booleans(),
)
def test_columns_of_tags_are_seen_at_first_sight(
    rows: list[tuple[str, str]], between: str, end: str, tag_is_first: bool
) -> None:
    lines = [between.join(row[::-1] if tag_is_first else row) for row in rows]
    head = end.join(lines).encode()
    if conll.recognises(head, Path("a.txt")):
        assert FORMATS["conll"] in [known for known, _ in list_likely(head, Path("a.txt"))]


def test_prose_loads_no_format_but_that_of_texts(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Two men fled\n\nThey fled to the north.\n", encoding="utf-8")
    code = (
        "import sys, tui.formats as formats; from pathlib import Path;"
        " print(formats.recognise(formats.open_source(Path(sys.argv[1]))).name, *sys.modules)"
    )
    command = [sys.executable, "-c", code, str(path)]
    name, *modules = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    loaded = {each.removeprefix("tui.formats.").partition(".")[0] for each in modules if "formats." in each}
    assert (name, loaded) == ("text", {"format", "shared", "plain"})


@pytest.mark.parametrize(
    "head",
    [
        b'<?xml version="1.0"?>' + b"<!-- a -->\n" * 5_000 + b"<config/>",
        b"#" + b"a " * 30_000 + b"\n",
        b"# a" + b" " * 60_000 + b"\n",
        b'{"a' + b'\\"' * 30_000,
        b"[" * 60_000,
        b"---\n" * 15_000,
        b"1-1\t" * 15_000,
    ],
    ids=["comments", "words", "spaces", "quotes", "brackets", "rules", "places"],
)
def test_a_file_of_nothing_but_marks_is_looked_at_no_longer_than_others(tmp_path: Path, head: bytes) -> None:
    """Where a pattern tries every way to split them, this test never ends."""
    path = tmp_path / "a.bin"
    path.write_bytes(head)
    (source,) = open_sources(path)
    known = recognise(source, is_named=False)
    assert known is None or known.name in ("text", "slate")


def test_of_a_million_columns_ten_are_named(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"c{number}" for number in range(1_000_000)) + "\n1\n", encoding="utf-8")
    refusal = only_refusal(read_all(path))
    listed = ", ".join(f"'c{number}'" for number in range(10))
    assert f"; there are {listed} and 999,990 more: name the one with the text so" in refusal.reason


def test_a_long_name_of_a_column_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(f"id,{'c' * 100_000}\n1,a\n", encoding="utf-8")
    assert f"; there are 'id', '{'c' * 59}…': name" in only_refusal(read_all(path)).reason


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such files")
def test_a_device_that_never_ends_is_refused() -> None:
    with pytest.raises(InputError, match="/dev/zero: this is a device, which may never end; give a file"):
        open_sources(Path("/dev/zero"))


def test_where_there_is_no_room_for_what_comes_through_a_pipe_the_reason_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Two men")))
    with pytest.raises(
        InputError, match=r"-: what comes through it cannot be kept while it is read: No such"
    ):
        open_sources(STDIN)


@pytest.mark.parametrize(
    "content",
    ["text,start,end,label\nTwo men,0,3,actor\n", "text,spans\nTwo men,\"[{'start': 0, 'end': 3}]\"\n"],
    ids=["columns", "cell"],
)
def test_a_table_of_spans_says_that_they_stay_in_the_metadata(tmp_path: Path, content: str) -> None:
    found = read_text(tmp_path, content, "a.csv")
    assert set(only_record(found).meta) <= {"start", "end", "label", "spans"}
    said = "the spans of 1 row stay in the metadata: of tables the texts are read"
    assert sentences(found) == [said]
