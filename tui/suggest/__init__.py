"""What helps an annotator's hands: where spans start, how far they reach, what they are, and suggestions.

`assistant.Assistant` is the one object the app talks to, and `suggestion` what it says; everything else here
is a part of it, one source or model per file. Nothing here knows a terminal or the database.
"""
