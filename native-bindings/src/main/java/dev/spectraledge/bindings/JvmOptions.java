package dev.spectraledge.bindings;

import java.util.ArrayList;
import java.util.List;

/** The options without which a JVM cannot compute: it would fail later, at some class that happens to need one of them. */
public final class JvmOptions {
    private static final String VECTORS = "jdk.incubator.vector";

    private JvmOptions() {}

    /**
     * Returns if this JVM was started with all of them.
     *
     * @throws MissingJvmOptionException in one line that says what to add
     */
    public static void require() {
        List<String> missing = new ArrayList<>();
        if (ModuleLayer.boot().findModule(VECTORS).isEmpty()) {
            missing.add("--add-modules=" + VECTORS);
        }
        Module own = JvmOptions.class.getModule();
        if (!own.isNativeAccessEnabled()) {
            missing.add("--enable-native-access=" + (own.isNamed() ? own.getName() : "ALL-UNNAMED"));
        }
        if (!missing.isEmpty()) {
            throw new MissingJvmOptionException(
                    "Java was started without " + String.join(" ", missing) + "; add that to its command line");
        }
    }
}
