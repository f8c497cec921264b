package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.report.NumberText;
import dev.spectraledge.analysis.report.RunRecord;
import dev.spectraledge.trainer.RunEvents;
import dev.spectraledge.trainer.io.EventLog;
import dev.spectraledge.trainer.warning.DetectorRule;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What was seen in a run of the demonstration and when, in one line. */
final class DemoStory {
    private final RunRecord run;
    private final List<EventLog.Event> events;

    private DemoStory(RunRecord run) {
        this.run = run;
        events = run.events().orElse(List.of());
    }

    /** Of the run that is to generalise. */
    static String generalised(RunRecord run) {
        DemoStory story = new DemoStory(run);
        return story.told(RunEvents.GROK, "could add numbers that it was not trained on", "has not generalised");
    }

    /** Of the run whose loss is to spike. */
    static String spiked(RunRecord run) {
        DemoStory story = new DemoStory(run);
        return story.told(RunEvents.SPIKE, "training loss spiked", "had no spike of its loss");
    }

    private String told(String event, String happened, String didNot) {
        Optional<EventLog.Event> first =
                events.stream().filter(each -> each.name().equals(event)).findFirst();
        if (first.isEmpty()) {
            long last = run.finalStep().orElse(0);
            return run.name() + ": " + didNot + " within " + steps(last) + " steps; " + alarms("alarms", Long.MAX_VALUE)
                    + ".";
        }
        long step = first.get().step();
        return run.name() + ": " + happened + " at step " + steps(step) + " ("
                + first.get().detail() + "); " + alarms("alarms before", step) + ".";
    }

    private String alarms(String what, long before) {
        String fired = events.stream()
                .filter(event -> event.name().startsWith(DetectorRule.EVENT))
                .filter(event -> event.step() < before)
                .map(event -> event.name().substring(DetectorRule.EVENT.length()) + " at " + steps(event.step()))
                .collect(Collectors.joining(", "));
        return what + ": " + (fired.isEmpty() ? "none" : fired);
    }

    private static String steps(long step) {
        return NumberText.grouped(step);
    }
}
