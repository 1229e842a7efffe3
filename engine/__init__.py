"""Neural networks, optimizers and their checks in NumPy: arrays in, arrays out, nothing hidden."""
