package dev.spectraledge.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.bindings.CudaDriver;
import dev.spectraledge.bindings.CudaException;
import dev.spectraledge.bindings.CudaLibraries;
import dev.spectraledge.bindings.KernelArguments;
import dev.spectraledge.bindings.Nvrtc;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.cuda.EmulatedDevice;
import dev.spectraledge.kernels.cuda.KernelSources;
import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class CheckLogTest {
    private static final String STEP = "some step";

    @TempDir
    private Path folder;

    private final List<String> done = new ArrayList<>();
    /** Before anything asks for a driver, which a JVM that has found none never finds. */
    @RegisterExtension
    private final EmulatedDevice device = new EmulatedDevice();

    private int ended;

    private CheckLog log(Duration limit, Runnable endProcess) {
        return new CheckLog(folder, STEP, "", limit, endProcess);
    }

    private CheckLog log() {
        return log(Duration.ofHours(1), () -> ended++);
    }

    private List<CheckResult> results() throws IOException {
        return Files.readAllLines(folder.resolve(GpuCheck.RESULTS)).stream()
                .map(line -> CheckResult.of(Json.parseObject(line, "results")))
                .toList();
    }

    private static CheckResult failed(String name, String text) {
        return new CheckResult(STEP, name, Outcome.FAILED, text, Map.of());
    }

    @Test
    void aPartThatThrowsIsAFailureAndTheOthersGoOn() throws IOException {
        try (CheckLog log = log()) {
            log.attempt("first", () -> {
                throw new IOException("broken");
            });
            log.attempt("second", () -> log.judged("second", true, "", Map.of("microseconds", 2.5)));
        }

        assertThat(results())
                .containsExactly(
                        failed("first", "java.io.IOException: broken"),
                        new CheckResult(STEP, "second", Outcome.PASSED, "", Map.of("microseconds", 2.5)));
        assertThat(ended).isZero();
    }

    @Test
    void anotherProcessGoesOnBehindThePartThatLostTheDevice() throws IOException {
        CheckStep step = log -> {
            log.attempt("before", () -> done.add("before"));
            log.attempt("faulty", () -> {
                throw new IllegalStateException("wrapped", stickyFault());
            });
            log.attempt("behind", () -> done.add("behind"));
        };
        try (CheckLog log = log()) {
            assertThatThrownBy(() -> log.run(step)).isInstanceOf(CheckLog.DeviceLost.class);
        }
        assertThat(ended).isEqualTo(1);
        assertThat(done).containsExactly("before");
        try (CheckLog log = log()) {
            log.run(step);
            assertThat(log.count(Outcome.PASSED)).isEqualTo(2);
            assertThat(log.count(Outcome.FAILED)).isEqualTo(1);
        }

        assertThat(done).containsExactly("before", "behind");
        assertThat(results()).extracting(CheckResult::name).containsExactly("faulty");
        assertThat(Files.readAllLines(folder.resolve(PartJournal.FILE)))
                .extracting(line -> line.substring(line.indexOf('\t') + 1))
                .containsExactly(
                        STEP + "\tbefore\tbegins",
                        STEP + "\tbefore\tpassed",
                        STEP + "\tfaulty\tbegins",
                        STEP + "\tfaulty\tfailed",
                        STEP + "\tbehind\tbegins",
                        STEP + "\tbehind\tpassed");
    }

    private CudaException stickyFault() {
        CudaLibraries.load();
        CudaDriver.makeCurrent(CudaDriver.retainPrimaryContext(CudaDriver.device(0)));
        Nvrtc.Target target = Nvrtc.target(90);
        CudaDriver.KernelModule module = CudaDriver.loadModule(Nvrtc.compile(
                        target,
                        "extern \"C\" __global__ void empty() {}",
                        "empty.cu",
                        KernelSources.options(DType.FLOAT32, target.option()))
                .image());
        CudaDriver.Stream stream = CudaDriver.createStream();
        device.machine().set("fail-launch", 1);
        try (Arena arena = Arena.ofConfined()) {
            CudaDriver.Extent one = new CudaDriver.Extent(1);
            CudaDriver.launch(CudaDriver.kernel(module, "empty"), one, one, 0, stream, new KernelArguments(arena, 0));
            CudaDriver.synchronize(stream);
            throw new AssertionError("the launch did not fail");
        } catch (CudaException e) {
            return e;
        } finally {
            device.machine().reset();
        }
    }

    @Test
    void aPartThatHangsIsNamedWhileItHangs() throws Exception {
        CountDownLatch noticed = new CountDownLatch(1);
        try (CheckLog log = log(Duration.ofMillis(1), noticed::countDown)) {
            log.attempt("hanging", noticed::await);
        }

        assertThat(results()).containsExactly(failed("hanging", "not done within 0 s"));
    }

    @Test
    void aPartWhoseProcessWasKilledIsNamedByTheReport() throws IOException {
        try (CheckLog log = log()) {
            log.measured("something", Map.of("steps", 1));
            log.begin("killed");
        }

        ResultTable table = GpuCheckReport.write(folder, false, "abc");

        assertThat(table.of(STEP)).contains(failed("killed", "began and did not end with its process"));
    }
}
