package dev.spectraledge.analysis.cli;

import dev.spectraledge.bindings.NativeLibraryException;
import dev.spectraledge.bindings.OpenBlasLibrary;
import dev.spectraledge.trainer.run.Environment;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: this program, its Java, and the library that computes. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {
            "sedge " + Environment.projectVersion()
                    + Environment.commit()
                            .map(commit -> " (commit " + commit + ")")
                            .orElse(""),
            "Java " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")",
            openBlas()
        };
    }

    private static String openBlas() {
        try {
            OpenBlasLibrary library = OpenBlasLibrary.load();
            return "OpenBLAS " + library.version() + ", core " + library.coreName() + " (" + library.path() + ")";
        } catch (NativeLibraryException unusable) {
            return "OpenBLAS unusable: " + unusable.getMessage();
        }
    }
}
