package dev.spectraledge.kernels.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Base64;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Reads mutants of a format one after another. Each is read, or refused in one printable line by an exception of this program,
 * with little work and little memory; another thread sees whether one of them takes too long.
 */
public final class FuzzTrial {
    /** Of all formats of a test together. */
    public static final int MUTANTS = Integer.getInteger("spectraledge.fuzz.mutants", 1_000);
    /** Bytes of memory that a reader may need for each byte of a file. */
    public static final int MOST_BYTES_PER_BYTE = 4;

    /** Of a thread's own processor time, which does not depend on what else the machine does. */
    private static final long MOST_CPU_NANOS = Duration.ofSeconds(5).toNanos();

    private static final long MOST_BYTES = 64L << 20;
    /** Names of all keys of a group fit; what a file holds is cut. */
    private static final int LONGEST_MESSAGE = 2_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final FuzzedFormat format;
    private final Path file;
    private final int mutants;
    private final Predicate<RuntimeException> isRefusal;
    private volatile long index;
    private volatile long cpuBefore;
    private volatile int refused;
    private volatile AssertionError failure;

    /**
     * @param folder of its own
     * @param isRefusal whether an exception is one by which readers refuse files
     */
    public FuzzTrial(FuzzedFormat format, Path folder, int mutants, Predicate<RuntimeException> isRefusal) {
        this.format = format;
        this.file = folder.resolve(format.fileName());
        this.mutants = mutants;
        this.isRefusal = isRefusal;
    }

    /** Fails unless all mutants are treated as they should be, and some of them are refused. */
    public void run() throws InterruptedException {
        Thread reader = new Thread(this::readAll, "fuzz-" + format);
        reader.setDaemon(true);
        reader.start();
        while (!reader.join(Duration.ofMillis(100))) {
            long mutant = index;
            long used = THREADS.getThreadCpuTime(reader.threadId()) - cpuBefore;
            if (mutant == index && used > MOST_CPU_NANOS) {
                AssertionError hang = new AssertionError(describe() + " is still read after 5 s of processor time");
                hang.setStackTrace(reader.getStackTrace());
                throw hang;
            }
        }
        assertThat(failure).isNull();
        assertThat(refused).as("mutants that were refused").isPositive();
    }

    private void readAll() {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            int refusals = 0;
            for (long next = 0; next < mutants; next++) {
                index = next;
                byte[] mutant = format.mutant(next);
                overwrite(channel, mutant);
                cpuBefore = THREADS.getCurrentThreadCpuTime();
                refusals += isRead(mutant) ? 0 : 1;
            }
            refused = refusals;
        } catch (IOException | RuntimeException | Error unexpected) {
            failure = new AssertionError(describe(), unexpected);
        }
    }

    /** In place: some file systems bring a file that was emptied and written anew to the disk when it is closed, each time. */
    private static void overwrite(FileChannel channel, byte[] content) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(content);
        while (rest.hasRemaining()) {
            channel.write(rest, rest.position());
        }
        channel.truncate(content.length);
    }

    private boolean isRead(byte[] mutant) {
        return readWithLittleMemory(
                mutant.length, () -> isRead(() -> format.reading().read(file), isRefusal));
    }

    /** Fails where this thread allocates more than a reader may for a file of so many bytes. */
    public static <T> T readWithLittleMemory(long bytes, Supplier<T> reading) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        T read = reading.get();
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated)
                .as("bytes allocated for a file of %d", bytes)
                .isLessThanOrEqualTo(MOST_BYTES + MOST_BYTES_PER_BYTE * bytes);
        return read;
    }

    /** Whether a file is read; if not, it must be refused in one printable line. */
    public static boolean isRead(Runnable reading, Predicate<RuntimeException> isRefusal) {
        try {
            reading.run();
            return true;
        } catch (RuntimeException refusal) {
            if (!isRefusal.test(refusal)) {
                throw refusal;
            }
            String message = refusal.getMessage();
            assertThat(message).hasSizeBetween(1, LONGEST_MESSAGE);
            assertThat(message.chars().noneMatch(Character::isISOControl))
                    .as(message)
                    .isTrue();
            return false;
        }
    }

    private String describe() {
        return "mutant " + index + " of " + format + ", in Base64 "
                + Base64.getEncoder().encodeToString(format.mutant(index));
    }
}
