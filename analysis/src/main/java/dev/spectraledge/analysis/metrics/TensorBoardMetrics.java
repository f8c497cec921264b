package dev.spectraledge.analysis.metrics;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.io.TensorBoardReader;
import java.nio.file.Path;
import java.util.Map;

/** Reads the scalars of TensorBoard's event files. */
final class TensorBoardMetrics {
    private TensorBoardMetrics() {}

    static ForeignMetrics read(Path file) {
        MetricsTable.Builder numbers = new MetricsTable.Builder();
        boolean cut = TensorBoardReader.read(file, (tag, step, value) -> {
            String where = file + ": scalar '" + Printable.value(tag) + "'";
            if (step < 0) {
                throw new RunException(where + " has step " + step);
            }
            numbers.lastStep(tag).ifPresent(last -> ForeignNumbers.requireForwards(step, last, where));
            numbers.add(tag, step, value);
        });
        Map<String, String> leftOut = cut
                ? Map.of("last record", "cut off at the end of the file, as if it were still being written")
                : Map.of();
        return new ForeignMetrics(file, numbers.build(), leftOut);
    }
}
