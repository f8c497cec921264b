package dev.spectraledge.trainer.task;

import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.io.RegularFile;
import dev.spectraledge.trainer.model.Architecture;
import dev.spectraledge.trainer.model.ModelConfig;
import dev.spectraledge.trainer.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What is learned and by which kind of model: the keys under {@code task}, which differ from task to task. */
public interface Task {
    /** The task's name, {@code task.name}. */
    String name();

    /** The task's name with what tells its variants apart, for the names of run directories. */
    String variant();

    /** Longest input in tokens; the model needs at least as many positions. */
    int contextLength();

    /** Whether every sequence is as long as the context, so that the tokens of a step are known beforehand. */
    default boolean fillsWindows() {
        return false;
    }

    /** Stacks of blocks that the model consists of, each with as many as {@code model.layers}. */
    default int stacks() {
        return 1;
    }

    /** Sequences that are generated, each with a token and a target for all its positions; 0 where they are few. */
    default int stagedSequences() {
        return 0;
    }

    /** Tokens that a model has a vector of its own for; 0 where they are few. */
    default int vocabulary() {
        return 0;
    }

    /** Token that fills a sequence up to the context length. */
    int paddingToken();

    /** Names of what the model predicts at once, each with a loss and an accuracy of its own. */
    List<String> objectives();

    /** Whether a run is judged by whole answers, all of whose tokens have to be right. */
    default boolean judgesAnswers() {
        return false;
    }

    /** Whether its model is a GPT, whose parts are chosen; those of the others are as published. */
    default boolean trainsGpt() {
        return false;
    }

    /** Whether it is known what a PyTorch program of this task draws in which order ({@code training.randomStream=pytorch}). */
    default boolean followsPyTorch() {
        return true;
    }

    /** Seed of the data of a run with this seed; runs with equal data seeds share one data set. */
    default long seedOfData(long runSeed) {
        return 0;
    }

    /**
     * What only the data themselves tell and a run keeps among its settings: values of keys of this task.
     *
     * @param notes takes lines for people
     */
    default Map<String, Object> facts(Consumer<String> notes) {
        return Map.of();
    }

    /**
     * Generates the data from {@link #seedOfData}, or takes them from where the task finds them.
     *
     * @param owner of their memory
     */
    SplitData generate(MemoryOwner owner, long seedOfData);

    /** What is trained on after a shift ({@code training.shiftAfter}), for people; empty if it stays the same. */
    default Optional<String> shiftedTo() {
        return Optional.empty();
    }

    /**
     * What is trained on after the shift that {@link #shiftedTo} names; the sets that models are judged by stay.
     *
     * @param owner of their memory
     */
    default Examples shifted(MemoryOwner owner) {
        throw new IllegalStateException("task " + name() + " does not shift");
    }

    /**
     * The SHA-256 of the data that {@link #read} reads, as 64 digits.
     *
     * @throws dev.spectraledge.trainer.RunException with one line if they cannot be read
     */
    default String hash(Path file) {
        return RegularFile.sha256(file);
    }

    /**
     * The data of this task that are in a file of another program.
     *
     * @param owner of their memory
     * @throws dev.spectraledge.trainer.RunException with one line that names the file and what is wrong with it
     */
    SplitData read(MemoryOwner owner, Path file);

    /**
     * What the tokens mean; empty where they are no text.
     *
     * @param file that the data were {@link #read} from, or null
     * @throws dev.spectraledge.trainer.RunException with one line if they are text, but nothing says which
     */
    default Optional<Tokenizer> tokenizer(Path file) {
        return Optional.empty();
    }

    /**
     * The model.
     *
     * @param longest positions of the longest sequence
     */
    Architecture architecture(ModelConfig model, int longest);
}
