package dev.spectraledge.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What adds up over all rows, or over a whole vector, is shared by enough blocks to keep a large device busy. */
class GridsTest {
    /** Of an H200. */
    private static final int MULTIPROCESSORS = 132;

    private static final int GPT_ROWS = 16_384;
    private static final int GPT_WIDTH = 768;
    private static final int GPT_PARAMETERS = 124_000_000;

    @Test
    void oneRunOfGptFillsTheDevice() {
        assertThat(Launcher.blocks(GPT_ROWS, Activations.rowsPerBlock(GPT_ROWS)))
                .isGreaterThanOrEqualTo(2 * MULTIPROCESSORS - MULTIPROCESSORS / 8);
        assertThat(ColumnSums.parts(GPT_ROWS) * GPT_WIDTH / Launcher.WARP).isGreaterThanOrEqualTo(2 * MULTIPROCESSORS);
        assertThat(VectorOperations.parts(GPT_PARAMETERS)).isGreaterThanOrEqualTo(4 * MULTIPROCESSORS);
    }

    /** 448 rows, of a hidden width of 256 and of three projections of 128, and 273,421 parameters. */
    @Test
    void oneRunOfDyckIsSharedAsFarAsItGoes() {
        assertThat(Launcher.blocks(448, Activations.rowsPerBlock(448))).isEqualTo(56);
        assertThat(ColumnSums.parts(448) * (256 + 384) / Launcher.WARP).isGreaterThanOrEqualTo(MULTIPROCESSORS);
        assertThat(VectorOperations.parts(273_421)).isGreaterThanOrEqualTo(MULTIPROCESSORS);
    }
}
