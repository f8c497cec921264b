package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.report.live.LiveServer;
import dev.spectraledge.analysis.report.live.LiveSource;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Flags of commands whose work can be watched on a page while they do it. */
final class WatchOptions {
    @Option(
            names = "--watch",
            description = "Serve a page on this machine that updates as results appear, and print its address.")
    private boolean watch;

    @Mixin
    private PageOptions page = new PageOptions();

    /** Refuses options that mean nothing together. */
    void check() {
        page.check(watch, "needs --watch");
    }

    /**
     * Serves the page and says where, or returns null where nobody wants to watch.
     *
     * @param talk hears what people should know
     */
    LiveServer open(Supplier<LiveSource> source, Consumer<String> talk) {
        return watch ? page.open(source.get(), talk) : null;
    }
}
