"""ragsheets: workbooks out, checked and recounted answers back, one Word report."""

__version__ = "0.1.0"
