package dev.spectraledge.bench.gpu;

import dev.spectraledge.bindings.Nvrtc;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.cuda.CudaDevice;
import dev.spectraledge.kernels.cuda.KernelSources;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compiles every kernel for this device with this machine's NVRTC: time, registers, and no register spilled to memory. */
final class KernelCompilation implements CheckStep {
    private static final Pattern KERNEL = Pattern.compile("Compiling entry function '(\\w+)'");
    private static final Pattern REGISTERS = Pattern.compile("Used (\\d+) registers");
    private static final Pattern SPILLS = Pattern.compile("(\\d+) bytes spill stores, (\\d+) bytes spill loads");

    private final CheckSizes sizes;

    KernelCompilation(CheckSizes sizes) {
        this.sizes = sizes;
    }

    @Override
    public void run(CheckLog log) {
        int architecture;
        try (CudaDevice device = CudaDevice.open(0)) {
            architecture = device.architecture();
        }
        if (!Nvrtc.target(architecture).isMachineCode()) {
            log.skipped("registers", "NVRTC does not know this device yet, the driver compiles for it");
            return;
        }
        long begin = System.nanoTime();
        for (String stem : sizes.stems()) {
            for (DType type : List.of(DType.FLOAT32, DType.FLOAT64)) {
                log.attempt(stem + " " + type, () -> compile(log, stem, type, architecture));
            }
        }
        log.measured("all kernels", Map.of("seconds", (System.nanoTime() - begin) * 1e-9));
    }

    private static void compile(CheckLog log, String stem, DType type, int architecture) {
        List<String> options = new ArrayList<>(KernelSources.options(type, "sm_" + architecture));
        options.add("--ptxas-options=-v");
        long begin = System.nanoTime();
        Nvrtc.Compilation result = Nvrtc.compileToCubin(KernelSources.text(stem), stem + ".cu", options);
        double seconds = (System.nanoTime() - begin) * 1e-9;
        Map<String, Object> registers = new LinkedHashMap<>();
        long spilled = 0;
        String kernel = "";
        for (String line : result.log().lines().toList()) {
            Matcher entry = KERNEL.matcher(line);
            Matcher used = REGISTERS.matcher(line);
            Matcher spills = SPILLS.matcher(line);
            if (entry.find()) {
                kernel = entry.group(1);
            }
            if (used.find()) {
                registers.put(kernel, Integer.parseInt(used.group(1)));
            }
            if (spills.find()) {
                spilled += Long.parseLong(spills.group(1)) + Long.parseLong(spills.group(2));
            }
        }
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("seconds", seconds);
        values.put("spilled_bytes", spilled);
        values.put("registers", registers);
        String name = stem + " " + type;
        if (registers.isEmpty()) {
            log.record(name, Outcome.SKIPPED, "the compiler reports no registers", values);
        } else {
            log.judged(name, spilled == 0, spilled == 0 ? "" : "registers are spilled", values);
        }
    }
}
