"""Pure functions of a text: paragraphs, words, tokens, and how it is compared, shown and quoted."""
