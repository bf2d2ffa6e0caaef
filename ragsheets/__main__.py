"""Entry point of `python -m ragsheets`, the same as `ragsheets`."""

from ragsheets.cli import main

if __name__ == "__main__":
    main()
