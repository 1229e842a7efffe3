"""Text for translation: the corpus, words and vocabularies, and the models that are shipped."""
