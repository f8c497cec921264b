package dev.spectraledge.analysis.report.compare;

import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Line.Stroke;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** How a column is drawn, by its name. */
record ShownColumn(String name) {
    /** What is shown unless others are asked for. */
    static final List<String> USUAL = List.of(
            "train_loss",
            "test_loss",
            "train_accuracy",
            "test_accuracy",
            "gap_ratio",
            "k_star",
            "sigma_1",
            "rotation_1");

    private static final Map<String, String> TITLES = Map.of(
            "train_loss", "Training loss",
            "test_loss", "Test loss",
            "train_accuracy", "Training accuracy",
            "test_accuracy", "Test accuracy",
            "gap_ratio", "Gap ratio R",
            "k_star", "Position of the edge k*",
            "sigma_1", "First singular value σ₁",
            "rotation_1", "Rotation of v₁ since the previous window");

    private static final List<String> SPREADS_OVER_DECADES =
            List.of("loss", "norm", "sigma", "gap", "g23", "perplexity", "ppl");

    /** Without the name of an observer. */
    private String quantity() {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    String title() {
        String title = TITLES.get(quantity());
        return title == null || !name.equals(quantity()) ? name : title;
    }

    /** For these curves; logarithmic only where all of them allow it. */
    Axis axis(Collection<Curve> curves) {
        String quantity = quantity();
        if (quantity.contains("accuracy")) {
            return Axis.linear(name, 0, 1);
        }
        if (quantity.startsWith("rotation")) {
            return Axis.linear("degrees", 0, 90);
        }
        if (isDiscrete()) {
            return Axis.linear(name, 0, Double.NaN);
        }
        boolean wide = SPREADS_OVER_DECADES.stream().anyMatch(quantity::contains)
                && curves.stream()
                        .flatMapToDouble(curve -> Arrays.stream(curve.values()))
                        .filter(Double::isFinite)
                        .allMatch(value -> value > 0);
        return wide ? Axis.log(name) : Axis.linear(name);
    }

    /** Whole numbers change in steps. */
    boolean isDiscrete() {
        return quantity().startsWith("k_star");
    }

    Stroke stroke(Stroke ofRun) {
        return isDiscrete() && ofRun == Stroke.SOLID ? Stroke.STEPS : ofRun;
    }
}
