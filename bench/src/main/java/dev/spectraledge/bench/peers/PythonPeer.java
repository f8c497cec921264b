package dev.spectraledge.bench.peers;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A framework in Python whose steps are compared. */
enum PythonPeer {
    PYTORCH("pytorch-python", "torch", "_step.py", "eager") {
        @Override
        List<String> variants(Workload workload) {
            return workload.pytorchVariants();
        }
    },
    JAX("jax", "jax", "_step_jax.py", "jit") {
        @Override
        List<String> variants(Workload workload) {
            return workload.jaxVariants();
        }
    },
    /** In C, which a script compiles and calls. */
    LLMC("llm.c", "numpy", "_step_llmc.py", "openmp") {
        @Override
        List<String> variants(Workload workload) {
            return workload == Workload.GPT2 ? List.of("openmp") : List.of();
        }
    };

    private final String key;
    private final String module;
    private final String scriptEnd;
    /** The variant that has the name of the peer alone. */
    private final String usual;

    PythonPeer(String key, String module, String scriptEnd, String usual) {
        this.key = key;
        this.module = module;
        this.scriptEnd = scriptEnd;
        this.usual = usual;
    }

    /** How it computes the step; none where it does not take part. */
    abstract List<String> variants(Workload workload);

    /** Name of a variant in reports. */
    String name(String variant) {
        return variant.equals(usual) ? key : key + "-" + variant;
    }

    /** The module that a Python needs to have. */
    String module() {
        return module;
    }

    Path script(Path scripts, Workload workload) {
        return scripts.resolve(workload.script() + scriptEnd);
    }

    /**
     * The first Python that can import the module: that of the system property {@code spectraledge.python} or the variable
     * {@code SPECTRALEDGE_PYTHON}, then the {@code python3} of the path.
     */
    Optional<Path> python() throws IOException, InterruptedException {
        String chosen = System.getProperty("spectraledge.python", System.getenv("SPECTRALEDGE_PYTHON"));
        Stream<Path> named = Stream.ofNullable(chosen).map(Path::of);
        Stream<Path> ofPath = Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, "python3"));
        for (Path candidate :
                Stream.concat(named, ofPath).filter(Files::isExecutable).toList()) {
            Process probe = new ProcessBuilder(candidate.toString(), "-c", "import " + module)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (probe.waitFor() == 0) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }
}
