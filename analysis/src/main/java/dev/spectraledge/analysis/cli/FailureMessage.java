package dev.spectraledge.analysis.cli;

import dev.spectraledge.bindings.MissingJvmOptionException;
import dev.spectraledge.bindings.NativeLibraryException;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import java.io.UncheckedIOException;

/** Says in one line why a command failed that did not say so itself. */
final class FailureMessage {
    private FailureMessage() {}

    static String of(Throwable failure) {
        if (failure instanceof UsageException
                || failure instanceof RunException
                || failure instanceof NativeLibraryException
                || failure instanceof MissingJvmOptionException
                || failure instanceof UncheckedIOException) {
            return failure.getMessage();
        }
        if (failure instanceof ExceptionInInitializerError && failure.getCause() != null) {
            return of(failure.getCause());
        }
        if (failure instanceof OutOfMemoryError) {
            return "out of memory (" + failure.getMessage() + "): a larger heap is set by SEDGE_JAVA_OPTIONS=-Xmx8g";
        }
        return "internal error, please report it with what --debug prints: " + failure;
    }
}
