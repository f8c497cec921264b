package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.DType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kernels' source texts, and what the compiler is told about them. */
public final class KernelSources {
    /** All files with kernels. */
    public static final List<String> STEMS = List.of(
            "attention",
            "copying",
            "cross_entropy",
            "embedding",
            "gelu",
            "layer_norm",
            "matrices",
            "optimizers",
            "random",
            "reductions",
            "rotary",
            "rows",
            "sketch",
            "swiglu",
            "tiled_attention",
            "vectors");

    private static final Pattern INCLUDE = Pattern.compile("#include \"([a-z]+\\.cuh)\"");

    private KernelSources() {}

    /** The file {@code stem.cu} with what it includes in place. */
    public static String text(String stem) {
        Matcher includes = INCLUDE.matcher(resource(stem + ".cu"));
        return includes.replaceAll(include -> Matcher.quoteReplacement(resource(include.group(1))));
    }

    /**
     * The compiler's options, in a fixed order.
     *
     * @param type of the elements
     * @param architecture in the compiler's words, for example {@code sm_90}
     */
    public static List<String> options(DType type, String architecture) {
        return List.of(
                "--gpu-architecture=" + architecture,
                "--std=c++17",
                // Functions inside of functions of the device are the device's as well.
                "--device-as-default-execution-space",
                "-DREAL=" + (type == DType.FLOAT64 ? "double" : "float"));
    }

    private static String resource(String name) {
        try (InputStream in = KernelSources.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the kernels' source " + name + " is missing on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the kernels' source " + name, e);
        }
    }
}
