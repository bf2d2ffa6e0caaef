"""The text of documents: .rtf, .html, .doc, .docx, .odt, .pdf."""
