"""Suggest what a spaCy pipeline finds: spantag suggest --command "python suggest_spacy.py PIPELINE"."""

import json
import sys

import spacy

# The pipeline's labels, in those of your labels.yaml.
NAMES = {"PERSON": "actor", "ORG": "actor", "GPE": "location", "LOC": "location", "DATE": "date"}

pipeline = spacy.load(sys.argv[1])
for line in sys.stdin:
    article = json.loads(line)
    found = [(span.start_char, span.end_char, span.label_) for span in pipeline(article["text"]).ents]
    spans = [{"start": start, "end": end, "label": NAMES.get(label, label)} for start, end, label in found]
    print(json.dumps({"id": article["id"], "model": sys.argv[1], "spans": spans}), flush=True)
