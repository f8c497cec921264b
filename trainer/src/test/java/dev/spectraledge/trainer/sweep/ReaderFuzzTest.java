package dev.spectraledge.trainer.sweep;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.config.Yaml;
import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.io.CsvTail;
import dev.spectraledge.trainer.io.EventLog;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.io.TensorBoardReader;
import dev.spectraledge.trainer.io.torch.TorchArchive;
import dev.spectraledge.trainer.io.torch.TorchFile;
import dev.spectraledge.trainer.io.torch.TorchTensor;
import dev.spectraledge.trainer.run.ResumeState;
import dev.spectraledge.trainer.task.scan.ScanFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files that are nearly right, to every reader of files that a stranger may have written. Each is read, or refused in one
 * printable line by an exception of this program, with little work and little memory. How many there are, all readers
 * taken together, says {@code spectraledge.fuzz.mutants}; which ones is the same each time.
 */
@Tag("fuzz")
class ReaderFuzzTest {
    private static final int MUTANTS = Integer.getInteger("spectraledge.fuzz.mutants", 1_000);
    private static final long SEED = 0x5eed;
    /** Of a thread's own processor time, which does not depend on what else the machine does. */
    private static final long MOST_CPU_NANOS = Duration.ofSeconds(5).toNanos();

    private static final long MOST_BYTES = 64L << 20;
    private static final int MOST_BYTES_PER_BYTE = 4;
    /** Names of all keys of a group fit; what a file holds is cut. */
    private static final int LONGEST_MESSAGE = 2_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final List<Format> FORMATS = List.of(
            new Format("weights.safetensors", tensors(), List.of("F64", "BF16", "I8", "__metadata__", "[0]"), file -> {
                readTensors(file);
                readState(file);
            }),
            new Format(
                    "weights.pt",
                    List.of(TorchArchive.STATE_DICT),
                    List.of(
                            "(tR",
                            "cos\nsystem\n",
                            "X\u0004\0\0\0",
                            "M\u007f\u007f",
                            "}q\1",
                            "h\1",
                            "J\u007f\u007f\u007f\u007f"),
                    ReaderFuzzTest::readTorch),
            new Format(
                    "archive.pt",
                    List.of(new String(TorchArchive.of(TorchArchive.STATE_DICT), ISO_8859_1)),
                    List.of("PK\1\2", "PK\3\4", "PK\5\6", "\u007f\u007f\u007f\u007f"),
                    ReaderFuzzTest::readTorch),
            new Format(
                    "table.csv",
                    List.of(
                            "step,loss,accuracy\n0,1.5,0\n10,inf,nan\n20,,-1e-3\n",
                            "step,event,detail\n100,grok,\"test accuracy, 0.97\"\n200,finished,all steps done\n",
                            "step,known_at,event,detail\n100,104,edge_x,\"a, b\"\n200,200,finished,all steps done\n"),
                    List.of("step,known_at,event,detail\n", "inf", "-inf", "nan"),
                    file -> {
                        refusing(() -> CsvReader.read(file));
                        refusing(() -> new CsvTail(file).forEachNew(row -> {}));
                        EventLog.read(file);
                    }),
            new Format(
                    "events.out.tfevents",
                    events(),
                    List.of("brain.Event:2", "\u0009", "\u001a", "\u002a", "\u003a", "train/loss"),
                    file -> TensorBoardReader.read(file, (tag, step, value) -> {})),
            new Format(
                    "config.json",
                    List.of(
                            new ConfigResolver().resolve().toJson(),
                            "{\"seeds\": [1, 2], \"a\": {\"b\": [1.5, null]}}"),
                    List.of("\"name\"", "\"observers\"", "\"training\""),
                    file -> {
                        refusing(() -> Json.readObject(file));
                        RunConfig.read(file);
                    }),
            new Format(
                    "config.yaml",
                    List.of(
                            "task:\n  name: scan\ntraining: {steps: 2e4, weightDecay: 0.5, stopOn: grok+10}\n",
                            "a: &a [1, 2]\nb: [*a, *a]\nobservers:\n  - name: x\n    window: 3\n",
                            "task: {name: modular}\nevaluation:\n  every: 5\nout: \"a b\"\n"),
                    List.of(
                            "&a",
                            "*a",
                            "<<: *a",
                            "!!set",
                            "!!binary",
                            "? ",
                            "- ",
                            "|\n",
                            "---\n",
                            "%YAML 1.2\n",
                            "!<x>"),
                    file -> {
                        refusing(() -> Yaml.readMapping(file));
                        new ConfigResolver().file(file).resolve();
                    }),
            new Format(
                    "scan.txt",
                    List.of("IN: jump twice OUT: I_JUMP I_JUMP\nIN: turn left OUT: I_TURN_LEFT\n"),
                    List.of("IN: ", " OUT: ", "\n\n", "I_RUN"),
                    ScanFile::read),
            new Format(
                    "claim.json",
                    List.of(ClaimRecord.begin("token", new ProcessIdentity("host", 17, "space", "begin"))
                            .text()),
                    List.of("\"token\"", "\"pid\"", "\"step\""),
                    file -> ClaimRecord.read(file).orElseThrow().isAbandoned(Instant.EPOCH, Duration.ofMinutes(10))),
            new Format("runs.jsonl", List.of(plan()), List.of("\"id\"", "\"swept\"", "\"config\"", "}\n{"), file -> {
                for (PlannedRun run : SweepPlan.read(file.getParent()).runs()) {
                    run.config();
                    run.threads();
                }
            }));

