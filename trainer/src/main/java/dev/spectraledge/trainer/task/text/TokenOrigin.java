package dev.spectraledge.trainer.task.text;

/** Where the tokens come from. */
public enum TokenOrigin {
    /** A text. */
    CORPUS,
    /** A Markov chain without structure, or that of a file. */
    MARKOV,
    /** A mixture of rules. */
    RULES
}
