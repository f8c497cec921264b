package dev.spectraledge.trainer.task.text;

/** What a sequence is of a text. */
public enum TextSampling {
    /** A window that begins at a random token, whatever text is there. */
    STREAM,
    /** Such windows one after the other, from the first token on, which do not overlap. */
    STREAM_IN_ORDER,
    /** A document, or a random crop of one that is too long. */
    DOCUMENTS
}
