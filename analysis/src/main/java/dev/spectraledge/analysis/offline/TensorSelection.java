package dev.spectraledge.analysis.offline;

import dev.spectraledge.analysis.checkpoint.StoredTensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.NamePattern;
import dev.spectraledge.trainer.io.NearestName;
import dev.spectraledge.trainer.io.Printable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which tensors of a checkpoint are looked at: a subset by its name or by a regular expression, with what further expressions
 * add and take away.
 */
public final class TensorSelection {
    /** Subsets that have a name. */
    private enum Named {
        ATTENTION("the matrices of attention"),
        BLOCKS("the matrices of the layers: attention, MLP and any other"),
        MLP("the matrices of MLPs"),
        EMBEDDINGS("tables of tokens and positions"),
        NORMS("gains and biases of norms"),
        ALL("all parameters");

        private final String description;

        Named(String description) {
            this.description = description;
        }

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        static List<String> keys() {
            return Arrays.stream(values()).map(Named::key).toList();
        }

        static Optional<Named> of(String key) {
            return Arrays.stream(values())
                    .filter(named -> named.key().equals(key))
                    .findFirst();
        }

        boolean contains(StoredTensor tensor) {
            TensorPart part = TensorNames.part(tensor.name(), tensor.shape().size());
            boolean matrix = ChosenTensors.isMatrix(tensor);
            return switch (this) {
                case ATTENTION -> matrix && part == TensorPart.ATTENTION;
                case MLP -> matrix && part == TensorPart.MLP;
                case BLOCKS ->
                    matrix && (part == TensorPart.ATTENTION || part == TensorPart.MLP || isOfLayer(tensor, part));
                case EMBEDDINGS -> matrix && part == TensorPart.EMBEDDINGS;
                case NORMS -> part == TensorPart.NORMS;
                case ALL -> true;
            };
        }

        /** Neither attention nor MLP, but in a layer. */
        private static boolean isOfLayer(StoredTensor tensor, TensorPart part) {
            return part == TensorPart.OTHER && !TensorNames.layer(tensor.name()).isEmpty();
        }
    }

    private final String subset;
    private final Optional<Named> named;
    /** Unless it has a name. */
    private final Optional<NamePattern> pattern;

    private final List<NamePattern> include;
    private final List<NamePattern> exclude;
    private final boolean countTied;

    private TensorSelection(String subset, List<String> include, List<String> exclude, boolean countTied) {
        this.subset = subset;
        this.named = Named.of(subset);
        this.pattern = named.isPresent() ? Optional.empty() : Optional.of(pattern("--subset", subset));
        this.include = include.stream().map(text -> pattern("--include", text)).toList();
        this.exclude = exclude.stream().map(text -> pattern("--exclude", text)).toList();
        this.countTied = countTied;
    }

    /** A subset alone, with copies of one tensor counted once. */
    public static TensorSelection of(String subset) {
        return new TensorSelection(subset, List.of(), List.of(), false);
    }

    /**
     * Tensors of the subset or with one of the names to include, without those with one of the names to exclude, which are not read
     * at all.
     *
     * @param subset attention, blocks, mlp, embeddings, norms or all, or a regular expression that is found in names
     * @param include regular expressions that are found in names
     * @param exclude regular expressions that are found in names
     * @param countTied whether a tensor that shares its memory with an earlier one counts as well
     * @throws UsageException if an expression is malformed
     */
    public static TensorSelection of(String subset, List<String> include, List<String> exclude, boolean countTied) {
        return new TensorSelection(subset, include, exclude, countTied);
    }

    /** Names of subsets, in the order in which help shows them. */
    public static List<String> names() {
        return Named.keys();
    }

    private static NamePattern pattern(String option, String text) {
        try {
            return NamePattern.ofUser(text);
        } catch (IllegalArgumentException malformed) {
            throw new UsageException(option + ": " + malformed.getMessage()
                    + (option.equals("--subset") ? "; subsets are " + String.join(", ", Named.keys()) : ""));
        }
    }

