package dev.spectraledge.bench.micro;

import dev.spectraledge.bench.dyck.DyckTraining;
import dev.spectraledge.trainer.step.StepTrainer;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The training of {@link ObserverBenchmark} without observers. */
@State(Scope.Benchmark)
public class UnwatchedTraining {

    private DyckTraining training;

    @Setup(Level.Trial)
    public void start(ObserverBenchmark watched) {
        training = watched.another();
    }

    StepTrainer trainer() {
        return training.trainer();
    }

    @TearDown(Level.Trial)
    public void stop() {
        training.close();
    }
}
