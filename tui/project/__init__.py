"""A project as a whole: the facade for commands and screens, and what the command line does."""
