package dev.spectraledge.bench.gpu;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * The tests of the kernels that a device has to pass, as they are in the kernels' own build, which runs them on an emulated
 * device. They are run twice: the tests print which fraction of each bound was used, and the same bytes use the same
 * fractions.
 */
final class ContractTests implements CheckStep {
    private static final String PACKAGE = "dev.spectraledge.kernels.cuda.";
    private static final List<String> CLASSES =
            List.of("CudaBackendTest", "CudaGraphTest", "CudaFactorizationsTest", "MatrixProductsTest");
    /** Tells the tests to run on the device of the machine. */
    private static final String DEVICE_PROPERTY = "cuda.device";

    private static final int PASSES = 2;
    private static final int LOGGED_FAILURES = 20;

    private final CheckSizes sizes;
    private final Path folder;

    ContractTests(CheckSizes sizes, Path folder) {
        this.sizes = sizes;
        this.folder = folder;
    }

    @Override
    public void run(CheckLog log) throws IOException {
        if (ContractTests.class.getResource("/" + (PACKAGE + CLASSES.getFirst()).replace('.', '/') + ".class")
                == null) {
            log.skipped("tests", "the tests of the kernels are not on the class path");
            return;
        }
        System.setProperty(DEVICE_PROPERTY, "real");
        String first = null;
        for (int pass = 1; pass <= PASSES; pass++) {
            Path output = folder.resolve("contract-" + pass + ".txt");
            pass(log, "pass " + pass, output);
            String used = Files.readString(output);
            if (first == null) {
                first = used;
            } else {
                log.judged(
                        "same results twice",
                        !used.isEmpty() && first.equals(used),
                        first.equals(used) ? "" : "the two passes used other fractions of their bounds",
                        Map.of("bounds", used.lines().count()));
            }
        }
    }

    /** Runs all tests, their output going to a file. */
    private void pass(CheckLog log, String name, Path output) throws IOException {
        Counting counting = new Counting();
        long begin = System.nanoTime();
        PrintStream console = System.out;
        try (PrintStream file = new PrintStream(Files.newOutputStream(output), false, StandardCharsets.UTF_8)) {
            System.setOut(file);
            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(CLASSES.stream()
                                            .map(test -> selectClass(PACKAGE + test))
                                            .toList())
                                    .filters((PostDiscoveryFilter) this::included)
                                    .build(),
                            counting);
        } finally {
            System.setOut(console);
        }
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("passed", counting.passed);
        values.put("failed", counting.failures.size());
        values.put("skipped", counting.skipped);
        values.put("seconds", (System.nanoTime() - begin) * 1e-9);
        values.put("failures", counting.failures.stream().limit(LOGGED_FAILURES).toList());
        log.judged(name, counting.failures.isEmpty() && counting.passed > 0, counting.remark, values);
    }

    private FilterResult included(TestDescriptor test) {
        boolean included = sizes.contractTests().isEmpty()
                || test.getSource()
                        .filter(MethodSource.class::isInstance)
                        .map(source -> ((MethodSource) source).getMethodName())
                        .filter(sizes.contractTests()::contains)
                        .isPresent();
        return FilterResult.includedIf(included);
    }

    private static final class Counting implements TestExecutionListener {
        private final List<String> failures = new ArrayList<>();
        private int passed;
        private int skipped;
        private String remark = "";

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            skipped++;
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            switch (result.getStatus()) {
                case FAILED -> {
                    failures.add(test.getUniqueId() + ": " + reason(result));
                    remark = "the last to fail: " + test.getDisplayName() + ": " + reason(result);
                }
                case ABORTED -> {
                    skipped++;
                    if (remark.isEmpty()) {
                        remark = "skipped: " + reason(result);
                    }
                }
                case SUCCESSFUL -> passed += test.isTest() ? 1 : 0;
            }
        }

        private static String reason(TestExecutionResult result) {
            return result.getThrowable()
                    .map(thrown -> String.valueOf(thrown.getMessage()).strip().replaceAll("\\s+", " "))
                    .orElse("");
        }
    }
}
