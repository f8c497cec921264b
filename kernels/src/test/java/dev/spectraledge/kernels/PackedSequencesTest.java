package dev.spectraledge.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PackedSequencesTest {
    private final MemoryOwner owner = MemoryOwner.open("packed sequences test");
    private final PackedSequences packed = new PackedSequences(owner, 2, 3, 10);

    @AfterEach
    void close() {
        owner.close();
    }

    @Test
    void sequencesLieEndToEndRunByRun() {
        assertThat(packed.append(0, 4)).isZero();
        assertThat(packed.append(1, 7)).isZero();
        assertThat(packed.append(0, 5)).isEqualTo(4);

        assertThat(packed.runs()).isEqualTo(2);
        assertThat(packed.sequences(0)).isEqualTo(2);
        assertThat(packed.sequences(1)).isEqualTo(1);
        assertThat(packed.begin(0, 1)).isEqualTo(4);
        assertThat(packed.length(0, 0)).isEqualTo(4);
        assertThat(packed.length(0, 1)).isEqualTo(5);
        assertThat(packed.rows(0)).isEqualTo(9);
        assertThat(packed.rows(1)).isEqualTo(7);
        assertThat(packed.capacityRows()).isEqualTo(10);
        assertThat(HostTensors.read(packed.table().at(0).slice(0, 0, 4))).containsExactly(2, 0, 4, 9);
        assertThat(packed.capacitySequences()).isEqualTo(3);
    }

    @Test
    void anEmptyBatchHasNoRows() {
        assertThat(packed.rows(0)).isZero();
        assertThat(packed.sequences(1)).isZero();
    }

    @Test
    void emptySequencesCount() {
        packed.append(0, 0);
        packed.append(0, 3);

        assertThat(packed.sequences(0)).isEqualTo(2);
        assertThat(packed.length(0, 0)).isZero();
        assertThat(packed.begin(0, 1)).isZero();
    }

    @Test
    void moreRowsThanThereIsRoomForAreRefused() {
        packed.append(0, 6);

        assertThatThrownBy(() -> packed.append(0, 5))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a batch of 11 rows in 2 sequences exceeds the workspace of 10 rows in 3 sequences");
        assertThat(packed.rows(0)).isEqualTo(6);
        packed.append(0, 4);
        assertThat(packed.rows(0)).isEqualTo(10);
    }

    @Test
    void moreSequencesThanThereIsRoomForAreRefused() {
        for (int i = 0; i < 3; i++) {
            packed.append(1, 1);
        }

        assertThatThrownBy(() -> packed.append(1, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a batch of 4 rows in 4 sequences exceeds the workspace of 10 rows in 3 sequences");
    }

    @Test
    void clearForgetsAllRuns() {
        packed.append(0, 4);
        packed.append(1, 7);
        packed.clear();

        assertThat(packed.rows(0)).isZero();
        assertThat(packed.rows(1)).isZero();
        assertThat(packed.append(0, 9)).isZero();
        assertThat(packed.rows(0)).isEqualTo(9);
    }

    @Test
    void theTableIsAllThereIs() {
        PackedSequences other = new PackedSequences(owner, 2, 3, 10);
        other.append(0, 2);
        other.append(0, 7);
        other.append(1, 1);
        packed.append(0, 4);
        packed.table().segment().copyFrom(other.table().segment());

        assertThat(packed.sequences(0)).isEqualTo(2);
        assertThat(packed.length(0, 1)).isEqualTo(7);
        assertThat(packed.rows(1)).isEqualTo(1);
    }

    @Test
    void changesAreCounted() {
        long before = packed.changes();
        packed.append(0, 4);
        packed.clear();

        assertThat(packed.changes()).isEqualTo(before + 2);
    }
}
