package dev.spectraledge.analysis.earlywarning;

import dev.spectraledge.analysis.statistic.Proportion;
import dev.spectraledge.trainer.warning.DetectorRule;
import java.util.Map;

/**
 * What many runs say of one detector.
 *
 * @param runs that record what it looks at
 * @param warned of the runs to which the event came, those that were warned of before
 * @param falseAlarms of the runs to which it did not come, those in which there was an alarm
 * @param leads steps from warning to event, by event, in runs that were warned: median and quartiles
 * @param correlation of warning steps and event steps
 * @param adjusted its p value after Holm, over all detectors
 * @param area under the ROC curve, NaN where there is none
 * @param interval of the area, so wide that those of all detectors hold together in 95 % of cases
 */
public record DetectorVerdict(
        DetectorRule rule,
        int runs,
        Proportion warned,
        Proportion falseAlarms,
        Map<TargetEvent, Lead> leads,
        StepCorrelation correlation,
        double adjusted,
        double area,
        ResampledRuns interval) {
    /** Steps by which a warning comes before an event; NaN where there was none. */
    public record Lead(int runs, double lower, double median, double upper) {}

    /** The same with a p value that knows of the other detectors. */
    DetectorVerdict adjusted(double probability) {
        return new DetectorVerdict(rule, runs, warned, falseAlarms, leads, correlation, probability, area, interval);
    }
}
