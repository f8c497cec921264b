package dev.spectraledge.bindings;

import java.util.Locale;

/** Vector instruction sets of x86-64, slowest first, as far as OpenBLAS has kernels that differ in speed by them. */
public enum VectorLevel {
    SSE("SSE"),
    AVX("AVX"),
    AVX2("AVX2"),
    AVX512("AVX-512");

    private final String label;

    VectorLevel(String label) {
        this.label = label;
    }

    /**
     * The level that the kernels of an x86-64 core type of OpenBLAS use (after {@code TargetList.txt} and
     * {@code driver/others/dynamic.c} of OpenBLAS); every name not listed there is an SSE core.
     */
    static VectorLevel ofCoreType(String coreType) {
        return switch (coreType.toLowerCase(Locale.ROOT)) {
            case "skylakex", "cooperlake", "sapphirerapids" -> AVX512;
            case "haswell", "zen" -> AVX2;
            case "sandybridge", "bulldozer", "piledriver", "steamroller", "excavator" -> AVX;
            default -> SSE;
        };
    }

    @Override
    public String toString() {
        return label;
    }
}
