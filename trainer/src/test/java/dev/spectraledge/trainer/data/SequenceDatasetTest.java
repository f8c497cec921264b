package dev.spectraledge.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SequenceDatasetTest {
    private final MemoryOwner owner = MemoryOwner.open("data sets");

    @AfterEach
    void close() {
        owner.close();
    }

    @Test
    void targetsThatAreAllMaskedAreRefused() {
        Tensor tokens = integers(2, 3);
        Tensor targets = integers(2, 3);
        for (int row = 0; row < 2; row++) {
            for (int position = 0; position < 3; position++) {
                targets.set(-100, row, position);
            }
        }
        assertRefused(
                () -> SequenceDataset.ofLabelledTokens("file: train", tokens, targets, 2, 2),
                "data set 'file: train': every target is masked");
        targets.set(1, 0, 1);
        SequenceDataset one = SequenceDataset.ofLabelledTokens("file: train", tokens, targets, 2, 2);
        assertThat(one.countedTargets(0)).isEqualTo(1);
        assertThat(one.countedTargets(1)).isZero();
    }

    @Test
    void sequencesWithoutPositionsOrTargetsAreRefused() {
        assertRefused(
                () -> SequenceDataset.ofLabelledTokens("file: test", integers(2, 0), integers(2, 0), 2, 2),
                "data set 'file: test': its sequences have no positions, INT32[2, 0]");
        assertRefused(
                () -> SequenceDataset.ofLabelledSequences("file: test", integers(2, 0), integers(2, 1), 2, 2),
                "data set 'file: test': its sequences have no positions, INT32[2, 0]");
        assertRefused(
                () -> SequenceDataset.ofLabelledSequences("file: test", integers(2, 3), integers(2, 0), 2, 2),
                "data set 'file: test': its sequences have no targets, INT32[2, 0]");
        assertRefused(
                () -> SequenceDataset.ofAnswers(
                        "file: test", integers(2, 0), 2, 0, true, integers(2, 3), integers(2, 3), 2, 2),
                "data set 'file: test': its sequences have no positions, INT32[2, 0]");
        assertRefused(
                () -> SequenceDataset.ofLabelledTokens("file: test", integers(0, 3), integers(0, 3), 2, 2),
                "data set 'file: test' is empty");
    }

    private Tensor integers(long... shape) {
        return Tensor.allocate(owner, DType.INT32, shape);
    }

    private static void assertRefused(ThrowingCallable reading, String message) {
        assertThatThrownBy(reading).isInstanceOf(RunException.class).hasMessageStartingWith(message);
    }
}
