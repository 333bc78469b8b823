"""How many a phrase says: read in the languages that have rules, and nothing made up for the others."""
