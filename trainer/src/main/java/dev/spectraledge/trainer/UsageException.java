package dev.spectraledge.trainer;

/**
 * The request itself is wrong: an unknown flag or key, a value that is not allowed, a configuration file that is missing
 * or malformed. The message is one line that says what, where, and what would be right. The process ends with
 * {@link #EXIT_CODE}.
 */
public final class UsageException extends RuntimeException {
    /** Exit code of a process that was asked for something that it cannot understand. */
    public static final int EXIT_CODE = 2;

    public UsageException(String message) {
        super(message);
    }

    public UsageException(String message, Throwable cause) {
        super(message, cause);
    }
}
