package dev.spectraledge.analysis.report.sweep;

import dev.spectraledge.analysis.report.live.FileSizes;
import dev.spectraledge.analysis.report.live.LiveSource;
import dev.spectraledge.analysis.report.live.LiveView;
import dev.spectraledge.trainer.sweep.SweepPlan;
import dev.spectraledge.trainer.sweep.SweptState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A sweep that is computed at the moment, as its report will show it. */
public final class LiveSweep implements LiveSource {
    private final SweepPlan plan;

    public LiveSweep(SweepPlan plan) {
        this.plan = plan;
    }

    @Override
    public String title() {
        return plan.root().toAbsolutePath().normalize().getFileName().toString();
    }

    @Override
    public Object state() {
        List<Object> runs = new ArrayList<>();
        plan.runs().forEach(run -> runs.add(FileSizes.of(plan.directory(run))));
        return runs;
    }

    @Override
    public LiveView view() {
        SweepRecord sweep = SweepRecord.read(plan.root(), SweepReport.DEFAULT_COLUMN);
        long grokked = sweep.runs().stream()
                .filter(run -> Double.isFinite(run.grokStep()))
                .count();
        List<String> states = new ArrayList<>();
        for (SweptState state : SweptState.values()) {
            long count =
                    sweep.runs().stream().filter(run -> run.state() == state).count();
            if (count > 0) {
                states.add(state.key() + ": " + count);
            }
        }
        return new LiveView(
                grokked + " of " + sweep.runs().size() + " runs have grokked",
                states,
                Stream.of(new GrokFigure(sweep).draw(), new CurveFigure(sweep).draw())
                        .flatMap(Optional::stream)
                        .toList());
    }
}
