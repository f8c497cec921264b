package dev.spectraledge.analysis.protocol;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the papers chose of one experiment for one task, from the rows of {@code protocol.csv}. Of several rows the one of the
 * task and the experiment counts, then that of the experiment for any task, then that of the task for any experiment.
 */
public final class Protocol {
    private static final String QUANTITY = "quantity";

    private final ProtocolTable table;
    private final String task;
    private final String experiment;

    Protocol(ProtocolTable table, String task, String experiment) {
        this.table = table;
        this.task = task;
        this.experiment = experiment;
    }

    /** Of a task, for an experiment by its name. */
    public static Protocol of(String task, String experiment) {
        return new Protocol(ProtocolTable.PUBLISHED, task, experiment);
    }

    /** Of a task, for whatever is asked of it. */
    public static Protocol of(String task) {
        return of(task, ProtocolTable.ANY);
    }

    /** The tasks that the experiment is asked of, in the order of the table; empty where it is asked of all. */
    public List<String> tasks() {
        return table.tasks(experiment);
    }

    /** Whether anything is chosen. */
    public boolean has(Parameter parameter) {
        return find(parameter).isPresent();
    }

    /** A whole number; throws an IllegalStateException where none is chosen. */
    public long number(Parameter parameter) {
        return Long.parseLong(require(parameter));
    }

    /** The same, to count with. */
    public int count(Parameter parameter) {
        return Math.toIntExact(number(parameter));
    }

    /** A number that need not be whole; throws an IllegalStateException where none is chosen. */
    public double real(Parameter parameter) {
        return Double.parseDouble(require(parameter));
    }

    /** One of the words that the parameter admits; throws an IllegalStateException where none is chosen. */
    public String word(Parameter parameter) {
        return require(parameter);
    }

    /** Steps in their order; throws an IllegalStateException where none are chosen. */
    public List<Long> steps(Parameter parameter) {
        return Arrays.stream(require(parameter).split(" ", -1))
                .map(Long::valueOf)
                .toList();
    }

    /** Numbers in their order, which need not be whole; empty where none are chosen. */
    public List<Double> numbers(Parameter parameter) {
        return find(parameter).stream()
                .flatMap(values -> Arrays.stream(values.split(" ", -1)))
                .map(Double::valueOf)
                .toList();
    }

    /** Whether the targets are quantities, so that a regression on them means something; otherwise they are classes. */
    public boolean hasQuantitativeTarget() {
        return require(Parameter.TARGET).equals(QUANTITY);
    }

    private Optional<String> find(Parameter parameter) {
        return table.value(task, experiment, parameter);
    }

    private String require(Parameter parameter) {
        return find(parameter)
                .orElseThrow(() -> new IllegalStateException(
                        "the protocol has no " + parameter.key() + " of " + experiment + " for task " + task));
    }
}
