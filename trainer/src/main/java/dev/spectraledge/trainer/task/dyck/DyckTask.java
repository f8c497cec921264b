package dev.spectraledge.trainer.task.dyck;

import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.trainer.data.LabelledSequences;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.key.Range;
import dev.spectraledge.trainer.model.Architecture;
import dev.spectraledge.trainer.model.CausalTransformerArchitecture;
import dev.spectraledge.trainer.model.ModelConfig;
import dev.spectraledge.trainer.task.Task;
import dev.spectraledge.trainer.task.TensorFile;
import java.nio.file.Path;
import java.util.List;

/**
 * Dyck-1: predict the stack depth after each token of a balanced string of parentheses.
 *
 * @param maxPairs longest string in pairs of parentheses; depths 0 … maxPairs are the classes
 * @param contextLength tokens per sequence after padding or truncation
 * @param sequences sequences generated in all
 * @param trainSequences how many of them are trained on; the others are the test set
 * @param dataSeed seed of the generator and of the split, independent of the run's seed
 */
public record DyckTask(
        String name,
        @Range(min = 1, max = 10_000) int maxPairs,
        @Range(min = 1, max = 1_000_000) int contextLength,
        @Range(min = 2) int sequences,
        @Range(min = 1) int trainSequences,
        @Range(min = 0, max = 4_294_967_295L) long dataSeed)
        implements Task {
    public DyckTask {
        if (!name.equals("dyck")) {
            throw new IllegalArgumentException("name must be 'dyck', not '" + Printable.value(name) + "'");
        }
        if (trainSequences >= sequences) {
            throw new IllegalArgumentException("trainSequences (" + trainSequences + ") must be less than sequences ("
                    + sequences + "), so that some remain to test on");
        }
    }

    @Override
    public String variant() {
        return name;
    }

    @Override
    public List<String> objectives() {
        return List.of("depth");
    }

    @Override
    public long seedOfData(long runSeed) {
        return dataSeed;
    }

    @Override
    public int stagedSequences() {
        return sequences;
    }

    @Override
    public int paddingToken() {
        return DyckLanguage.PADDING;
    }

    @Override
    public SplitData generate(MemoryOwner owner, long seedOfData) {
        return new DyckLanguage(maxPairs, contextLength, sequences, trainSequences, (int) seedOfData).generate(owner);
    }

    /** From {@code x} and {@code y}. */
    @Override
    public SplitData read(MemoryOwner owner, Path file) {
        return TensorFile.read(
                file,
                (name, parts) -> LabelledSequences.ofLabelledTokens(
                        owner, name, parts.apply("x"), parts.apply("y"), DyckLanguage.VOCABULARY, classes()));
    }

    @Override
    public Architecture architecture(ModelConfig model, int longest) {
        return new CausalTransformerArchitecture(model.shape(DyckLanguage.VOCABULARY, classes(), longest));
    }

    /** Depths 0 … maxPairs. */
    private int classes() {
        return maxPairs + 1;
    }
}
