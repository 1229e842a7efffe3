"""One file per lab: controls, engine, figure, words."""
