package dev.spectraledge.kernels.cuda;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Instructions of compiled kernels, as PTX or as cuobjdump prints machine code, by kernel. */
record KernelCode(Map<String, List<String>> instructions) {
    /** What begins a kernel in PTX, and in a listing of machine code. */
    private static final Pattern KERNEL = Pattern.compile("\\.entry (\\w+)|Function : (\\w+)");
    /** An operation with its modifiers, behind a predicate or an address. */
    private static final Pattern OPERATION = Pattern.compile(
            "^\\s*(?:/\\*[0-9a-f]{4,}\\*/)?\\s*(?:@!?%?U?P?\\w+\\s+)?([A-Za-z][\\w.:]*(?:\\.[\\w:]+)*)\\s[^;]*;");

    private static final Pattern LOCAL_MEMORY = Pattern.compile("(?:LDL|STL)\\b.*|(?:ld|st)\\.local\\b.*");
    private static final Pattern FLOAT_ATOMIC = Pattern.compile(
            "(?:RED|ATOM\\w*)\\b.*\\.(?:F16|BF16|F32|F64).*|(?:red|atom)\\..*\\.(?:f16|bf16|f32|f64).*");

    static KernelCode of(String text) {
        Map<String, List<String>> instructions = new LinkedHashMap<>();
        List<String> current = new ArrayList<>();
        for (String line : text.lines().toList()) {
            Matcher kernel = KERNEL.matcher(line);
            Matcher operation = OPERATION.matcher(line);
            if (kernel.find()) {
                current = new ArrayList<>();
                instructions.put(kernel.group(1) == null ? kernel.group(2) : kernel.group(1), current);
            } else if (operation.find()) {
                current.add(operation.group(1));
            }
        }
        return new KernelCode(instructions);
    }

    /** Instructions that use memory of the thread's own, which is device memory. */
    List<String> localMemory() {
        return those(LOCAL_MEMORY.asMatchPredicate());
    }

    /** Atomic operations whose result depends on the order of the threads. */
    List<String> floatAtomics() {
        return those(FLOAT_ATOMIC.asMatchPredicate());
    }

    private List<String> those(Predicate<String> wanted) {
        List<String> found = new ArrayList<>();
        instructions.forEach((kernel, own) ->
                own.stream().filter(wanted).forEach(instruction -> found.add(kernel + ": " + instruction)));
        return found;
    }
}
