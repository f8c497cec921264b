package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.Replay;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.data.ExampleForm;
import java.util.Arrays;
import java.util.List;

/** Loss and accuracy of all runs over the whole data set of each, token-weighted; every lane computes its shares. */
final class Evaluations implements AutoCloseable {
    private final Workers workers;
    private final ExampleForm form;
    private final int runs;
    /** Of each lane. */
    private final List<List<EvaluationShare>> shares;

    private final Replay sums;
    private final Decoding[][][] decodings;
    private final Workers.Task addUp = this::addUp;
    private final Workers.Task decode = this::decode;

    /** @param shares of each lane */
    Evaluations(Backend backend, Workers workers, ExampleForm form, int runs, List<List<EvaluationShare>> shares) {
        this.workers = workers;
        this.form = form;
        this.runs = runs;
        this.shares = shares;
        decodings = shares.stream().map(own -> new Decoding[own.size()][]).toArray(Decoding[][][]::new);
        sums = Replay.afterFirst(backend, () -> workers.run(addUp));
    }

    private void addUp(int worker) {
        for (int lane = worker; lane < shares.size(); lane += workers.count()) {
            shares.get(lane).forEach(EvaluationShare::addUp);
        }
    }

    /** One result per run. */
    Evaluation[] evaluate() {
        sums.replay();
        double[][][] ofRuns = new double[runs][form.accuracies()][3];
        shares.forEach(own -> own.forEach(EvaluationShare::download));
        shares.forEach(own -> own.forEach(share -> share.addTo(ofRuns)));
        return Arrays.stream(ofRuns).map(ofRun -> Evaluation.of(form, ofRun)).toArray(Evaluation[]::new);
    }

    private void decode(int worker) {
        for (int lane = worker; lane < shares.size(); lane += workers.count()) {
            for (int share = 0; share < decodings[lane].length; share++) {
                decodings[lane][share] = shares.get(lane).get(share).decode();
            }
        }
    }

    /** What the answers are worth that each run gives by itself; only where there are sources. */
    Decoding[] decode() {
        workers.run(decode);
        Decoding[] ofRuns = new Decoding[runs];
        Arrays.setAll(ofRuns, run -> new Decoding());
        for (int lane = 0; lane < decodings.length; lane++) {
            for (int share = 0; share < decodings[lane].length; share++) {
                int run = shares.get(lane).get(share).firstRun();
                for (Decoding own : decodings[lane][share]) {
                    ofRuns[run++].add(own);
                }
            }
        }
        return ofRuns;
    }

    @Override
    public void close() {
        sums.close();
    }
}
