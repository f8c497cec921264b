package dev.spectraledge.kernels.cpu;

import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.BackendContract;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CpuBackendTest extends BackendContract {
    @Override
    public Backend backend() {
        return new CpuBackend();
    }

    /** One query or key less and more than blocks have, and several blocks. */
    @Test
    void attentionAgreesAroundItsBlocks() {
        for (boolean causal : new boolean[] {true, false}) {
            attentionAgreesAtLengths(new AttentionShape(1, 32, causal), 30, 67);
            attentionAgreesAtLengths(new AttentionShape(2, 20, causal), 255, 140);
        }
        attentionAgreesAtLengths(new AttentionShape(1, 16, true), 257, 300);
    }

    @Test
    @Tag("nightly")
    void attentionAgreesOnTwoThousandKeys() {
        for (boolean causal : new boolean[] {true, false}) {
            attentionAgreesAtLengths(new AttentionShape(1, 32, causal), 2048, 1023);
            attentionAgreesAtLengths(new AttentionShape(1, 64, causal), 1024, 511);
        }
    }
}
