"""Questions, grading, scheduling and progress; knows the engine, never the pages."""
