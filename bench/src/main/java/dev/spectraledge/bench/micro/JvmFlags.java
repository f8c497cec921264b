package dev.spectraledge.bench.micro;

/** The flags of every forked JVM: the project's own, and silence about JMH's use of Unsafe. */
public final class JvmFlags {

    public static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";
    public static final String DENY_OTHERS = "--illegal-native-access=deny";
    public static final String VECTOR = "--add-modules=jdk.incubator.vector";
    public static final String UNSAFE = "--sun-misc-unsafe-memory-access=allow";

    private JvmFlags() {}
}
