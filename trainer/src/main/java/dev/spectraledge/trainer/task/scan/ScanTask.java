package dev.spectraledge.trainer.task.scan;

import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.data.LabelledSequences;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.key.MayBeNull;
import dev.spectraledge.trainer.key.Range;
import dev.spectraledge.trainer.model.Architecture;
import dev.spectraledge.trainer.model.EncoderDecoderArchitecture;
import dev.spectraledge.trainer.model.EncoderDecoderShape;
import dev.spectraledge.trainer.model.ModelConfig;
import dev.spectraledge.trainer.task.Task;
import dev.spectraledge.trainer.task.TensorFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * SCAN: translate commands into actions, by an encoder–decoder.
 *
 * @param split which examples are for training and which for the test
 * @param trainActions of a training example at most, for the split by length
 * @param trainExamples how many examples of the split are trained on
 * @param testExamples how many are tested
 * @param dataSeed seed of the split and of what is taken from it, independent of the run's seed
 * @param trainFile examples to train with in place of the split's, together with {@code testFile}; or null
 * @param testFile examples to test with
 * @param commandLength words per command after padding
 * @param contextLength actions per sequence after padding, with start or end
 * @param attendToPadding whether the decoder attends to the padding behind the commands, as published
 */
public record ScanTask(
        String name,
        ScanSplit split,
        @Range(min = 1, max = 10_000) int trainActions,
        @Range(min = 1) int trainExamples,
        @Range(min = 1) int testExamples,
        @Range(min = 0, max = 4_294_967_295L) long dataSeed,
        @MayBeNull Path trainFile,
        @MayBeNull Path testFile,
        @Range(min = 1, max = 10_000) int commandLength,
        @Range(min = 2, max = 10_000) int contextLength,
        boolean attendToPadding)
        implements Task {
    public ScanTask {
        if (!name.equals("scan")) {
            throw new IllegalArgumentException("name must be 'scan', not '" + Printable.value(name) + "'");
        }
        if ((trainFile == null) != (testFile == null)) {
            throw new IllegalArgumentException("trainFile and testFile go together: set both or neither");
        }
    }

    @Override
    public String variant() {
        return split == ScanSplit.SIMPLE || trainFile != null
                ? name
                : name + "_" + split.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public List<String> objectives() {
        return List.of("actions");
    }

    /** Encoder and decoder. */
    @Override
    public int stacks() {
        return 2;
    }

    @Override
    public boolean judgesAnswers() {
        return true;
    }

    @Override
    public long seedOfData(long runSeed) {
        return dataSeed;
    }

    @Override
    public int paddingToken() {
        return ScanTokens.PADDING;
    }

    @Override
    public SplitData generate(MemoryOwner owner, long seedOfData) {
        ScanSplit.Pools pools = trainFile == null
                ? split.pools(seedOfData, trainActions)
                : new ScanSplit.Pools(ScanFile.read(trainFile), ScanFile.read(testFile));
        return new ScanSample(trainExamples, testExamples, commandLength, contextLength, attendToPadding)
                .of(owner, pools, seedOfData);
    }

    /** From {@code src}, {@code tgt_in} and {@code tgt_out}. */
    @Override
    public SplitData read(MemoryOwner owner, Path file) {
        return TensorFile.read(file, (name, parts) -> dataset(owner, name, parts));
    }

    private LabelledSequences dataset(MemoryOwner owner, String source, Function<String, Tensor> parts) {
        LabelledSequences data = ScanTokens.dataset(
                owner, source, parts.apply("src"), parts.apply("tgt_in"), parts.apply("tgt_out"), attendToPadding);
        if (data.form().sourceLength() > commandLength) {
            throw new RunException(source + ": commands have " + data.form().sourceLength()
                    + " positions, the model has " + commandLength + " (task.commandLength)");
        }
        return data;
    }

    @Override
    public Architecture architecture(ModelConfig model, int longest) {
        return new EncoderDecoderArchitecture(new EncoderDecoderShape(
                model.shape(ScanTokens.COMMANDS, 0, commandLength).withPositions(commandLength),
                model.shape(ScanTokens.ACTIONS, ScanTokens.ACTIONS, longest),
                attendToPadding));
    }
}
