package dev.spectraledge.analysis.earlywarning;

import dev.spectraledge.trainer.RunEvents;
import dev.spectraledge.trainer.io.EventLog;
import dev.spectraledge.trainer.io.ExistingRows;
import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/**
 * Directories of runs that never were: an evaluation and a window every 100 steps, of which every number is noise but the test
 * accuracy, which rises when the event comes, and what a test plants.
 */
public final class SyntheticRuns {
    private static final int ROWS = 60;
    private static final int STEPS = 100;
    private static final int TRACED = 1000;

    private final Path root;
    private final SplittableRandom random;
    private String task = "dyck";

    /** Of a folder that receives a directory for each. */
    public SyntheticRuns(Path root, long seed) {
        this.root = root;
        random = new SplittableRandom(seed);
    }

    /** Says what the runs that are added from now on learn. */
    public SyntheticRuns of(String newTask) {
        task = newTask;
        return this;
    }

    /**
     * Adds a run.
     *
     * @param event row at which the test accuracy rises; empty if it never does
     * @param fall row from which on g23 over the trace falls; empty if it never does
     */
    public Path add(int seed, OptionalInt event, OptionalInt fall) {
        Path run = root.resolve(
                String.format("run-%03d", Files.exists(root) ? root.toFile().list().length : 0));
        StringBuilder metrics = new StringBuilder(
                "step,train_loss,train_accuracy,test_loss,test_accuracy,batch_loss,gradient_norm,parameter_norm\n");
        StringBuilder spectrum =
                new StringBuilder("step,g23_over_trace,gap_ratio,gradient_share_1,alignment_1,rotation_1\n");
        for (int row = 1; row <= ROWS; row++) {
            double accuracy = event.isPresent() && row >= event.getAsInt() ? 0.97 : 0.01;
            double train = row > 5 ? 1 : 0.3;
            metrics.append(String.join(
                    ",",
                    List.of(
                            Integer.toString(row * STEPS),
                            noisy(1),
                            Double.toString(train),
                            noisy(5),
                            Double.toString(accuracy),
                            noisy(1),
                            noisy(1),
                            noisy(40))));
            metrics.append('\n');
            double g23 = fall.isPresent() && row >= fall.getAsInt() ? 0.02 : 0.3;
            spectrum.append(String.join(
                    ",",
                    List.of(Integer.toString(row * STEPS), noisy(g23), noisy(1.5), noisy(0.9), noisy(0.5), noisy(4))));
            spectrum.append('\n');
        }
        try {
            Files.createDirectories(run);
            Files.writeString(run.resolve("metrics.csv"), metrics);
            Files.writeString(run.resolve("spectrum.csv"), spectrum);
            Json.write(
                    run.resolve("config.json"),
                    Map.of(
                            "task",
                            Map.of("name", task),
                            "training",
                            Map.of("seed", seed),
                            "observers",
                            List.of(Map.of("name", "paper", "window", 10, "stride", STEPS))));
            return run;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * Adds a run of 1000 steps of which each is traced.
     *
     * @param spike step of the first spike of the loss; empty if there is none
     * @param rise step from which on the norm of the gradient is three times as large for five steps; empty for never
     */
    public Path addTraced(int seed, OptionalInt spike, OptionalInt rise) {
        Path run = add(seed, OptionalInt.empty(), OptionalInt.empty());
        StringBuilder trace = new StringBuilder("step,loss,grad_norm\n");
        for (int step = 1; step <= TRACED; step++) {
            boolean risen = rise.isPresent() && step >= rise.getAsInt() && step < rise.getAsInt() + 5;
            boolean high = spike.isPresent() && step >= spike.getAsInt();
            trace.append(step)
                    .append(',')
                    .append(noisy(high ? 9 : 1))
                    .append(',')
                    .append(noisy(risen ? 3 : 1))
                    .append('\n');
        }
        try (EventLog events = new EventLog(run.resolve("events.csv"), ExistingRows.DROP)) {
            Files.writeString(run.resolve("trace.csv"), trace);
            spike.ifPresent(step -> events.record(step, RunEvents.SPIKE, "planted"));
            return run;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private String noisy(double value) {
        return Double.toString(value * (1 + 0.2 * random.nextDouble()));
    }
}
