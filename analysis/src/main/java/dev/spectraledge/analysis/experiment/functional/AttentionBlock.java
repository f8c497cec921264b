package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterGroup;
import dev.spectraledge.trainer.model.ParameterSpec;

/** The matrices of one kind in θ_A, of all layers together. */
enum AttentionBlock {
    QUERY("W_Q", "in_proj_weight", 0),
    KEY("W_K", "in_proj_weight", 1),
    VALUE("W_V", "in_proj_weight", 2),
    OUTPUT("W_O", "out_proj.weight", 0);

    private final String title;
    private final String tensor;
    /** Which of the width × width matrices of the tensor. */
    private final int part;

    AttentionBlock(String title, String tensor, int part) {
        this.title = title;
        this.tensor = tensor;
        this.part = part;
    }

    /** Such as {@code W_Q}. */
    String title() {
        return title;
    }

    /** A copy of a direction {@code [1, p]} that is zero outside of these matrices; it is not a unit vector then. */
    Tensor part(Backend backend, MemoryOwner owner, StudiedRun run, Tensor direction) {
        Tensor result = backend.allocate(owner, DType.FLOAT64, 1, direction.size(1));
        long width = run.config().model().width();
        long size = width * width;
        for (ParameterSpec spec : run.layout().specs()) {
            if (spec.group() == ParameterGroup.ATTENTION && spec.name().endsWith(tensor)) {
                long from = run.layout().offset(spec.name()) + part * size;
                backend.copy(direction.slice(1, from, from + size), result.slice(1, from, from + size));
            }
        }
        return result;
    }
}
