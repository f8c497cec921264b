package dev.spectraledge.trainer.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Properties;

/** What the build has written into the program about itself: its version and, into a release, the commit. */
final class BuildRecord {
    private static final String RESOURCE = "version.properties";
    /** Where a build that knows nothing leaves the name of what it does not know. */
    private static final String UNKNOWN = "${";

    private BuildRecord() {}

    /** One of the values; empty if the build did not know it. */
    static Optional<String> value(String key) {
        try (InputStream in = BuildRecord.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks its resource " + RESOURCE);
            }
            Properties properties = new Properties();
            properties.load(in);
            return Optional.ofNullable(properties.getProperty(key))
                    .filter(value -> !value.isBlank() && !value.startsWith(UNKNOWN));
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read " + RESOURCE, failure);
        }
    }
}
