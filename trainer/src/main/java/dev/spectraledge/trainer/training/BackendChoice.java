package dev.spectraledge.trainer.training;

import dev.spectraledge.bindings.OpenBlasLibrary;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.kernels.reference.ReferenceBackend;
import dev.spectraledge.trainer.config.DeviceChoice;
import dev.spectraledge.trainer.config.OpenBlasConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The backend that a run computes on.
 *
 * @param choice one line: what was chosen and why
 * @param warning one line if it could be faster
 * @param libraries facts about the native libraries in use, for the run's environment
 */
public record BackendChoice(Backend backend, String choice, Optional<String> warning, Map<String, Object> libraries) {
    /** Loads what the device needs; a device that cannot be had is an error, never another one. */
    public static BackendChoice of(DeviceChoice device, OpenBlasConfig openBlas) {
        return switch (device) {
            case REFERENCE ->
                new BackendChoice(
                        new ReferenceBackend(),
                        "backend reference: plain loops in double precision, for verification",
                        Optional.empty(),
                        Map.of());
            case CPU -> cpu("", openBlas);
            case AUTO -> cpu(" (auto: there is no CUDA backend in this version)", openBlas);
        };
    }

    private static BackendChoice cpu(String reason, OpenBlasConfig openBlas) {
        OpenBlasLibrary library = openBlas.coreType() == null
                ? OpenBlasLibrary.load()
                : OpenBlasLibrary.load(OpenBlasLibrary.Options.withCoreType(openBlas.coreType()));
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("path", library.path().toString());
        facts.put("version", library.version());
        facts.put("config", library.config());
        facts.put("core_type", library.coreName());
        facts.put("threads", library.threads());
        String choice =
                "backend cpu" + reason + ": OpenBLAS " + library.version() + ", " + library.coreName() + " kernels";
        return new BackendChoice(new CpuBackend(), choice, library.slowerThanCpu(), Map.of("openblas", facts));
    }
}
