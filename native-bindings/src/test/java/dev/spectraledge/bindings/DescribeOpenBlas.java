package dev.spectraledge.bindings;

/** Main class of forked test JVMs: loads OpenBLAS, with the core type given as argument if any, and describes it. */
final class DescribeOpenBlas {
    private DescribeOpenBlas() {}

    public static void main(String[] arguments) {
        try {
            OpenBlasLibrary library = arguments.length == 0
                    ? OpenBlasLibrary.load()
                    : OpenBlasLibrary.load(OpenBlasLibrary.Options.withCoreType(arguments[0]));
            System.out.println("core " + library.coreName());
            System.out.println("threads " + library.threads());
            System.out.println("path " + library.path());
            System.out.println("slower " + library.slowerThanCpu().orElse("no"));
        } catch (NativeLibraryException e) {
            System.out.println("refused " + e.getMessage());
            System.exit(1);
        }
    }
}
