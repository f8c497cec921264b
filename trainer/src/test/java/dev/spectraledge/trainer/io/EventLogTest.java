package dev.spectraledge.trainer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLogTest {
    @TempDir
    Path folder;

    @Test
    void writesAtOnceReadsBackAndRewinds() throws IOException {
        Path file = folder.resolve("events.csv");
        try (EventLog log = new EventLog(file, ExistingRows.DROP)) {
            log.record(600, 650, "grok", "");
            log.record(700, "note", "a, \"b\"\nc");
            assertThat(EventLog.read(file))
                    .containsExactly(
                            new EventLog.Event(600, 650, "grok", ""),
                            new EventLog.Event(700, 700, "note", "a, \"b\" c"));
            log.record(800, "stop", "done");
            log.rewindTo(700);
        }
        Files.writeString(file, "900,cut", StandardOpenOption.APPEND);
        assertThat(EventLog.read(file)).hasSize(2);
        try (EventLog log = new EventLog(file, ExistingRows.KEEP)) {
            log.record(701, "resume", "");
        }
        assertThat(file).hasContent("""
                        step,known_at,event,detail
                        600,650,grok,
                        700,700,note,"a, ""b"" c"
                        701,701,resume,
                        """);
    }

    @Test
    void aLogOfAnEarlierVersionIsReadAndContinuedAsItIs() throws IOException {
        Path file = Files.writeString(folder.resolve("events.csv"), "step,event,detail\n600,grok,\"a, b\"\n");
        try (EventLog log = new EventLog(file, ExistingRows.KEEP)) {
            log.record(700, 702, "stop", "done");
        }
        assertThat(file).hasContent("step,event,detail\n600,grok,\"a, b\"\n700,stop,done\n");
        assertThat(EventLog.read(file))
                .containsExactly(
                        new EventLog.Event(600, 600, "grok", "a, b"), new EventLog.Event(700, 700, "stop", "done"));
    }

    @Test
    void refusesForeignFilesAndNames() throws IOException {
        Path file = Files.writeString(folder.resolve("events.csv"), "a,b\n");
        assertThatThrownBy(() -> EventLog.read(file))
                .isInstanceOf(RunException.class)
                .hasMessageStartingWith(file + ": not an event log");
        for (String row : List.of("1,x,y,z", "x,1,y,z", "1,2,3", "1")) {
            Files.writeString(file, "step,known_at,event,detail\n" + row + "\n");
            assertThatThrownBy(() -> EventLog.read(file))
                    .isInstanceOf(RunException.class)
                    .hasMessageStartingWith(file + " line 2: should be 'step,known_at,event,detail'");
        }
        Files.writeString(file, "step,event,detail\nx,y,z\n");
        assertThatThrownBy(() -> EventLog.read(file))
                .isInstanceOf(RunException.class)
                .hasMessageStartingWith(file + " line 2: should be 'step,event,detail'");
        try (EventLog log = new EventLog(file, ExistingRows.DROP)) {
            assertThatThrownBy(() -> log.record(1, "a,b", "")).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
