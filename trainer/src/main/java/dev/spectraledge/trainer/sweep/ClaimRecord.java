package dev.spectraledge.trainer.sweep;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.RegularFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a claim's file says: who computes the run, and how far it is.
 *
 * @param token different for each claim; empty where its owner has not written anything yet
 * @param owner null together with an empty token
 * @param step steps done
 * @param testLoss of the last evaluation; NaN if there has been none
 * @param testAccuracy of the last evaluation; NaN if there has been none
 * @param grokStep negative if it has not grokked
 * @param beat when the owner wrote last, by the clock of the file system
 */
record ClaimRecord(
        String token,
        ProcessIdentity owner,
        long step,
        double testLoss,
        double testAccuracy,
        long grokStep,
        Instant beat) {
    /** Long enough for all fields, so that rewriting the file in place never changes its length. */
    static final int BYTES = 768;
    /** What is longer is no claim. */
    private static final long LONGEST = 1 << 16;

    static ClaimRecord begin(String token, ProcessIdentity owner) {
        return new ClaimRecord(token, owner, 0, Double.NaN, Double.NaN, -1, null);
    }

    /** One line of {@link #BYTES} characters. */
    String text() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("token", token);
        fields.put("host", owner.host());
        fields.put("pid", owner.pid());
        fields.put("process_space", owner.space());
        fields.put("process_begin", owner.begin());
        fields.put("step", step);
        fields.put("test_loss", testLoss);
        fields.put("test_accuracy", testAccuracy);
        fields.put("grok_step", grokStep < 0 ? null : grokStep);
        String json = Json.compact(fields);
        return json + " ".repeat(Math.max(0, BYTES - 1 - json.length())) + "\n";
    }

    /** Reads the file of a claim; empty if nobody has claimed the run. */
    static Optional<ClaimRecord> read(Path file) {
        try {
            ClaimRecord record = readOnce(file);
            while (true) {
                // The file may have been replaced after its time was read: a time is that of a claim only if the same
                // claim was there before and after.
                ClaimRecord again = readOnce(file);
                if (again.token.equals(record.token)) {
                    return Optional.of(again);
                }
                record = again;
            }
        } catch (NoSuchFileException unclaimed) {
            return Optional.empty();
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
    }

    private static ClaimRecord readOnce(Path file) throws IOException {
        Instant beat =
                Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
        return parse(RegularFile.ownText(file, LONGEST), file, beat);
    }

    private static ClaimRecord parse(String text, Path file, Instant beat) {
        Map<String, Object> fields;
        try {
            fields = Json.parseObject(text, file.toString());
        } catch (RunException unfinished) {
            fields = Map.of();
        }
        if (fields.get("token") instanceof String token
                && fields.get("host") instanceof String host
                && fields.get("pid") instanceof Long pid
                && fields.get("process_space") instanceof String space
                && fields.get("process_begin") instanceof String begin) {
            return new ClaimRecord(
                    token,
                    new ProcessIdentity(host, pid, space, begin),
                    fields.get("step") instanceof Long step ? step : 0,
                    fields.get("test_loss") instanceof Double loss ? loss : Double.NaN,
                    fields.get("test_accuracy") instanceof Double accuracy ? accuracy : Double.NaN,
                    fields.get("grok_step") instanceof Long grokStep ? grokStep : -1,
                    beat);
        }
        return new ClaimRecord("", null, 0, Double.NaN, Double.NaN, -1, beat);
    }

    /** What changes with each sign of life. */
    Object look() {
        return List.of(token, beat);
    }

    /**
     * Whether nobody holds this claim any more: its process is dead, or, where that cannot be seen from here, has not
     * written for too long.
     */
    boolean isAbandoned(Instant now, Duration limit) {
        if (owner != null && owner.isVisibleHere() && !owner.isAlive()) {
            return true;
        }
        return Duration.between(beat, now).compareTo(limit) > 0;
    }
}
