"""What comes in the post and is no workbook: messages, archives, and replies in words."""
