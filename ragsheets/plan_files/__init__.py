"""Read and write the files that hold a plan: .toml, .xlsx and .docx."""
