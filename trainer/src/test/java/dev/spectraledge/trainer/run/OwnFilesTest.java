package dev.spectraledge.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.EventLog;
import dev.spectraledge.trainer.io.ExistingRows;
import dev.spectraledge.trainer.io.TensorBoardFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run directory in which a stranger has put links where this program writes: their targets stay as they are. */
class OwnFilesTest {
    private static final String CONTENT = "step,event,detail\n1,mine,\n";

    @TempDir
    private Path folder;

    private Path target;

    @BeforeEach
    void writeTarget() throws IOException {
        target = Files.writeString(folder.resolve("target"), CONTENT);
    }

    @Test
    void theLockIsNotTakenThroughALink() throws IOException {
        link(RunLock.FILE_NAME);
        assertRefused(() -> RunLock.acquire(folder), "cannot lock ");
        assertRefused(() -> RunLock.isHeld(folder), "cannot read ");
        Files.delete(folder.resolve(RunLock.FILE_NAME));
        RunLock.acquire(folder).close();
    }

    @Test
    void theLogIsNotAppendedThroughALink() throws IOException {
        RunLog log = new RunLog(link("log.txt"));
        assertRefused(() -> log.line("text"), "cannot write ");
    }

    @Test
    void tablesAreNotRewoundThroughALink() throws IOException {
        Path link = link("events.csv");
        assertRefused(() -> new EventLog(link, ExistingRows.KEEP), "cannot read ");
    }

    @Test
    void eventFilesAreNotCutThroughALink() throws IOException {
        Path link = link("events.out.tfevents");
        assertRefused(() -> TensorBoardFile.resume(link, 0), "cannot read ");
    }

    private Path link(String name) throws IOException {
        return Files.createSymbolicLink(folder.resolve(name), target);
    }

    private void assertRefused(ThrowingCallable writing, String message) throws IOException {
        assertThatThrownBy(writing)
                .isInstanceOf(RunException.class)
                .hasMessageStartingWith(message)
                .hasMessageEndingWith(": it is a symbolic link, which is not followed here");
        assertThat(target).hasContent(CONTENT);
    }
}
