package dev.spectraledge.trainer.io.torch;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Printable;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A machine for those opcodes of pickle (protocols 2 to 5) with which {@code torch.save} describes tensors and what people
 * save beside them. It can call nothing but the {@link Constructor}s of {@link KnownClasses}. Values are {@code Map} (in
 * order), {@code ArrayList}, other {@code List} (a tuple), {@code String}, {@code byte[]}, {@code Long}, {@code BigInteger},
 * {@code Double}, {@code Boolean}, {@code null}, {@link TorchTensor} and {@link Inert}; they may contain themselves. How
 * many there are is bounded, so that a file cannot fill the heap.
 */
final class PickleReader {
    /** Far more than any description of tensors has, which takes some 200 bytes for each. */
    private static final long LONGEST = 64L << 20;

    private static final int MOST_VALUES = 1 << 22;
    private static final int LONGEST_NAME = 512;
    /** In bytes; seeds of random numbers are the longest that people save. */
    private static final int LONGEST_INTEGER = 64;

    private static final int LOWEST_PROTOCOL = 2;
    private static final int HIGHEST_PROTOCOL = 5;

    private final Path file;
    private final ByteBuffer input;
    private final Constructor persistent;
    private final List<Object> stack = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();
    private final Map<Integer, Object> memo = new HashMap<>();
    private int values;
    private int opcodeAt;
    private Opcode opcode;

    /**
     * Prepares reading.
     *
     * @param file named in messages
     * @param persistent makes a storage from the parts of its identifier
     */
    PickleReader(Path file, ByteBuffer input, Constructor persistent) {
        this.file = file;
        this.input = input.order(ByteOrder.LITTLE_ENDIAN);
        this.persistent = persistent;
    }

    /**
     * The value that the pickle describes.
     *
     * @throws RunException with one line that names the opcode or the name at fault and its position in the pickle
     */
    Object read() {
        if (input.remaining() > LONGEST) {
            throw new RunException(file + ": its pickle has " + input.remaining() + " bytes, at most " + LONGEST
                    + " are read; tensors belong beside it, not into it");
        }
        next();
        if (opcode != Opcode.PROTO) {
            throw fault("a pickle of protocol " + LOWEST_PROTOCOL + " or newer begins with PROTO");
        }
        while (opcode != Opcode.STOP) {
            step();
            next();
        }
        Object result = pop();
        if (!stack.isEmpty() || !marks.isEmpty()) {
            throw fault("more than one value is left");
        }
        return result;
    }

    private void next() {
        opcodeAt = input.position();
        int code = unsigned(1);
        opcode = Opcode.of(code)
                .orElseThrow(() -> new RunException(file + ": byte " + opcodeAt + " of its pickle, 0x"
                        + Integer.toHexString(code) + ", is no opcode: the file is damaged"));
    }

