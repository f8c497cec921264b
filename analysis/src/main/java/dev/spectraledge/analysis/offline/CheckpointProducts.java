package dev.spectraledge.analysis.offline;

import dev.spectraledge.analysis.checkpoint.CheckpointSeries;
import dev.spectraledge.analysis.spectrum.UpdateProducts;
import dev.spectraledge.kernels.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The products of neighbouring updates of a series of checkpoints, for each group of tensors: an update Δ_i is the difference of
 * checkpoint i + 1 and checkpoint i, and ⟨Δ_i, Δ_{i−a}⟩ is known for ages 0 ≤ a &lt; A, as is ⟨θ, Δ_i⟩ with the checkpoint θ at its
 * end. All windows of at most A − 1 updates, of every sum of groups, follow from them without the checkpoints.
 *
 * <p>Products of more checkpoints are those of fewer and some more, to the bit, so that a series that grows is followed like
 * this:
 *
 * <pre>{@code
 * CheckpointProducts products = ProductsFile.read(file)                    // of an earlier process, if there are any
 *         .flatMap(kept -> kept.of(series, steps, groups, ages))          // as far as its checkpoints are the same
 *         .orElseGet(() -> CheckpointProducts.none(groups, ages));
 * products = products.extend(series, steps, workers, progress);           // reads A earlier checkpoints and the new ones
 * ProductsFile.write(file, products);
 * products.fill(update, survivors, ofSubset, ofUpdate);                   // to a ProductHistory
 * }</pre>
 *
 * <p>Instances do not change.
 */
public final class CheckpointProducts {
    private final List<TensorGroup> groups;
    private final int ages;
    private final List<Long> steps;
    /** What each checkpoint was read from. */
    private final List<String> fingerprints;
    /** η as each checkpoint says it, NaN where it does not. */
    private final double[] learningRates;

    /** By group, then by update: the products with ages 0 … A − 1, then that with the checkpoint at its end. */
    private final double[][] products;
    /** By group: ‖θ‖² of the first checkpoint. */
    private final double[] firstSquares;
    /** By group, then by update: ‖θ‖² of the checkpoint at its end. */
    private final double[][] squares;

    CheckpointProducts(
            List<TensorGroup> groups,
            int ages,
            List<Long> steps,
            List<String> fingerprints,
            double[] learningRates,
            double[][] products,
            double[] firstSquares) {
        this.groups = List.copyOf(groups);
        this.ages = ages;
        this.steps = List.copyOf(steps);
        this.fingerprints = List.copyOf(fingerprints);
        this.learningRates = learningRates;
        this.products = products;
        this.firstSquares = firstSquares;
        squares = new double[products.length][];
        for (int group = 0; group < products.length; group++) {
            squares[group] = new double[updates()];
            double square = firstSquares[group];
            for (int update = 0; update < updates(); update++) {
                // ‖θ‖² − ‖θ − Δ‖² = 2⟨θ, Δ⟩ − ‖Δ‖².
                square += 2 * parametersAfter(group, update) - product(group, update, 0);
                squares[group][update] = square;
            }
        }
    }

    /**
     * Of no checkpoints yet.
     *
     * @param ages A; windows of W updates need W + 1
     */
    public static CheckpointProducts none(List<TensorGroup> groups, int ages) {
        return new CheckpointProducts(
                groups,
                ages,
                List.of(),
                List.of(),
                new double[0],
                new double[groups.size()][0],
                new double[groups.size()]);
    }

    /** Groups of tensors, by which products are given. */
    public List<TensorGroup> groups() {
        return groups;
    }

    /** A. */
    public int ages() {
        return ages;
    }

    /** Steps of the checkpoints, ascending. */
    public List<Long> steps() {
        return steps;
    }

    /** Updates: one fewer than checkpoints. */
    public int updates() {
        return Math.max(0, steps.size() - 1);
    }

    /** What each checkpoint was read from: names, sizes and times of change of its files, as a hash. */
    List<String> fingerprints() {
        return fingerprints;
    }

    /** η as each checkpoint says it, NaN where it does not. */
    double[] learningRates() {
        return Arrays.copyOf(learningRates, learningRates.length);
    }

    /** ‖θ‖² of the first checkpoint, by group. */
    double[] firstSquares() {
        return Arrays.copyOf(firstSquares, firstSquares.length);
    }

    /** All that is known of a group, by update: products with ages 0 … A − 1, then that with the checkpoint at its end. */
    double[] ofGroup(int group) {
        return products[group];
    }

