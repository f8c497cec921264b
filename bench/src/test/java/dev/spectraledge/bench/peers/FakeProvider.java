package dev.spectraledge.bench.peers;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A contestant whose loss is the reference's times its number of operator threads. */
public final class FakeProvider implements StepContestantProvider {

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public boolean ours() {
        return true;
    }

    @Override
    public List<ThreadConfiguration> threadConfigurations(int processors) {
        return List.of(new ThreadConfiguration(1, 1), new ThreadConfiguration(2, 1), new ThreadConfiguration(3, 1));
    }

    @Override
    public StepContestant create(StepInputs inputs, ThreadConfiguration threads) {
        if (threads.operators() == 3) {
            throw new IllegalStateException("no third thread today");
        }
        System.out.println("a library that prints");
        return new StepContestant() {

            private int step;

            @Override
            public double step() {
                return (double) inputs.losses()[step++ % inputs.losses().length] * threads.operators();
            }

            @Override
            public SortedMap<String, String> environment() {
                SortedMap<String, String> environment = new TreeMap<>();
                environment.put("openblas pins", String.valueOf(System.getenv("OPENBLAS_CORETYPE")));
                environment.put("threads", threads.label());
                return environment;
            }
        };
    }
}
