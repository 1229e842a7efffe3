"""Progress and questions for other programs: a table of attempts, and a deck of cards."""
