package dev.spectraledge.trainer.config;

import dev.spectraledge.trainer.data.SplitData;

/** What is learned: the keys under {@code task}, which differ from task to task. */
public sealed interface TaskConfig permits DyckConfig {
    /** The task's name, {@code task.name}. */
    String name();

    /** Longest input in tokens; the model needs at least as many positions. */
    int contextLength();

    /** Number of token ids. */
    int vocabulary();

    /** Number of targets that the model tells apart at each position. */
    int classes();

    /** Token that fills a sequence up to the context length. */
    int paddingToken();

    /** Generates the data, the same for every run seed. */
    SplitData generate();
}
