package dev.spectraledge.analysis.protocol;

import dev.spectraledge.trainer.io.Resources;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rows of task, experiment, parameter and value; {@code *} stands for any task or experiment. */
final class ProtocolTable {
    /** Any task, or any experiment. */
    static final String ANY = "*";

    private static final String RESOURCE = "protocol.csv";

    /** Without rows. */
    static final ProtocolTable NONE = new ProtocolTable(Map.of());

    /** That of the papers; after what it is made of. */
    static final ProtocolTable PUBLISHED = parse(Resources.text(ProtocolTable.class, RESOURCE));

    /** What a row is about. */
    record Key(String task, String experiment, Parameter parameter) {}

    private final Map<Key, String> values;

    private ProtocolTable(Map<Key, String> values) {
        this.values = values;
    }

    /**
     * Reads a table; lines that are empty or begin with # are passed over, and the first of the others names the columns.
     *
     * @throws IllegalArgumentException with the line that has a cell too many or too few, an unknown parameter, a value that
     *     the parameter cannot have, or that says again what another line has said
     */
    static ProtocolTable parse(String text) {
        Map<Key, String> values = new LinkedHashMap<>();
        for (String line : text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .skip(1)
                .toList()) {
            String[] cells = line.split(",", -1);
            require(
                    cells.length == 4,
                    line,
                    "has " + cells.length + " cells; they are task,experiment,parameter,value");
            Parameter parameter = parameter(cells[2], line);
            require(parameter.admits(cells[3]), line, "has a value that " + cells[2] + " cannot have");
            require(
                    values.put(new Key(cells[0], cells[1], parameter), cells[3]) == null,
                    line,
                    "chooses again what another line has chosen");
        }
        return new ProtocolTable(values);
    }

    /**
     * The same with other values in some of its rows.
     *
     * @throws IllegalArgumentException with a row that this table does not have
     */
    ProtocolTable with(ProtocolTable changes) {
        Map<Key, String> changed = new LinkedHashMap<>(values);
        changes.values.forEach((key, value) -> require(
                changed.replace(key, value) != null,
                key.task() + "," + key.experiment() + "," + key.parameter().key() + "," + value,
                "has no row to take the place of"));
        return new ProtocolTable(changed);
    }

    private static Parameter parameter(String key, String line) {
        Optional<Parameter> found = Arrays.stream(Parameter.values())
                .filter(parameter -> parameter.key().equals(key))
                .findFirst();
        require(
                found.isPresent(),
                line,
                "has an unknown parameter; there are "
                        + Arrays.stream(Parameter.values()).map(Parameter::key).collect(Collectors.joining(", ")));
        return found.orElseThrow();
    }

    private static void require(boolean condition, String line, String reason) {
        if (!condition) {
            throw new IllegalArgumentException(RESOURCE + ": the line '" + line + "' " + reason);
        }
    }

    /** What there are rows about, in their order. */
    Set<Key> keys() {
        return Collections.unmodifiableSet(values.keySet());
    }

    Optional<String> value(String task, String experiment, Parameter parameter) {
        return Stream.of(
                        new Key(task, experiment, parameter),
                        new Key(ANY, experiment, parameter),
                        new Key(task, ANY, parameter),
                        new Key(ANY, ANY, parameter))
                .filter(values::containsKey)
                .map(values::get)
                .findFirst();
    }

    /** Tasks with rows of the experiment, in their order; empty where one row is of any task, or there is none. */
    List<String> tasks(String experiment) {
        List<String> tasks = keys().stream()
                .filter(key -> key.experiment().equals(experiment))
                .map(Key::task)
                .distinct()
                .toList();
        return tasks.contains(ANY) ? List.of() : tasks;
    }
}