    @TempDir
    private static Path folder;

    /** What a reader does with a file, which it may refuse. */
    @FunctionalInterface
    interface Reading {
        void read(Path file);
    }

    /** Good files and what reads them; safetensors files are put together from headers, most files of PyTorch from pickles. */
    record Format(String fileName, List<String> seeds, List<String> words, Reading reading) {
        byte[] mutant(long index) {
            RandomGenerator random = new SplittableRandom(SEED + index);
            Charset charset = fileName.endsWith(".pt") ? ISO_8859_1 : UTF_8;
            byte[] mutant = new Mutator(
                            seeds.stream().map(seed -> seed.getBytes(charset)).toList(), words)
                    .mutant(random);
            return switch (fileName) {
                case "weights.safetensors" -> withLength(mutant, random);
                case "events.out.tfevents" -> withChecksums(mutant, random);
                case "weights.pt" -> TorchArchive.of(new String(mutant, charset));
                default -> mutant;
            };
        }

        @Override
        public String toString() {
            return fileName;
        }
    }

    static Stream<Format> formats() {
        return FORMATS.stream();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void everyMutantIsReadOrRefusedInOneLine(Format format) throws Exception {
        Path file = Files.createDirectories(folder.resolve(format.fileName() + ".d"))
                .resolve(format.fileName());
        Trial trial = new Trial(format, file, Math.max(1, MUTANTS / FORMATS.size()));
        trial.start();
        trial.watch();
        assertThat(trial.failure).isNull();
        assertThat(trial.refused).as("mutants that were refused").isPositive();
    }

    /** Reads mutants one after another; another thread sees whether one of them takes too long. */
    private static final class Trial extends Thread {
        private final Format format;
        private final Path file;
        private final int mutants;
        private volatile long index;
        private volatile long cpuBefore;
        private volatile int refused;
        private volatile AssertionError failure;

        Trial(Format format, Path file, int mutants) {
            super("fuzz-" + format);
            this.format = format;
            this.file = file;
            this.mutants = mutants;
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                int refusals = 0;
                for (long next = 0; next < mutants; next++) {
                    index = next;
                    byte[] mutant = format.mutant(next);
                    Files.write(file, mutant);
                    cpuBefore = THREADS.getCurrentThreadCpuTime();
                    refusals += isRead(mutant) ? 0 : 1;
                }
                refused = refusals;
            } catch (IOException | RuntimeException | Error unexpected) {
                failure = new AssertionError(describe(), unexpected);
            }
        }

        private boolean isRead(byte[] mutant) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            boolean read = true;
            try {
                format.reading().read(file);
            } catch (RunException | UsageException refusal) {
                requirePrintable(refusal);
                read = false;
            }
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertThat(allocated)
                    .as("bytes allocated for a file of %d", mutant.length)
                    .isLessThanOrEqualTo(MOST_BYTES + (long) MOST_BYTES_PER_BYTE * mutant.length);
            return read;
        }

        void watch() throws InterruptedException {
            while (!join(Duration.ofMillis(100))) {
                long mutant = index;
                long used = THREADS.getThreadCpuTime(threadId()) - cpuBefore;
                if (mutant == index && used > MOST_CPU_NANOS) {
                    AssertionError hang = new AssertionError(describe() + " is still read after 5 s of processor time");
                    hang.setStackTrace(getStackTrace());
                    throw hang;
                }
            }
        }

