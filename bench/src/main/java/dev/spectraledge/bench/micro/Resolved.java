package dev.spectraledge.bench.micro;

import dev.spectraledge.bindings.OpenBlasLibrary;
import jdk.incubator.vector.FloatVector;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Prints, in every fork, which native library, kernels and vector width are measured. */
@State(Scope.Benchmark)
public class Resolved {

    @Setup(Level.Trial)
    public void print() {
        OpenBlasLibrary library = OpenBlasLibrary.load();
        System.out.printf(
                "# resolved: OpenBLAS %s, core %s, %d thread(s), vectors of %d bits, Java %s%n",
                library.version(),
                library.coreName(),
                library.threads(),
                FloatVector.SPECIES_PREFERRED.vectorBitSize(),
                Runtime.version());
    }
}
