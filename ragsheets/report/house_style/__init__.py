"""House style: the look of a report, read from a Word document of the partnership."""
