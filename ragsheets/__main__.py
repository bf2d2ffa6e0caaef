"""`python -m ragsheets` is the same as `ragsheets`."""

from ragsheets.cli import main

if __name__ == "__main__":
    main()
