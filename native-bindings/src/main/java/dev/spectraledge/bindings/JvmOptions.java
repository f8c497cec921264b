package dev.spectraledge.bindings;

import java.util.ArrayList;
import java.util.List;

/** The options without which a JVM cannot compute: it would fail later, at some class that happens to need one of them. */
public final class JvmOptions {
    private static final String VECTORS = "jdk.incubator.vector";

    /** Those that call native code, where they are modules of their own. */
    private static final List<String> NATIVE = List.of("dev.spectraledge.bindings", "dev.spectraledge.kernels");

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
        if (!isNativeAccessEnabled(JvmOptions.class.getModule())) {
            missing.add("--enable-native-access="
                    + (JvmOptions.class.getModule().isNamed() ? String.join(",", NATIVE) : "ALL-UNNAMED"));
        }
        if (!missing.isEmpty()) {
            throw new MissingJvmOptionException(
                    "Java was started without " + String.join(" ", missing) + "; add that to its command line");
        }
    }

    private static boolean isNativeAccessEnabled(Module own) {
        return own.isNativeAccessEnabled()
                && (!own.isNamed()
                        || NATIVE.stream()
                                .flatMap(name -> own.getLayer().findModule(name).stream())
                                .allMatch(Module::isNativeAccessEnabled));
    }
}
