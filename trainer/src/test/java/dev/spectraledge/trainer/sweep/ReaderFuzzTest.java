package dev.spectraledge.trainer.sweep;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.fuzz.FuzzTrial;
import dev.spectraledge.kernels.fuzz.FuzzedFormat;
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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
    private static final List<FuzzedFormat> FORMATS = List.of(
            new FuzzedFormat(
                    "weights.safetensors",
                    tensors(),
                    List.of("F64", "BF16", "I8", "__metadata__", "[0]"),
                    ReaderFuzzTest::withLength,
                    file -> {
                        readTensors(file);
                        readState(file);
                    }),
            new FuzzedFormat(
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
            new FuzzedFormat(
                    "archive.pt",
                    List.of(new String(TorchArchive.of(TorchArchive.STATE_DICT), ISO_8859_1)),
                    List.of("PK\1\2", "PK\3\4", "PK\5\6", "\u007f\u007f\u007f\u007f"),
                    ReaderFuzzTest::readTorch),
            new FuzzedFormat(
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
            new FuzzedFormat(
                    "events.out.tfevents",
                    events(),
                    List.of("brain.Event:2", "\u0009", "\u001a", "*", ":", "train/loss"),
                    ReaderFuzzTest::withChecksums,
                    file -> TensorBoardReader.read(file, (tag, step, value) -> {})),
            new FuzzedFormat(
                    "config.json",
                    List.of(
                            new ConfigResolver().resolve().toJson(),
                            "{\"seeds\": [1, 2], \"a\": {\"b\": [1.5, null]}}"),
                    List.of("\"name\"", "\"observers\"", "\"training\""),
                    file -> {
                        refusing(() -> Json.readObject(file));
                        RunConfig.read(file);
                    }),
            new FuzzedFormat(
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
            new FuzzedFormat(
                    "scan.txt",
                    List.of("IN: jump twice OUT: I_JUMP I_JUMP\nIN: turn left OUT: I_TURN_LEFT\n"),
                    List.of("IN: ", " OUT: ", "\n\n", "I_RUN"),
                    ScanFile::read),
            new FuzzedFormat(
                    "claim.json",
                    List.of(ClaimRecord.begin("token", new ProcessIdentity("host", 17, "space", "begin"))
                            .text()),
                    List.of("\"token\"", "\"pid\"", "\"step\""),
                    file -> ClaimRecord.read(file).orElseThrow().isAbandoned(Instant.EPOCH, Duration.ofMinutes(10))),
            new FuzzedFormat(
                    "runs.jsonl", List.of(plan()), List.of("\"id\"", "\"swept\"", "\"config\"", "}\n{"), file -> {
                        for (PlannedRun run : SweepPlan.read(file.getParent()).runs()) {
                            run.config();
                            run.threads();
                        }
                    }));

    @TempDir
    private static Path folder;

    static Stream<FuzzedFormat> formats() {
        return FORMATS.stream();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void everyMutantIsReadOrRefusedInOneLine(FuzzedFormat format) throws Exception {
        Path own = Files.createDirectories(folder.resolve(format.fileName() + ".d"));
        int share = Math.max(1, FuzzTrial.MUTANTS / FORMATS.size());
        new FuzzTrial(format, own, share, ReaderFuzzTest::isRefusal).run();
    }

    private static boolean isRefusal(RuntimeException exception) {
        return exception instanceof RunException || exception instanceof UsageException;
    }

    /** Goes on after a refusal, for another reader of the same file. */
    private static void refusing(Runnable reading) {
        FuzzTrial.isRead(reading, ReaderFuzzTest::isRefusal);
    }

    private static void readTensors(Path file) {
        try (SafetensorsFile tensors = SafetensorsFile.open(file);
                MemoryOwner memory = MemoryOwner.open("fuzz")) {
            for (String name : tensors.names()) {
                refusing(() -> tensors.requireFinite(name));
                refusing(() -> tensors.read(memory, name));
                refusing(() -> tensors.copyTo(name, Tensor.allocate(memory, DType.FLOAT32, tensors.shape(name))));
            }
            long most = 2L * FuzzTrial.MOST_BYTES_PER_BYTE * size(file);
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
