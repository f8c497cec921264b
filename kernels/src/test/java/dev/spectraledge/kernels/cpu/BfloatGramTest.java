package dev.spectraledge.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BfloatGramTest {
    private static final int WINDOW = 4;
    private static final int UPDATES = 11;
    private static final int RUNS = 2;

    private final MemoryOwner owner = MemoryOwner.open("bfloat16 window test");
    private final CpuBackend backend = new CpuBackend();
    private final Workers workers = new Workers(3);

    @AfterEach
    void release() {
        workers.close();
        owner.close();
    }

    /** To 8 binary digits, of two numbers the even one. */
    private static double rounded(double value) {
        int exponent = Math.getExponent(value);
        return value == 0 ? 0 : Math.scalb(Math.rint(Math.scalb(value, 7 - exponent)), exponent - 7);
    }

    private final class Fed {
        private final Tensor results;
        private final BfloatGram gram;

        Fed(List<Long> ends) {
            results = backend.allocate(
                    owner, DType.FLOAT64, BfloatGram.results(RUNS, WINDOW, ends.size(), workers.count()));
            gram = new BfloatGram(backend, workers, owner, RUNS, WINDOW, ends, results);
        }

        void feed(float[][] update) {
            gram.begin();
            int size = update[0].length;
            Tensor tensor = Tensor.allocate(owner, DType.FLOAT32, RUNS, size);
            for (int run = 0; run < RUNS; run++) {
                for (int i = 0; i < size; i++) {
                    tensor.set(update[run][i], run, i);
                }
            }
            Tensor[] parts = workers.slices(tensor);
            for (int worker = 0; worker < parts.length; worker++) {
                backend.copy(parts[worker], gram.part(0, worker));
            }
            gram.multiply(1);
            gram.absorb(results, 0);
        }
    }

    private static float[][][] updates(int size) {
        SplittableRandom random = new SplittableRandom(5);
        float[][][] updates = new float[UPDATES][RUNS][size];
        for (float[][] update : updates) {
            for (float[] ofRun : update) {
                for (int i = 0; i < size; i++) {
                    // Of many magnitudes, so that exponents matter.
                    ofRun[i] = (float) (random.nextGaussian() * Math.scalb(1.0, random.nextInt(-30, 3)));
                }
            }
        }
        return updates;
    }

    /** Sizes around those of tiles, vectors and workers' parts. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64, 3072, 5003})
    void productsAreThoseOfRoundedUpdates(int size) {
        List<Long> ends = size < 10 ? List.of((long) size) : List.of(3L, size / 2L, (long) size);
        float[][][] updates = updates(size);
        Fed fed = new Fed(ends);
        for (int newest = 0; newest < UPDATES; newest++) {
            fed.feed(updates[newest]);
            for (int run = 0; run < RUNS; run++) {
                for (int age = 0; age <= Math.min(WINDOW, newest); age++) {
                    double sum = 0;
                    long begin = 0;
                    for (int group = 0; group < ends.size(); group++) {
                        double expected = 0;
                        double magnitude = 0;
                        for (int i = (int) begin; i < ends.get(group); i++) {
                            double term = rounded(updates[newest][run][i]) * rounded(updates[newest - age][run][i]);
                            expected += term;
                            magnitude += Math.abs(term);
                        }
                        // Each chain has at most 1024/4 terms of which none is rounded before it is added.
                        assertThat(fed.gram.product(run, group, age))
                                .isCloseTo(expected, within(size * 0x1p-52 * magnitude));
                        sum += fed.gram.product(run, group, age);
                        begin = ends.get(group);
                    }
                    assertThat(fed.gram.product(run, age)).isCloseTo(sum, within(1e-15 * Math.abs(sum)));
                }
            }
        }
    }

    @Test
    void halvesThatLieBetweenGoToTheEvenOne() {
        float[] values = {0x1.01p0f, 0x1.03p0f, -0x1.01p0f, 0x1.010002p0f, 0x1.00fffep0f, Float.MAX_VALUE, 0, -0.0f};
        double[] expected = {1, 0x1.04p0, -1, 0x1.02p0, 1, Double.POSITIVE_INFINITY, 0, 0};
        for (int i = 0; i < values.length; i++) {
            // Behind a vector of others, and among them.
            for (int place : new int[] {3, 67}) {
                Fed fed = new Fed(List.of(68L));
                float[][] update = new float[RUNS][68];
                float[][] one = new float[RUNS][68];
                update[1][place] = values[i];
                one[1][place] = 1;
                fed.feed(one);
                fed.feed(update);
                double product = fed.gram.product(1, 1);
                // Adding up the workers' parts makes a NaN of what is infinite, which is as little a number.
                assertThat(Double.isFinite(product) ? product : Double.POSITIVE_INFINITY)
                        .as("%a", values[i])
                        .isEqualTo(expected[i]);
            }
        }
    }

    @Test
    void whatIsNoNumberStaysNone() {
        // A NaN whose bits are all in the half that is dropped.
        for (float value :
                new float[] {Float.NaN, Float.intBitsToFloat(0x7f80_0001), Float.intBitsToFloat(0xff80_0001)}) {
            for (int place : new int[] {3, 67}) {
                Fed fed = new Fed(List.of(68L));
                float[][] update = new float[RUNS][68];
                update[0][place] = value;
                fed.feed(update);
                assertThat(fed.gram.product(0, 0)).isNaN();
                assertThat(fed.gram.product(1, 0)).isZero();
            }
        }
    }

    @Test
    void aRestoredStateContinuesBitForBit() {
        List<Long> ends = List.of(100L, 3001L);
        float[][][] updates = updates(3001);
        Fed whole = new Fed(ends);
        Fed first = new Fed(ends);
        for (int index = 0; index < UPDATES; index++) {
            whole.feed(updates[index]);
            if (index < 7) {
                first.feed(updates[index]);
            }
        }
        Fed second = new Fed(ends);
        first.gram
                .state()
                .forEach((name, tensor) ->
                        backend.copy(tensor, second.gram.state().get(name)));
        for (int index = 7; index < UPDATES; index++) {
            second.feed(updates[index]);
        }
        whole.gram
                .state()
                .forEach((name, tensor) -> assertThat(
                                second.gram.state().get(name).segment().mismatch(tensor.segment()))
                        .as(name)
                        .isEqualTo(-1));
    }
}
