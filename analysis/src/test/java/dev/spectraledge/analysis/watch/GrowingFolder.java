package dev.spectraledge.analysis.watch;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.io.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/**
 * A folder into which another program writes checkpoints, some of them in two pieces. Steps have noise, from the seventh
 * checkpoint on a tenth of it: g23 over the trace falls to a hundredth.
 */
public final class GrowingFolder {
    private static final int WIDTH = 24;
    /** From one checkpoint to the next. */
    private static final int STEPS = 10;

    private static final int QUIET = 7;

    private final Path folder;
    private final Random random = new Random(11);
    private final float[] parameters = new float[WIDTH * WIDTH];
    private int written;
    private byte[] rest;

    /** @param folder which is made */
    public GrowingFolder(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** How many checkpoints are whole. */
    public int whole() {
        return rest == null ? written : written - 1;
    }

    /** Of the checkpoint that was begun last. */
    private Path latest() {
        return folder.resolve("step_" + STEPS * written + ".safetensors");
    }

    /** Completes the checkpoint that is in pieces, or writes the next one whole. */
    public void writeNext() {
        try {
            if (rest != null) {
                Files.write(latest(), rest);
                rest = null;
            } else {
                byte[] all = next();
                Files.write(latest(), all);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Begins to write the next checkpoint, unless one is in pieces. */
    public void beginNext() {
        if (rest != null) {
            return;
        }
        byte[] all = next();
        rest = all;
        try {
            Files.write(latest(), Arrays.copyOf(all, all.length / 2));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private byte[] next() {
        written++;
        try (MemoryOwner owner = MemoryOwner.open("checkpoint")) {
            Tensor tensor = Tensor.allocate(owner, DType.FLOAT32, WIDTH, WIDTH);
            for (int index = 0; index < parameters.length; index++) {
                double noise = written < QUIET ? 0.01 : 0.001;
                parameters[index] += (float) (noise * random.nextGaussian() + 0.02 * Math.sin(index));
                tensor.set(parameters[index], index / WIDTH, index % WIDTH);
            }
            Path temporary = Files.createTempFile("checkpoint", ".safetensors");
            SafetensorsWriter.write(
                    temporary,
                    Map.of("layers.0.self_attn.in_proj_weight", tensor),
                    Map.of("learning_rate", "0.001", "weight_decay", "0.1"));
            byte[] bytes = Files.readAllBytes(temporary);
            Files.delete(temporary);
            return bytes;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
