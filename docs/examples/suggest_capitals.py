"""Suggest every run of capitalised words as a span of one label: python suggest_capitals.py [LABEL].

An example of a program for `spantag suggest --command`. It reads one article a line and answers with
one line; put a pipeline of your own where `find_spans` is.
"""

import json
import re
import sys

LABEL = sys.argv[1] if len(sys.argv) > 1 else "actor"


def find_spans(text: str) -> list[dict[str, object]]:
    """Find runs of two or more capitalised words."""
    runs = re.finditer(r"[A-Z]\w+(?: [A-Z]\w+)+", text)
    return [{"start": run.start(), "end": run.end(), "label": LABEL, "confidence": 0.6} for run in runs]


for line in sys.stdin:
    article = json.loads(line)
    answer = {"id": article["id"], "model": "capitals 1", "spans": find_spans(article["text"])}
    print(json.dumps(answer), flush=True)
