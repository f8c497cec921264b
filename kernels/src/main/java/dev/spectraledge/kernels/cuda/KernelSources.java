package dev.spectraledge.kernels.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kernels' source texts. */
final class KernelSources {
    /** All files with kernels. */
    static final List<String> STEMS = List.of(
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
            "rows",
            "sketch",
            "vectors");

    private static final Pattern INCLUDE = Pattern.compile("#include \"([a-z]+\\.cuh)\"");

    private KernelSources() {}

    /** The file {@code stem.cu} with what it includes in place. */
    static String text(String stem) {
        Matcher includes = INCLUDE.matcher(resource(stem + ".cu"));
        return includes.replaceAll(include -> Matcher.quoteReplacement(resource(include.group(1))));
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
