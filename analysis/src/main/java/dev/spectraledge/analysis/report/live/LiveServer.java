package dev.spectraledge.analysis.report.live;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.spectraledge.analysis.report.HtmlPage;
import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Serves one page to people of this machine. Its address has a random part that nobody can guess; requests with another, of
 * another method, or for a host by another name, as other web pages could make a browser send, are refused. The page can only
 * be read. Each reader costs a virtual thread, and none holds up what the page shows or another reader.
 */
public final class LiveServer implements AutoCloseable {
    /** Where the page is for this machine alone. */
    public static final String THIS_MACHINE = "127.0.0.1";

    private static final int TOKEN_BYTES = 18;
    private static final int MOST_READERS = 64;
    private static final int BACKLOG = 64;
    private static final long LOOK_EVERY_MILLISECONDS = 500;
    /** A page that is costly to make gets at most one part in so many of the time. */
    private static final int REST_AFTER_WORK = 20;
    /** A comment after so long tells whether a reader is still there. */
    private static final long HEARTBEAT_MILLISECONDS = 10_000;

    private static final long LAST_WORDS_MILLISECONDS = 1000;

    private static final Pattern NUMERIC_HOST = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-fA-F:.]+\\]");

    private final HttpServer server;
    private final ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore places = new Semaphore(MOST_READERS);
    /** By which browsers call this machine. */
    private final String host;

    private final boolean open;
    private final byte[] token;
    private final LiveContent content;
    private final String title;
    private final Thread watcher;

    private LiveServer(HttpServer server, String host, boolean open, LiveSource source) {
        this.server = server;
        this.host = host;
        this.open = open;
        title = source.title();
        content = new LiveContent(source);
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        token = Base64.getUrlEncoder().withoutPadding().encode(random);
        watcher = Thread.ofVirtual().name("live-page").unstarted(this::watch);
    }

    /**
     * Serves a page from now on.
     *
     * @param host address of this machine to listen at, {@link #THIS_MACHINE} for none but itself
     * @param port 0 for a free one
     * @throws RunException if the port is in use, or the host is none of this machine
     */
    public static LiveServer open(String host, int port, LiveSource source) {
        String place = host + " port " + port;
        try {
            InetAddress address = InetAddress.getByName(host);
            // An address that stands for all of this machine's is none that a browser elsewhere could go to.
            String name =
                    address.isAnyLocalAddress() ? InetAddress.getLocalHost().getHostName() : host;
            HttpServer server = HttpServer.create(new InetSocketAddress(address, port), BACKLOG);
            LiveServer live = new LiveServer(server, name, !address.isLoopbackAddress(), source);
            server.setExecutor(live.readers);
            server.createContext("/", live::answer);
            server.start();
            live.watcher.start();
            return live;
        } catch (UnknownHostException unknown) {
            throw new RunException("no page at " + host + ": there is no such host", unknown);
        } catch (BindException taken) {
            throw new RunException(
                    "no page at " + place
                            + ": the port is in use or reserved, or the host does not belong to this machine; without "
                            + "--port a free port is chosen",
                    taken);
        } catch (IOException failure) {
            throw new RunException("no page at " + place + ": " + failure.getMessage(), failure);
        }
    }

    /** Of the page. */
    public URI address() {
        String name = host.contains(":") ? "[" + host + "]" : host;
        return URI.create("http://" + name + ":" + server.getAddress().getPort() + "/" + token() + "/");
    }

    /** Whether others than this machine may be able to read the page. */
    public boolean isReachableFromOutside() {
        return open;
    }

    /** Says that there is more to show, where the source's state does not tell. */
    public void changed() {
        content.invalidate();
    }

    /** Tells readers that there is no more to come, and stops serving. */
    @Override
    public void close() {
        watcher.interrupt();
        content.refresh();
        content.end("Finished: nothing more will come.");
        try {
            // Readers get the time to take what came last; one who does not is cut off.
            if (!places.tryAcquire(MOST_READERS, LAST_WORDS_MILLISECONDS, TimeUnit.MILLISECONDS)) {
                readers.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        server.stop(0);
        readers.shutdownNow();
    }

    private String token() {
        return new String(token, StandardCharsets.US_ASCII);
    }

    private void watch() {
        try {
            while (!content.isEnded()) {
                long begin = System.nanoTime();
                if (places.availablePermits() < MOST_READERS) {
                    content.refresh();
                }
                long worked = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
                Thread.sleep(Math.max(LOOK_EVERY_MILLISECONDS, REST_AFTER_WORK * worked));
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
            exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
            exchange.getResponseHeaders().set("Cross-Origin-Resource-Policy", "same-origin");
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            String rest =
                    isForUs(exchange) ? pathWithinPage(exchange.getRequestURI().getPath()) : null;
            if (rest == null) {
                refuse(exchange, 404);
            } else if (!exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET");
                refuse(exchange, 405);
            } else if (rest.isEmpty()) {
                page(exchange);
            } else if (rest.equals("events")) {
                events(exchange);
            } else {
                refuse(exchange, 404);
            }
        }
    }

    /**
     * Whether the browser was told to come here: a page of another site whose name now means this address (DNS rebinding)
     * has that name in its requests.
     */
    private boolean isForUs(HttpExchange exchange) {
        String asked = exchange.getRequestHeaders().getFirst("Host");
        String port = ":" + server.getAddress().getPort();
        if (asked == null || !asked.endsWith(port)) {
            return false;
        }
        String name = asked.substring(0, asked.length() - port.length());
        return name.equals(host)
                || name.equals("localhost")
                || name.equals(THIS_MACHINE)
                || (open && NUMERIC_HOST.matcher(name).matches());
    }

    /** What follows the token; null where that is wrong. Compared in a time that does not tell how much of it is right. */
    private String pathWithinPage(String path) {
        int end = path.indexOf('/', 1);
        if (end < 0) {
            return null;
        }
        byte[] given = path.substring(1, end).getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(given, token) ? path.substring(end + 1) : null;
    }

    private static void refuse(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
    }

    private void page(HttpExchange exchange) throws IOException {
        content.refresh();
        byte[] page = LivePage.html(title, content.view()).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
        exchange.getResponseHeaders()
                .set("Content-Security-Policy", HtmlPage.policy(true) + "; frame-ancestors 'none'");
        exchange.sendResponseHeaders(200, page.length);
        exchange.getResponseBody().write(page);
    }

    private void events(HttpExchange exchange) throws IOException {
        if (!places.tryAcquire()) {
            exchange.getResponseHeaders().set("Retry-After", "10");
            refuse(exchange, 503);
            return;
        }
        try {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
            exchange.sendResponseHeaders(200, 0);
            send(exchange.getResponseBody());
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } finally {
            places.release();
        }
    }

    private void send(OutputStream out) throws IOException, InterruptedException {
        long seen = 0;
        boolean last = false;
        while (!last) {
            last = content.isEnded();
            long version = content.version();
            List<String> events = content.newer(seen);
            for (String event : events) {
                out.write(event.getBytes(StandardCharsets.UTF_8));
            }
            if (events.isEmpty()) {
                out.write(":\n\n".getBytes(StandardCharsets.UTF_8));
            }
            out.flush();
            seen = version;
            if (!last) {
                content.awaitNewer(seen, HEARTBEAT_MILLISECONDS);
            }
        }
    }
}
