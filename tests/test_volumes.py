"""Where a database is not safe: network file systems, and folders that a program copies."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.at_work import make_project
from tests.piloted import browsing, said
from tui.cli import main
from tui.store.volumes import (
    Mount,
    explain_risk,
    find_network,
    parse_mount_output,
    parse_mountinfo,
    read_mounts,
)

MOUNTINFO = r"""22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 259:1 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p1 rw
36 27 0:50 /a /mnt/a\040b rw,noatime shared:2 master:1 - nfs4 server:/a rw,vers=4.2
37 27 0:51 / /mnt/share rw - cifs //server/share rw
38 27 0:52 / /mnt/share/disk rw - xfs /dev/sdb rw
39 27 0:53 / /home/ana/far rw - fuse.sshfs far:/ rw
40 27 0:54 / /over rw - nfs server:/ rw
41 27 0:55 / /over rw - tmpfs tmpfs rw
damaged line
"""
MOUNT = """\
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
//ana@server/My%20Share on /Volumes/My Share (smbfs, nodev, nosuid, mounted by ana)
server:/a on /Volumes/a (nfs)
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/ana/raids", None),
        ("/mnt/a b/raids", "nfs4"),
        ("/mnt/a", None),
        ("/mnt/share", "cifs"),
        ("/mnt/shared", None),
        ("/mnt/share/disk/raids", None),
        ("/home/ana/far/raids", "fuse.sshfs"),
        ("/over/raids", None),
    ],
)
def test_linux_tells_what_a_folder_is_on(folder: str, kind: str | None) -> None:
    assert find_network(Path(folder), parse_mountinfo(MOUNTINFO)) == kind


@pytest.mark.parametrize(
    ("folder", "kind"),
    [("/Users/ana/raids", None), ("/Volumes/My Share/raids", "smbfs"), ("/Volumes/a", "nfs")],
)
def test_macos_tells_what_a_folder_is_on(folder: str, kind: str | None) -> None:
    assert find_network(Path(folder), parse_mount_output(MOUNT)) == kind


def test_the_system_is_asked_for_its_file_systems(tmp_path: Path) -> None:
    assert any(tmp_path.is_relative_to(mount.folder) for mount in read_mounts())


def test_a_network_file_system_is_named_with_what_to_do(tmp_path: Path) -> None:
    sentence = explain_risk(tmp_path / "annotations.db", [Mount(str(tmp_path), "nfs4")])
    assert sentence == (
        f"{tmp_path} is on a network or shared file system (nfs4), which can damage a database unsaid;"
        " keep it on a disk of this computer (--db FILE), and share work with: spantag export"
    )


@pytest.mark.parametrize(
    ("name", "program"),
    [
        ("Dropbox", "Dropbox"),
        ("Dropbox (Desk)", "Dropbox"),
        ("OneDrive - The Desk", "OneDrive"),
        ("GoogleDrive-ana@news.example", "Google Drive"),
        ("com~apple~CloudDocs", "iCloud"),
        ("Nextcloud", "Nextcloud"),
        ("dropbox-notes", None),
        ("onedrives", None),
        ("sync", None),
    ],
)
def test_a_synced_folder_is_known_by_its_name(tmp_path: Path, name: str, program: str | None) -> None:
    folder = tmp_path / name / "raids"
    folder.mkdir(parents=True)
    sentence = explain_risk(folder / "annotations.db", [])
    assert (sentence is None) == (program is None)
    assert program is None or f"is copied by {program}, which can damage" in (sentence or "")


def test_a_synced_folder_is_known_by_what_lies_in_it_and_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "own" / "raids").mkdir(parents=True)
    (tmp_path / "own" / ".stfolder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "own" / "raids")
    assert "Syncthing" in (explain_risk(tmp_path / "link" / "annotations.db", []) or "")


def test_a_command_that_writes_says_it_and_a_quiet_one_does_not(tmp_path: Path) -> None:
    folder = tmp_path / "Dropbox"
    folder.mkdir()
    (folder / "labels.yaml").write_text("labels: [actor]\n", encoding="utf-8")
    (folder / "a.txt").write_text("Rebels fled.", encoding="utf-8")
    words = ["--project", str(folder), "--annotator", "ana"]
    result = CliRunner().invoke(main, [*words, "import", str(folder / "a.txt")])
    assert (result.exit_code, result.stderr.count("is copied by Dropbox")) == (0, 1)
    assert CliRunner().invoke(main, [*words, "import", "-q", str(folder / "a.txt")]).stderr == ""
    assert "is copied by Dropbox" in CliRunner().invoke(main, [*words, "init"]).stderr
    assert "Dropbox" not in CliRunner().invoke(main, [*words, "export"]).stderr


async def test_the_screen_says_it(tmp_path: Path) -> None:
    folder = tmp_path / "Dropbox"
    folder.mkdir()
    async with browsing(make_project(folder, "Rebels fled.")) as pilot:
        assert "is copied by Dropbox" in said(pilot)


def test_windows_tells_a_network_path() -> None:
    assert find_network(Path("\\\\server\\share\\raids"), []) == "a network path"
