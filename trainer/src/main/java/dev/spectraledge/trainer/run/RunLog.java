package dev.spectraledge.trainer.run;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.io.RegularFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The run's {@code log.txt}: what was decided and what went wrong, one line each with the time. Only ever appended. */
public final class RunLog {
    private final Path file;
    private final Clock clock;

    /** Logs into {@code file} with times in UTC. */
    public RunLog(Path file) {
        this(file, Clock.systemUTC());
    }

    RunLog(Path file, Clock clock) {
        this.file = file;
        this.clock = clock;
    }

    /** Appends a line; line ends inside become spaces. */
    public void line(String text) {
        String time = Instant.now(clock).truncatedTo(ChronoUnit.SECONDS).toString();
        try (OutputStream log = Channels.newOutputStream(
                RegularFile.openOwn(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND))) {
            log.write((time + " " + Printable.line(text) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw RunException.of("cannot write", file, failure);
        }
    }
}
