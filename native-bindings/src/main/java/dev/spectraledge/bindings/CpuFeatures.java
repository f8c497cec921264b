package dev.spectraledge.bindings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * What the CPU offers, read from the text of Linux's {@code /proc/cpuinfo}. Empty where that file does not exist or
 * describes another architecture than x86-64.
 *
 * @param vendor {@code vendor_id}, for example {@code AuthenticAMD}, or the empty string
 * @param flags the feature flags of the first CPU
 */
public record CpuFeatures(String vendor, Set<String> flags) {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    public CpuFeatures {
        flags = Set.copyOf(flags);
    }

    /** Features of this machine. */
    public static CpuFeatures ofHost() {
        try {
            return Files.isReadable(CPU_INFO) ? parse(Files.readString(CPU_INFO)) : new CpuFeatures("", Set.of());
        } catch (IOException unreadable) {
            // Only a hint is lost: a file that vanishes while being read is no reason to refuse to compute.
            return new CpuFeatures("", Set.of());
        }
    }

    /** Reads the first CPU's entry of such a text. */
    static CpuFeatures parse(String cpuInfo) {
        String flags = field(cpuInfo, "flags");
        return new CpuFeatures(field(cpuInfo, "vendor_id"), flags.isEmpty() ? Set.of() : Set.of(flags.split("\\s+")));
    }

    private static String field(String cpuInfo, String name) {
        return cpuInfo.lines()
                .filter(line -> line.startsWith(name) && line.indexOf(':') >= 0)
                .filter(line -> line.substring(0, line.indexOf(':')).strip().equals(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("");
    }

    /** The widest vector instructions that OpenBLAS could use here; empty when the CPU is not a known x86-64. */
    public Optional<VectorLevel> vectorLevel() {
        if (flags.isEmpty()) {
            return Optional.empty();
        }
        // SkylakeX kernels need these five together.
        if (flags.containsAll(Set.of("avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"))) {
            return Optional.of(VectorLevel.AVX512);
        }
        if (flags.containsAll(Set.of("avx2", "fma"))) {
            return Optional.of(VectorLevel.AVX2);
        }
        return Optional.of(flags.contains("avx") ? VectorLevel.AVX : VectorLevel.SSE);
    }

    /** The OpenBLAS core type that suits this CPU, from AVX2 upwards; empty below or when unknown. */
    public Optional<String> openBlasCoreType() {
        return vectorLevel().flatMap(level -> switch (level) {
            case AVX512 -> Optional.of(flags.contains("avx512_bf16") ? "Cooperlake" : "SkylakeX");
            case AVX2 -> Optional.of(vendor.equals("AuthenticAMD") ? "Zen" : "Haswell");
            case AVX, SSE -> Optional.empty();
        });
    }
}
