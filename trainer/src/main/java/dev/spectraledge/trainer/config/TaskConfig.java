package dev.spectraledge.trainer.config;

/** What is learned: the keys under {@code task}, which differ from task to task. */
public sealed interface TaskConfig permits DyckConfig {
    /** The task's name, {@code task.name}. */
    String name();

    /** Longest input in tokens; the model needs at least as many positions. */
    int contextLength();
}
