package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.run.ResumeState;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tensors that a training carries from step to step, of all its runs at once, to and from a {@link ResumeState}. */
final class TrainingState {
    private final Trainer trainer;
    private final List<UpdateObserver> observers;

    TrainingState(Trainer trainer, List<UpdateObserver> observers) {
        this.trainer = trainer;
        this.observers = observers;
    }

    /** @param counters whatever else is carried */
    void write(Path file, Map<String, String> counters) {
        ResumeState.write(file, trainer.stepsDone(), weights(), optimizer(), observed(), counters);
    }

    /** Overwrites model, optimiser and observers, and goes on from the stored step. */
    void restore(ResumeState stored) {
        stored.restore(weights(), optimizer(), observed());
        trainer.resumeFrom(stored.step());
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