        private String describe() {
            return "mutant " + index + " of " + format + ", in Base64 "
                    + Base64.getEncoder().encodeToString(format.mutant(index));
        }
    }

    private static void requirePrintable(RuntimeException refusal) {
        String message = refusal.getMessage();
        assertThat(message).hasSizeBetween(1, LONGEST_MESSAGE);
        assertThat(message.chars().noneMatch(Character::isISOControl))
                .as(message)
                .isTrue();
    }

    /** Goes on after a refusal, for another reader of the same file. */
    private static void refusing(Runnable reading) {
        try {
            reading.run();
        } catch (RunException | UsageException refusal) {
            requirePrintable(refusal);
        }
    }

    private static void readTensors(Path file) {
        try (SafetensorsFile tensors = SafetensorsFile.open(file);
                MemoryOwner memory = MemoryOwner.open("fuzz")) {
            for (String name : tensors.names()) {
                refusing(() -> tensors.requireFinite(name));
                refusing(() -> tensors.read(memory, name));
                refusing(() -> tensors.copyTo(name, Tensor.allocate(memory, DType.FLOAT32, tensors.shape(name))));
            }
            long most = 2L * MOST_BYTES_PER_BYTE * size(file);
            assertThat(memory.allocatedBytes()).as("bytes of tensors").isLessThanOrEqualTo(most);
        }
    }

    private static void readTorch(Path file) {
        try (TorchFile opened = TorchFile.open(file)) {
            if (opened.content() instanceof Map<?, ?> map && map.get("model") instanceof Map<?, ?> model) {
                for (Object value : model.values()) {
                    if (value instanceof TorchTensor tensor) {
                        refusing(() -> opened.data(tensor));
                    }
                }
            }
        }
    }

    private static void readState(Path file) {
        try (ResumeState state = ResumeState.open(file)) {
            state.text("seeds");
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Headers of tensors in 24 bytes. */
    private static List<String> tensors() {
        return List.of(
                "{\"__metadata__\":{\"step\":\"12\",\"seeds\":\"42\"},"
                        + "\"a.weight\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]},"
                        + "\"b\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[16,24]}}",
                "{\"x\":{\"dtype\":\"F64\",\"shape\":[3],\"data_offsets\":[0,24]},"
                        + "\"empty\":{\"dtype\":\"U8\",\"shape\":[0,5],\"data_offsets\":[24,24]}}");
    }

    /** Messages of event files, a character for each byte; records are put together from them. */
    private static List<String> events() {
        return List.of(
                "\t\0\0\0\0\0\0\0@\u0010\u0007*\u0013\n\u0011\n\ntrain/loss\u0015\0\0\0?",
                "\t\0\0\0\0\0\0\0@\u0010\u0009*\u0014\n\u0012\n\u0001xB\r\b\u0001\u0012\0\"\u0004\0\0\0?\0\0\0");
    }

    /** A record of these bytes: mostly with their checksums, sometimes with others, or cut. */
    private static byte[] withChecksums(byte[] message, RandomGenerator random) {
        ByteBuffer record = ByteBuffer.allocate(message.length + 16).order(ByteOrder.LITTLE_ENDIAN);
        byte[] length = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(message.length)
                .array();
        record.put(length).putInt(maskedChecksum(length)).put(message).putInt(maskedChecksum(message));
        byte[] bytes = record.array();
        return switch (random.nextInt(8)) {
            case 0 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1 -> {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                yield bytes;
            }
            default -> bytes;
        };
    }

    private static int maskedChecksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    }

    /** A file with this header: mostly whole, sometimes with another length or other data. */
    private static byte[] withLength(byte[] header, RandomGenerator random) {
        boolean whole = random.nextInt(8) > 0;
        byte[] data = new byte[whole ? 24 : random.nextInt(64)];
        random.nextBytes(data);
        return ByteBuffer.allocate(Long.BYTES + header.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(whole || random.nextBoolean() ? header.length : random.nextLong())
                .put(header)
                .put(data)
                .array();
    }

    private static String plan() {
        PlannedRun run = PlannedRun.of(new ConfigResolver().resolve(), Map.of("training.seed", 42));
        return Json.compact(Map.of("id", run.id(), "swept", run.swept(), "config", run.configuration())) + "\n";
    }
}
