package dev.spectraledge.bindings;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

/** The system's dynamic loader: which file it takes for a name without a folder. */
final class SystemLoader {
    private static final AddressLayout STRING =
            ValueLayout.ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(Long.MAX_VALUE, ValueLayout.JAVA_BYTE));

    /** {@code Dl_info} of glibc: file name, its base address, symbol name, its address. */
    private static final MemoryLayout SYMBOL_INFORMATION = MemoryLayout.sequenceLayout(4, STRING);

    private SystemLoader() {}

    private static final class AddressInformation {
        static final MethodHandle DLADDR = Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().findOrThrow("dladdr"),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    }

    /**
     * Loads a library, for good, by the loader's own search and returns the file that it found.
     *
     * @param symbol a function of the library
     * @return empty when the loader finds no such library, or another one of that name
     */
    static Optional<Path> find(String soname, String symbol) {
        SymbolLookup library;
        try {
            library = SymbolLookup.libraryLookup(soname, Arena.global());
        } catch (IllegalArgumentException notFound) {
            return Optional.empty();
        }
        return library.find(symbol).map(SystemLoader::fileOf);
    }

    private static Path fileOf(MemorySegment address) {
        int found;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment information = arena.allocate(SYMBOL_INFORMATION);
            try {
                found = (int) AddressInformation.DLADDR.invokeExact(address, information);
            } catch (Throwable t) {
                throw new AssertionError("dladdr takes two pointers", t);
            }
            if (found == 0) {
                throw new IllegalStateException("the loader does not know which library holds " + address);
            }
            return Path.of(information.get(STRING, 0).getString(0)).toAbsolutePath();
        }
    }
}
