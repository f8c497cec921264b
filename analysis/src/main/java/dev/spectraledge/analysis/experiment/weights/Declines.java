package dev.spectraledge.analysis.experiment.weights;

import dev.spectraledge.analysis.experiment.Findings;

/**
 * Thesis table 7 of windows of one kind (thesis §3.4), by each definition of the early gap. Beside it, how rarely the gap of a window
 * is as small as that at the grok step, and at how many other steps the table would have counted a decline as well.
 */
final class Declines {
    private Declines() {}

    /**
     * Of windows that are all full and equally far apart.
     *
     * @param item of the windows in findings
     */
    static void add(GapTable table, String item, Findings findings) {
        long last = table.atGrok().step();
        for (EarlyGap which : EarlyGap.values()) {
            String of = item + "/" + which.key();
            table.early(which).ifPresent(early -> findings.controlled("early-g23", of, early.step(), early.gap()));
            if (table.groks() && table.reachesGrok()) {
                double decline = table.decline(which);
                findings.controlled("decline", of, last, decline);
                findings.controlled("decline-of-relative-g23", of, last, table.declineOfShare(which));
                findings.controlled("declined", of, last, GapTable.isDecline(decline) ? 1 : 0);
            }
        }
        findings.controlled("windows", item, last, table.windows().size());
        findings.controlled("early-gap-ratio", item, last, table.meanRatioBeforeGrok());
        findings.controlled("terminal-edge", item, table.windows().getLast().step(), table.terminalEdge());
        if (table.groks() && table.reachesGrok()) {
            findings.controlled("grok-g23", item, last, table.atGrok().gap());
            findings.controlled("grok-gap-ratio", item, last, table.atGrok().ratio());
            findings.controlled("share-as-small", item, last, table.shareAsSmall());
            findings.controlled("share-that-declines", item, last, table.shareThatDeclines());
        }
    }
}
