"""The handbook check: errata of each chapter, every number computed when it is shown."""
