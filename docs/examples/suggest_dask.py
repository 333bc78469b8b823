"""Let a program suggest for a large corpus, on a Dask cluster, into a file that `spantag import` reads.

    spantag export --all --unit article -o articles.jsonl
    python suggest_dask.py articles.jsonl capitals.jsonl "python suggest_capitals.py actor" [SCHEDULER]
    spantag import --as suggestions capitals.jsonl

The program is one of `spantag suggest --command`, and is started once for each piece of the corpus. Without
the address of a SCHEDULER, such as tcp://10.0.0.1:8786, this computer works alone, with all of its cores. All
workers must see the folder capitals.jsonl.pieces under the same path; what was answered there stays, and is
not asked for again when this is run anew.
"""

import hashlib
import json
import shlex
import subprocess
import sys
from collections.abc import Iterator
from itertools import groupby, islice
from pathlib import Path

from distributed import Client, as_completed

ARTICLES = 1_000
"""How many are in a piece."""


def cut(corpus: Path, folder: Path, command: str) -> Iterator[Path]:
    """Cut a corpus into pieces, named by what is asked; an article is in it once, whoever worked on it."""
    with corpus.open(encoding="utf-8") as lines:
        records = (json.loads(line) for line in lines)
        articles = (
            {"id": key, "text": next(some)["text"]} for key, some in groupby(records, lambda each: each["id"])
        )
        while piece := "".join(f"{json.dumps(article)}\n" for article in islice(articles, ARTICLES)):
            name = hashlib.sha256(f"{command}\n{piece}".encode()).hexdigest()[:20]
            path = folder / f"{name}.jsonl"
            path.write_text(piece, encoding="utf-8")
            yield path


def ask(piece: Path, command: str) -> Path:
    """Ask the program about a piece, on a worker; its answers become records with spans."""
    answered = piece.with_suffix(".answered")
    if answered.exists():
        return answered
    asked = piece.read_text(encoding="utf-8")
    words = shlex.split(command)
    done = subprocess.run(words, input=asked, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise RuntimeError(f"{piece}: exit code {done.returncode}: {done.stderr.strip()[-300:]}")
    texts = {article["id"]: article["text"] for article in map(json.loads, asked.splitlines())}
    records = []
    for place, answer in enumerate(map(json.loads, done.stdout.splitlines())):
        key = answer.get("id", list(texts)[place])
        spans = [
            {"start": span["start"], "end": span["end"], "label": span["label"]}
            | {"origin": {"model": answer.get("model"), "confidence": span.get("confidence")}}
            for span in answer["spans"]
        ]
        records.append({"id": key, "text": texts[key], "spans": spans})
    # Whole or not at all, also where a worker is killed.
    part = piece.with_suffix(".part")
    part.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    return part.replace(answered)


def main(corpus: str, output: str, command: str, scheduler: str | None = None) -> None:
    """Ask about all pieces, some at a time on each worker, and put the answers together in their order."""
    folder = Path(f"{output}.pieces").resolve()
    folder.mkdir(exist_ok=True)
    pieces = list(cut(Path(corpus), folder, command))
    with Client(scheduler) as client:
        # Not pure: whether a piece was answered is looked up in the folder.
        futures = client.map(ask, pieces, command=command, retries=2, pure=False)
        for number, future in enumerate(as_completed(futures), start=1):
            future.result()
            print(f"{number} of {len(pieces)} pieces", file=sys.stderr)
    with Path(output).open("w", encoding="utf-8") as out:
        out.writelines(piece.with_suffix(".answered").read_text(encoding="utf-8") for piece in pieces)


if __name__ == "__main__":
    main(*sys.argv[1:])
