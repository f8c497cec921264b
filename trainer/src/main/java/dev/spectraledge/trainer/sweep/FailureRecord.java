package dev.spectraledge.trainer.sweep;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.AtomicFile;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Keeps why a run has failed: in its summary if its directory can be written, else beside the other runs' directories. */
final class FailureRecord {
    private static final System.Logger LOGGER = System.getLogger(FailureRecord.class.getName());

    private FailureRecord() {}

    /**
     * Writes the reason where it can be written.
     *
     * @param directory null if it could not be opened
     * @return the reason, one line
     */
    static String write(SweepPlan plan, PlannedRun run, RunDirectory directory, Throwable failure) {
        String reason = reason(failure);
        if (directory == null || !isInSummary(directory, reason)) {
            writeBeside(plan.failure(run), reason);
        }
        return reason;
    }

    private static String reason(Throwable failure) {
        boolean expected = failure instanceof RunException || failure instanceof UsageException;
        String reason = expected ? failure.getMessage() : failure.toString();
        return reason.replaceAll("\\R+\\s*", " ");
    }

    /** Whoever trained it may have written it already. */
    private static boolean isInSummary(RunDirectory directory, String reason) {
        try {
            Map<String, Object> summary = new LinkedHashMap<>(directory.readSummary());
            if (!summary.containsKey(RunDirectory.ERROR)) {
                summary.put(RunDirectory.ERROR, reason);
                directory.writeSummary(RunState.FAILED, summary);
            }
            return true;
        } catch (RuntimeException unwritable) {
            LOGGER.log(System.Logger.Level.DEBUG, "the run's own directory cannot take its failure", unwritable);
            return false;
        }
    }

    private static void writeBeside(Path file, String reason) {
        try {
            Files.createDirectories(file.getParent());
            AtomicFile.write(file, reason + "\n");
        } catch (IOException | RuntimeException unwritable) {
            LOGGER.log(System.Logger.Level.DEBUG, "only standard error says why the run has failed", unwritable);
        }
    }
}
