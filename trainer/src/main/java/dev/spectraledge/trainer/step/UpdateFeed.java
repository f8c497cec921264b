package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.Observed;
import dev.spectraledge.trainer.ParameterGroup;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.Update;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.model.Parameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns the optimiser's steps into updates over n steps for each observer. The optimiser's kernel adds its decay part to
 * one accumulator, which is passed on every {@link #baseStride} steps, the greatest common divisor of their strides;
 * observers that share stride, subset and what they observe share an update. Gradients are shown as their step has left them.
 */
public final class UpdateFeed {
    private final Backend backend;
    private final Workers workers;
    private final Parameters parameters;
    private final Gradients gradients;
    private final Tensor baseDecay;
    private final Tensor[] baseSlices;
    private final int baseStride;
    /** Whether an interval is longer than {@link #baseStride} and adds up its decay part from several. */
    private final boolean collects;
    /** Whether somebody observes clipped gradients. */
    private final boolean clips;

    private final List<Interval> intervals = new ArrayList<>();
    private final Workers.Task collect = this::collect;
    private final Workers.Task clip = this::clip;
    private final Workers.Task restart = this::restart;
    private long step;
    /** Steps that had been done when this feed began. */
    private long firstStep;

    /** What {@link dev.spectraledge.trainer.optimizer.Optimizer} tells of its steps. */
    public interface Rates {
        double learningRate(int run, long step);

        double decayRate(int run, ParameterSubset subset, long step);

        /** The same for those parameters of a group that decay. */
        double decayRate(int run, ParameterGroup group, long step);
    }

    /**
     * What a step leaves of its gradient.
     *
     * @param whole before clipping
     * @param squares FLOAT64 {@code [S]}: its squared norms
     * @param largestNorms norms at which it is clipped, one per run; infinite where it is not
     */
    public record Gradients(Parameters whole, Tensor squares, List<Double> largestNorms) {
        public Gradients {
            largestNorms = List.copyOf(largestNorms);
        }
    }

    public UpdateFeed(
            Backend backend,
            MemoryOwner owner,
            Workers workers,
            Parameters parameters,
            Gradients gradients,
            Rates rates,
            List<? extends UpdateObserver> observers) {
        this.backend = backend;
        this.workers = workers;
        this.parameters = parameters;
        this.gradients = gradients;
        int divisor = 0;
        ParameterSubset largest = ParameterSubset.ATTENTION;
        for (UpdateObserver observer : observers) {
            if (observer.observed() == Observed.UPDATES) {
                divisor = greatestCommonDivisor(observer.stride(), divisor);
                largest = observer.subset().compareTo(largest) > 0 ? observer.subset() : largest;
            }
        }
        baseStride = divisor;
        boolean decays = observers.stream()
                .anyMatch(observer -> observer.observed() == Observed.UPDATES && observer.needsDecayPart());
        baseDecay = decays ? like(owner, parameters.subset(largest)) : null;
        baseSlices = decays ? workers.slices(baseDecay) : null;
        for (UpdateObserver observer : observers) {
            intervalOf(owner, observer, rates).watches.add(new Watch(observer));
        }
        collects = intervals.stream().anyMatch(interval -> interval.ownDecay);
        clips = intervals.stream().anyMatch(interval -> interval.clipped != null);
    }

    private Interval intervalOf(MemoryOwner owner, UpdateObserver observer, Rates rates) {
        for (Interval known : intervals) {
            if (known.serves(observer)) {
                return known;
            }
        }
        Interval interval = new Interval(owner, observer, rates);
        intervals.add(interval);
        return interval;
    }

    private static Update.Rates ratesOf(ParameterSubset subset, Rates rates) {
        return new Update.Rates() {
            @Override
            public double learningRate(int run, long ofStep) {
                return rates.learningRate(run, ofStep);
            }

            @Override
            public double decayRate(int run, long ofStep) {
                return rates.decayRate(run, subset, ofStep);
            }

            @Override
            public double decayRate(int run, ParameterGroup group, long ofStep) {
                return rates.decayRate(run, group, ofStep);
            }
        };
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }

    private Tensor like(MemoryOwner owner, Tensor tensor) {
        return backend.allocateVectors(owner, tensor.type(), tensor.size(0), tensor.size(1));
    }

    /** Where the optimiser adds its decay part, {@code [S, n]}; null where no observer needs it. */
    public Tensor decayPart() {
        return baseDecay;
    }

    /** Begins all intervals at the present parameters; called before the first step of a new run. */
    public void start() {
        for (Interval interval : intervals) {
            if (interval.before != null) {
                backend.copy(interval.current, interval.before);
            }
        }
    }

    /** Goes on after a step. */
    void resumeFrom(long stepsDone) {
        firstStep = stepsDone;
    }

    /** Called after each step: hands updates to the observers whose interval it ends. */
    public void stepped(long finishedStep) {
        step = finishedStep;
        boolean passesOn = endsBase(finishedStep);
        if (passesOn && collects) {
            workers.run(collect);
        }
        if (clips) {
            workers.run(clip);
        }
        for (int i = 0; i < intervals.size(); i++) {
            intervals.get(i).deliver(finishedStep);
        }
        if (passesOn && (baseDecay != null || !allRestarted(finishedStep))) {
            workers.run(restart);
        }
    }

    private boolean allRestarted(long atStep) {
        for (int i = 0; i < intervals.size(); i++) {
            Interval interval = intervals.get(i);
            if (interval.before != null && interval.ends(atStep) && !interval.update.isRestarted()) {
                return false;
            }
        }
        return true;
    }

    private boolean endsBase(long ofStep) {
        return baseStride != 0 && ofStep % baseStride == 0;
    }

    /** Which intervals a step ends, as bits: steps of one pattern do the same operations. */
    long pattern(long ofStep) {
        long pattern = endsBase(ofStep) ? 1 : 0;
        for (int i = 0; i < intervals.size(); i++) {
            pattern = 2 * pattern + (intervals.get(i).ends(ofStep) ? 1 : 0);
        }
        return pattern;
    }

    /** Lets observers form what they have not formed yet of the updates that they were given. */
    void complete() {
        for (int i = 0; i < intervals.size(); i++) {
            intervals.get(i).complete();
        }
    }

    /** Lets observers begin to bring to the host what they have of the steps up to this one. */
    void fetch(long launchedStep) {
        for (int i = 0; i < intervals.size(); i++) {
            intervals.get(i).fetch(launchedStep);
        }
    }

    /** Lets them take what has been fetched of the steps up to this one. */
    void absorb(long upTo) {
        for (int i = 0; i < intervals.size(); i++) {
            intervals.get(i).absorb(upTo);
        }
    }

    private void collect(int worker) {
        for (int i = 0; i < intervals.size(); i++) {
            intervals.get(i).collect(worker);
        }
    }

    private void clip(int worker) {
        for (int i = 0; i < intervals.size(); i++) {
            intervals.get(i).clip(worker, step);
        }
    }

    private void restart(int worker) {
        for (int i = 0; i < intervals.size(); i++) {
            intervals.get(i).restart(worker, step);
        }
        if (baseDecay != null) {
            backend.fill(baseSlices[worker], 0);
        }
    }

    /** Everything that a checkpoint must hold besides the parameters. */
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        if (baseDecay != null) {
            state.put("decay", baseDecay);
        }
        for (Interval interval : intervals) {
            String name = "stride" + interval.update.stride() + "." + interval.subset.key();
            if (interval.before != null) {
                state.put(name + ".before", interval.before);
            }
            if (interval.ownDecay) {
                state.put(name + ".decay", interval.decay);
            }
        }
        return state;
    }

    private final class Interval {
        private final ParameterSubset subset;
        private final Observed observed;
        private final Update update;
        private final List<Watch> watches = new ArrayList<>();
        private final boolean ownDecay;
        /** The parameters, or the gradient before clipping. */
        private final Tensor current;

        private final Tensor[] currentSlices;
        /** Null where gradients are observed, and so are those that follow. */
        private final Tensor before;

        private final Tensor decay;
        private final Tensor[] beforeSlices;
        private final Tensor[] decaySlices;
        private final Tensor[] baseDecaySlices;
        /** Null unless clipped gradients are observed. */
        private final ClippedGradient[] clipped;

        Interval(MemoryOwner owner, UpdateObserver observer, Rates rates) {
            subset = observer.subset();
            observed = observer.observed();
            current = (observed.isGradient() ? gradients.whole : parameters).subset(subset);
            currentSlices = workers.slices(current);
            int stride = observer.stride();
            if (observed.isGradient()) {
                ownDecay = false;
                before = null;
                decay = null;
                beforeSlices = null;
                decaySlices = null;
                baseDecaySlices = null;
                boolean isClipped = observed == Observed.CLIPPED_GRADIENTS;
                Tensor shown = isClipped ? like(owner, current) : current;
                clipped = isClipped
                        ? ClippedGradient.ofWorkers(backend, gradients, currentSlices, workers.slices(shown))
                        : null;
                update = Update.ofGradients(stride, parameters.subset(subset), shown, ratesOf(subset, rates));
                return;
            }
            before = like(owner, current);
            ownDecay = baseDecay != null && stride != baseStride;
            Tensor base = baseDecay == null ? null : baseDecay.slice(1, 0, current.size(1));
            decay = ownDecay ? like(owner, current) : base;
            beforeSlices = workers.slices(before);
            decaySlices = ownDecay ? workers.slices(decay) : null;
            baseDecaySlices = ownDecay ? workers.slices(base) : null;
            clipped = null;
            update = new Update(stride, decay, before, current, ratesOf(subset, rates));
        }

        boolean serves(UpdateObserver observer) {
            return update.stride() == observer.stride()
                    && subset == observer.subset()
                    && observed == observer.observed();
        }

        void clip(int worker, long atStep) {
            if (clipped != null && ends(atStep)) {
                clipped[worker].form();
            }
        }

        boolean ends(long atStep) {
            return atStep % update.stride() == 0;
        }

        void collect(int worker) {
            if (ownDecay) {
                backend.axpy(1, baseDecaySlices[worker], decaySlices[worker]);
            }
        }

        void deliver(long atStep) {
            if (ends(atStep)) {
                update.setStep(atStep);
                for (int i = 0; i < watches.size(); i++) {
                    if (i == watches.size() - 1) {
                        update.setLast();
                    }
                    watches.get(i).observer.record(update);
                }
            }
        }

        void complete() {
            for (int i = 0; i < watches.size(); i++) {
                watches.get(i).observer.complete();
            }
        }

        void fetch(long launchedStep) {
            for (int i = 0; i < watches.size(); i++) {
                watches.get(i).fetch(observations(launchedStep));
            }
        }

        void absorb(long upTo) {
            for (int i = 0; i < watches.size(); i++) {
                watches.get(i).absorb(observations(upTo), update);
            }
        }

        /** Since this feed began. */
        private long observations(long upTo) {
            return upTo / update.stride() - firstStep / update.stride();
        }

        void restart(int worker, long atStep) {
            if (before != null && ends(atStep)) {
                if (!update.isRestarted()) {
                    backend.copy(currentSlices[worker], beforeSlices[worker]);
                }
                if (ownDecay) {
                    backend.fill(decaySlices[worker], 0);
                }
            }
        }
    }

    /** How far the host is with an observer. */
    private final class Watch {
        private final UpdateObserver observer;
        private long fetched;
        private long absorbed;

        Watch(UpdateObserver observer) {
            this.observer = observer;
        }

        void fetch(long observations) {
            long complete = observations - observer.pending();
            if (complete > fetched) {
                observer.fetch(complete);
                fetched = complete;
            }
        }

        void absorb(long observations, Update update) {
            long before = firstStep / update.stride();
            while (absorbed < Math.min(observations, fetched)) {
                absorbed++;
                observer.absorb((before + absorbed) * update.stride(), update);
            }
        }
    }
}
