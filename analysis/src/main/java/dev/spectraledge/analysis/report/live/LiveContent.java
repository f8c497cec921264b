package dev.spectraledge.analysis.report.live;

import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.PlotData;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the page shows, part by part, with the moment at which each part changed last. A reader who is slow skips what was
 * replaced meanwhile: nothing is queued for anybody.
 */
final class LiveContent {
    /** Name of the event that ends a page. */
    static final String END = "end";

    private static final LiveView NOTHING = new LiveView("Nothing to show yet", List.of(), List.of());

    private final LiveSource source;
    private final Map<String, Part> parts = new LinkedHashMap<>();
    /** Held by who reads the source, so that readers of what is known need not wait for it. */
    private final ReentrantLock reading = new ReentrantLock();

    private volatile Object state;
    private LiveView view = NOTHING;
    private long version;
    private boolean ended;

    /** An event of {@code text/event-stream} with the version of the content that it came with. */
    private record Part(String event, String data, long version) {}

    LiveContent(LiveSource source) {
        this.source = source;
    }

    /** Looks whether there is more to show. */
    void refresh() {
        reading.lock();
        try {
            Object now = source.state();
            if (!now.equals(state)) {
                state = now;
                take(look());
            }
        } finally {
            reading.unlock();
        }
    }

    /** What cannot be read at the moment is said above what could be read before. */
    private LiveView look() {
        try {
            return source.view();
        } catch (RunException notYet) {
            LiveView before = view();
            return new LiveView(before.verdict(), List.of(String.valueOf(notYet.getMessage())), before.figures());
        }
    }

    private synchronized void take(LiveView next) {
        view = next;
        version++;
        put("", "text", text(next));
        for (Figure figure : next.figures()) {
            put(figure.name(), "figure", PlotData.json(figure));
        }
        notifyAll();
    }

    private static String text(LiveView view) {
        return Json.compact(Map.of(
                "verdict",
                view.verdict(),
                "sentences",
                view.sentences(),
                "figures",
                view.figures().stream().map(Figure::name).toList()));
    }

    private void put(String key, String event, String data) {
        Part before = parts.get(key);
        if (before == null || !before.data.equals(data)) {
            parts.put(key, new Part(event, data, version));
        }
    }

    /** Forgets what it knows of the source, so that the next refresh reads it. */
    void invalidate() {
        state = null;
    }

    synchronized LiveView view() {
        return view;
    }

    synchronized long version() {
        return version;
    }

    synchronized boolean isEnded() {
        return ended;
    }

    /** The last that readers hear. */
    synchronized void end(String sentence) {
        version++;
        put(END, END, Json.compact(sentence));
        ended = true;
        notifyAll();
    }

    /** Waits for something newer than a version, but no longer than so many milliseconds. */
    synchronized void awaitNewer(long seen, long milliseconds) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(milliseconds);
        long left = milliseconds;
        while (version <= seen && !ended && left > 0) {
            wait(left);
            left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        }
    }

    /** All that is newer than a version, as events. */
    synchronized List<String> newer(long seen) {
        List<String> events = new ArrayList<>();
        for (Part part : parts.values()) {
            if (part.version > seen) {
                events.add("event: " + part.event + "\ndata: " + part.data + "\n\n");
            }
        }
        return events;
    }
}
