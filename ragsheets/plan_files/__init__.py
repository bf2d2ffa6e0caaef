"""The files that a plan comes in: .toml, .xlsx and .docx, each read and written."""
