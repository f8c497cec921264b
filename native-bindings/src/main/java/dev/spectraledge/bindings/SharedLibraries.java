package dev.spectraledge.bindings;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;

/** Whether the system's loader finds a shared library. */
public final class SharedLibraries {
    private SharedLibraries() {}

    /**
     * Loads a library for a moment.
     *
     * @param library a name that the loader searches for, or a path
     */
    public static boolean loads(String library) {
        try (Arena arena = Arena.ofConfined()) {
            SymbolLookup.libraryLookup(library, arena);
            return true;
        } catch (IllegalArgumentException notFound) {
            return false;
        }
    }
}
