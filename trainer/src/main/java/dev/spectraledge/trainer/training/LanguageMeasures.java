package dev.spectraledge.trainer.training;

import dev.spectraledge.trainer.io.CsvTable;
import dev.spectraledge.trainer.step.Evaluation;
import dev.spectraledge.trainer.step.TrainingSetup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a run of a language model shows of the loss on its test set: perplexity and, of text, bits per byte. Of each further set
 * that it is judged by it also shows loss and accuracy. Nothing where the model is of another kind.
 */
final class LanguageMeasures {
    private static final String PERPLEXITY = "test_perplexity";
    private static final String BITS = "test_bits_per_byte";

    /** The test set first. */
    private final List<Part> parts = new ArrayList<>();

    /**
     * A set.
     *
     * @param suffix of its columns
     * @param bytesOfTarget bytes that a token stands for on average; NaN where nobody knows
     */
    private record Part(String suffix, double bytesOfTarget) {
        boolean isText() {
            return !Double.isNaN(bytesOfTarget);
        }

        double bitsPerByte(Evaluation evaluation) {
            return evaluation.loss() / Math.log(2) / bytesOfTarget;
        }
    }

    /** @param run number of the run whose sets they are */
    LanguageMeasures(TrainingSetup setup, int run) {
        parts.add(new Part("", setup.testEvaluation().get(run).bytesOfTarget()));
        List<String> names = setup.otherNames();
        for (int set = 0; set < names.size(); set++) {
            parts.add(new Part(
                    "_" + names.get(set), setup.otherEvaluation(set).get(run).bytesOfTarget()));
        }
    }

    private LanguageMeasures() {}

    /** Of a model that is of another kind. */
    static LanguageMeasures none() {
        return new LanguageMeasures();
    }

    /** Headings of the columns that {@link #evaluated} fills. */
    List<String> columns() {
        List<String> columns = new ArrayList<>();
        for (Part part : parts) {
            if (!part.suffix().isEmpty()) {
                columns.add("test_loss" + part.suffix());
                columns.add("test_accuracy" + part.suffix());
            }
            columns.add(PERPLEXITY + part.suffix());
            if (part.isText()) {
                columns.add(BITS + part.suffix());
            }
        }
        return columns;
    }

    /**
     * Fills the present row of {@code metrics}.
     *
     * @param test of the test set
     * @param others of the further sets, one after another
     */
    void evaluated(Evaluation test, List<Evaluation> others, CsvTable metrics) {
        if (parts.isEmpty()) {
            return;
        }
        int column = metrics.column(PERPLEXITY);
        for (int index = 0; index < parts.size(); index++) {
            Part part = parts.get(index);
            Evaluation own = index == 0 ? test : others.get(index - 1);
            if (index > 0) {
                metrics.set(column++, own.loss());
                metrics.set(column++, own.accuracy());
            }
            metrics.set(column++, Math.exp(own.loss()));
            if (part.isText()) {
                metrics.set(column++, part.bitsPerByte(own));
            }
        }
    }

    /** Adds what the test set says. */
    void summarise(Evaluation test, Map<String, Object> summary) {
        if (!parts.isEmpty() && test != null) {
            summary.put(PERPLEXITY, Math.exp(test.loss()));
            if (parts.getFirst().isText()) {
                summary.put(BITS, parts.getFirst().bitsPerByte(test));
            }
        }
    }
}
