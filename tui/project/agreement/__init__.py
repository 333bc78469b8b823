"""How far annotators agree, and where they do not: pure functions of what they said; see docs/agreement.md.

`versions` are what is compared: what annotators settled of the same paragraphs. Of each article a measure
takes counts (`counts`), which add up; its formula makes a figure of their sum, and `bootstrap` an interval by
adding up others. `comparison` brings all measures together.
"""
