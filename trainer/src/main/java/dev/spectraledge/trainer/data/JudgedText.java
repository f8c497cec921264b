package dev.spectraledge.trainer.data;

/** Examples of a text, numbered by where they begin in it, of which another program may say which ones models are judged by. */
public interface JudgedText extends Examples {
    /**
     * The same, of which models are judged by certain examples.
     *
     * @param examples the numbers of the tokens that they begin with, each below {@link #size}
     */
    JudgedText judgedBy(long[] examples);
}
