package dev.spectraledge.analysis.offline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** An analysis holds a few blocks, whatever the model's size; mapped files are not its memory. */
@EnabledOnOs(OS.LINUX)
class AnalysisMemoryTest {
    private static final long LIMIT_KIBIBYTES = 300_000;
    /** Three vectors of them do not fit the limit. */
    private static final long PARAMETERS = 28_000_000;

    private static final int CHECKPOINTS = 4;

    @TempDir
    private Path folder;

    @Test
    void isUnder300Megabytes() throws IOException, InterruptedException {
        for (int step = 0; step < CHECKPOINTS; step++) {
            writeSparse(folder.resolve("step_" + step + ".safetensors"), step);
        }
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx2g",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-modules=jdk.incubator.vector",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AnalysisMemory.class.getName(),
                        folder.toString(),
                        folder.resolve("out").toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(Long.parseLong(output.strip())).isBetween(1000L, LIMIT_KIBIBYTES);
    }

    /** Zeros but for the beginning, which take no room on the disk. */
    private static void writeSparse(Path file, int step) throws IOException {
        String header = "{\"layers.0.self_attn.q_proj.weight\":{\"dtype\":\"F32\",\"shape\":[" + PARAMETERS
                + ",1],\"data_offsets\":[0," + PARAMETERS * Float.BYTES + "]}}";
        byte[] json = (header + " ".repeat((8 - header.length() % 8) % 8)).getBytes(StandardCharsets.UTF_8);
        ByteBuffer start = ByteBuffer.allocate(Long.BYTES + json.length + 16 * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json);
        start.putFloat(start.position() + step * Float.BYTES, 1);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(start.rewind());
            channel.write(ByteBuffer.allocate(1), Long.BYTES + json.length + PARAMETERS * Float.BYTES - 1);
        }
    }
}
