package dev.spectraledge.kernels.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * How the kernels of a cubin access memory: an ELF image with a section {@code .text.NAME} for each, of instructions of 16
 * bytes (Volta and later). The lowest nine bits of one are the operation, whatever the form of its operands, and bits 73 to 75
 * what is moved; as NAK, the open compiler of Mesa, encodes them ({@code src/nouveau/compiler/nak/sm70_encode.rs}).
 */
record MachineCode(Map<String, List<Access>> accesses) {
    private static final String SECTION = ".text.";
    private static final int INSTRUCTION_BYTES = 16;
    private static final int OPERATION = 0x1ff;
    private static final int TYPE_SHIFT = 73 - 64;
    private static final int TYPE = 7;
    /** The type of 4 bytes; each that follows has twice as many. */
    private static final int WORD = 4;

    private static final int HOPPER = 90;

    /** What an instruction does. */
    enum Kind {
        GLOBAL_LOAD,
        GLOBAL_STORE,
        LOCAL_LOAD,
        LOCAL_STORE,
        /** Of floats, in global memory. */
        FLOAT_ATOMIC,
        /** Of integers. */
        ATOMIC,
        COMPARE_AND_SWAP,
        SHARED_ATOMIC
    }

    private static final Map<Integer, Kind> OPERATIONS = Map.ofEntries(
            Map.entry(0x181, Kind.GLOBAL_LOAD),
            Map.entry(0x186, Kind.GLOBAL_STORE),
            Map.entry(0x183, Kind.LOCAL_LOAD),
            Map.entry(0x187, Kind.LOCAL_STORE),
            // Of floats, with and without a result; an operation of its own from Hopper on.
            Map.entry(0x1a3, Kind.FLOAT_ATOMIC),
            Map.entry(0x1a6, Kind.FLOAT_ATOMIC),
            // Before Hopper, of whatever its type tells.
            Map.entry(0x18a, Kind.ATOMIC),
            Map.entry(0x18e, Kind.ATOMIC),
            Map.entry(0x1a8, Kind.ATOMIC),
            Map.entry(0x18b, Kind.COMPARE_AND_SWAP),
            Map.entry(0x1a9, Kind.COMPARE_AND_SWAP),
            Map.entry(0x18c, Kind.SHARED_ATOMIC),
            Map.entry(0x18d, Kind.SHARED_ATOMIC));

    /**
     * One instruction.
     *
     * @param bytes that each thread loads or stores; 0 where it is an atomic operation
     */
    record Access(Kind kind, int bytes) {}

    /** @param architecture as 10 · major + minor */
    static MachineCode of(byte[] cubin, int architecture) {
        ByteBuffer image = ByteBuffer.wrap(cubin).order(ByteOrder.LITTLE_ENDIAN);
        if (image.getInt(0) != 0x464c457f) {
            throw new IllegalArgumentException("no ELF image");
        }
        int sections = (int) image.getLong(0x28);
        int entry = image.getShort(0x3a);
        int count = image.getShort(0x3c);
        int names = (int) image.getLong(sections + image.getShort(0x3e) * entry + 0x18);
        Map<String, List<Access>> accesses = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            int header = sections + i * entry;
            String name = text(image, names + image.getInt(header));
            if (name.startsWith(SECTION)) {
                int begin = (int) image.getLong(header + 0x18);
                int bytes = (int) image.getLong(header + 0x20);
                accesses.put(name.substring(SECTION.length()), accesses(image.slice(begin, bytes), architecture));
            }
        }
        return new MachineCode(accesses);
    }

    private static String text(ByteBuffer image, int begin) {
        int end = begin;
        while (image.get(end) != 0) {
            end++;
        }
        byte[] letters = new byte[end - begin];
        image.get(begin, letters);
        return new String(letters, StandardCharsets.US_ASCII);
    }

    private static List<Access> accesses(ByteBuffer code, int architecture) {
        code.order(ByteOrder.LITTLE_ENDIAN);
        List<Access> accesses = new ArrayList<>();
        for (int at = 0; at < code.capacity(); at += INSTRUCTION_BYTES) {
            int operation = (int) code.getLong(at) & OPERATION;
            int type = (int) (code.getLong(at + Long.BYTES) >>> TYPE_SHIFT);
            Kind kind = OPERATIONS.get(operation);
            if (kind != null) {
                accesses.add(access(kind, type & TYPE, architecture));
            }
        }
        return accesses;
    }

    private static Access access(Kind kind, int type, int architecture) {
        return switch (kind) {
            case GLOBAL_LOAD, GLOBAL_STORE, LOCAL_LOAD, LOCAL_STORE ->
                // Two types of one byte, two of two bytes, then one of each size.
                new Access(kind, type < WORD ? 1 << (type / 2) : WORD << (type - WORD));
            case ATOMIC -> new Access(architecture < HOPPER && isFloat(type) ? Kind.FLOAT_ATOMIC : kind, 0);
            default -> new Access(kind, 0);
        };
    }

    /** Float, two halves, double. */
    private static boolean isFloat(int type) {
        return type == 3 || type == 4 || type == 6;
    }

    /** Instructions that use memory of the thread's own, which is device memory. */
    List<String> localMemory() {
        return those(access -> access.kind() == Kind.LOCAL_LOAD || access.kind() == Kind.LOCAL_STORE);
    }

    /** Atomic operations whose result may depend on the order of the threads: all of floats, and those in shared memory. */
    List<String> floatAtomics() {
        return those(access -> access.kind() == Kind.FLOAT_ATOMIC || access.kind() == Kind.SHARED_ATOMIC);
    }

    private List<String> those(Predicate<Access> wanted) {
        List<String> found = new ArrayList<>();
        accesses.forEach((kernel, own) ->
                own.stream().filter(wanted).forEach(access -> found.add(kernel + ": " + access.kind())));
        return found;
    }
}
