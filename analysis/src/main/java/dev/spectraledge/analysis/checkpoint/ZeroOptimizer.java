package dev.spectraledge.analysis.checkpoint;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.io.torch.TorchFile;
import dev.spectraledge.trainer.io.torch.TorchTensor;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The state of DeepSpeed's ZeRO, stages 1 and 2: every group of parameters is one vector, flattened in the order of {@code
 * param_shapes}, padded at its end and cut into as many pieces as there are ranks, one in each {@code
 * zero_pp_rank_R_mp_rank_00_optim_states.pt}, with the parameters in single precision and the moments alike. Written after
 * DeepSpeed's own {@code zero_to_fp32.py}; untested against DeepSpeed itself.
 */
final class ZeroOptimizer implements OptimizerSource {
    static final String MODEL_FILE = "mp_rank_00_model_states.pt";
    private static final Pattern RANK_FILE =
            Pattern.compile("(?:bf16_)?zero_pp_rank_(\\d{1,6})_mp_rank_(\\d{1,6})_optim_states\\.pt");
    private static final Pattern STEP_FOLDER = Pattern.compile("global_step\\d+");
    private static final String PIECES = "single_partition_of_fp32_groups";

    private final Path folder;
    private final List<TorchFile> ranks;
    private final TorchFile model;
    private final Arena arena = Arena.ofShared();

    private ZeroOptimizer(Path folder, List<TorchFile> ranks, TorchFile model) {
        this.folder = folder;
        this.ranks = ranks;
        this.model = model;
    }

    /** The state in a folder, or in its folder of DeepSpeed as the Trainer of Hugging Face writes it; what is opened must be closed. */
    static Optional<ZeroOptimizer> in(Path checkpoint, Boundary boundary) {
        List<Path> folders = new ArrayList<>(List.of(checkpoint));
        FileNames.in(checkpoint).stream()
                .filter(path -> STEP_FOLDER.matcher(FileNames.of(path)).matches() && Files.isDirectory(path))
                .forEach(folders::add);
        for (Path folder : folders) {
            List<Path> files = FileNames.in(folder).stream()
                    .filter(file -> RANK_FILE.matcher(FileNames.of(file)).matches())
                    .sorted(Comparator.comparingInt(ZeroOptimizer::rank))
                    .toList();
            if (!files.isEmpty()) {
                return Optional.of(open(folder, files, boundary));
            }
        }
        return Optional.empty();
    }

    private static int rank(Path file) {
        Matcher name = RANK_FILE.matcher(FileNames.of(file));
        if (!name.matches() || Integer.parseInt(name.group(2)) != 0) {
            throw new RunException(
                    file + ": belongs to a model that is split by model parallelism, which cannot be read");
        }
        return Integer.parseInt(name.group(1));
    }

    private static ZeroOptimizer open(Path folder, List<Path> files, Boundary boundary) {
        List<TorchFile> opened = new ArrayList<>();
        try {
            opened.add(TorchFile.open(boundary.require(folder.resolve(MODEL_FILE))));
            for (Path file : files) {
                opened.add(TorchFile.open(boundary.require(file)));
            }
            return new ZeroOptimizer(folder, opened.subList(1, opened.size()), opened.getFirst());
        } catch (RuntimeException refused) {
            opened.forEach(TorchFile::close);
            throw refused;
        }
    }

