"""What single labs try out on the engine: each file is one experiment with its data."""
