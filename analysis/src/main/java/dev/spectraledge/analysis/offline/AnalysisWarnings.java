package dev.spectraledge.analysis.offline;

import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.io.EventLog;
import dev.spectraledge.trainer.io.ExistingRows;
import dev.spectraledge.trainer.warning.Detector;
import dev.spectraledge.trainer.warning.DetectorRule;
import dev.spectraledge.trainer.warning.DetectorRules;
import dev.spectraledge.trainer.warning.DetectorTable;
import dev.spectraledge.trainer.warning.SeenNumber;
import dev.spectraledge.trainer.warning.WarningWatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Shows the windows of an analysis to the detectors that runs have: they say what they would have said in training. */
final class AnalysisWarnings {
    /** Name of the log in the folder of an analysis. */
    static final String LOG = "events.csv";

    private AnalysisWarnings() {}

    private record Warning(long step, Detector detector) {}

    /** Writes the log of what the detectors say of a table. */
    static void write(Path folder, Path spectrum) {
        CsvReader table = CsvReader.read(spectrum);
        double[] steps = table.column("step");
        List<Warning> warnings = new ArrayList<>();
        for (DetectorRule rule : WarningWatch.of(DetectorTable.SPECTRUM, DetectorRules.of(DetectorRules.AUTO, true))) {
            Detector detector = rule.detector();
            double[] values = SeenNumber.column(rule, table.columns(), table::column);
            for (int row = 0; row < steps.length; row++) {
                if (detector.see((long) steps[row], values[row])) {
                    warnings.add(new Warning((long) steps[row], detector));
                }
            }
        }
        warnings.sort(Comparator.comparingLong(Warning::step));
        try (EventLog log = new EventLog(folder.resolve(LOG), ExistingRows.DROP)) {
            warnings.forEach(warning -> log.record(
                    warning.step(),
                    warning.detector().rule().event(),
                    warning.detector().detail()));
        }
    }
}
