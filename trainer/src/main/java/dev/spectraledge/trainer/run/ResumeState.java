package dev.spectraledge.trainer.run;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.io.SafetensorsWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Everything that a run, or several runs side by side, need to continue as if they had not been interrupted, in one
 * safetensors file: the weights, the optimiser's state under {@code optimizer.}, each observer's under {@code
 * observer.<name>.}, and counters in the metadata. The file is replaced atomically: a process killed at any instant leaves the old or the new
 * one.
 */
public final class ResumeState implements AutoCloseable {
    private static final String OPTIMIZER = "optimizer.";
    private static final String OBSERVER = "observer.";
    private static final String STEP = "step";

    private final SafetensorsFile file;

    private ResumeState(SafetensorsFile file) {
        this.file = file;
    }

    /**
     * Writes the state after {@code step} steps.
     *
     * @param observers tensors of each observer by its name
     * @param counters whatever else must survive, as text; exact doubles are best stored as {@code Double.toHexString}
     */
    public static void write(
            Path file,
            long step,
            Map<String, Tensor> weights,
            Map<String, Tensor> optimizer,
            Map<String, Map<String, Tensor>> observers,
            Map<String, String> counters) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        weights.forEach((name, tensor) -> put(tensors, name, tensor));
        optimizer.forEach((name, tensor) -> put(tensors, OPTIMIZER + name, tensor));
        observers.forEach((observer, state) ->
                state.forEach((name, tensor) -> put(tensors, OBSERVER + observer + "." + name, tensor)));
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(STEP, Long.toString(step));
        counters.forEach((name, value) -> {
            if (metadata.put(name, value) != null) {
                throw new IllegalArgumentException("two counters '" + name + "'");
            }
        });
        SafetensorsWriter.write(file, tensors, metadata);
    }

    private static void put(Map<String, Tensor> tensors, String name, Tensor tensor) {
        if (tensors.put(name, tensor) != null) {
            throw new IllegalArgumentException("two tensors '" + name + "'");
        }
    }

    /** Opens a state for reading. */
    public static ResumeState open(Path file) {
        SafetensorsFile opened = SafetensorsFile.open(file);
        try {
            ResumeState state = new ResumeState(opened);
            if (state.step() < 0) {
                throw new RunException(file + ": its step is negative");
            }
            return state;
        } catch (RuntimeException failure) {
            opened.close();
            throw failure;
        }
    }

    /** Number of steps that were complete. */
    public long step() {
        return counter(STEP);
    }

    /** A counter that is a whole number. */
    public long counter(String name) {
        String value = text(name);
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException malformed) {
            throw new RunException(
                    file.path() + ": its " + name + " is '" + Printable.value(value) + "', not a whole number",
                    malformed);
        }
    }

    /** A counter as it was written. */
    public String text(String name) {
        String value = file.metadata().get(name);
        if (value == null) {
            throw new RunException(file.path() + ": not a resume state: its metadata lack '" + name + "'");
        }
        return value;
    }

    /** Whether a counter of this name was written. */
    public boolean hasCounter(String name) {
        return file.metadata().containsKey(name);
    }

    /**
     * Overwrites live tensors with the stored ones. The file must hold exactly these: weights, optimiser state and
     * observers' states, with equal types and shapes.
     */
    public void restore(
            Map<String, Tensor> weights, Map<String, Tensor> optimizer, Map<String, Map<String, Tensor>> observers) {
        Map<String, Tensor> targets = new LinkedHashMap<>(weights);
        optimizer.forEach((name, tensor) -> targets.put(OPTIMIZER + name, tensor));
        observers.forEach((observer, state) ->
                state.forEach((name, tensor) -> targets.put(OBSERVER + observer + "." + name, tensor)));
        requireSameNames(targets.keySet());
        targets.forEach((name, tensor) -> {
            if (!file.type(name).name().equals(tensor.type().safetensorsName())) {
                throw new RunException(file.path() + ": tensor '" + Printable.value(name) + "' holds " + file.type(name)
                        + ", this run needs " + tensor.type().safetensorsName());
            }
            file.copyTo(name, tensor);
        });
    }

    private void requireSameNames(Set<String> needed) {
        Set<String> missing = new TreeSet<>(needed);
        missing.removeAll(file.names());
        if (!missing.isEmpty()) {
            throw new RunException(file.path() + ": lacks " + describe(missing));
        }
        Set<String> superfluous = new TreeSet<>(file.names());
        superfluous.removeAll(needed);
        if (!superfluous.isEmpty()) {
            throw new RunException(
                    file.path() + ": belongs to another configuration, it also holds " + describe(superfluous));
        }
    }

    private static String describe(Set<String> names) {
        String first = "tensor '" + Printable.value(names.iterator().next()) + "'";
        return names.size() == 1 ? first : first + " and " + (names.size() - 1) + " more";
    }

    @Override
    public void close() {
        file.close();
    }
}
