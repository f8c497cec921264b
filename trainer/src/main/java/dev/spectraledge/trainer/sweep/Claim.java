package dev.spectraledge.trainer.sweep;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The right of one process to compute one run, also among machines that share a file system: a file in the run directory
 * that only one process can create, which its owner rewrites again and again as a sign of life. A claim without signs of
 * life for longer than a limit, by the file system's clock or by that of whoever watches it, is taken over; on the same
 * machine it is enough that the process is dead.
 *
 * <p>The owner writes through the channel with which it created the file. Taking over replaces the file by another one in
 * one atomic move, so a former owner that wakes up writes into a file that nobody sees, finds somebody else's name in the
 * one that everybody sees, and leaves the run alone. Who takes over holds {@value #SEAT} meanwhile, which only one can
 * create, and looks at the claim once more: so nobody takes over a claim that has just been taken over.
 */
final class Claim implements AutoCloseable {
    private static final String FILE_NAME = "claim.json";
    private static final String PROBE = ".claim-";
    private static final String SEAT = PROBE + "takeover";

    private final Path file;
    private final String token;
    private final FileChannel channel;
    private final long limitMillis;
    private volatile long step;
    private volatile double testLoss = Double.NaN;
    private volatile double testAccuracy = Double.NaN;
    private volatile long grokStep = -1;
    private volatile long beatMillis = System.currentTimeMillis();
    private volatile boolean lost;
    private boolean released;

    private Claim(Path file, String token, FileChannel channel, Duration limit) {
        this.file = file;
        this.token = token;
        this.channel = channel;
        this.limitMillis = limit.toMillis();
    }

    /** Where a run directory's claim lies. */
    static Path file(Path directory) {
        return directory.resolve(FILE_NAME);
    }

    /** The same by somebody who looks at the claim for the first time. */
    static Optional<Claim> acquire(Path directory, Duration limit) {
        return acquire(directory, limit, new ClaimWatch(System::nanoTime));
    }

    /**
     * Claims a run.
     *
     * @param directory the run directory, which exists
     * @param limit how long a claim of another machine may be without a sign of life
     * @param watch what this process has seen of claims
     * @return nothing if somebody else holds it
     */
    static Optional<Claim> acquire(Path directory, Duration limit, ClaimWatch watch) {
        Path file = file(directory);
        String token = UUID.randomUUID().toString();
        try {
            Optional<FileChannel> created = create(file, token);
            Optional<Claim> claim;
            if (created.isPresent()) {
                claim = Optional.of(new Claim(file, token, created.get(), limit));
            } else {
                Optional<ClaimRecord> other = ClaimRecord.read(file);
                if (other.isEmpty() || !isAbandoned(other.get(), file, token, limit, watch)) {
                    return Optional.empty();
                }
                claim = takeOver(directory, other.get(), token, limit, watch);
            }
            if (claim.isPresent()) {
                discardProbes(directory);
            }
            return claim;
        } catch (NoSuchFileException tidied) {
            // Whoever has just got the run has taken away a probe of this process.
            return Optional.empty();
        } catch (IOException failure) {
            throw RunException.of("cannot claim", directory, failure);
        }
    }

    private static boolean isAbandoned(ClaimRecord record, Path file, String token, Duration limit, ClaimWatch watch)
            throws IOException {
        boolean silent = watch.isUnchanged(file, record.look(), limit);
        return silent || record.isAbandoned(now(file.resolveSibling(PROBE + token)), limit);
    }

    /** Small files of processes that were killed while they were looking at the clock. */
    private static void discardProbes(Path directory) throws IOException {
        try (DirectoryStream<Path> probes = Files.newDirectoryStream(directory, PROBE + "*")) {
            for (Path probe : probes) {
                if (!probe.endsWith(SEAT)) {
                    Files.deleteIfExists(probe);
                }
            }
        }
    }

    /** Nothing if the file exists. */
    private static Optional<FileChannel> create(Path file, String token) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException taken) {
            return Optional.empty();
        }
        try {
            write(channel, ClaimRecord.begin(token, ProcessIdentity.ofThisProcess()));
            return Optional.of(channel);
        } catch (IOException failure) {
            channel.close();
            Files.deleteIfExists(file);
            throw failure;
        }
    }

    private static void write(FileChannel channel, ClaimRecord record) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(record.text());
        long position = 0;
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
    }

    /** The present time by the clock that claims' times are of: the file system's, which may be another machine's. */
    private static Instant now(Path probe) throws IOException {
        Files.createFile(probe);
        try {
            return Files.getLastModifiedTime(probe).toInstant();
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    private static Optional<Claim> takeOver(
            Path directory, ClaimRecord abandoned, String token, Duration limit, ClaimWatch watch) throws IOException {
        Path seat = directory.resolve(SEAT);
        Optional<FileChannel> taken = create(seat, token);
        if (taken.isEmpty()) {
            discardAbandonedSeat(seat, token, limit, watch);
            return Optional.empty();
        }
        taken.get().close();
        try {
            Path file = file(directory);
            Optional<ClaimRecord> present = ClaimRecord.read(file);
            if (present.isEmpty()
                    || !present.get().token().equals(abandoned.token())
                    || !isAbandoned(present.get(), file, token, limit, watch)) {
                return Optional.empty();
            }
            Path own = directory.resolve(PROBE + token);
            FileChannel channel = create(own, token).orElseThrow();
            try {
                Files.move(own, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException failure) {
                channel.close();
                Files.deleteIfExists(own);
                throw failure;
            }
            return Optional.of(new Claim(file, token, channel, limit));
        } finally {
            Files.deleteIfExists(seat);
        }
    }

    /** Somebody died while taking over; on this machine that is seen at once. */
    private static void discardAbandonedSeat(Path seat, String token, Duration limit, ClaimWatch watch)
            throws IOException {
        Optional<ClaimRecord> taker = ClaimRecord.read(seat);
        if (taker.isPresent() && isAbandoned(taker.get(), seat, token, limit, watch)) {
            Files.deleteIfExists(seat);
        }
    }

    /**
     * Called by the thread that computes, after each step. Makes no garbage.
     *
     * @throws ClaimLostException if somebody else has taken over
     */
    void stepped(long stepsDone) {
        step = stepsDone;
        // After a pause of this process somebody may have thought that it is dead.
        if (System.currentTimeMillis() - beatMillis > limitMillis / 2) {
            beat();
        }
        if (lost) {
            throw new ClaimLostException(file + ": another process has taken over this run");
        }
    }

    /** What the next sign of life says about the run. */
    void evaluated(double newTestLoss, double newTestAccuracy, long newGrokStep) {
        testLoss = newTestLoss;
        testAccuracy = newTestAccuracy;
        grokStep = newGrokStep;
    }

    /**
     * Gives a sign of life.
     *
     * @throws ClaimLostException if the file system is in trouble: then nobody knows whose run it is
     */
    synchronized void beat() {
        try {
            if (!isMine()) {
                lost = true;
                return;
            }
            write(
                    channel,
                    new ClaimRecord(
                            token, ProcessIdentity.ofThisProcess(), step, testLoss, testAccuracy, grokStep, null));
            beatMillis = System.currentTimeMillis();
        } catch (IOException failure) {
            throw new ClaimLostException("cannot renew " + file + ": " + RunException.reason(failure), failure);
        } catch (RunException failure) {
            throw new ClaimLostException("cannot renew a claim: " + failure.getMessage(), failure);
        }
    }

    private boolean isMine() {
        return ClaimRecord.read(file)
                .map(ClaimRecord::token)
                .filter(token::equals)
                .isPresent();
    }

    /** Gives the run free, unless somebody else has it. */
    @Override
    public synchronized void close() {
        if (released) {
            return;
        }
        released = true;
        try {
            channel.close();
            if (isMine()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException failure) {
            throw RunException.of("cannot give free", file, failure);
        }
    }
}
