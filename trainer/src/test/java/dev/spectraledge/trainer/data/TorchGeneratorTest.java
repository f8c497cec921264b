package dev.spectraledge.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Against numbers that PyTorch 2.13 printed, one call after the other, after {@code torch.manual_seed(2024)} on a CPU. */
class TorchGeneratorTest {
    private static final float[] UNIFORM = {0.11268635f, 0.23250718f, 0.2887352f};

    /** Of N(0, 4); the last sixteen of them were drawn twice, as they are no multiple of sixteen. */
    private static final double[] NORMAL = {
        -0.9313392043113708,
        0.5590060949325562,
        -0.5219603776931763,
        1.245934247970581,
        -2.312221050262451,
        1.4261523485183716,
        -0.7738874554634094,
        -0.5069547295570374,
        -3.335042953491211,
        -0.7423473596572876,
        0.2754806876182556,
        -1.0398606061935425,
        -0.6993212103843689,
        -0.15529024600982666,
        -2.2350852489471436,
        -1.2962101697921753,
        1.3060288429260254,
        -0.31914177536964417,
        0.7137826681137085,
        1.3190770149230957,
        -0.2903268337249756
    };
    /** A few roundings of single precision of numbers below 4. */
    private static final double ROUNDING = 4 * 4 * 0x1p-24;

    @Test
    void drawsAsPyTorchDoes() {
        TorchGenerator generator = new TorchGenerator(2024);
        float[] uniform = new float[UNIFORM.length];
        generator.uniform(-0.1, 0.3, uniform);
        assertThat(uniform).isEqualTo(UNIFORM);
        float[] normal = new float[NORMAL.length];
        generator.normal(2, normal);
        for (int i = 0; i < NORMAL.length; i++) {
            assertThat((double) normal[i]).isCloseTo(NORMAL[i], within(ROUNDING));
        }
        assertThat(IntStream.range(0, 6).map(i -> generator.below(50)).toArray())
                .containsExactly(38, 27, 22, 17, 9, 35);
    }

    @Test
    void skipsWholeDraws() {
        TorchGenerator generator = new TorchGenerator(5);
        generator.skip(2);
        assertThat(generator.below(1000)).isEqualTo(767);
    }

    @Test
    void looksAtTheLowestBitsOfASeed() {
        TorchGenerator generator = new TorchGenerator((1L << 32) + 5);
        assertThat(IntStream.range(0, 3).map(i -> generator.below(1000)).toArray())
                .containsExactly(411, 814, 767);
    }

    @Test
    void refusesNumbersThatPyTorchDrawsInAnotherWay() {
        TorchGenerator generator = new TorchGenerator(5);
        assertThatThrownBy(() -> generator.normal(1, new float[15])).hasMessageContaining("fewer than 16");
    }
}
