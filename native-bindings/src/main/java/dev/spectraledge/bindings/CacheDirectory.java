package dev.spectraledge.bindings;

import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * The user's folder for what can be made again: property {@code spectraledge.cache}, environment {@code
 * SPECTRALEDGE_CACHE}, else {@code spectral-edge} below {@code XDG_CACHE_HOME} or below {@code ~/.cache}. Libraries are
 * unpacked there, and compiled kernels kept.
 */
public final class CacheDirectory {
    private CacheDirectory() {}

    /** The folder, which need not exist. */
    public static Path path() {
        return path(System::getProperty, System::getenv);
    }

    static Path path(UnaryOperator<String> properties, UnaryOperator<String> environment) {
        String configured = properties.apply("spectraledge.cache");
        if (configured == null || configured.isBlank()) {
            configured = environment.apply("SPECTRALEDGE_CACHE");
        }
        if (configured != null && !configured.isBlank()) {
            return Path.of(configured).toAbsolutePath();
        }
        String xdg = environment.apply("XDG_CACHE_HOME");
        // The XDG base directory specification tells programs to ignore relative paths.
        Path base = xdg != null && Path.of(xdg).isAbsolute()
                ? Path.of(xdg)
                : Path.of(properties.apply("user.home"), ".cache");
        return base.resolve("spectral-edge");
    }
}
