"""The programs of `docs/examples` that need nothing beside Python, as `spantag suggest` runs them."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tui.suggest.sources.external import run_program

EXAMPLES = Path(__file__).parents[1] / "docs" / "examples"
TEXT = "Rebels left Moru. The army took Moru back."


@contextmanager
def serving(answer: str, asked: list[dict[str, object]]) -> Iterator[str]:
    """Serve one answer to every question, as servers of language models do; give the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            content = json.dumps({"choices": [{"message": {"content": answer}}]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()
            thread.join()


def test_what_a_server_quotes_is_found_in_the_text() -> None:
    quotes = [
        ("Rebels", "actor"),
        ("Moru", "location"),
        ("army", "actor"),
        ("Moru", "location"),
        ("x", "actor"),
    ]
    answer = json.dumps([{"quote": quote, "label": label} for quote, label in quotes])
    asked: list[dict[str, object]] = []
    with serving(f"Here they are:\n```json\n{answer}\n```", asked) as address:
        program = [sys.executable, str(EXAMPLES / "suggest_server.py"), address, "tiny", "actor", "location"]
        outcome = run_program(program, [("7", TEXT)], labels=["actor", "location"])
    found = [(each.start, TEXT[each.start : each.end], each.label) for each in outcome.suggestions["7"]]
    assert found == [
        (0, "Rebels", "actor"),
        (12, "Moru", "location"),
        (22, "army", "actor"),
        (32, "Moru", "location"),
    ]
    assert outcome.refusals == []
    assert [each["model"] for each in asked] == ["tiny"]
