package dev.spectraledge.bench.peers;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Runs all contestants in turns: every round gives each of them the same number of steps, so that what else the machine
 * does meets them alike. While one works the others sleep in a read.
 */
final class StepTournament {

    /** Steps whose losses are compared with the reference's before anything is timed. */
    static final int VERIFIED_STEPS = 10;

    /** The same where a step of the reference takes many seconds. */
    static final int VERIFIED_STEPS_OF_LARGE_MODELS = 3;

    /** Float32 in another order of operations differs by less than 1e-6 over these steps. */
    static final double LOSS_TOLERANCE = 1e-4;

    /** Of products whose operands are rounded to 8 binary digits. */
    static final double LOSS_TOLERANCE_OF_BFLOAT16 = 0x1p-8;

    /** The thread pools of the contestant before spin a while longer. */
    private static final long PAUSE_MILLISECONDS = 100;

    private final Plan plan;
    private final float[] referenceLosses;
    private final int verifiedSteps;
    private final PrintStream talk;

    /**
     * How much is measured.
     *
     * @param warmUpMilliseconds at least, once per contestant, before the first round and with the verified steps: compilers
     *     and pools take time
     * @param rounds number of turns of each contestant
     * @param stepsPerRound timed steps of a turn
     * @param settlingSteps untimed steps at the start of a turn, which bring caches and threads back
     */
    record Plan(long warmUpMilliseconds, int rounds, int stepsPerRound, int settlingSteps) {}

    StepTournament(Plan plan, float[] referenceLosses, PrintStream talk) {
        this.plan = plan;
        this.referenceLosses = referenceLosses;
        verifiedSteps = Math.min(VERIFIED_STEPS, referenceLosses.length);
        this.talk = talk;
    }

    /** Measures all that start and agree with the reference; the others get one line each. */
    List<StepMeasurement> run(List<Contestant> contestants) throws IOException, InterruptedException {
        List<ContestantLink> links = new ArrayList<>();
        List<StepMeasurement> measurements = new ArrayList<>();
        try {
            for (Contestant contestant : contestants) {
                admit(contestant, links, measurements);
            }
            for (int round = 0; round < plan.rounds; round++) {
                for (int index = 0; index < links.size(); index++) {
                    Thread.sleep(PAUSE_MILLISECONDS);
                    measurements.get(index).addRound(turn(links.get(index)));
                }
                talk.printf("round %d of %d%n", round + 1, plan.rounds);
            }
        } catch (ContestantException e) {
            throw new IOException("a contestant broke down while it was timed: " + e.getMessage(), e);
        } finally {
            for (ContestantLink link : links) {
                link.close();
            }
        }
        return measurements;
    }

    private void admit(Contestant contestant, List<ContestantLink> links, List<StepMeasurement> measurements)
            throws IOException {
        ContestantLink link = null;
        try {
            link = ContestantLink.start(contestant.command());
            long warm = System.nanoTime() + plan.warmUpMilliseconds * 1_000_000;
            double difference = verify(link.steps(verifiedSteps).losses(), contestant.lossTolerance());
            while (System.nanoTime() < warm) {
                link.steps(verifiedSteps);
            }
            links.add(link);
            measurements.add(new StepMeasurement(contestant, link.environment(), difference));
            talk.printf(Locale.ROOT, "%s: losses agree to %.1e%n", contestant.label(), difference);
        } catch (ContestantException e) {
            if (link != null) {
                link.close();
            }
            talk.println(contestant.label() + " refused: " + e.getMessage());
        }
    }

    private double verify(double[] losses, double tolerance) throws ContestantException {
        double largest = 0;
        for (int step = 0; step < losses.length; step++) {
            double difference = Math.abs(losses[step] - referenceLosses[step]) / referenceLosses[step];
            // Written so that a NaN fails.
            if (!(difference <= tolerance)) {
                throw new ContestantException(String.format(
                        Locale.ROOT,
                        "its loss at step %d is %.7g, the reference's %.7g",
                        step + 1,
                        losses[step],
                        referenceLosses[step]));
            }
            largest = Math.max(largest, difference);
        }
        return largest;
    }

    private double turn(ContestantLink link) throws IOException, ContestantException {
        link.steps(plan.settlingSteps);
        long[] nanoseconds = link.steps(plan.stepsPerRound).nanoseconds();
        double[] milliseconds = new double[nanoseconds.length];
        for (int step = 0; step < milliseconds.length; step++) {
            milliseconds[step] = nanoseconds[step] * 1e-6;
        }
        return Quantile.of(milliseconds, 0.5);
    }
}
