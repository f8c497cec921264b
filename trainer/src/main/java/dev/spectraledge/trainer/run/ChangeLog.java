package dev.spectraledge.trainer.run;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code changes.json} of a run directory: what was changed of the run's configuration when it went on, after which step and
 * when. {@code config.json} holds the configuration as it is now.
 */
final class ChangeLog {
    private static final String CHANGES = "changes";
    private static final String SETTINGS = "settings";
    private static final String TO = "to";

    private final Path file;

    ChangeLog(Path root) {
        file = root.resolve("changes.json");
    }

    /** Adds a change, whole or not at all. */
    void append(ConfigChange change) {
        Map<String, Object> settings = new LinkedHashMap<>();
        change.settings().forEach((key, setting) -> {
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("from", setting.from());
            values.put(TO, setting.to());
            settings.put(key, values);
        });
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("step", change.step());
        entry.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        entry.put(SETTINGS, settings);
        entry.put("last_bits_may_differ", change.mayChangeLastBits());
        List<Object> changes = new ArrayList<>(read());
        changes.add(entry);
        Json.write(file, Map.of(CHANGES, changes));
    }

    /**
     * The present configuration.
     *
     * @param written as {@code config.json} says, which lacks the last change if a process was killed just after having
     *     recorded it
     */
    RunConfig settled(RunConfig written) {
        List<?> changes = read();
        if (changes.isEmpty()) {
            return written;
        }
        if (changes.getLast() instanceof Map<?, ?> last && last.get(SETTINGS) instanceof Map<?, ?> settings) {
            ConfigResolver resolver = new ConfigResolver(written);
            settings.forEach((key, values) -> resolver.value(
                    file.toString(), key.toString(), values instanceof Map<?, ?> map ? map.get(TO) : null));
            return resolver.resolve();
        }
        throw unsuitable();
    }

    private List<?> read() {
        if (Files.notExists(file)) {
            return List.of();
        }
        if (Json.readObject(file).get(CHANGES) instanceof List<?> changes) {
            return changes;
        }
        throw unsuitable();
    }

    private RunException unsuitable() {
        return new RunException(file + ": should list the " + CHANGES + " of the configuration");
    }
}
