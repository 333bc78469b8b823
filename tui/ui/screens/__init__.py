"""The screens: only they touch two widgets, and only they call the project."""
