package dev.spectraledge.trainer.warning;

import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.io.CsvTable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * Shows the rows of one table of a run to detectors while they are written. A detector is a function of the rows before, and
 * these are on disk: where a run goes on, the rows that are left are shown again, and nothing else has to be kept.
 */
public final class WarningWatch {
    private final CsvTable table;
    private final List<DetectorRule> rules;
    private final Raising raising;
    private final List<Detector> detectors = new ArrayList<>();
    private final List<SeenNumber> numbers;
    private final IntToDoubleFunction latest;

    /** Hears of a detector that has fired. */
    @FunctionalInterface
    public interface Raising {
        void raise(String event, long step, String detail);
    }

    /**
     * Listens to {@code table} from now on.
     *
     * @param rules of detectors that look at such a table; those whose column it lacks have nothing to see
     */
    public WarningWatch(CsvTable table, List<DetectorRule> rules, Raising raising) {
        this.table = table;
        this.rules = rules.stream()
                .filter(rule -> table.columns().contains(rule.column()))
                .toList();
        this.raising = raising;
        numbers = this.rules.stream()
                .map(rule -> new SeenNumber(rule, table.columns()))
                .toList();
        latest = table::latest;
        begin();
        table.listen(this::committed);
    }

    /** Of some rules those that look at one table. */
    public static List<DetectorRule> of(DetectorTable which, List<DetectorRule> rules) {
        return rules.stream().filter(rule -> rule.table() == which).toList();
    }

    private void begin() {
        detectors.clear();
        rules.forEach(rule -> detectors.add(rule.detector()));
    }

    private void committed(long step) {
        for (int i = 0; i < detectors.size(); i++) {
            Detector detector = detectors.get(i);
            if (detector.see(step, numbers.get(i).of(latest))) {
                raising.raise(detector.rule().event(), step, detector.detail());
            }
        }
    }

    /** The table has been cut: the detectors see what is left of it, and raise nothing, because that has been done. */
    public void rewound() {
        begin();
        if (rules.isEmpty()) {
            return;
        }
        CsvReader kept = CsvReader.read(table.path());
        double[] steps = kept.column(table.columns().getFirst());
        for (Detector detector : detectors) {
            double[] values = SeenNumber.column(detector.rule(), kept.columns(), kept::column);
            for (int row = 0; row < steps.length; row++) {
                detector.see((long) steps[row], values[row]);
            }
        }
    }
}