    /** ⟨Δ_update, Δ_{update−age}⟩ over a group; {@code age} is at most {@code update} and less than A. */
    public double product(int group, int update, int age) {
        if (age < 0 || age >= ages || age > update) {
            throw new IndexOutOfBoundsException("update " + update + " has no product of age " + age);
        }
        return products[group][update * (ages + 1) + age];
    }

    /** ⟨θ, Δ_update⟩ over a group, θ being the checkpoint at the end of the update. */
    public double parametersAfter(int group, int update) {
        return products[group][update * (ages + 1) + ages];
    }

    /**
     * Sets products of an update over a sum of groups, all but the decay factor.
     *
     * @param survivors how many earlier updates they are with; less than A
     * @param members of {@link #groups}, by their index
     */
    public void fill(int update, int survivors, int[] members, UpdateProducts target) {
        for (int age = 0; age <= survivors; age++) {
            double sum = 0;
            for (int group : members) {
                sum += product(group, update, age);
            }
            target.updates[survivors - age] = sum;
        }
        target.parametersAfter = 0;
        target.parametersSquare = 0;
        for (int group : members) {
            target.parametersAfter += parametersAfter(group, update);
            target.parametersSquare += squares[group][update];
        }
    }

    /**
     * These products, as far as they are of the first checkpoints of a series as it is now.
     *
     * @param wanted steps of the series that are wanted
     * @param wantedGroups whose tensors must be grouped alike; which of them are selected does not matter
     * @param leastAges A that is wanted
     * @return empty if not even the first update is of use
     */
    public Optional<CheckpointProducts> of(
            CheckpointSeries series, List<Long> wanted, List<TensorGroup> wantedGroups, int leastAges) {
        if (leastAges > ages || !tensors(groups).equals(tensors(wantedGroups))) {
            return Optional.empty();
        }
        int common = 0;
        while (common < Math.min(steps.size(), wanted.size())
                && steps.get(common).equals(wanted.get(common))
                && fingerprints.get(common).equals(Fingerprint.of(series, steps.get(common)))) {
            common++;
        }
        if (common < 2) {
            return Optional.empty();
        }
        int length = (common - 1) * (ages + 1);
        return Optional.of(new CheckpointProducts(
                wantedGroups,
                ages,
                steps.subList(0, common),
                fingerprints.subList(0, common),
                Arrays.copyOf(learningRates, common),
                Arrays.stream(products)
                        .map(ofGroup -> Arrays.copyOf(ofGroup, length))
                        .toArray(double[][]::new),
                firstSquares));
    }

    private static List<List<String>> tensors(List<TensorGroup> groups) {
        return groups.stream().map(TensorGroup::tensors).toList();
    }

    /**
     * The products of these checkpoints and of all later ones among {@code wanted}. Each of the new ones is read once, and so
     * are the last A of the old ones.
     *
     * @throws dev.spectraledge.trainer.RunException with one line if one cannot be read, does not fit the others, or holds what
     *     is not finite
     */
    public CheckpointProducts extend(
            CheckpointSeries series, List<Long> wanted, Workers workers, ReadProgress progress) {
        List<Long> added = wanted.stream()
                .filter(step -> steps.isEmpty() || step > steps.getLast())
                .toList();
        if (added.isEmpty()) {
            return this;
        }
        int again = Math.min(ages, steps.size());
        List<Long> read = new ArrayList<>(steps.subList(steps.size() - again, steps.size()));
        read.addAll(added);
        List<Long> allSteps = new ArrayList<>(steps);
        allSteps.addAll(added);
        List<String> allFingerprints = new ArrayList<>(fingerprints);
        double[] allRates = Arrays.copyOf(learningRates, allSteps.size());
        double[][] all = products;
        double[] allFirst = firstSquares;
        try (OpenSeries open = new OpenSeries(series, read)) {
            for (int index = again; index < open.size(); index++) {
                allRates[allFingerprints.size()] =
                        open.get(index).learningRate().orElse(Double.NaN);
                allFingerprints.add(Fingerprint.of(open.get(index)));
            }
            if (open.size() > 1) {
                double[][] found = BandPass.run(open, groups, ages, progress, workers);
                int known = Math.max(0, again - 1) * (ages + 1);
                int length = (open.size() - 1) * (ages + 1) - known;
                all = new double[groups.size()][];
                allFirst = updates() == 0 ? new double[groups.size()] : firstSquares;
                for (int group = 0; group < all.length; group++) {
                    double[] before = products[group];
                    all[group] = Arrays.copyOf(before, before.length + length);
                    System.arraycopy(found[group], known, all[group], before.length, length);
                    if (updates() == 0) {
                        allFirst[group] = found[group][known + length];
                    }
                }
            }
        }
        return new CheckpointProducts(groups, ages, allSteps, allFingerprints, allRates, all, allFirst);
    }
}
