package dev.spectraledge.bench.gpu;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
 * One class of the kernels' tests that a device has to pass, as they are in the kernels' own build, which runs them on an
 * emulated device. Each test is a part of the step. What the tests print, the fractions of their bounds that they used, goes
 * to a file.
 */
final class ContractTests implements CheckStep {
    static final List<String> CLASSES =
            List.of("CudaBackendTest", "CudaGraphTest", "CudaFactorizationsTest", "MatrixProductsTest");
    /** Tests that failed, one a line: the step and JUnit's identifier, by which one of them can be run alone. */
    static final String FAILED_TESTS = "failed-tests.tsv";

    private static final Pattern INVOCATION = Pattern.compile("#\\d+");
    private static final String PACKAGE = "dev.spectraledge.kernels.cuda.";
    /** Tells the tests to run on the device of the machine. */
    private static final String DEVICE_PROPERTY = "cuda.device";

    private final CheckSizes sizes;
    private final Path folder;
    private final String testClass;
    private final Optional<String> only;
    private String skipReason = "none of the selected tests is of this class";

    /** @param only identifier of the one test to run, of all if there is none */
    ContractTests(CheckSizes sizes, Path folder, String testClass, Optional<String> only) {
        this.sizes = sizes;
        this.folder = folder;
        this.testClass = testClass;
        this.only = only;
    }

    /** The step that runs a class. */
    static String step(String testClass) {
        return "contract-" + testClass;
    }

    @Override
    public void run(CheckLog log) throws IOException {
        if (ContractTests.class.getResource("/" + (PACKAGE + testClass).replace('.', '/') + ".class") == null) {
            log.skipped("tests", "the tests of the kernels are not on the class path");
            return;
        }
        System.setProperty(DEVICE_PROPERTY, "real");
        PrintStream console = System.out;
        try (PrintStream file = new PrintStream(
                Files.newOutputStream(
                        folder.resolve(step(testClass) + ".txt"), StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                true,
                StandardCharsets.UTF_8)) {
            System.setOut(file);
            SelectedTests.select(id -> only.map(id::equals).orElse(!log.hasBegun(id)));
            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(selectClass(PACKAGE + testClass))
                                    .filters((PostDiscoveryFilter) this::included)
                                    .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
                                    .build(),
                            new Listener(log, console));
        } finally {
            System.setOut(console);
            SelectedTests.select(id -> true);
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (Outcome outcome : List.of(Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED)) {
            values.put(outcome.name().toLowerCase(Locale.ROOT), log.count(outcome));
        }
        long ran = log.count(Outcome.FAILED) + log.count(Outcome.PASSED);
        if (ran == 0 && !sizes.contractTests().isEmpty()) {
            log.skipped("tests", skipReason);
        } else {
            log.judged("tests", ran > 0 && log.count(Outcome.FAILED) == 0, "", values);
        }
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

    /** Makes a part of each test. */
    private final class Listener implements TestExecutionListener {
        private final CheckLog log;
        private final PrintStream console;

        Listener(CheckLog log, PrintStream console) {
            this.log = log;
            this.console = console;
        }

        @Override
        public void executionStarted(TestIdentifier test) {
            if (test.isTest()) {
                log.begin(test.getUniqueId());
            }
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            switch (result.getStatus()) {
                case SUCCESSFUL -> end(test, Outcome.PASSED);
                case ABORTED -> {
                    skipReason = reason(result);
                    end(test, Outcome.SKIPPED);
                }
                case FAILED -> failed(test, result);
            }
        }

        private void failed(TestIdentifier test, TestExecutionResult result) {
            PrintStream file = System.out;
            System.setOut(console);
            log.record(name(test), Outcome.FAILED, reason(result), Map.of());
            System.setOut(file);
            if (test.isTest()) {
                note(test);
            }
            end(test, Outcome.FAILED);
            result.getThrowable().ifPresent(thrown -> log.goOnElsewhereIfLost(name(test), thrown));
        }

        private void end(TestIdentifier test, Outcome outcome) {
            if (test.isTest()) {
                log.end(test.getUniqueId(), outcome);
            }
        }

        private void note(TestIdentifier test) {
            try {
                Files.writeString(
                        folder.resolve(FAILED_TESTS),
                        step(testClass) + "\t" + test.getUniqueId() + "\n",
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The method and, of several invocations, the numbers of this one. */
        private String name(TestIdentifier test) {
            String method = test.getSource()
                    .filter(MethodSource.class::isInstance)
                    .map(source -> ((MethodSource) source).getMethodName())
                    .orElse(testClass);
            return method
                    + INVOCATION
                            .matcher(test.getUniqueId())
                            .results()
                            .map(number -> " " + number.group())
                            .collect(Collectors.joining());
        }

        private String reason(TestExecutionResult result) {
            return result.getThrowable()
                    .map(thrown -> String.valueOf(thrown.getMessage()).strip().replaceAll("\\s+", " "))
                    .orElse("");
        }
    }
}
