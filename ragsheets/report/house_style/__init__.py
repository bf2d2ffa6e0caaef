"""The partnership's own Word document as the look of a report."""
