package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.report.live.LiveServer;
import dev.spectraledge.analysis.report.live.LiveSource;
import dev.spectraledge.trainer.UsageException;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** Where a live page is served. */
final class PageOptions {
    private static final int HIGHEST_PORT = 65_535;

    @Option(names = "--port", paramLabel = "PORT", description = "Port of the live page (default: a free one).")
    private Integer port;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "Address at which to serve the live page; one that other machines can reach lets them in "
                    + "(default: 127.0.0.1, which none can reach).")
    private String host;

    /** Refuses what makes no sense. */
    void check(boolean wanted, String flag) {
        if (!wanted && (port != null || host != null)) {
            throw new UsageException((port == null ? "--host" : "--port") + " " + flag);
        }
        if (port != null && (port < 0 || port > HIGHEST_PORT)) {
            throw new UsageException("--port must be between 0 and " + HIGHEST_PORT + ", not " + port);
        }
    }

    /**
     * Serves the page and says where.
     *
     * @param talk hears what people should know
     */
    LiveServer open(LiveSource source, Consumer<String> talk) {
        LiveServer page =
                LiveServer.open(host == null ? LiveServer.THIS_MACHINE : host, port == null ? 0 : port, source);
        if (page.isReachableFromOutside()) {
            talk.accept("warning: whoever can reach " + host
                    + " and knows the address can read the page, and so can anybody who listens on the way");
        }
        talk.accept("live page: " + page.address());
        return page;
    }
}
