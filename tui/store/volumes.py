"""What a folder lies on: a disk of this computer, one that is shared over a network, or a synced folder.

SQLite's log beside a database (WAL) is shared memory of one computer: where two write to it over a network,
or a program copies it while it is written, the database is damaged and nothing says so.
https://sqlite.org/wal.html
"""

import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath
from string import ascii_uppercase
from typing import Final

from msgspec import Struct

_NETWORK: Final = re.compile(
    r"nfs\d?|cifs|smb\w*|afpfs|webdav|davfs2?|afs|ncpfs|9p|ceph|lustre|gpfs|beegfs|glusterfs|gfs2|ocfs2"
    r"|vboxsf|vmhgfs|prl_fs|drvfs|macfuse_sshfs|osxfuse_sshfs"
    r"|fuse\.(?:sshfs|rclone|gvfsd-fuse|s3fs|glusterfs|ceph\S*|davfs2?|vmhgfs-fuse|gcsfuse|onedriver|google\S*|smb\S*)"
)
"""Kinds of file systems that other computers, or the host of a virtual one, write to as well."""

_SYNCED: Final[dict[str, str]] = {
    "Dropbox": r"dropbox(?: \(.+\))?",
    "OneDrive": r"onedrive(?: ?- ?.+)?",
    "Google Drive": r"google ?drive(?:-.+)?",
    "iCloud": r"icloud ?drive|com~apple~clouddocs",
    "Nextcloud": r"nextcloud\d?",
    "ownCloud": r"owncloud\d?",
    "pCloud": r"pcloud ?drive",
    "MEGA": r"megasync",
    "Syncthing": r"syncthing",
}
"""Programs that copy folders, with the names their folders have."""

_MARKS: Final = {".stfolder": "Syncthing", ".dropbox.cache": "Dropbox", ".dropbox": "Dropbox"}
"""What such a program leaves in the folder that it copies."""

_OCTAL: Final = re.compile(r"\\([0-7]{3})")
_MOUNT_LINE: Final = re.compile(r".* on (?P<folder>.*) \((?P<kind>[^,)]+)[^)]*\)")
_REMOTE_DRIVE: Final = 4
_MOUNT_SECONDS: Final = 2.0


class Mount(Struct, frozen=True):
    """A file system, and where it is."""

    folder: str
    """Where its files are."""
    kind: str
    """What the system calls its kind: `ext4`, `nfs4`."""


def explain_risk(database: Path, mounts: Sequence[Mount] | None = None) -> str | None:
    """Say in one sentence why a database is not safe where it is, and what to do; None where none is known.

    The file systems are asked for unless they are given.
    """
    folder = database.absolute().parent
    resolved = folder.resolve()
    advice = "keep it on a disk of this computer (--db FILE), and share work with: spantag export"
    kind = find_network(resolved, read_mounts() if mounts is None else mounts)
    if kind is not None:
        where = f"on a network or shared file system ({kind})"
        return f"{folder} is {where}, which can damage a database unsaid; {advice}"
    program = find_sync(folder) or find_sync(resolved)
    if program is not None:
        return f"{folder} is copied by {program}, which can damage a database while it is written; {advice}"
    return None


def find_network(folder: Path, mounts: Iterable[Mount]) -> str | None:
    """Name the kind of file system that a folder is on, where a network or another system shares it."""
    if str(folder).startswith("\\\\"):
        return "a network path"
    around = [mount for mount in mounts if folder.is_relative_to(mount.folder)]
    # Of several on one folder the last one hides the others.
    on = max(reversed(around), key=lambda mount: len(PurePath(mount.folder).parts), default=None)
    return on.kind if on is not None and _NETWORK.fullmatch(on.kind) else None


def find_sync(folder: Path) -> str | None:
    """Name the program that copies a folder to other computers, as far as its name or its marks tell."""
    for place in (folder, *folder.parents):
        for program, names in _SYNCED.items():
            if re.fullmatch(names, place.name, re.IGNORECASE):
                return program
        for mark, program in _MARKS.items():
            # What Dropbox keeps in a home has the name of its mark, and is a folder.
            if (place / mark).exists() and place != Path.home():
                return program
    return None


def read_mounts() -> list[Mount]:
    """Ask the system for its file systems; none where it does not tell."""
    if sys.platform == "win32":
        from ctypes import windll

        roots = [f"{letter}:\\" for letter in ascii_uppercase]
        return [Mount(root, "smb") for root in roots if windll.kernel32.GetDriveTypeW(root) == _REMOTE_DRIVE]
    try:
        if sys.platform == "darwin":
            done = subprocess.run(
                ["/sbin/mount"], capture_output=True, text=True, check=True, timeout=_MOUNT_SECONDS
            )
            return parse_mount_output(done.stdout)
        return parse_mountinfo(Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace"))
    except (OSError, subprocess.SubprocessError):
        return []


def parse_mountinfo(text: str) -> list[Mount]:
    r"""Read Linux's list, see proc_pid_mountinfo(5): `36 35 98:0 / /mnt/a\040b rw - nfs4 server:/a rw`."""
    mounts: list[Mount] = []
    for line in text.splitlines():
        before, dash, after = line.partition(" - ")
        fields, kinds = before.split(" "), after.split(" ")
        if dash and len(fields) > 4 and kinds[0]:
            folder = _OCTAL.sub(lambda match: chr(int(match[1], 8)), fields[4])
            mounts.append(Mount(folder, kinds[0]))
    return mounts


def parse_mount_output(text: str) -> list[Mount]:
    """Read what `mount` says on macOS: `//ana@host/share on /Volumes/share (smbfs, nodev, nosuid)`."""
    matches = (_MOUNT_LINE.fullmatch(line) for line in text.splitlines())
    return [Mount(match["folder"], match["kind"]) for match in matches if match]
