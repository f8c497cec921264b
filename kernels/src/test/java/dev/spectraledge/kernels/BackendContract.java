package dev.spectraledge.kernels;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every {@link Backend} must do. The parts compare with the reference backend in float64, with closed forms and with
 * finite differences; a backend's test is a subclass that names the backend, and may name fewer types.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("types")
public abstract class BackendContract
        implements DenseAlgebraContract,
                ActivationContract,
                RotaryContract,
                AttentionContract,
                CrossEntropyContract,
                HeadLossContract,
                VectorContract,
                GroupedGramContract,
                OptimizerContract,
                RandomContract,
                RecordingContract,
                RefusalContract {
    @Parameter
    DType type;

    static List<DType> types() {
        return List.of(DType.FLOAT32, DType.FLOAT64);
    }

    @Override
    public DType type() {
        return type;
    }

    @AfterAll
    static void printUsedFractions() {
        System.out.print(Tolerances.report());
    }
}
