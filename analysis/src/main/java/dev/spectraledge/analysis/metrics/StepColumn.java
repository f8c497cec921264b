package dev.spectraledge.analysis.metrics;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.NearestName;
import dev.spectraledge.trainer.io.Printable;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/**
 * Which column of a file holds the steps.
 *
 * @param given what the user says; empty if it is to be found by its usual names
 */
record StepColumn(Path file, Optional<String> given) {

    /** The name among those of the file, or a message that says what there is. */
    String among(Collection<String> names) {
        if (given.isPresent()) {
            if (!names.contains(given.get())) {
                throw new UsageException("--step-column: " + file + " has no column '" + Printable.value(given.get())
                        + "'" + hint(names));
            }
            return given.get();
        }
        return ColumnNames.step(names)
                .orElseThrow(() -> new RunException(file + ": has no column of steps ("
                        + String.join(", ", ColumnNames.steps()) + "); name one of its own with --step-column: "
                        + Printable.value(String.join(", ", names))));
    }

    private String hint(Collection<String> names) {
        String near = NearestName.hint(given.orElseThrow(), names);
        return near.isEmpty() ? "; its columns are " + Printable.value(String.join(", ", names)) : near;
    }
}