    private void step() {
        switch (opcode) {
            case PROTO -> requireProtocol(unsigned(1));
            case FRAME -> length(8);
            case NONE -> push(null);
            case NEWTRUE -> push(true);
            case NEWFALSE -> push(false);
            case BININT -> push((long) take(4).getInt());
            case BININT1 -> push((long) unsigned(1));
            case BININT2 -> push((long) unsigned(2));
            case LONG1 -> push(integer(unsigned(1)));
            case LONG4 -> push(integer(length(4)));
            case BINFLOAT -> push(take(8).order(ByteOrder.BIG_ENDIAN).getDouble());
            case SHORT_BINSTRING -> push(text(unsigned(1), StandardCharsets.ISO_8859_1));
            case BINSTRING -> push(text(length(4), StandardCharsets.ISO_8859_1));
            case SHORT_BINUNICODE -> push(text(unsigned(1), StandardCharsets.UTF_8));
            case BINUNICODE -> push(text(length(4), StandardCharsets.UTF_8));
            case BINUNICODE8 -> push(text(length(8), StandardCharsets.UTF_8));
            case SHORT_BINBYTES -> push(bytes(unsigned(1)));
            case BINBYTES -> push(bytes(length(4)));
            case BINBYTES8, BYTEARRAY8 -> push(bytes(length(8)));
            case EMPTY_DICT -> push(new LinkedHashMap<>());
            case EMPTY_LIST -> push(new ArrayList<>());
            case EMPTY_SET -> push(new Inert("builtins.set"));
            case EMPTY_TUPLE -> push(List.of());
            case TUPLE1 -> push(Collections.unmodifiableList(popLast(1)));
            case TUPLE2 -> push(Collections.unmodifiableList(popLast(2)));
            case TUPLE3 -> push(Collections.unmodifiableList(popLast(3)));
            case TUPLE -> push(Collections.unmodifiableList(popToMark()));
            case FROZENSET -> {
                popToMark();
                push(new Inert("builtins.frozenset"));
            }
            case MARK -> mark();
            case POP -> drop();
            case POP_MARK -> popToMark();
            case DUP -> push(peek());
            case BINPUT -> memo.put(unsigned(1), peek());
            case LONG_BINPUT -> memo.put(take(4).getInt(), peek());
            case MEMOIZE -> memo.put(memo.size(), peek());
            case BINGET -> push(remembered(unsigned(1)));
            case LONG_BINGET -> push(remembered(take(4).getInt()));
            case APPEND -> append(popLast(1));
            case APPENDS, ADDITEMS -> append(popToMark());
            case SETITEM -> set(popLast(2));
            case SETITEMS -> set(popToMark());
            case GLOBAL -> push(global(line(), line()));
            case STACK_GLOBAL -> {
                List<Object> names = popLast(2);
                if (!(names.get(0) instanceof String module) || !(names.get(1) instanceof String name)) {
                    throw fault("a global has two texts for its name");
                }
                push(global(module, name));
            }
            case BINPERSID -> push(made(persistent, pop()));
            case REDUCE, NEWOBJ -> {
                List<Object> call = popLast(2);
                push(called(call.get(0), call.get(1)));
            }
            case NEWOBJ_EX -> {
                List<Object> call = popLast(3);
                push(called(call.get(0), call.get(1)));
            }
            case BUILD -> build();
            default -> throw fault("torch.save writes no such opcode");
        }
    }

    private void requireProtocol(int protocol) {
        if (protocol < LOWEST_PROTOCOL || protocol > HIGHEST_PROTOCOL) {
            throw fault("protocol " + protocol + " is not read, only " + LOWEST_PROTOCOL + " to " + HIGHEST_PROTOCOL);
        }
    }

    /** What a name stands for; whatever is not on the closed list is refused when it is named, not when it is called. */
    private Object global(String module, String name) {
        Optional<Object> known = KnownClasses.find(module, name);
        if (known.isEmpty()) {
            throw new RunException(file + ": its pickle names '" + Printable.value(module + "." + name) + "' (" + opcode
                    + " at byte " + opcodeAt
                    + "), which is neither a tensor nor a known harmless class; nothing in it was executed, "
                    + "and only state_dicts and plain values are read");
        }
        return known.get();
    }

    private Object called(Object callee, Object arguments) {
        if (callee instanceof Inert) {
            return callee;
        }
        if (callee instanceof Constructor constructor) {
            return made(constructor, arguments);
        }
        throw fault("only a function or a class can be called");
    }

    private Object made(Constructor constructor, Object arguments) {
        if (!(arguments instanceof List<?> list)) {
            throw fault("arguments come as a tuple");
        }
        try {
            return constructor.make(Collections.unmodifiableList(list));
        } catch (IllegalArgumentException wrong) {
            throw fault(wrong.getMessage());
        }
    }

    /** Attributes, such as the versions of modules beside a state_dict, are left out. */
    private void build() {
        pop();
        Object target = peek();
        if (!(target instanceof Map || target instanceof Inert || target instanceof TorchTensor)) {
            throw fault("only a dictionary, a tensor or a known harmless object has attributes");
        }
    }

    @SuppressWarnings("unchecked") // Lists that are ArrayLists are ours.
    private void append(List<Object> items) {
        Object target = peek();
        if (target instanceof ArrayList) {
            ((List<Object>) target).addAll(items);
        } else if (!(target instanceof Inert)) {
            throw fault("only a list or a set takes items");
        }
    }

