package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.report.live.LiveServer;
import dev.spectraledge.analysis.report.live.LiveSource;
import dev.spectraledge.trainer.UsageException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** Flags of commands whose work can be watched on a page while they do it. */
final class WatchOptions {
    private static final int HIGHEST_PORT = 65_535;

    @Option(
            names = "--watch",
            description = "Serve a page that grows with the results, for this machine alone, and print its address.")
    private boolean watch;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "With --watch: port of the page (default: a free one).")
    private Integer port;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "With --watch: address of this machine where others can reach the page as well (default:"
                    + " 127.0.0.1, where none can).")
    private String host;

    /** Refuses options that mean nothing together. */
    void check() {
        if (!watch && (port != null || host != null)) {
            throw new UsageException((port == null ? "--host" : "--port") + " needs --watch");
        }
        if (port != null && (port < 0 || port > HIGHEST_PORT)) {
            throw new UsageException("--port must be between 0 and " + HIGHEST_PORT + ", not " + port);
        }
    }

    /**
     * Serves the page and says where, or returns null where nobody wants to watch.
     *
     * @param talk hears what people should know
     */
    LiveServer open(Supplier<LiveSource> source, Consumer<String> talk) {
        if (!watch) {
            return null;
        }
        LiveServer page =
                LiveServer.open(host == null ? LiveServer.THIS_MACHINE : host, port == null ? 0 : port, source.get());
        if (page.isReachableFromOutside()) {
            talk.accept("warning: whoever can reach " + host + " and knows the address can read the page, and so can"
                    + " who listens on the way");
        }
        talk.accept("live page: " + page.address());
        return page;
    }
}
