package dev.spectraledge.bench.gpu;

import dev.spectraledge.bindings.CuBlas;
import dev.spectraledge.bindings.CuSolver;
import dev.spectraledge.bindings.CudaDriver;
import dev.spectraledge.bindings.CudaLibraries;
import dev.spectraledge.bindings.LibraryCandidate;
import dev.spectraledge.bindings.Nvrtc;
import dev.spectraledge.kernels.cuda.CudaDevice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which CUDA and which device this machine has, and where everything was looked for. */
final class FoundLibraries implements CheckStep {
    @Override
    public void run(CheckLog log) {
        Map<String, Object> places = new LinkedHashMap<>();
        for (LibraryCandidate candidate : CudaLibraries.candidates()) {
            places.put(candidate.origin() + " " + candidate.location(), candidate.state());
        }
        log.measured("places", places);
        log.attempt("device", () -> device(log));
    }

    private static void device(CheckLog log) {
        CudaLibraries libraries = CudaLibraries.load();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("toolkit", CudaLibraries.toolkit().origin());
        facts.put("folders", CudaLibraries.toolkit().folders().toString());
        facts.put("driver", libraries.driver().toString());
        facts.put("driver supports CUDA", libraries.driverVersion());
        facts.put("nvrtc", Nvrtc.version().toString());
        facts.put("cublas", CuBlas.version());
        facts.put("cusolver", CuSolver.version());
        facts.put("operating system", firstLine("uname", "-srv"));
        facts.put(
                "nvidia-smi",
                firstLine(
                        "nvidia-smi",
                        "--query-gpu=name,driver_version,clocks.sm,clocks.max.sm,clocks.mem,power.limit",
                        "--format=csv,noheader"));
        facts.put("java", System.getProperty("java.runtime.version"));
        facts.put("processors", Runtime.getRuntime().availableProcessors());
        try (CudaDevice device = CudaDevice.open(0)) {
            facts.put("device", device.name());
            facts.put("architecture", device.architecture());
            facts.put("memory_bytes", device.totalMemory());
            CudaDriver.Device handle = CudaDriver.device(0);
            facts.put("multiprocessors", CudaDriver.attribute(handle, CudaDriver.DeviceAttribute.MULTIPROCESSOR_COUNT));
            facts.put(
                    "second_level_cache_bytes",
                    CudaDriver.attribute(handle, CudaDriver.DeviceAttribute.L2_CACHE_BYTES));
        }
        log.judged("device", true, "", facts);
    }

    /** What a command says, or why it says nothing; nothing depends on it. */
    private static String firstLine(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? answer.lines().findFirst().orElse("") : "failed";
        } catch (IOException e) {
            return "not there";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }
}