    @SuppressWarnings("unchecked") // Maps are ours.
    private void set(List<Object> pairs) {
        if (pairs.size() % 2 != 0) {
            throw fault("a key lacks its value");
        }
        Object target = peek();
        if (target instanceof Inert) {
            return;
        }
        if (!(target instanceof Map)) {
            throw fault("only a dictionary takes pairs");
        }
        try {
            for (int index = 0; index < pairs.size(); index += 2) {
                ((Map<Object, Object>) target).put(KnownClasses.key(pairs.get(index)), pairs.get(index + 1));
            }
        } catch (IllegalArgumentException wrong) {
            throw fault(wrong.getMessage());
        }
    }

    private Object remembered(int index) {
        if (!memo.containsKey(index)) {
            throw fault("nothing is remembered as " + Integer.toUnsignedString(index));
        }
        return memo.get(index);
    }

    private void count() {
        if (++values > MOST_VALUES) {
            throw fault("it describes more than " + MOST_VALUES + " values");
        }
    }

    private void push(Object value) {
        count();
        stack.add(value);
    }

    private void mark() {
        count();
        marks.add(stack.size());
    }

    private Object pop() {
        return popLast(1).getFirst();
    }

    private Object peek() {
        requireOnStack(1);
        return stack.getLast();
    }

    private void drop() {
        if (!marks.isEmpty() && marks.getLast() == stack.size()) {
            marks.removeLast();
        } else {
            pop();
        }
    }

    private List<Object> popLast(int count) {
        requireOnStack(count);
        return popFrom(stack.size() - count);
    }

    private List<Object> popToMark() {
        if (marks.isEmpty()) {
            throw fault("no mark was set");
        }
        return popFrom(marks.removeLast());
    }

    private List<Object> popFrom(int size) {
        List<Object> top = stack.subList(size, stack.size());
        ArrayList<Object> popped = new ArrayList<>(top);
        top.clear();
        return popped;
    }

    private void requireOnStack(int count) {
        int floor = marks.isEmpty() ? 0 : marks.getLast();
        if (stack.size() - floor < count) {
            throw fault("its stack is empty");
        }
    }

    private String text(int length, Charset charset) {
        return new String(bytes(length), charset);
    }

    /** A line of ASCII without its end. */
    private String line() {
        int start = input.position();
        while (unsigned(1) != '\n') {
            if (input.position() - start > LONGEST_NAME) {
                throw fault("a name is longer than " + LONGEST_NAME + " bytes");
            }
        }
        byte[] line = new byte[input.position() - 1 - start];
        input.get(start, line);
        return new String(line, StandardCharsets.UTF_8);
    }

    private Number integer(int length) {
        if (length > LONGEST_INTEGER) {
            throw fault("an integer of " + length + " bytes is too long");
        }
        byte[] bigEndian = bytes(length);
        for (int low = 0, high = length - 1; low < high; low++, high--) {
            byte swapped = bigEndian[low];
            bigEndian[low] = bigEndian[high];
            bigEndian[high] = swapped;
        }
        BigInteger value = length == 0 ? BigInteger.ZERO : new BigInteger(bigEndian);
        return value.bitLength() < Long.SIZE ? (Number) value.longValue() : value;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        take(length).get(bytes);
        return bytes;
    }

    /** An unsigned number of 4 or 8 bytes, as many as are left at most. */
    private int length(int width) {
        long length = width == 4 ? Integer.toUnsignedLong(take(4).getInt()) : take(8).getLong();
        if (length < 0 || length > input.remaining()) {
            throw fault("it announces " + Long.toUnsignedString(length) + " bytes, " + input.remaining() + " are left");
        }
        return (int) length;
    }

    private int unsigned(int width) {
        ByteBuffer taken = take(width);
        return width == 1 ? Byte.toUnsignedInt(taken.get()) : Short.toUnsignedInt(taken.getShort());
    }

    /** The next bytes, little-endian. */
    private ByteBuffer take(int length) {
        if (length > input.remaining()) {
            throw new RunException(file + ": its pickle is truncated at byte " + input.limit());
        }
        ByteBuffer taken = input.slice(input.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        input.position(input.position() + length);
        return taken;
    }

    private RunException fault(String why) {
        return new RunException(
                file + ": opcode " + opcode + " at byte " + opcodeAt + " of its pickle is refused: " + why);
    }
}
