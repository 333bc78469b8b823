"""What is learnt from finished paragraphs: features, models, and training in a process of its own."""
