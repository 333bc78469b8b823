"""What is and what happened: articles, spans, labels, records, events, and the layer they fold to."""
