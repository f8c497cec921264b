package dev.spectraledge.bindings;

/** The JVM was started without an option that computing needs; the message says which. */
public final class MissingJvmOptionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MissingJvmOptionException(String message) {
        super(message);
    }
}
