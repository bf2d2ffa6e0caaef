"""What the periods of a project say of one another."""
