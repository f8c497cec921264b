package dev.spectraledge.analysis.lifecycle;

import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.NearestName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The tasks of the paper. */
public enum LifecycleTask {
    DYCK(100, 42, Numbers.PYTORCH),
    /** Not measured in the paper itself: its example of the functional class. */
    MODULAR(100, 42, Numbers.OURS),
    SCAN(500, 2024, Numbers.PYTORCH);

    private final int cadence;
    private final long closelyStudiedSeed;
    private final Numbers numbers;

    LifecycleTask(int cadence, long closelyStudiedSeed, Numbers numbers) {
        this.numbers = numbers;
        this.cadence = cadence;
        this.closelyStudiedSeed = closelyStudiedSeed;
    }

    /** Steps between snapshots, and between evaluations. */
    int cadence() {
        return cadence;
    }

    /** Of the run whose snapshots the paper's figures are made from (Lifecycle §3.1, Fourier retrain). */
    long closelyStudiedSeed() {
        return closelyStudiedSeed;
    }

    /** By which the paper's seeds are the paper's runs, as far as the author's program for the task is known. */
    Numbers numbers() {
        return numbers;
    }

    /** Name in configurations. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Tasks by their names, each once.
     *
     * @throws UsageException if one is unknown
     */
    public static List<LifecycleTask> parse(List<String> names) {
        List<String> known = Arrays.stream(values()).map(LifecycleTask::key).toList();
        List<LifecycleTask> tasks = new ArrayList<>();
        for (String name : names) {
            if (!known.contains(name)) {
                throw new UsageException("the paper has no task '" + name + "'" + NearestName.hint(name, known)
                        + " (tasks: " + String.join(", ", known) + ")");
            }
            LifecycleTask task = valueOf(name.toUpperCase(Locale.ROOT));
            if (!tasks.contains(task)) {
                tasks.add(task);
            }
        }
        return tasks;
    }
}
