package dev.spectraledge.bindings;

/** Main class of forked test JVMs: loads CUDA and describes it, or says why not. */
final class DescribeCuda {
    private DescribeCuda() {}

    public static void main(String[] arguments) {
        try {
            CudaLibraries cuda = CudaLibraries.load();
            System.out.println("driver " + cuda.driver());
            System.out.println("version " + cuda.driverVersion());
            System.out.println("devices " + cuda.deviceCount());
            System.out.println("toolkit " + CudaLibraries.toolkit().folders());
            CuBlas.version();
        } catch (CudaUnavailableException e) {
            System.out.println(e.reason() + " " + e.getMessage());
        }
    }
}
