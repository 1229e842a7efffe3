"""Networks small enough to work through by hand, every value by its name."""
