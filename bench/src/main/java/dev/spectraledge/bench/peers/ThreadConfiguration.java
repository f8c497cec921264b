package dev.spectraledge.bench.peers;

/**
 * How many threads a contestant may use.
 *
 * @param operators threads of the framework's own operators, or our workers
 * @param gemm threads of the BLAS library inside one matrix product
 */
public record ThreadConfiguration(int operators, int gemm) {

    public ThreadConfiguration {
        if (operators < 1 || gemm < 1) {
            throw new IllegalArgumentException("thread counts are at least 1, got " + operators + " and " + gemm);
        }
    }

    /** The form of the command line, {@code OPERATORS:GEMM}. */
    public String argument() {
        return operators + ":" + gemm;
    }

    /** The inverse of {@link #argument()}. */
    public static ThreadConfiguration parse(String argument) {
        int colon = argument.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("threads are given as OPERATORS:GEMM, got " + argument);
        }
        return new ThreadConfiguration(
                Integer.parseInt(argument.substring(0, colon)), Integer.parseInt(argument.substring(colon + 1)));
    }

    /** For reports. */
    public String label() {
        if (operators == gemm) {
            return operators == 1 ? "1 thread" : operators + " threads";
        }
        return operators + (operators == 1 ? " thread" : " threads") + ", GEMM on " + gemm;
    }
}
