package dev.spectraledge.trainer;

import dev.spectraledge.trainer.io.Printable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/**
 * The request was understood but could not be carried out: a data file is missing, truncated or of the wrong shape, the
 * disk is full, the loss is not finite. The message is one printable line. The process ends with {@link #EXIT_CODE}.
 */
public class RunException extends RuntimeException {
    /** Exit code of a process that understood what to do and failed. */
    public static final int EXIT_CODE = 1;

    public RunException(String message) {
        super(Printable.line(message));
    }

    public RunException(String message, Throwable cause) {
        super(Printable.line(message), cause);
    }

    /**
     * One line for a failed file operation, with the operating system's reason in plain words.
     *
     * @param what what failed, for example {@code "cannot read"}; the file's name follows it
     */
    public static RunException of(String what, Path file, IOException cause) {
        return new RunException(what + " " + file + ": " + reason(cause), cause);
    }

    /** The reason of a failed file operation in a few words, without the name of the file. */
    public static String reason(IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (cause instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (cause instanceof NotDirectoryException) {
            return "not a directory";
        }
        if (cause instanceof FileAlreadyExistsException) {
            return "it exists already";
        }
        if (cause instanceof FileSystemException failure && failure.getReason() != null) {
            return failure.getReason();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
