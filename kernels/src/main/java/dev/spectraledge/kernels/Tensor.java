package dev.spectraledge.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;

/**
 * A strided view of off-heap memory. The last axis is contiguous; the others may be strided, so that one matrix of a
 * packed projection, or one model of a batch of models, is a view without a copy.
 *
 * <p>The memory belongs to the host or to a device. A tensor on a device has a {@link #deviceAddress} and no {@link
 * #segment}; {@link Backend#copy} moves its elements, and {@link #get} and {@link #set} reach single ones, slowly.
 *
 * <p>By convention the first axis of everything that belongs to a model is the <em>run axis</em>: S models of one shape
 * that train side by side. {@link #run(int)} gives one of them.
 */
public final class Tensor {
    private final MemoryOwner owner;
    private final DType type;
    private final long[] shape;
    private final long[] strides;
    /** On a device its addresses mean nothing to the host; it serves for bounds and for the owner's lifetime. */
    private final MemorySegment segment;
    /** Null on the host. */
    private final DeviceMemory device;
    /** Volatile because workers share the tensors of a model, and whichever comes first makes the views. */
    private volatile Tensor[] runs;

    private Tensor(
            MemoryOwner owner, DType type, long[] shape, long[] strides, MemorySegment segment, DeviceMemory device) {
        this.owner = owner;
        this.type = type;
        this.shape = shape;
        this.strides = strides;
        this.segment = segment;
        this.device = device;
    }

    /** A new zeroed tensor in row-major order. */
    public static Tensor allocate(MemoryOwner owner, DType type, long... shape) {
        long elements = elements(shape);
        MemorySegment segment = owner.allocate(Math.multiplyExact(elements, type.bytes()));
        return new Tensor(owner, type, shape.clone(), rowMajor(shape), segment, null);
    }

    /** A row-major view of memory that {@code owner} keeps alive; the segment must have exactly the size of the shape. */
    public static Tensor wrap(MemoryOwner owner, DType type, MemorySegment segment, long... shape) {
        long bytes = Math.multiplyExact(elements(shape), type.bytes());
        if (segment.byteSize() != bytes) {
            throw new IllegalArgumentException("a " + type + " tensor of shape " + Arrays.toString(shape) + " needs "
                    + bytes + " bytes, the segment has " + segment.byteSize());
        }
        return new Tensor(owner, type, shape.clone(), rowMajor(shape), segment, null);
    }

    /** A row-major view of device memory at {@code address} that lives as long as {@code owner}. */
    public static Tensor onDevice(MemoryOwner owner, DeviceMemory device, long address, DType type, long... shape) {
        long bytes = Math.multiplyExact(elements(shape), type.bytes());
        return new Tensor(owner, type, shape.clone(), rowMajor(shape), owner.foreignSegment(address, bytes), device);
    }

    public DType type() {
        return type;
    }

    public MemoryOwner owner() {
        return owner;
    }

    public int rank() {
        return shape.length;
    }

    public long size(int axis) {
        return shape[axis];
    }

    /** Distance in elements between neighbours along {@code axis}. */
    public long stride(int axis) {
        return strides[axis];
    }

    public long[] shape() {
        return shape.clone();
    }

    /** Number of elements. */
    public long elements() {
        return elements(shape);
    }

    /** Whether the elements are in the memory of a device. */
    public boolean isOnDevice() {
        return device != null;
    }

    /** Host memory from the first element to the end of the last one. Fails if the owner is closed, and on a device. */
    public MemorySegment segment() {
        requireOnHost();
        return segment;
    }

    /**
     * Host address of the first element, for kernels that have checked shapes themselves. Fails if the owner is closed,
     * and on a device.
     */
    public long address() {
        requireOnHost();
        return segment.address();
    }

    /** Address of the first element in the memory of its device. Fails if the owner is closed, and on the host. */
    public long deviceAddress() {
        return deviceSegment().address();
    }

