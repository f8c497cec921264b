package dev.spectraledge.analysis.report.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.trainer.RunException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LiveServerTest {
    private final Growing source = new Growing();
    private final LiveServer server = LiveServer.open(LiveServer.THIS_MACHINE, 0, source);
    private final URI address = server.address();

    @AfterEach
    void close() {
        server.close();
    }

    /** A curve with as many points as somebody has said. */
    private static final class Growing implements LiveSource {
        private volatile int points = 1;
        private volatile String failure = "";

        @Override
        public String title() {
            return "a run";
        }

        @Override
        public Object state() {
            return points + failure;
        }

        @Override
        public LiveView view() {
            if (!failure.isEmpty()) {
                throw new RunException(failure);
            }
            double[] x = IntStream.range(0, points).asDoubleStream().toArray();
            return new LiveView(
                    points + " points",
                    List.of("one sentence"),
                    List.of(
                            new Figure("grows", "A curve", 1, List.of(panel(x))),
                            new Figure("stays", "Nothing new", 1, List.of(panel(new double[] {1})))));
        }
    }

    private static Panel panel(double[] x) {
        return new Panel(
                "Loss",
                Axis.linear("step"),
                Axis.linear("nats"),
                List.of(),
                List.of(Line.solid("train", x, x, 0)),
                List.of(),
                List.of());
    }

    private Socket connect() throws IOException {
        return new Socket(address.getHost(), address.getPort());
    }

    private static void request(Socket socket, String method, String path, String host) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write((method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    private List<String> answer(String method, String path, String host) throws IOException {
        try (Socket socket = connect()) {
            request(socket, method, path, host);
            return reader(socket).lines().toList();
        }
    }

    private String status(String method, String path, String host) throws IOException {
        return answer(method, path, host).getFirst();
    }

    private static String status(int port, String path, String host) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            request(socket, "GET", path, host);
            return reader(socket).readLine();
        }
    }

    private String host() {
        return address.getAuthority();
    }

    @Test
    void servesThePageAtItsAddressAlone() throws IOException {
        List<String> page = answer("GET", address.getPath(), host());
        assertThat(page.getFirst()).contains("200");
        assertThat(page).anyMatch(line -> line.startsWith("Content-security-policy: default-src 'none'"));
        assertThat(String.join("\n", page)).contains("<h1>a run</h1>", "1 points", "one sentence", "<svg");
        for (String other : List.of("/", "/" + "x".repeat(24) + "/", address.getPath() + "x", "/../etc/passwd")) {
            assertThat(status("GET", other, host())).as(other).contains("404");
        }
        String almost = address.getPath().substring(0, address.getPath().length() - 2) + "/";
        assertThat(status("GET", almost, host())).contains("404");
    }

    @Test
    void eachAddressIsAnother() {
        try (LiveServer second = LiveServer.open(LiveServer.THIS_MACHINE, 0, source)) {
            assertThat(second.address().getPath())
                    .hasSameSizeAs(address.getPath())
                    .isNotEqualTo(address.getPath());
        }
    }

    @Test
    void nothingButReadingIsAnswered() throws IOException {
        for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "HEAD")) {
            assertThat(status(method, address.getPath(), host())).as(method).contains("405");
        }
    }

    @Test
    void aRequestForAnotherHostIsRefused() throws IOException {
        String port = ":" + address.getPort();
        assertThat(status("GET", address.getPath(), "localhost" + port)).contains("200");
        for (String host : List.of("evil.example" + port, "127.0.0.1", "127.0.0.1:1", "192.168.0.1" + port, "")) {
            assertThat(status("GET", address.getPath(), host)).as(host).doesNotContain("200");
        }
    }

    @Test
    void whatHasChangedComesAsItChanges() throws IOException {
        try (Socket socket = connect()) {
            request(socket, "GET", address.getPath() + "events", host());
            BufferedReader events = reader(socket);
            assertThat(until(events, "Nothing new"))
                    .contains("event: text", "event: figure")
                    .anyMatch(line -> line.contains("1 points"));
            source.points = 3;
            List<String> news = until(events, "A curve");
            assertThat(news)
                    .anyMatch(line -> line.contains("3 points"))
                    .noneMatch(line -> line.contains("Nothing new"));
            assertThat(news.getLast()).contains("[0,1,2]");
            server.close();
            assertThat(until(events, "Finished")).contains("event: end");
        }
    }

    /** Readers who never read: each more than the last gets an answer, and the one who reads is not held up. */
    @Test
    void readersWhoDoNotReadHoldNobodyUp() throws IOException {
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                Socket socket = connect();
                idle.add(socket);
                request(socket, "GET", address.getPath() + "events", host());
            }
            try (Socket socket = connect()) {
                request(socket, "GET", address.getPath() + "events", host());
                BufferedReader events = reader(socket);
                until(events, "A curve");
                for (int points = 2; points < 6; points++) {
                    source.points = points * 1000;
                    server.changed();
                    until(events, points * 1000 + " points");
                }
            }
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void whatCannotBeReadIsSaidAboveWhatCouldBeRead() throws IOException {
        assertThat(String.join("\n", answer("GET", address.getPath(), host()))).contains("<svg");
        source.failure = "metrics.csv is gone";
        assertThat(String.join("\n", answer("GET", address.getPath(), host()))).contains("metrics.csv is gone", "<svg");
    }

    @Test
    void aPortInUseIsOneLine() {
        assertThatThrownBy(() -> LiveServer.open(LiveServer.THIS_MACHINE, address.getPort(), source))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("no page at 127.0.0.1 port " + address.getPort() + ": the port is in use");
        assertThatThrownBy(() -> LiveServer.open("no-such-host.invalid", 0, source))
                .hasMessage("no page at no-such-host.invalid: there is no such host");
    }

    @Test
    void onlyAnotherHostIsReachableFromOutside() throws IOException {
        assertThat(server.isReachableFromOutside()).isFalse();
        try (LiveServer open = LiveServer.open("0.0.0.0", 0, source)) {
            assertThat(open.isReachableFromOutside()).isTrue();
            assertThat(open.address().getHost()).isNotEqualTo("0.0.0.0");
            int port = open.address().getPort();
            for (String name : List.of(open.address().getHost(), "192.168.0.1", "localhost")) {
                assertThat(status(port, open.address().getPath(), name + ":" + port))
                        .as(name)
                        .contains("200");
            }
            assertThat(status(port, open.address().getPath(), "evil.example:" + port))
                    .contains("404");
        }
    }

    private static List<String> until(BufferedReader events, String text) throws IOException {
        List<String> lines = new ArrayList<>();
        String line;
        do {
            line = events.readLine();
            assertThat(line).as("an event with " + text + " after " + lines).isNotNull();
            lines.add(line);
        } while (!line.contains(text));
        return lines;
    }
}
