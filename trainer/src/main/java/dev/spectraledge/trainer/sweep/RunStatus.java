package dev.spectraledge.trainer.sweep;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.io.RegularFile;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What the small files of a run say about it; tables are not read.
 *
 * @param step steps done, or null if none is known
 * @param testLoss of the last evaluation that is known, or null
 * @param testAccuracy of the last evaluation that is known, or null
 * @param grokStep null if it has not grokked
 * @param failure why it has failed, or null
 * @param holder who computes it, as {@code host:pid}, or null
 * @param secondsSinceBeat since the holder's last sign of life, or null
 * @param summary all that its summary holds; empty if there is none, or it cannot be read
 */
public record RunStatus(
        PlannedRun run,
        SweptState state,
        Long step,
        Double testLoss,
        Double testAccuracy,
        Long grokStep,
        String failure,
        String holder,
        Long secondsSinceBeat,
        Map<String, Object> summary) {
    /** Reads one run's files. */
    public static RunStatus of(SweepPlan plan, PlannedRun run) {
        return of(plan, run, SweepSettings.CLAIM_LIMIT);
    }

    static RunStatus of(SweepPlan plan, PlannedRun run, Duration claimLimit) {
        Path directory = plan.directory(run);
        Instant now = Instant.now();
        try {
            Path summary = directory.resolve(RunDirectory.SUMMARY);
            Map<String, Object> values = Files.exists(summary) ? Json.readObject(summary) : Map.of();
            SweptState state = state(values);
            boolean ended = state == SweptState.DONE || state == SweptState.FAILED;
            Path failure = plan.failure(run);
            if (!ended && Files.exists(Claim.file(directory), LinkOption.NOFOLLOW_LINKS)) {
                Optional<ClaimRecord> claim =
                        ClaimRecord.read(Claim.file(directory)).filter(found -> !found.isAbandoned(now, claimLimit));
                if (claim.isPresent()) {
                    return running(run, values, claim.get(), now);
                }
            }
            if (Files.exists(failure)) {
                return ended(
                        run,
                        SweptState.FAILED,
                        values,
                        RegularFile.text(failure, RegularFile.LONGEST_TEXT).strip());
            }
            return ended(run, state, values, text(values.get(RunDirectory.ERROR)));
        } catch (IOException unreadable) {
            return ended(run, SweptState.FAILED, Map.of(), "cannot read its files: " + RunException.reason(unreadable));
        } catch (RunException unreadable) {
            return ended(run, SweptState.FAILED, Map.of(), unreadable.getMessage());
        }
    }

    private static RunStatus running(PlannedRun run, Map<String, Object> summary, ClaimRecord claim, Instant now) {
        return new RunStatus(
                run,
                SweptState.RUNNING,
                claim.step(),
                Double.isNaN(claim.testLoss()) ? null : claim.testLoss(),
                Double.isNaN(claim.testAccuracy()) ? null : claim.testAccuracy(),
                claim.grokStep() < 0 ? null : claim.grokStep(),
                null,
                claim.owner() == null ? null : Printable.value(claim.owner()),
                Math.max(0, Duration.between(claim.beat(), now).toSeconds()),
                summary);
    }

    private static RunStatus ended(PlannedRun run, SweptState state, Map<String, Object> summary, String failure) {
        return new RunStatus(
                run,
                state,
                summary.get("final_step") instanceof Long step ? step : null,
                summary.get("test_loss") instanceof Double loss ? loss : null,
                summary.get("test_accuracy") instanceof Double accuracy ? accuracy : null,
                summary.get("grok_step") instanceof Long grokStep ? grokStep : null,
                failure == null ? null : Printable.line(failure),
                null,
                null,
                summary);
    }

    private static SweptState state(Map<String, Object> summary) {
        if (summary.isEmpty()) {
            return SweptState.WAITING;
        }
        Object state = summary.get(RunDirectory.STATE);
        if (RunState.DONE.key().equals(state)) {
            return SweptState.DONE;
        }
        if (RunState.FAILED.key().equals(state)) {
            return SweptState.FAILED;
        }
        return RunState.STOPPED.key().equals(state) ? SweptState.STOPPED : SweptState.INTERRUPTED;
    }

    private static String text(Object value) {
        return value == null ? null : value.toString();
    }
}
