"""`python -m tui` is `spantag`."""

from tui.cli import main

if __name__ == "__main__":
    main()
