"""Suggest what a language model on a server of your own quotes, by the API that most of them speak.

spantag suggest --command "python suggest_server.py http://localhost:8000/v1 MODEL actor weapon"
"""

import json
import sys
from urllib.request import Request, urlopen

address, model, *labels = sys.argv[1:]
TASK = f"""Quote every mention of {", ".join(labels)} in the text below, letter by letter.
Answer with a JSON list alone: [{{"quote": "...", "label": "..."}}]

"""

for line in sys.stdin:
    article = json.loads(line)
    asked = {
        "model": model,
        "temperature": 0,
        "messages": [{"role": "user", "content": TASK + article["text"]}],
    }
    request = Request(
        f"{address}/chat/completions", json.dumps(asked).encode(), {"Content-Type": "application/json"}
    )
    with urlopen(request) as response:
        answer = json.load(response)["choices"][0]["message"]["content"]
    spans: list[dict[str, object]] = []
    behind = 0
    for each in json.loads(answer[answer.index("[") : answer.rindex("]") + 1]):
        # In the order of the text, where the model kept to it; else its first place.
        start = max(article["text"].find(each["quote"], behind), article["text"].find(each["quote"]))
        if start >= 0 and each["quote"]:
            behind = start + len(each["quote"])
            spans.append({"start": start, "end": behind, "label": each["label"]})
    print(json.dumps({"id": article["id"], "model": model, "spans": spans}), flush=True)
