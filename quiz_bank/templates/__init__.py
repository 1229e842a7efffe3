"""Parameterized questions: each `make` draws small numbers and computes answer, proof and slips."""

from dataclasses import replace
from typing import cast

import numpy as np

from quiz_bank.model import Answer, Option, Question, Stage, Variant
from quiz_bank.templates import (
    adaptive,
    attention,
    attention_gradients,
    attention_heads,
    attention_scores,
    autoencoders,
    autoencoders_pictures,
    backprop,
    backprop_matrices,
    backprop_paths,
    basics,
    basics_pictures,
    clipping,
    convolution,
    convolution_counts,
    convolution_gradients,
    convolution_pooling,
    convolution_values,
    dropout,
    embeddings,
    embeddings_training,
    exploding,
    exploding_pictures,
    gan,
    gan_formulas,
    gan_generator,
    gan_pictures,
    gru,
    learning,
    learning_pictures,
    losses,
    lstm,
    lstm_formulas,
    lstm_gradients,
    lstm_head,
    lstm_staged,
    lstm_steps_back,
    lstm_sums,
    normalization,
    normalization_pictures,
    optimizer_pictures,
    optimizers,
    playground_counts,
    playground_curves,
    playground_fits,
    playground_pictures,
    playground_runs,
    recurrent,
    recurrent_step,
    regularization,
    regularization_pictures,
    residual,
    seq2seq_beam,
    seq2seq_bleu,
    seq2seq_gradient,
    seq2seq_loss,
    seq2seq_search,
    seq2seq_sizes,
    seq2seq_word,
    training_pictures,
    training_step,
    transformers,
    transformers_positions,
    transformers_steps,
    troubleshooting_curves,
    troubleshooting_loops,
    vae,
    vae_formulas,
    vae_samples,
    vanishing,
    vanishing_pictures,
)
from quiz_bank.templates.latex import unbroken

MODULES = {
    "templates/learning.py": learning,
    "templates/learning_pictures.py": learning_pictures,
    "templates/basics.py": basics,
    "templates/basics_pictures.py": basics_pictures,
    "templates/backprop.py": backprop,
    "templates/backprop_paths.py": backprop_paths,
    "templates/backprop_matrices.py": backprop_matrices,
    "templates/losses.py": losses,
    "templates/training_step.py": training_step,
    "templates/training_pictures.py": training_pictures,
    "templates/optimizers.py": optimizers,
    "templates/optimizer_pictures.py": optimizer_pictures,
    "templates/adaptive.py": adaptive,
    "templates/regularization.py": regularization,
    "templates/dropout.py": dropout,
    "templates/regularization_pictures.py": regularization_pictures,
    "templates/normalization.py": normalization,
    "templates/normalization_pictures.py": normalization_pictures,
    "templates/vanishing.py": vanishing,
    "templates/residual.py": residual,
    "templates/vanishing_pictures.py": vanishing_pictures,
    "templates/exploding.py": exploding,
    "templates/clipping.py": clipping,
    "templates/exploding_pictures.py": exploding_pictures,
    "templates/recurrent.py": recurrent,
    "templates/recurrent_step.py": recurrent_step,
    "templates/lstm.py": lstm,
    "templates/lstm_head.py": lstm_head,
    "templates/lstm_formulas.py": lstm_formulas,
    "templates/lstm_sums.py": lstm_sums,
    "templates/lstm_gradients.py": lstm_gradients,
    "templates/lstm_staged.py": lstm_staged,
    "templates/lstm_steps_back.py": lstm_steps_back,
    "templates/gru.py": gru,
    "templates/seq2seq_loss.py": seq2seq_loss,
    "templates/seq2seq_word.py": seq2seq_word,
    "templates/seq2seq_gradient.py": seq2seq_gradient,
    "templates/seq2seq_search.py": seq2seq_search,
    "templates/seq2seq_beam.py": seq2seq_beam,
    "templates/seq2seq_bleu.py": seq2seq_bleu,
    "templates/seq2seq_sizes.py": seq2seq_sizes,
    "templates/attention.py": attention,
    "templates/attention_scores.py": attention_scores,
    "templates/attention_gradients.py": attention_gradients,
    "templates/attention_heads.py": attention_heads,
    "templates/embeddings.py": embeddings,
    "templates/embeddings_training.py": embeddings_training,
    "templates/convolution.py": convolution,
    "templates/convolution_counts.py": convolution_counts,
    "templates/convolution_values.py": convolution_values,
    "templates/convolution_pooling.py": convolution_pooling,
    "templates/convolution_gradients.py": convolution_gradients,
    "templates/transformers.py": transformers,
    "templates/transformers_positions.py": transformers_positions,
    "templates/transformers_steps.py": transformers_steps,
    "templates/autoencoders.py": autoencoders,
    "templates/autoencoders_pictures.py": autoencoders_pictures,
    "templates/vae_samples.py": vae_samples,
    "templates/vae.py": vae,
    "templates/vae_formulas.py": vae_formulas,
    "templates/gan.py": gan,
    "templates/gan_generator.py": gan_generator,
    "templates/gan_formulas.py": gan_formulas,
    "templates/gan_pictures.py": gan_pictures,
    "templates/troubleshooting_curves.py": troubleshooting_curves,
    "templates/troubleshooting_loops.py": troubleshooting_loops,
    "templates/playground_counts.py": playground_counts,
    "templates/playground_pictures.py": playground_pictures,
    "templates/playground_curves.py": playground_curves,
    "templates/playground_fits.py": playground_fits,
    "templates/playground_runs.py": playground_runs,
}


def _with_unbroken_formulas(question: Question) -> Question:
    def make(rng: np.random.Generator) -> Variant:
        drawn = question.make(rng)
        return replace(
            drawn,
            prompt=unbroken(drawn.prompt),
            answer=_unbroken_answer(drawn.answer),
            solution=unbroken(drawn.solution),
            hints=tuple(map(unbroken, drawn.hints)),
        )

    return replace(question, make=make)


def _unbroken_answer(answer: Answer) -> Answer:
    """The options or stages of an answer with the formulas of their words unbroken."""
    if not isinstance(answer, tuple):
        return answer
    return cast(Answer, tuple(_unbroken_part(part) for part in answer))


def _unbroken_part(part: Option | Stage) -> Option | Stage:
    if isinstance(part, Option):
        return replace(part, feedback=unbroken(part.feedback))
    return replace(part, prompt=unbroken(part.prompt), solution=unbroken(part.solution))


TEMPLATES: dict[str, tuple[Question, ...]] = {
    file: tuple(map(_with_unbroken_formulas, module.QUESTIONS)) for file, module in MODULES.items()
}
