"""What the handbook says and where it is wrong, every number computed when it is shown."""
