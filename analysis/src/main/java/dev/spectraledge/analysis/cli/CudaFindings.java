package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.report.NumberText;
import dev.spectraledge.bindings.CuBlas;
import dev.spectraledge.bindings.CuBlasLt;
import dev.spectraledge.bindings.CuSolver;
import dev.spectraledge.bindings.CudaDriver;
import dev.spectraledge.bindings.CudaDriver.DeviceAttribute;
import dev.spectraledge.bindings.CudaLibraries;
import dev.spectraledge.bindings.CudaToolkit;
import dev.spectraledge.bindings.CudaUnavailableException;
import dev.spectraledge.bindings.LibraryCandidate;
import dev.spectraledge.bindings.Nvrtc;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** What {@code sedge doctor} says about CUDA: every candidate, then driver, toolkit and devices, or why there are none. */
final class CudaFindings {
    private CudaFindings() {}

    /** Findings by name. */
    static Map<String, Object> ofThisMachine() {
        Map<String, Object> findings = new LinkedHashMap<>();
        findings.put(
                "candidates_in_order",
                CudaLibraries.candidates().stream()
                        .map(LibraryCandidate::toString)
                        .toList());
        try {
            CudaLibraries cuda = CudaLibraries.load();
            findings.put("state", "usable");
            findings.put("driver", cuda.driver().toString());
            findings.put("driver_supports_CUDA", cudaVersion(cuda.driverVersion()));
            CudaToolkit toolkit = CudaLibraries.toolkit();
            findings.put("toolkit", toolkit.folders().getFirst() + " (" + toolkit.origin() + ")");
            findings.put("libraries", libraries());
            for (int ordinal = 0; ordinal < cuda.deviceCount(); ordinal++) {
                findings.put("device_" + ordinal, device(CudaDriver.device(ordinal)));
            }
        } catch (CudaUnavailableException unavailable) {
            findings.put("state", unavailable.getMessage());
        }
        return findings;
    }

    private static Map<String, Object> libraries() {
        Map<String, Object> libraries = new LinkedHashMap<>();
        libraries.put("NVRTC", versionOr(() -> Nvrtc.version().toString()));
        libraries.put("cuBLAS", versionOr(() -> blasVersion(CuBlas.version())));
        libraries.put("cuBLASLt", versionOr(() -> blasVersion(CuBlasLt.version())));
        libraries.put("cuSOLVER", versionOr(() -> solverVersion(CuSolver.version())));
        return libraries;
    }

    /** A library that is there but does not load is a finding, not the end of the findings. */
    private static String versionOr(Supplier<String> version) {
        try {
            return version.get();
        } catch (CudaUnavailableException unusable) {
            return unusable.getMessage();
        }
    }

    private static Map<String, Object> device(CudaDriver.Device device) {
        Map<String, Object> findings = new LinkedHashMap<>();
        findings.put("name", CudaDriver.name(device));
        findings.put(
                "compute_capability",
                CudaDriver.attribute(device, DeviceAttribute.COMPUTE_CAPABILITY_MAJOR) + "."
                        + CudaDriver.attribute(device, DeviceAttribute.COMPUTE_CAPABILITY_MINOR));
        findings.put("memory", NumberText.significant(CudaDriver.totalMemory(device) / 1e9, 3) + " GB");
        findings.put("multiprocessors", CudaDriver.attribute(device, DeviceAttribute.MULTIPROCESSOR_COUNT));
        return findings;
    }

    /** The driver counts 1000 · major + 10 · minor. */
    static String cudaVersion(int version) {
        return version / 1000 + "." + version % 1000 / 10;
    }

    /** cuBLAS and cuBLASLt count 10000 · major + 100 · minor + patch. */
    static String blasVersion(long version) {
        return version / 10000 + "." + version / 100 % 100 + "." + version % 100;
    }

    /** cuSOLVER counts 1000 · major + 100 · minor + patch. */
    static String solverVersion(int version) {
        return version / 1000 + "." + version / 100 % 10 + "." + version % 100;
    }
}
