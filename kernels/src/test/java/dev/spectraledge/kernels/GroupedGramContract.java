package dev.spectraledge.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.linalg.GroupedGram;
import dev.spectraledge.kernels.linalg.RollingGram;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Blocks of updates against stored ones, summed over groups of parameters, on every backend. */
interface GroupedGramContract extends ContractPart {
    int UPDATES = 9;
    int STORED = 3;
    int RUNS = 2;
    List<Long> GROUPS = List.of(64L, 65L, 4300L);

    @Test
    @Tag(EXCHANGE)
    default void groupedProductsAreThoseOfFloat64() {
        try (MemoryOwner owner = MemoryOwner.open("grouped products");
                Workers workers = new Workers(1)) {
            GroupedGram.Shape shape = new GroupedGram.Shape(type(), RUNS, STORED, GROUPS, true, 2);
            Tensor results = backend().allocate(owner, DType.FLOAT64, shape.results(1));
            Tensor onHost = Tensor.allocate(owner, DType.FLOAT64, shape.results(1));
            GroupedGram gram = new GroupedGram(backend(), workers, owner, shape, results);
            Tensor update = Tensor.allocate(owner, type(), RUNS, shape.parameters());
            for (int first = 0; first < UPDATES; ) {
                // Blocks of two, the fourth of which is closed early.
                int count = first == 6 ? 1 : 2;
                gram.begin();
                for (int row = 0; row < count; row++) {
                    int number = first + row;
                    HostTensors.write(update, i -> value(number, i));
                    backend().copy(update, gram.part(row, 0));
                    HostTensors.write(update, i -> value(-1 - number, i));
                    backend().copy(update, gram.companionPart(row, 0));
                }
                gram.multiply(count);
                backend().copy(results, onHost);
                for (int row = 0; row < count; row++) {
                    gram.absorb(onHost, row);
                    requireProducts(gram, first + row, shape.parameters());
                }
                first += count;
            }
        }
    }

    /** Of an update, or below 0 of a companion. */
    private double value(int vector, int index) {
        double value = Math.sin(1 + 0.37 * vector + 0.011 * index * (vector + 12));
        return type() == DType.FLOAT32 ? (float) value : value;
    }

    private void requireProducts(GroupedGram gram, int newest, long parameters) {
        // No element is larger than 1.
        double bound = RollingGram.PRODUCT_ERROR * parameters;
        for (int run = 0; run < RUNS; run++) {
            for (int age = 0; age <= Math.min(newest, STORED); age++) {
                int other = newest - age;
                assertThat(gram.product(run, age)).isCloseTo(dot(newest, other, run, parameters), within(bound));
                assertThat(gram.companionProduct(run, age))
                        .isCloseTo(dot(-1 - newest, other, run, parameters), within(bound));
                assertThat(gram.productWithCompanion(run, age))
                        .isCloseTo(dot(newest, -1 - other, run, parameters), within(bound));
            }
        }
        assertThat(gram.seen()).isEqualTo(newest + 1);
    }

    /** Exact, then rounded. */
    private double dot(int x, int y, int run, long parameters) {
        BigDecimal sum = BigDecimal.ZERO;
        for (int i = (int) (run * parameters); i < (run + 1) * parameters; i++) {
            sum = sum.add(new BigDecimal(value(x, i)).multiply(new BigDecimal(value(y, i))));
        }
        return sum.doubleValue();
    }
}
