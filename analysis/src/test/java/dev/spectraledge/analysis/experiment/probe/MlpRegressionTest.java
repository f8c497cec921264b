package dev.spectraledge.analysis.experiment.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.cpu.CpuBackend;
import org.junit.jupiter.api.Test;

/** Expected values are those of scikit-learn 1.9 in double precision. */
class MlpRegressionTest {
    private static final MlpSettings THREE_EPOCHS = new MlpSettings(64, 0.01, 1e-3, 200, 3, 0.15, 10, 1e-4, 42);

    @Test
    void threeEpochsAreThoseOfScikitLearn() {
        ProbeSplit split = Waves.split();
        MlpRegression model = MlpRegression.fit(
                new CpuBackend(), split.train(Waves.features()), split.train(Waves.labels()), THREE_EPOCHS);
        assertThat(model.outputBias()).isCloseTo(-0.28862679, within(1e-8));
        assertThat(model.hiddenWeights()[0][0]).isCloseTo(-0.06943649550024962, within(1e-14));
        double[][] test = split.test(Waves.features());
        assertThat(model.predict(new double[][] {test[0], test[1], test[2]}))
                .containsExactly(new double[] {-1.35763383, -0.56557736, -0.6985448}, within(1e-8));
    }

    @Test
    void stopsWhereScikitLearnStops() {
        ProbeSplit split = Waves.split();
        MlpRegression model = MlpRegression.fit(
                new CpuBackend(), split.train(Waves.features()), split.train(Waves.labels()), MlpSettings.published());
        // 387 epochs, over which roundings grow.
        assertThat(model.hiddenWeights()[0][0]).isCloseTo(-0.029595256438852125, within(1e-9));
        assertThat(MlpRegression.heldOut(
                        new CpuBackend(), split, Waves.features(), Waves.labels(), MlpSettings.published()))
                .isCloseTo(0.9870838523583243, within(1e-9));
    }
}
