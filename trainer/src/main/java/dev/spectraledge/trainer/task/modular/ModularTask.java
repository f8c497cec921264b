package dev.spectraledge.trainer.task.modular;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.data.LabelledSequences;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.io.NearestName;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.key.MayBeNull;
import dev.spectraledge.trainer.key.Range;
import dev.spectraledge.trainer.model.Architecture;
import dev.spectraledge.trainer.model.ModelConfig;
import dev.spectraledge.trainer.model.SequenceClassifierArchitecture;
import dev.spectraledge.trainer.task.Task;
import dev.spectraledge.trainer.task.TensorFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Modular arithmetic: predict the result of an operation on two residues, or of several at once.
 *
 * @param operation names of operations, separated by {@code +}: {@code add}, {@code sub}, {@code mul} of residues that have an
 *     inverse, {@code x2_y2} (a² + b²), {@code x2_xy_y2} (a² + ab + b²), {@code x3_xy} (a³ + ab)
 * @param prime p; operands and results are residues modulo p
 * @param trainFraction share of all pairs that is trained on; the others are the test set
 * @param splitSeed seed of the split, or null for the run's own
 */
public record ModularTask(
        String name,
        String operation,
        @Range(min = 3, max = 1000) int prime,

        @Range(min = 0, aboveMin = true, max = 1, belowMax = true)
        double trainFraction,

        @MayBeNull @Range(min = 0) Long splitSeed)
        implements Task {
    public ModularTask {
        if (!name.equals("modular")) {
            throw new IllegalArgumentException("name must be 'modular', not '" + Printable.value(name) + "'");
        }
        if (operations(operation).stream().distinct().count()
                < operations(operation).size()) {
            throw new IllegalArgumentException(
                    "operation '" + Printable.value(operation) + "' names one of them twice");
        }
    }

    private static List<ModularOperation> operations(String joined) {
        List<String> names = Arrays.stream(ModularOperation.values())
                .map(ModularOperation::key)
                .toList();
        List<ModularOperation> operations = new ArrayList<>();
        for (String name : joined.split("\\+", -1)) {
            operations.add(ModularOperation.of(name)
                    .orElseThrow(() -> new IllegalArgumentException("unknown operation '" + Printable.value(name) + "'"
                            + NearestName.hint(name, names) + " (operations, or several joined by '+': "
                            + String.join(", ", names) + ")")));
        }
        return operations;
    }

    @Override
    public boolean followsPyTorch() {
        return false;
    }

    @Override
    public String variant() {
        return name + "_" + String.join("+", objectives());
    }

    @Override
    public int contextLength() {
        return ModularArithmetic.OPERANDS;
    }

    /** No sequence is padded; any token will do for those that count for nothing. */
    @Override
    public int paddingToken() {
        return 0;
    }

    @Override
    public List<String> objectives() {
        return operations(operation).stream().map(ModularOperation::key).toList();
    }

    @Override
    public long seedOfData(long runSeed) {
        return splitSeed == null ? runSeed : splitSeed;
    }

    @Override
    public SplitData generate(MemoryOwner owner, long seedOfData) {
        return new ModularArithmetic(operations(operation), prime, trainFraction).generate(owner, seedOfData);
    }

    /** From {@code x} and {@code y}, which may have one column or, of a single operation, none. */
    @Override
    public SplitData read(MemoryOwner owner, Path file) {
        return TensorFile.read(file, (name, parts) -> dataset(owner, name, parts));
    }

    private LabelledSequences dataset(MemoryOwner owner, String source, Function<String, Tensor> parts) {
        Tensor results = parts.apply("y");
        boolean single = results.type() == DType.INT32 && results.rank() == 1;
        LabelledSequences data = LabelledSequences.ofLabelledSequences(
                owner, source, parts.apply("x"), single ? results.reshape(results.size(0), 1) : results, prime, prime);
        int found = data.form().objectives();
        if (found != objectives().size()) {
            throw new RunException(source + ": y has " + found + " targets per sequence, task.operation " + operation
                    + " needs " + objectives().size());
        }
        return data;
    }

    @Override
    public Architecture architecture(ModelConfig model, int longest) {
        return new SequenceClassifierArchitecture(model.shape(prime, prime, longest), objectives());
    }
}