    void close() {
        ranks.forEach(TorchFile::close);
        model.close();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    @Override
    public OptionalDouble learningRate() {
        return TorchOptimizer.common(groups(), AdamGroup::learningRate, false);
    }

    @Override
    public OptionalDouble weightDecay() {
        return TorchOptimizer.common(groups(), AdamGroup::weightDecay, true);
    }

    private List<AdamGroup> groups() {
        TorchFile first = ranks.getFirst();
        return base(first) instanceof Map<?, ?> base && base.get("param_groups") instanceof List<?> groups
                ? groups.stream()
                        .map(group -> new AdamGroup(first.path(), new TorchContent(first), group))
                        .toList()
                : List.of();
    }

    private static Object base(TorchFile rank) {
        return state(rank).get("base_optimizer_state");
    }

    private static Map<?, ?> state(TorchFile rank) {
        if (rank.content() instanceof Map<?, ?> content
                && content.get("optimizer_state_dict") instanceof Map<?, ?> state) {
            return state;
        }
        throw new RunException(rank.path() + ": has no dictionary optimizer_state_dict, as DeepSpeed writes it");
    }

    /** The parameters in single precision, by the names in DeepSpeed's file of the model. */
    SequencedMap<String, StoredTensor> parameters() {
        SequencedMap<String, StoredTensor> parameters = new LinkedHashMap<>();
        List<Map<String, List<Long>>> shapes = requireComplete();
        for (int group = 0; group < shapes.size(); group++) {
            parameters.putAll(unflattened(flat(PIECES, group), shapes.get(group)));
        }
        return parameters;
    }

    @Override
    public OptimizerState read(SequencedMap<String, StoredTensor> tensors, boolean ordered) {
        List<Map<String, List<Long>>> shapes = requireComplete();
        List<AdamGroup> groups = groups();
        if (groups.size() != shapes.size()) {
            throw new RunException(ranks.getFirst().path() + ": base_optimizer_state has " + groups.size()
                    + " groups of parameters, the file of the model " + shapes.size());
        }
        SequencedMap<String, AdamMoments> moments = new LinkedHashMap<>();
        for (int group = 0; group < shapes.size(); group++) {
            SequencedMap<String, StoredTensor> parameters = unflattened(flat(PIECES, group), shapes.get(group));
            SequencedMap<String, StoredTensor> first = unflattened(flat("exp_avg", group), shapes.get(group));
            SequencedMap<String, StoredTensor> second = unflattened(flat("exp_avg_sq", group), shapes.get(group));
            long step = step(group, groups.get(group));
            AdamSettings settings = groups.get(group).settings();
            ModelNames.unwrapped(folder, parameters).forEach((name, parameter) -> {
                // The order is the same, the names may have lost a prefix.
                moments.put(
                        name,
                        new AdamMoments(
                                parameter,
                                first.pollFirstEntry().getValue(),
                                second.pollFirstEntry().getValue(),
                                step,
                                settings));
            });
        }
        return new OptimizerState(moments);
    }

    private long step(int group, AdamGroup settings) {
        TorchFile first = ranks.getFirst();
        OptionalDouble own = new TorchContent(first).number(kept(first, group).get("step"));
        return TorchOptimizer.requireStep(first.path(), (own.isPresent() ? own : settings.step()).orElse(0));
    }

    /** What the optimiser keeps for the one vector of a group. */
    private static Map<?, ?> kept(TorchFile rank, int group) {
        if (base(rank) instanceof Map<?, ?> base
                && base.get("state") instanceof Map<?, ?> state
                && state.get((long) group) instanceof Map<?, ?> kept) {
            return kept;
        }
        throw new RunException(rank.path() + ": its base_optimizer_state keeps nothing for group " + group
                + "; states saved in the elastic form cannot be read");
    }

    private FlatGroup flat(String key, int group) {
        List<StoredTensor> pieces = new ArrayList<>();
        for (TorchFile rank : ranks) {
            Object value =
                    key.equals(PIECES) ? piece(rank, group) : kept(rank, group).get(key);
            if (!(value instanceof TorchTensor tensor) || !tensor.type().isFloating()) {
                throw new RunException(rank.path() + ": has no vector " + key + " of group " + group);
            }
            pieces.add(new TorchContent(rank).stored(key, tensor));
        }
        return new FlatGroup(pieces, arena);
    }

    private static Object piece(TorchFile rank, int group) {
        return state(rank).get(PIECES) instanceof List<?> pieces && group < pieces.size() ? pieces.get(group) : null;
    }

    private SequencedMap<String, StoredTensor> unflattened(FlatGroup flat, Map<String, List<Long>> shapes) {
        SequencedMap<String, StoredTensor> tensors = new LinkedHashMap<>();
        long offset = 0;
        for (Map.Entry<String, List<Long>> entry : shapes.entrySet()) {
            long elements = entry.getValue().stream().reduce(1L, (product, size) -> product * size);
            if (elements > flat.elements() - offset) {
                throw new RunException(folder + ": the vectors of a group have " + flat.elements()
                        + " elements, too few for its parameters up to '" + Printable.value(entry.getKey()) + "'");
            }
            tensors.put(entry.getKey(), flat.tensor(entry.getKey(), entry.getValue(), offset, elements));
            offset += elements;
        }
        return tensors;
    }

    /** The names and shapes of each group; no rank is missing. */
    private List<Map<String, List<Long>>> requireComplete() {
        for (TorchFile rank : ranks) {
            if (state(rank).containsKey("fp32_flat_groups")) {
                throw new RunException(
                        rank.path() + ": was written by ZeRO stage 3, which splits every parameter and cannot be read; "
                                + "DeepSpeed's zero_to_fp32.py converts the weights");
            }
        }
        long expected = count(state(ranks.getFirst()).get("partition_count"));
        if (expected != ranks.size()) {
            throw new RunException(folder + ": has the files of " + ranks.size() + " ranks, " + expected
                    + " were written (zero_pp_rank_*_optim_states.pt)");
        }
        if (!(model.content() instanceof Map<?, ?> content)
                || !(content.get("param_shapes") instanceof List<?> groups)) {
            throw new RunException(model.path() + ": has no list param_shapes, the names and shapes in each group");
        }
        return groups.stream().map(this::shapes).toList();
    }

    private static long count(Object partitions) {
        return partitions instanceof List<?> list
                ? list.stream()
                        .filter(Long.class::isInstance)
                        .mapToLong(Long.class::cast)
                        .max()
                        .orElse(0)
                : partitions instanceof Long one ? one : 0;
    }

    private Map<String, List<Long>> shapes(Object group) {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        if (group instanceof Map<?, ?> entries) {
            entries.forEach((name, shape) -> shapes.put(String.valueOf(name), shape(shape)));
        }
        return shapes;
    }

    private List<Long> shape(Object value) {
        List<Long> shape = new ArrayList<>();
        long elements = 1;
        if (value instanceof List<?> sizes) {
            for (Object size : sizes) {
                long natural = size instanceof Long number ? number : -1;
                if (natural < 0 || elements > Long.MAX_VALUE / Math.max(natural, 1)) {
                    throw new RunException(model.path() + ": an entry of param_shapes is not a shape");
                }
                elements *= natural;
                shape.add(natural);
            }
            return List.copyOf(shape);
        }
        throw new RunException(model.path() + ": an entry of param_shapes is not a shape");
    }
}
