package dev.spectraledge.bench.peers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes inputs of two training rows and a constant reference loss. */
final class TinyInputs {

    static final float LOSS = 2.5f;
    static final int STEPS = 12;

    private TinyInputs() {}

    static DyckInputs.Files write(Path folder) throws IOException {
        Path weights = folder.resolve("weights.safetensors");
        write(
                weights,
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                buffer(8).putFloat(1).putFloat(2));
        Path data = folder.resolve("data.safetensors");
        write(
                data,
                "{\"train_x\":{\"dtype\":\"I32\",\"shape\":[2,2],\"data_offsets\":[0,16]},"
                        + "\"train_y\":{\"dtype\":\"I32\",\"shape\":[2,2],\"data_offsets\":[16,32]}}",
                buffer(32)
                        .putInt(0)
                        .putInt(1)
                        .putInt(0)
                        .putInt(2)
                        .putInt(1)
                        .putInt(0)
                        .putInt(1)
                        .putInt(-100));
        Path trace = folder.resolve("trace.safetensors");
        ByteBuffer values = buffer(STEPS * 8);
        for (int step = 0; step < STEPS; step++) {
            values.putFloat(LOSS);
        }
        for (int step = 0; step < STEPS; step++) {
            values.putInt(step % 2);
        }
        write(
                trace,
                "{\"__metadata__\":{\"task\":\"dyck\"},\"loss\":{\"dtype\":\"F32\",\"shape\":[" + STEPS
                        + "],\"data_offsets\":[0," + STEPS * 4 + "]},\"batch_idx\":{\"dtype\":\"I32\",\"shape\":["
                        + STEPS
                        + ",1],\"data_offsets\":[" + STEPS * 4 + "," + STEPS * 8 + "]}}",
                values);
        return new DyckInputs.Files(weights, data, trace);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void write(Path path, String header, ByteBuffer values) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer length = buffer(Long.BYTES).putLong(text.length).flip();
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(new ByteBuffer[] {length, ByteBuffer.wrap(text), values.flip()});
        }
    }
}
