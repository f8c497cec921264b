package dev.spectraledge.bench.machine;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The processor, as results name it.
 *
 * @param processor the model's name as the operating system gives it
 * @param processors logical processors that this process may use
 */
public record Machine(String processor, int processors) {

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    /** Linux's rule for the clock of the first processor; virtual machines have none. */
    private static final Path GOVERNOR = Path.of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
    /** What the scripts have seen before they built, which makes load of its own. */
    private static final String LOAD_BEFORE = "load.before";

    /** The machine that runs this process. */
    public static Machine current() {
        return new Machine(processorName(), Runtime.getRuntime().availableProcessors());
    }

    /** A folder name: the model in lower case with dashes, then the number of processors. */
    public String slug() {
        String model = processor
                .toLowerCase(Locale.ROOT)
                .replaceAll("\\(r\\)|\\(tm\\)|processor|cpu", "")
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-|-$", "");
        return model + "-" + processors + "-processors";
    }

    /** Processor with its governor, operating system, Java, load and commit, for result files. */
    public SortedMap<String, String> environment() {
        SortedMap<String, String> environment = new TreeMap<>();
        environment.put("processor", processor);
        environment.put("processors", Integer.toString(processors));
        environment.put("operating system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        environment.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
        environment.put("load average at start", loadAverage());
        environment.put("governor", governor(GOVERNOR));
        environment.put("commit", commit());
        return environment;
    }

    private static String processorName() {
        try {
            if (Files.isReadable(CPU_INFO)) {
                return Files.readAllLines(CPU_INFO).stream()
                        .filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst()
                        .orElse(System.getProperty("os.arch"));
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + CPU_INFO, e);
        }
        return System.getProperty("os.arch");
    }

    /** How the clock of the processors is chosen. */
    static String governor(Path file) {
        try {
            return Files.isReadable(file) ? Files.readString(file).strip() : "unknown";
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String loadAverage() {
        String before = System.getProperty(LOAD_BEFORE);
        if (before != null) {
            return before;
        }
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return String.format(Locale.ROOT, "%.2f", load);
    }

    /** The commit of the working directory, with a mark when files differ from it. */
    private static String commit() {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty", "--abbrev=12")
                    .redirectErrorStream(true)
                    .start();
            String answer = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor() == 0 ? answer : "unknown";
        } catch (IOException e) {
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
