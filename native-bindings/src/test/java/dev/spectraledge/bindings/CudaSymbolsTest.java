package dev.spectraledge.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every function of the include lists is in the libraries of every toolkit at hand. */
class CudaSymbolsTest {
    @ParameterizedTest
    @EnumSource
    void everyToolkitHasTheFunctions(CudaLibrary library) throws IOException {
        List<String> functions = functions(library.name().toLowerCase(Locale.ROOT));
        for (CudaToolkit toolkit : InstalledCuda.toolkits()) {
            Path file = toolkit.files().get(library);
            System.out.println(functions.size() + " functions looked up in " + file);
            SymbolLookup symbols = SymbolLookup.libraryLookup(file, Arena.global());
            assertThat(functions)
                    .as("functions of %s", file)
                    .allMatch(function -> symbols.find(function).isPresent());
        }
    }

    @Test
    void theDriverHasTheFunctions() throws IOException {
        assumeTrue(InstalledCuda.driver().isPresent(), "this machine has no NVIDIA driver");
        SymbolLookup symbols = SymbolLookup.libraryLookup(InstalledCuda.driver().orElseThrow(), Arena.global());
        assertThat(functions("cuda"))
                .filteredOn(function -> symbols.find(function).isEmpty())
                .isSubsetOf("cuEventElapsedTime_v2");
    }

    private static List<String> functions(String library) throws IOException {
        String option = "--include-function ";
        List<String> functions = Files.readAllLines(Path.of("src/main/jextract", library, "includes.txt")).stream()
                .filter(line -> line.startsWith(option))
                .map(line -> line.substring(option.length()))
                .toList();
        assertThat(functions).isNotEmpty();
        return functions;
    }
}
