package dev.spectraledge.bindings;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * The user's folder for what can be made again: property {@code spectraledge.cache}, environment {@code
 * SPECTRALEDGE_CACHE}, else {@code spectral-edge} below {@code XDG_CACHE_HOME} or below {@code ~/.cache}. Libraries are
 * unpacked there, and compiled kernels kept.
 */
public final class CacheDirectory {
    static final String VARIABLE = "SPECTRALEDGE_CACHE";

    private static final String FOLDER = "spectral-edge";

    private CacheDirectory() {}

    /**
     * The folder, which need not exist.
     *
     * @throws IOException when nothing names one and the user has no home
     */
    public static Path path() throws IOException {
        return path(System::getProperty, System::getenv);
    }

    static Path path(UnaryOperator<String> properties, UnaryOperator<String> environment) throws IOException {
        String configured = properties.apply("spectraledge.cache");
        if (configured == null || configured.isBlank()) {
            configured = environment.apply(VARIABLE);
        }
        if (configured != null && !configured.isBlank()) {
            return Path.of(configured).toAbsolutePath();
        }
        String xdg = environment.apply("XDG_CACHE_HOME");
        // The XDG base directory specification tells programs to ignore relative paths.
        if (isAbsolute(xdg)) {
            return Path.of(xdg, FOLDER);
        }
        // Java says "?" for a user whom the system does not know.
        String home = properties.apply("user.home");
        if (!isAbsolute(home)) {
            throw new IOException(
                    "there is no home folder to keep a cache in: set " + VARIABLE + " to a folder of your own");
        }
        return Path.of(home, ".cache", FOLDER);
    }

    private static boolean isAbsolute(String folder) {
        return folder != null && Path.of(folder).isAbsolute();
    }
}
