package dev.spectraledge.bindings;

import static org.junit.jupiter.api.Assumptions.abort;

/** The CUDA libraries of this machine, for tests: in the folder of system property {@code cuda.libraries}, else wherever
 * {@link CudaLibraries} finds them. */
final class InstalledCuda {
    private InstalledCuda() {}

    /** Skips the test, with the reason, where there is no toolkit. */
    static CudaToolkit assumeToolkit() {
        String folder = System.getProperty("cuda.libraries");
        if (folder != null) {
            System.setProperty(CudaSearch.PROPERTY, folder);
        }
        try {
            return CudaLibraries.toolkit();
        } catch (CudaUnavailableException e) {
            return abort(e.getMessage());
        }
    }
}
