"""The handbook's printed formulas and listings as they compute, mistakes included."""
