package dev.spectraledge.trainer.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimWatchTest {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private final Instant future = Instant.now().plus(Duration.ofDays(365));
    private static final ProcessIdentity ELSEWHERE = new ProcessIdentity("elsewhere", 1, "another machine", "");

    @TempDir
    private Path folder;

    private final AtomicLong nanos = new AtomicLong(-5);
    private final ClaimWatch watch = new ClaimWatch(nanos::get);

    @Test
    void aClaimDatedInTheFutureIsTakenOverOnceItHasStayedTheSame() throws IOException {
        leaveClaim("token", future);
        assertThat(Claim.acquire(folder, LIMIT, watch)).isEmpty();
        nanos.addAndGet(LIMIT.toNanos());
        assertThat(Claim.acquire(folder, LIMIT, watch)).isEmpty();
        nanos.addAndGet(1);
        try (Claim claim = Claim.acquire(folder, LIMIT, watch).orElseThrow()) {
            claim.beat();
            claim.stepped(1);
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aSignOfLifeOrAnotherOwnerBeginsTheTimeAnew() throws IOException {
        leaveClaim("token", future);
        assertThat(Claim.acquire(folder, LIMIT, watch)).isEmpty();
        nanos.addAndGet(LIMIT.toNanos() + 1);
        leaveClaim("token", future.plusSeconds(10));
        assertThat(Claim.acquire(folder, LIMIT, watch)).isEmpty();
        nanos.addAndGet(LIMIT.toNanos());
        leaveClaim("another", future.plusSeconds(10));
        assertThat(Claim.acquire(folder, LIMIT, watch)).isEmpty();
        nanos.addAndGet(LIMIT.toNanos());
        assertThat(Claim.acquire(folder, LIMIT, watch)).isEmpty();
    }

    @Test
    void aSeatDatedInTheFutureIsNotInTheWayForEver() throws IOException {
        Path seat = Files.createFile(folder.resolve(".claim-takeover"));
        Files.setLastModifiedTime(seat, FileTime.from(future));
        leaveClaim("token", Instant.now().minus(LIMIT.multipliedBy(2)));
        assertThat(Claim.acquire(folder, LIMIT, watch)).isEmpty();
        nanos.addAndGet(LIMIT.toNanos() + 1);
        assertThat(Claim.acquire(folder, LIMIT, watch)).as("removes the seat").isEmpty();
        Claim.acquire(folder, LIMIT, watch).orElseThrow().close();
    }

    @Test
    void theSeatOfADeadProcessOfThisMachineGoesAtOnce() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        ProcessIdentity self = ProcessIdentity.ofThisProcess();
        ProcessIdentity identity = new ProcessIdentity(self.host(), dead.pid(), self.space(), "");
        dead.waitFor();
        Path seat = Files.writeString(
                folder.resolve(".claim-takeover"),
                ClaimRecord.begin("taker", identity).text());
        leaveClaim("token", Instant.now().minus(LIMIT.multipliedBy(2)));
        assertThat(Claim.acquire(folder, LIMIT, watch)).isEmpty();
        assertThat(seat).doesNotExist();
        Claim.acquire(folder, LIMIT, watch).orElseThrow().close();
    }

    @Test
    void theSeatOfALivingProcessStays() throws IOException {
        Path seat = Files.writeString(
                folder.resolve(".claim-takeover"),
                ClaimRecord.begin("taker", ProcessIdentity.ofThisProcess()).text());
        leaveClaim("token", Instant.now().minus(LIMIT.multipliedBy(2)));
        assertThat(Claim.acquire(folder, LIMIT, watch)).isEmpty();
        assertThat(Claim.acquire(folder, LIMIT, watch)).isEmpty();
        assertThat(seat).exists();
    }

    @Test
    void whatKilledProcessesLeftOfLooksAtTheClockIsTidiedUp() throws IOException {
        Path probe = Files.createFile(folder.resolve(".claim-5e1f"));
        Claim.acquire(folder, LIMIT, watch).orElseThrow().close();
        assertThat(probe).doesNotExist();
    }

    private void leaveClaim(String token, Instant beat) throws IOException {
        Files.writeString(
                Claim.file(folder), ClaimRecord.begin(token, ELSEWHERE).text());
        Files.setLastModifiedTime(Claim.file(folder), FileTime.from(beat));
    }
}
