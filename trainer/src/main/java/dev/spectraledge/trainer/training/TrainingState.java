package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.run.ResumeState;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The tensors that a training carries from step to step, of all its runs at once, to and from a {@link ResumeState}. */
final class TrainingState {
    private final Backend backend;
    private final ModelTrainer trainer;
    private final List<? extends UpdateObserver> observers;

    TrainingState(Backend backend, ModelTrainer trainer, List<? extends UpdateObserver> observers) {
        this.backend = backend;
        this.trainer = trainer;
        this.observers = observers;
    }

    /** @param counters whatever else is carried */
    void write(Path file, Map<String, String> counters) {
        try (HostCopies copies = new HostCopies(backend)) {
            ResumeState.write(
                    file,
                    trainer.stepsDone(),
                    copies.download(weights()),
                    copies.download(optimizer()),
                    each(observed(), copies::download),
                    counters);
        }
    }

    /** Overwrites model, optimiser and observers, and goes on from the stored step. */
    void restore(ResumeState stored) {
        try (HostCopies copies = new HostCopies(backend)) {
            stored.restore(copies.room(weights()), copies.room(optimizer()), each(observed(), copies::room));
            copies.upload();
        }
        trainer.resumeFrom(stored.step());
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

    /** The optimiser's state and the update feed's. */
    private Map<String, Tensor> optimizer() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        trainer.optimizer().state().forEach((kind, moments) -> state.put(kind, moments.flat()));
        trainer.state().forEach((name, tensor) -> state.put("feed." + name, tensor));
        return state;
    }

    private Map<String, Map<String, Tensor>> observed() {
        Map<String, Map<String, Tensor>> state = new LinkedHashMap<>();
        observers.forEach(observer -> state.put(observer.name(), observer.state()));
        return state;
    }
}
