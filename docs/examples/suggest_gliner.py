"""Suggest what GLiNER finds: spantag suggest --command "python suggest_gliner.py MODEL actor weapon"."""

import json
import re
import sys

from gliner import GLiNER

model = GLiNER.from_pretrained(sys.argv[1])
for line in sys.stdin:
    article = json.loads(line)
    # A line at a time, because a model reads only the beginning of a long text.
    spans = [
        {"start": at.start() + found["start"], "end": at.start() + found["end"], "label": found["label"]}
        | {"confidence": round(found["score"], 3)}
        for at in re.finditer(r"\S.*", article["text"])
        for found in model.predict_entities(at[0], sys.argv[2:], flat_ner=False)
    ]
    print(json.dumps({"id": article["id"], "model": sys.argv[1], "spans": spans}), flush=True)
