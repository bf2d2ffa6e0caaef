"""Email messages (.eml, .msg) with their text and attachments."""