    /** As {@code analysis.json} has it. */
    Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("subset", subset);
        settings.put("include", include.stream().map(NamePattern::toString).toList());
        settings.put("exclude", exclude.stream().map(NamePattern::toString).toList());
        settings.put("count_tied", countTied);
        return settings;
    }

    /**
     * Chooses among the tensors of a checkpoint.
     *
     * @throws UsageException if an expression is found in no name, or takes too long to look for
     * @throws RunException if there is no tensor of a subset with a name
     */
    public ChosenTensors choose(Path checkpoint, Collection<StoredTensor> tensors) {
        List<String> names = tensors.stream().map(StoredTensor::name).toList();
        pattern.ifPresent(expression -> requireFound("--subset", expression, names));
        include.forEach(expression -> requireFound("--include", expression, names));
        exclude.forEach(expression -> requireFound("--exclude", expression, names));
        List<StoredTensor> read = new ArrayList<>();
        List<String> selected = new ArrayList<>();
        Map<String, String> leftOut = new LinkedHashMap<>();
        Map<Object, String> storages = new HashMap<>();
        for (StoredTensor tensor : tensors) {
            Optional<String> unread = whyUnread(tensor, storages);
            if (unread.isPresent()) {
                leftOut.put(tensor.name(), unread.get());
                continue;
            }
            read.add(tensor);
            if (isSelected(tensor)) {
                selected.add(tensor.name());
            } else {
                leftOut.put(tensor.name(), "not of the " + subset + " subset");
            }
        }
        if (selected.isEmpty()) {
            throw new RunException(checkpoint + ": has no tensor of the " + subset + " subset"
                    + named.map(known -> ", " + known.description + " by their usual names")
                            .orElse("")
                    + "; its first tensor is "
                    + Printable.value(names.isEmpty() ? "missing" : names.getFirst())
                    + "; name them by a regular expression (--subset EXPRESSION), or take all (--subset all)");
        }
        return new ChosenTensors(read, selected, leftOut);
    }

    private boolean isSelected(StoredTensor tensor) {
        return named.map(subsetByName -> subsetByName.contains(tensor))
                        .orElseGet(() -> isFound(pattern.orElseThrow(), tensor.name()))
                || include.stream().anyMatch(expression -> isFound(expression, tensor.name()));
    }

    private Optional<String> whyUnread(StoredTensor tensor, Map<Object, String> storages) {
        if (!tensor.type().isFloating()) {
            return Optional.of("holds " + tensor.type() + ", no floating-point numbers");
        }
        if (TensorNames.part(tensor.name(), tensor.shape().size()) == TensorPart.BUFFER) {
            return Optional.of("a buffer, which is not trained");
        }
        Optional<NamePattern> excluded = exclude.stream()
                .filter(expression -> isFound(expression, tensor.name()))
                .findFirst();
        if (excluded.isPresent()) {
            return Optional.of("excluded by '" + excluded.get() + "'");
        }
        if (tensor.elements() == 0) {
            return Optional.of("empty");
        }
        String first = storages.putIfAbsent(tensor.storage(), tensor.name());
        return first == null || countTied ? Optional.empty() : Optional.of("the same memory as " + first);
    }

    private static boolean isFound(NamePattern expression, String name) {
        try {
            return expression.isFoundIn(name);
        } catch (IllegalArgumentException tooLong) {
            throw new UsageException(tooLong.getMessage());
        }
    }

    private static void requireFound(String option, NamePattern expression, List<String> names) {
        if (names.stream().noneMatch(name -> isFound(expression, name))) {
            Set<String> near = new TreeSet<>(option.equals("--subset") ? Named.keys() : List.of());
            near.addAll(partsOf(names));
            throw new UsageException(option + " '" + Printable.value(expression) + "' "
                    + (option.equals("--subset")
                            ? "is not one of " + String.join(", ", Named.keys()) + ", and as a regular expression is"
                            : "is")
                    + " found in no tensor's name" + NearestName.hint(plain(expression.toString()), near)
                    + "; names are "
                    + Printable.value(String.join(", ", names)));
        }
    }

    /** What an expression would be if it were a name; numbers are 0, as in {@link #partsOf}. */
    private static String plain(String expression) {
        return expression
                .replaceAll("\\\\d[+*]?|\\[0-9][+*]?|\\d+", "0")
                .replaceAll("\\\\(.)", "$1")
                .replaceAll("\\.[*+]|[\\^$()*+?]", "");
    }

    /** Names and all their parts between points, with numbers as 0: layers differ in nothing that somebody could mistype. */
    private static Set<String> partsOf(List<String> names) {
        Set<String> parts = new HashSet<>();
        for (String name : new TreeSet<>(
                names.stream().map(text -> text.replaceAll("\\d+", "0")).toList())) {
            String[] words = name.split("\\.", -1);
            for (int from = 0; from < words.length; from++) {
                for (int to = from + 1; to <= words.length; to++) {
                    parts.add(String.join(".", Arrays.asList(words).subList(from, to)));
                }
            }
        }
        return parts;
    }
}
