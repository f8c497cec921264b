package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.RotaryShape;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.TokenRows;

/** Turns queries and keys, which lie side by side, by the angles of their positions, where they are. */
final class Rotation {
    private final Backend backend;
    private final RotaryShape shape;
    private final Tensor angles;

    /** @param angles of all positions, as {@link RotaryShape#angles} makes them */
    Rotation(Backend backend, RotaryShape shape, Tensor angles) {
        this.backend = backend;
        this.shape = shape;
        this.angles = angles;
    }

    /** Queries and keys of a model in a workspace: those of all its blocks turn alike. */
    static Rotation of(Workspace workspace, RotaryPositions positions, TransformerShape shape) {
        RotaryShape both = positions.shape(2 * shape.heads(), shape.width() / shape.heads());
        return new Rotation(workspace.backend(), both, workspace.angles(both, shape.positions(), positions.base()));
    }

    void forward(TokenRows rows, Tensor queriesAndKeys) {
        backend.rotary(rows.sequences(), shape, rows.positions(), angles, queriesAndKeys, queriesAndKeys);
    }

    void backward(TokenRows rows, Tensor gradient) {
        backend.rotaryBackward(rows.sequences(), shape, rows.positions(), angles, gradient, gradient);
    }
}
