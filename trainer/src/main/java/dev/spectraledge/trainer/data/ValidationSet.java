package dev.spectraledge.trainer.data;

/**
 * Something else that models are judged by beside their test set, such as text of another kind.
 *
 * @param name in the columns of tables
 */
public record ValidationSet(String name, Examples examples) {}
