package dev.spectraledge.trainer;

import dev.spectraledge.trainer.io.Printable;

/**
 * The request itself is wrong: an unknown flag or key, a value that is not allowed, a configuration file that does
 * not exist. The message is one printable line that says what, where, and what would be right. The process ends with
 * {@link #EXIT_CODE}.
 */
public final class UsageException extends RuntimeException {
    /** Exit code of a process that was asked for something that it cannot understand. */
    public static final int EXIT_CODE = 2;

    public UsageException(String message) {
        super(Printable.line(message));
    }

    public UsageException(String message, Throwable cause) {
        super(Printable.line(message), cause);
    }
}
