package dev.spectraledge.trainer.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Files that come with the program. */
public final class Resources {
    private Resources() {}

    /**
     * The text of one, in UTF-8.
     *
     * @param neighbour class in whose folder it is, unless its name begins with a slash
     * @throws IllegalStateException if the program lacks it
     */
    public static String text(Class<?> neighbour, String name) {
        try (InputStream stream = neighbour.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("the program lacks its resource " + name);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read the resource " + name, failure);
        }
    }
}
