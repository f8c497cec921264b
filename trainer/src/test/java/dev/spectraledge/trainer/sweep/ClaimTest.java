package dev.spectraledge.trainer.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimTest {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final ProcessIdentity SELF = ProcessIdentity.ofThisProcess();
    private static final ProcessIdentity ELSEWHERE = new ProcessIdentity("elsewhere", 1, "another machine", "");

    @TempDir
    private Path folder;

    @Test
    void oneAtATime() throws IOException {
        try (Claim claim = Claim.acquire(folder, LIMIT).orElseThrow()) {
            assertThat(Claim.acquire(folder, LIMIT)).isEmpty();
            claim.stepped(7);
            claim.evaluated(0.5, 0.25, 6);
            claim.beat();
            ClaimRecord record = ClaimRecord.read(Claim.file(folder)).orElseThrow();
            assertThat(record.owner()).isEqualTo(SELF);
            assertThat(record.step()).isEqualTo(7);
            assertThat(record.testLoss()).isEqualTo(0.5);
            assertThat(record.testAccuracy()).isEqualTo(0.25);
            assertThat(record.grokStep()).isEqualTo(6);
            assertThat(Files.size(Claim.file(folder))).isEqualTo(ClaimRecord.BYTES);
        }
        assertThat(folder).isEmptyDirectory();
        Claim.acquire(folder, LIMIT).orElseThrow().close();
    }

    @Test
    void aDeadProcessOfThisMachineLosesItsClaim() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        ProcessIdentity identity = new ProcessIdentity(SELF.host(), dead.pid(), SELF.space(), "");
        dead.waitFor();
        leaveClaim(identity, Instant.now());
        takenOver();
        ProcessIdentity earlierOfThisNumber = new ProcessIdentity(SELF.host(), SELF.pid(), SELF.space(), "long ago");
        leaveClaim(earlierOfThisNumber, Instant.now());
        takenOver();
    }

    @Test
    void aSilentProcessElsewhereLosesItsClaim() throws IOException {
        leaveClaim(ELSEWHERE, Instant.now().minus(LIMIT.dividedBy(2)));
        assertThat(Claim.acquire(folder, LIMIT)).isEmpty();
        leaveClaim(ELSEWHERE, Instant.now().minus(LIMIT.multipliedBy(2)));
        takenOver();
    }

    @Test
    void aClaimThatWasNeverWrittenIsAbandonedInTime() throws IOException {
        Files.createFile(Claim.file(folder));
        assertThat(Claim.acquire(folder, LIMIT)).isEmpty();
        Files.setLastModifiedTime(
                Claim.file(folder), FileTime.from(Instant.now().minus(LIMIT.multipliedBy(2))));
        takenOver();
    }

    private void takenOver() {
        try (Claim claim = Claim.acquire(folder, LIMIT).orElseThrow()) {
            claim.beat();
            claim.stepped(1);
            assertThat(ClaimRecord.read(Claim.file(folder)).orElseThrow().owner())
                    .isEqualTo(SELF);
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void manyThatTakeOverAtOnceAreOneInTheEnd() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int round = 0; round < 50; round++) {
                leaveClaim(ELSEWHERE, Instant.now().minus(LIMIT.multipliedBy(2)));
                List<Callable<Optional<Claim>>> attempts = Stream.generate(
                                () -> (Callable<Optional<Claim>>) () -> Claim.acquire(folder, LIMIT))
                        .limit(8)
                        .toList();
                List<Claim> winners = new ArrayList<>();
                for (Future<Optional<Claim>> attempt : threads.invokeAll(attempts)) {
                    attempt.get().ifPresent(winners::add);
                }
                assertThat(winners).hasSize(1);
                winners.getFirst().close();
                assertThat(folder).isEmptyDirectory();
            }
        }
    }

    @Test
    void whoDiedWhileTakingOverIsNotInTheWayForEver() throws IOException {
        Path seat = Files.createFile(folder.resolve(".claim-takeover"));
        leaveClaim(ELSEWHERE, Instant.now().minus(LIMIT.multipliedBy(2)));
        assertThat(Claim.acquire(folder, LIMIT)).isEmpty();
        Files.setLastModifiedTime(seat, FileTime.from(Instant.now().minus(LIMIT.multipliedBy(2))));
        assertThat(Claim.acquire(folder, LIMIT)).isEmpty();
        takenOver();
    }

    @Test
    void whoWakesUpAfterATakeoverNoticesAndLeavesTheRunAlone() throws IOException {
        Claim asleep = Claim.acquire(folder, LIMIT).orElseThrow();
        Files.setLastModifiedTime(
                Claim.file(folder), FileTime.from(Instant.now().minus(LIMIT.multipliedBy(2))));
        Claim awake = Claim.acquire(folder, LIMIT).orElseThrow();
        ClaimRecord before = ClaimRecord.read(Claim.file(folder)).orElseThrow();
        asleep.beat();
        assertThatThrownBy(() -> asleep.stepped(3))
                .isInstanceOf(ClaimLostException.class)
                .hasMessage(Claim.file(folder) + ": another process has taken over this run");
        asleep.close();
        assertThat(ClaimRecord.read(Claim.file(folder))).contains(before);
        awake.close();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aStepAfterALongSilenceLooksFirst() throws Exception {
        // Whatever the time, half of this limit is over.
        Claim asleep = Claim.acquire(folder, Duration.ofMillis(-2)).orElseThrow();
        Files.delete(Claim.file(folder));
        assertThatThrownBy(() -> asleep.stepped(1)).isInstanceOf(ClaimLostException.class);
        asleep.close();
    }

    @Test
    void heartbeatsGiveSignsOfLife() throws Exception {
        try (Heartbeat heartbeat = new Heartbeat(Duration.ofMillis(100))) {
            Claim claim = Claim.acquire(folder, LIMIT).orElseThrow();
            heartbeat.add(claim);
            claim.stepped(11);
            while (ClaimRecord.read(Claim.file(folder)).orElseThrow().step() != 11) {
                Thread.onSpinWait();
            }
            heartbeat.release(claim);
            assertThat(folder).isEmptyDirectory();
        }
    }

    private void leaveClaim(ProcessIdentity owner, Instant beat) throws IOException {
        Files.writeString(
                Claim.file(folder),
                ClaimRecord.begin("token of " + owner, owner).text());
        Files.setLastModifiedTime(Claim.file(folder), FileTime.from(beat));
    }
}
