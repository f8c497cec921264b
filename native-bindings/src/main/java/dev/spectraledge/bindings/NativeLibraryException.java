package dev.spectraledge.bindings;

import java.util.List;
import java.util.stream.Collectors;

/** A native library that could not be found, unpacked or loaded; the message lists every candidate and the cause. */
public final class NativeLibraryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NativeLibraryException(String message) {
        super(message);
    }

    NativeLibraryException(String library, String problem, List<LibraryCandidate> candidates, Throwable cause) {
        super(
                "cannot load " + library + ": " + problem + " (candidates, in order: "
                        + candidates.stream().map(LibraryCandidate::toString).collect(Collectors.joining("; ")) + ")",
                cause);
    }
}
