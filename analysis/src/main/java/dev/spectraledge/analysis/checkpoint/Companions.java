package dev.spectraledge.analysis.checkpoint;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.torch.TorchFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Files that stand beside weights: the optimiser's state and the Trainer's record, and those that are left alone. */
final class Companions {
    private static final List<String> OPTIMIZERS = List.of("optimizer.pt", "optim.pt", "optimizer.bin");
    private static final String TRAINER = "trainer_state.json";

    /** A part of a model in several files. */
    private static final Pattern PART =
            Pattern.compile("(?:.*-\\d{5}-of-\\d{5}|.*mp_rank_\\d+_model_states|layer_\\d+-model_.*)\\.\\w+");

    /** Words in names, each with what such a file holds. */
    private static final Map<Pattern, String> NO_WEIGHTS = noWeights();

    private Companions() {}

    private static Map<Pattern, String> noWeights() {
        Map<Pattern, String> kinds = new LinkedHashMap<>();
        kinds.put(word("optim(?:izer)?"), "the state of an optimiser, no weights");
        kinds.put(word("scheduler"), "the state of a schedule, no weights");
        kinds.put(word("scaler"), "the state of a loss scaler, no weights");
        kinds.put(word("training_args"), "arguments of a training, no weights");
        kinds.put(word("rng_state|random_states"), "the state of random numbers, no weights");
        kinds.put(word("resume"), "the state of a run, to resume it");
        return kinds;
    }

    private static Pattern word(String words) {
        return Pattern.compile("(?:^|[^a-z])(?:" + words + ")(?:[^a-z]|$)");
    }

    /** Why a file holds no weights, whatever its form, by its name. */
    static Optional<String> reason(Path file) {
        String name = FileNames.of(file).toLowerCase(Locale.ROOT);
        if (PART.matcher(name).matches()) {
            return Optional.of("one of the files of a model in several");
        }
        return NO_WEIGHTS.entrySet().stream()
                .filter(kind -> kind.getKey().matcher(name).find())
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** A model with what is beside its weights in {@code folder}; what its file itself holds comes first. */
    static StoredModel added(StoredModel model, Path folder, Boundary boundary) {
        CheckpointFacts facts = model.facts();
        OptionalLong step = facts.step().isPresent() ? facts.step() : step(folder, boundary);
        List<StoredModel.OpenFile> files = new ArrayList<>(model.files());
        Optional<OptimizerSource> optimizer = model.optimizer();
        Optional<Path> beside =
                OPTIMIZERS.stream().map(folder::resolve).filter(Files::exists).findFirst();
        if (optimizer.isEmpty() && beside.isPresent()) {
            TorchFile file = TorchFile.open(boundary.require(beside.get()));
            files.add(file::close);
            optimizer = TorchForm.optimizer(file);
        } else if (optimizer.isEmpty()) {
            Optional<ZeroOptimizer> zero = ZeroOptimizer.in(folder, boundary);
            zero.ifPresent(found -> files.add(found::close));
            optimizer = zero.map(found -> found);
        }
        return new StoredModel(
                folder,
                model.tensors(),
                model.ordered(),
                new CheckpointFacts(step, facts.learningRate(), facts.weightDecay(), facts.metadata()),
                optimizer,
                files);
    }

    private static OptionalLong step(Path folder, Boundary boundary) {
        Path record = folder.resolve(TRAINER);
        if (!Files.exists(record)) {
            return OptionalLong.empty();
        }
        try {
            return Json.readObject(boundary.require(record)).get("global_step") instanceof Long step
                    ? OptionalLong.of(step)
                    : OptionalLong.empty();
        } catch (RunException notJson) {
            // Python writes losses that are not finite as NaN, which JSON lacks; the folder's name has the step, too.
            return OptionalLong.empty();
        }
    }
}
