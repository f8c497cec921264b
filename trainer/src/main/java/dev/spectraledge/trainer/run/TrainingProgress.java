package dev.spectraledge.trainer.run;

/**
 * Hears how a training goes. All numbers that do not name a run are means of the runs that still train. Called by the
 * thread that trains.
 */
public interface TrainingProgress {
    /** After every step; {@code batchLoss} is the loss of its batch. Makes no garbage of its own. */
    void step(long number, double batchLoss);

    /**
     * When it turns out that training ends at another step than was expected.
     *
     * @param atMost whether something that has not happened yet, such as grokking, can end it earlier
     */
    void expectSteps(long total, boolean atMost);

    /** After an evaluation. */
    void evaluation(double trainAccuracy, double testLoss, double testAccuracy);

    /**
     * After an evaluation of one run.
     *
     * @param grokStep the step at which it has grokked, or a negative number
     */
    void evaluated(RunDirectory run, double testLoss, double testAccuracy, long grokStep);

    /**
     * Where several runs train side by side: how many there are, have grokked and have ended.
     *
     * @param grokked negative where nobody asks whether they have
     */
    void runs(int runs, int grokked, int ended);

    /** After a window of the first observer: the edge k* and the gap ratio R. */
    void spectrum(int edge, double gapRatio);

    /** Something that is worth a line of its own, such as grokking. */
    void message(String text);
}