    /**
     * Device memory from the first element to the end of the last one, for calls that pass it on; the host cannot read
     * it. Fails if the owner is closed, and on the host.
     */
    public MemorySegment deviceSegment() {
        requireOpen();
        if (device == null) {
            throw new IllegalStateException("tensor " + this + " is in host memory, needs device memory");
        }
        return segment;
    }

    private void requireOnHost() {
        requireOpen();
        if (device != null) {
            throw new IllegalStateException("tensor " + this + " is in device memory; copy it to a host tensor first");
        }
    }

    private void requireOpen() {
        if (!owner.isOpen() || !segment.scope().isAlive()) {
            throw new IllegalStateException(
                    "tensor " + this + " was used after its owner '" + owner.name() + "' closed");
        }
    }

    /** Whether the elements lie in memory without holes, in row-major order. */
    public boolean isContiguous() {
        long expected = 1;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            if (shape[axis] != 1 && strides[axis] != expected) {
                return false;
            }
            expected *= shape[axis];
        }
        return true;
    }

    /** Slice {@code [from, to)} of one axis, without a copy. */
    public Tensor slice(int axis, long from, long to) {
        Objects.checkFromToIndex(from, to, shape[axis]);
        long[] newShape = shape.clone();
        newShape[axis] = to - from;
        return view(from * strides[axis], newShape, strides.clone());
    }

    /** Every {@code step}-th index of an axis that is not the last one, from the first on, without a copy. */
    public Tensor every(int axis, int step) {
        Objects.checkIndex(axis, shape.length - 1);
        if (step < 1) {
            throw new IllegalArgumentException("a step of " + step + " leads nowhere");
        }
        long[] newShape = shape.clone();
        long[] newStrides = strides.clone();
        newShape[axis] = Math.ceilDiv(shape[axis], step);
        newStrides[axis] = strides[axis] * step;
        return view(0, newShape, newStrides);
    }

    /** The view at one index of the first axis, without that axis. */
    public Tensor at(long index) {
        Objects.checkIndex(index, shape[0]);
        return view(
                index * strides[0],
                Arrays.copyOfRange(shape, 1, shape.length),
                Arrays.copyOfRange(strides, 1, strides.length));
    }

    /** Like {@link #at} for the run axis, but remembered, so that a step asking for it makes no garbage. */
    public Tensor run(int run) {
        Tensor[] views = runs;
        if (views == null) {
            views = new Tensor[Math.toIntExact(shape[0])];
            for (int index = 0; index < views.length; index++) {
                views[index] = at(index);
            }
            runs = views;
        }
        return views[run];
    }

    /** The same elements with {@code axis}, which is not the last one, moved to the front: a ring of its slices. */
    public Tensor leading(int axis) {
        Objects.checkIndex(axis, shape.length - 1);
        long[] newShape = shape.clone();
        long[] newStrides = strides.clone();
        System.arraycopy(shape, 0, newShape, 1, axis);
        System.arraycopy(strides, 0, newStrides, 1, axis);
        newShape[0] = shape[axis];
        newStrides[0] = strides[axis];
        return view(0, newShape, newStrides);
    }

    /** The same elements in another shape; only for contiguous tensors. */
    public Tensor reshape(long... newShape) {
        if (!isContiguous() || elements(newShape) != elements()) {
            throw new IllegalArgumentException("cannot view " + this + " as " + Arrays.toString(newShape));
        }
        return new Tensor(owner, type, newShape.clone(), rowMajor(newShape), segment, device);
    }

    /**
     * A view of part of each entry of the first axis: {@code [S, P]} becomes {@code [S, shape…]} starting {@code offset}
     * elements into each run. This is how a named tensor is seen inside the flat parameter vector.
     */
    public Tensor viewPerRun(long offset, long... shapePerRun) {
        if (rank() != 2) {
            throw new IllegalArgumentException("needs a [runs, elements] tensor, got " + this);
        }
        Objects.checkFromIndexSize(offset, elements(shapePerRun), shape[1]);
        long[] newShape = new long[shapePerRun.length + 1];
        newShape[0] = shape[0];
        System.arraycopy(shapePerRun, 0, newShape, 1, shapePerRun.length);
        long[] newStrides = rowMajor(newShape);
        newStrides[0] = strides[0];
        return view(offset, newShape, newStrides);
    }

    private Tensor view(long offset, long[] newShape, long[] newStrides) {
        long last = 0;
        for (int axis = 0; axis < newShape.length; axis++) {
            last += (newShape[axis] - 1) * newStrides[axis];
        }
        long bytes = elements(newShape) == 0 ? 0 : (last + 1) * type.bytes();
        return new Tensor(owner, type, newShape, newStrides, segment.asSlice(offset * type.bytes(), bytes), device);
    }

    /**
     * Element at {@code index} widened to double. For tests, the reference backend and small tables; not for hot loops,
     * least of all on a device, where each call waits for all operations before it.
     */
    public double get(long... index) {
        return widened(offset(index));
    }

    /** Stores {@code value}, rounded to the element type; as slow as {@link #get}. */
    public void set(double value, long... index) {
        long offset = offset(index) * type.bytes();
        if (device != null) {
            requireOpen();
            device.write(segment.address() + offset, type.bytes(), bits(value));
            return;
        }
        switch (type) {
            case FLOAT32 -> segment.set(ValueLayout.JAVA_FLOAT, offset, (float) value);
            case FLOAT64 -> segment.set(ValueLayout.JAVA_DOUBLE, offset, value);
            case INT32 -> segment.set(ValueLayout.JAVA_INT, offset, Math.toIntExact((long) value));
        }
    }

    /** Element {@code index} of a one-dimensional INT32 tensor. */
    public int getInt(long index) {
        long element = Objects.checkIndex(index, shape[0]);
        return device == null ? segment.get(ValueLayout.JAVA_INT, element * Integer.BYTES) : (int) deviceBits(element);
    }

    /** Element {@code index} of a one-dimensional FLOAT64 tensor. */
    public double getDouble(long index) {
        long element = Objects.checkIndex(index, shape[0]);
        return device == null
                ? segment.get(ValueLayout.JAVA_DOUBLE, element * Double.BYTES)
                : Double.longBitsToDouble(deviceBits(element));
    }

    private double widened(long element) {
        if (device != null) {
            long bits = deviceBits(element);
            return switch (type) {
                case FLOAT32 -> Float.intBitsToFloat((int) bits);
                case FLOAT64 -> Double.longBitsToDouble(bits);
                case INT32 -> (int) bits;
            };
        }
        long offset = element * type.bytes();
        return switch (type) {
            case FLOAT32 -> segment.get(ValueLayout.JAVA_FLOAT, offset);
            case FLOAT64 -> segment.get(ValueLayout.JAVA_DOUBLE, offset);
            case INT32 -> segment.get(ValueLayout.JAVA_INT, offset);
        };
    }

    private long deviceBits(long element) {
        requireOpen();
        return device.read(segment.address() + element * type.bytes(), type.bytes());
    }

    private long bits(double value) {
        return switch (type) {
            case FLOAT32 -> Float.floatToRawIntBits((float) value);
            case FLOAT64 -> Double.doubleToRawLongBits(value);
            case INT32 -> Math.toIntExact((long) value);
        };
    }

    private long offset(long[] index) {
        if (index.length != shape.length) {
            throw new IllegalArgumentException(index.length + " indices for " + this);
        }
        long offset = 0;
        for (int axis = 0; axis < index.length; axis++) {
            offset += Objects.checkIndex(index[axis], shape[axis]) * strides[axis];
        }
        return offset;
    }

    private static long elements(long[] shape) {
        long elements = 1;
        for (long size : shape) {
            if (size < 0) {
                throw new IllegalArgumentException("the shape " + Arrays.toString(shape) + " has a negative size");
            }
            elements = Math.multiplyExact(elements, size);
        }
        return elements;
    }

    private static long[] rowMajor(long[] shape) {
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= shape[axis];
        }
        return strides;
    }

    @Override
    public String toString() {
        return type + Arrays.toString(shape);
    }
}
