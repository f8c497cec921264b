package dev.spectraledge.analysis.protocol;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is chosen of every experiment for every task: as the papers have it, or less of it. */
public final class Protocols {
    /** As the papers have it. */
    public static final Protocols PUBLISHED = new Protocols(ProtocolTable.PUBLISHED, ProtocolTable.NONE);

    private final ProtocolTable table;
    private final ProtocolTable changes;

    private Protocols(ProtocolTable table, ProtocolTable changes) {
        this.table = table;
        this.changes = changes;
    }

    /**
     * The papers' but for some rows, which take the place of the papers'.
     *
     * @param rows {@code task,experiment,parameter,value}
     * @throws IllegalArgumentException with the row that cannot be, or that has no row of the papers to take the place of
     */
    public static Protocols with(List<String> rows) {
        ProtocolTable changes = ProtocolTable.parse("task,experiment,parameter,value\n" + String.join("\n", rows));
        return new Protocols(ProtocolTable.PUBLISHED.with(changes), changes);
    }

    /** Of a task, for an experiment by its name. */
    public Protocol of(String task, String experiment) {
        return new Protocol(table, task, experiment);
    }

    /** What is chosen otherwise than in the papers of an experiment for a task, by the parameters' names. */
    public Map<String, String> changes(String task, String experiment) {
        Map<String, String> changed = new TreeMap<>();
        changes.keys().stream()
                .filter(key -> (key.task().equals(task) || key.task().equals(ProtocolTable.ANY))
                        && key.experiment().equals(experiment))
                .forEach(key -> changed.put(
                        key.parameter().key(),
                        changes.value(task, experiment, key.parameter()).orElseThrow()));
        return changed;
    }
}
