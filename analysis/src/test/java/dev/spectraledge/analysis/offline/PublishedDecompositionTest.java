package dev.spectraledge.analysis.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.spectrum.DecaySource;
import dev.spectraledge.analysis.spectrum.ProductHistory;
import dev.spectraledge.analysis.spectrum.UpdateProducts;
import dev.spectraledge.analysis.spectrum.WindowDiagnostics;
import dev.spectraledge.trainer.io.CsvReader;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The published numbers of the Dyck run from the inner products of its updates at four windows: for each update its
 * products with the older ones of the window and itself, and with the parameters at its end.
 */
class PublishedDecompositionTest {
    private static final int WINDOW = 5;
    private static final double LEARNING_RATE = 0.001;
    private static final double WEIGHT_DECAY = 1;
    private static final int STRIDE = 100;

    /** All attention matrices of the Dyck model. */
    private static final int PARAMETERS = 131_072;

    @ParameterizedTest
    @ValueSource(ints = {300, 600, 1500, 4000})
    void diagnosticsOfTheRecordedProductsAreThePublishedOnes(int step) throws URISyntaxException {
        CsvReader fixture = CsvReader.read(
                Path.of(getClass().getResource("dyck_windows.csv").toURI()));
        double[] windows = fixture.column("window");
        ProductHistory history = new ProductHistory(WINDOW, DecaySource.NONE);
        UpdateProducts products = new UpdateProducts(WINDOW);
        products.decayFactor = LEARNING_RATE * WEIGHT_DECAY * STRIDE;
        for (int row = 0; row < fixture.rows(); row++) {
            if (windows[row] == step) {
                products.parametersAfter = fixture.column("parameters_after")[row];
                for (int older = 0; older <= history.rows(); older++) {
                    products.updates[older] = fixture.column("product_" + (older + 1))[row];
                }
                history.append(products);
            }
        }
        WindowDiagnostics diagnostics = new WindowDiagnostics(WINDOW, PARAMETERS);
        diagnostics.compute(history);
        List<String> columns = WindowDiagnostics.columns(WINDOW);
        PublishedDecomposition published = PublishedDecomposition.BY_STEP.get(step);
        assertThat(history.rows()).isEqualTo(published.singularValues().length);
        published.requireEqual(column -> diagnostics.value(columns.indexOf(column)));
    }
}
