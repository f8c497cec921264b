package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.run.ResumeState;
import dev.spectraledge.trainer.step.StepTrainer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The tensors that a training carries from step to step, of all its runs at once, to and from a {@link ResumeState}. */
final class TrainingState {
    private static final String AXIS = "axis";

    private final Backend backend;
    private final StepTrainer trainer;
    private final List<? extends UpdateObserver> observers;

    TrainingState(Backend backend, StepTrainer trainer, List<? extends UpdateObserver> observers) {
        this.backend = backend;
        this.trainer = trainer;
        this.observers = observers;
    }

    /** The runs that a stored state is of, in the order of its axis. */
    static List<Long> seedsOnAxis(ResumeState stored) {
        return Arrays.stream(stored.text(AXIS).split(",")).map(Long::valueOf).toList();
    }

    /**
     * Writes the state of some of the runs.
     *
     * @param kept their indices on the trainer's axis
     * @param seeds what the axis of the stored state consists of
     * @param counters whatever else is carried
     */
    void write(Path file, int[] kept, List<Long> seeds, Map<String, String> counters) {
        counters.put(AXIS, seeds.stream().map(String::valueOf).collect(Collectors.joining(",")));
        try (HostCopies copies = new HostCopies(backend);
                MemoryOwner owner = MemoryOwner.open("state of some runs")) {
            UnaryOperator<Map<String, Tensor>> selected = tensors -> selected(copies.download(tensors), kept, owner);
            ResumeState.write(
                    file,
                    trainer.stepsDone(),
                    selected.apply(weights()),
                    selected.apply(optimizer()),
                    each(observed(), selected),
                    counters);
        }
    }

    private Map<String, Tensor> selected(Map<String, Tensor> tensors, int[] kept, MemoryOwner owner) {
        if (kept.length == trainer.parameters().flat().size(0)) {
            return tensors;
        }
        Map<String, Tensor> result = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> result.put(name, isShared(tensor) ? tensor : selected(tensor, kept, owner)));
        return result;
    }

    private Tensor selected(Tensor tensor, int[] kept, MemoryOwner owner) {
        long[] shape = tensor.shape();
        shape[0] = kept.length;
        Tensor result = Tensor.allocate(owner, tensor.type(), shape);
        for (int run = 0; run < kept.length; run++) {
            backend.copy(tensor.slice(0, kept[run], kept[run] + 1L), result.slice(0, run, run + 1L));
        }
        return result;
    }

    /**
     * Overwrites model, optimiser and observers, and goes on from the stored step.
     *
     * @param stored one state of all runs, or one for each in the order of the axis
     */
    void restore(List<ResumeState> stored) {
        try (HostCopies copies = new HostCopies(backend)) {
            Map<String, Tensor> weights = copies.room(weights());
            Map<String, Tensor> optimizer = copies.room(optimizer());
            Map<String, Map<String, Tensor>> observed = each(observed(), copies::room);
            for (int index = 0; index < stored.size(); index++) {
                int run = index;
                UnaryOperator<Map<String, Tensor>> own = tensors -> stored.size() == 1 ? tensors : ofRun(tensors, run);
                stored.get(run).restore(own.apply(weights), own.apply(optimizer), each(observed, own));
                if (stored.get(run).step() != stored.getFirst().step()) {
                    throw new RunException("runs cannot train side by side that have come to different steps, "
                            + stored.getFirst().step() + " and "
                            + stored.get(run).step());
                }
            }
            copies.upload();
        }
        trainer.resumeFrom(stored.getFirst().step());
    }

    /** Lets the optimiser know nothing any more. */
    void forget() {
        trainer.optimizer().state().values().forEach(moments -> backend.fill(moments.flat(), 0));
    }

    private static Map<String, Tensor> ofRun(Map<String, Tensor> tensors, int run) {
        Map<String, Tensor> result = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> result.put(name, isShared(tensor) ? tensor : tensor.slice(0, run, run + 1L)));
        return result;
    }

    /** What has one axis is a counter, which all runs share; else the first axis is that of the runs. */
    private static boolean isShared(Tensor tensor) {
        return tensor.rank() == 1;
    }

    private static Map<String, Map<String, Tensor>> each(
            Map<String, Map<String, Tensor>> states, UnaryOperator<Map<String, Tensor>> copy) {
        Map<String, Map<String, Tensor>> result = new LinkedHashMap<>();
        states.forEach((name, state) -> result.put(name, copy.apply(state)));
        return result;
    }

    private Map<String, Tensor> weights() {
        return Map.of("parameters", trainer.parameters().flat());
    }

    /** The optimiser's state, the update feed's and that of what is done to each step. */
    private Map<String, Tensor> optimizer() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        trainer.optimizer().state().forEach((kind, moments) -> state.put(kind, moments.flat()));
        state.putAll(trainer.state());
        return state;
    }

    private Map<String, Map<String, Tensor>> observed() {
        Map<String, Map<String, Tensor>> state = new LinkedHashMap<>();
        observers.forEach(observer -> state.put(observer.name(), observer.state()));
        return state;
    }
}
