package dev.spectraledge.bindings;

/** The libraries of a CUDA toolkit that this program calls. */
public enum CudaLibrary {
    /** Compiles CUDA C++ at run time. */
    NVRTC("libnvrtc.so.", 0, "nvrtcGetCUBIN"),
    /** Dense products. */
    CUBLAS("libcublas.so.", 0, "cublasGemmStridedBatchedEx"),
    /** Dense products with fused epilogues. */
    CUBLASLT("libcublasLt.so.", 0, "cublasLtMatmul"),
    /** Dense factorisations; its major version is one behind the toolkit's. */
    CUSOLVER("libcusolver.so.", -1, "cusolverDnXsyevBatched");

    private final String stem;
    private final int versionOffset;
    private final String newestSymbol;

    CudaLibrary(String stem, int versionOffset, String newestSymbol) {
        this.stem = stem;
        this.versionOffset = versionOffset;
        this.newestSymbol = newestSymbol;
    }

    /** File name in a toolkit of this major version, for example {@code libcusolver.so.12} in CUDA 13. */
    String soname(int toolkitMajor) {
        return stem + (toolkitMajor + versionOffset);
    }

    /** The latest addition to the library among the functions that are called. */
    String newestSymbol() {
        return newestSymbol;
    }
}
