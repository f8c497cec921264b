package dev.spectraledge.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {
    private final MemoryOwner owner = MemoryOwner.open("tensor test");

    @AfterEach
    void close() {
        owner.close();
    }

    /** Element (i, j, k) is 100 i + 10 j + k. */
    private Tensor numbered(DType type) {
        Tensor tensor = Tensor.allocate(owner, type, 2, 3, 4);
        HostTensors.write(tensor, i -> 100 * (i / 12) + 10 * (i / 4 % 3) + i % 4);
        return tensor;
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void elementsAreRowMajorAndContiguous(DType type) {
        Tensor tensor = numbered(type);

        assertThat(tensor.get(1, 2, 3)).isEqualTo(123);
        assertThat(tensor.stride(0)).isEqualTo(12);
        assertThat(tensor.stride(1)).isEqualTo(4);
        assertThat(tensor.stride(2)).isEqualTo(1);
        assertThat(tensor.elements()).isEqualTo(24);
        assertThat(tensor.segment().byteSize()).isEqualTo(24L * type.bytes());
        assertThat(tensor.address() % MemoryOwner.ALIGNMENT).isZero();
        assertThat(tensor.isContiguous()).isTrue();
        assertThat(tensor.toString()).isEqualTo(type + "[2, 3, 4]");
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void newTensorsAreZero(DType type) {
        assertThat(HostTensors.read(Tensor.allocate(owner, type, 5, 7))).containsOnly(0);
    }

    @Test
    void valuesAreRoundedWhereTheyAreStored() {
        Tensor floats = Tensor.allocate(owner, DType.FLOAT32, 1);
        Tensor integers = Tensor.allocate(owner, DType.INT32, 1);
        floats.set(0.1, 0);
        integers.set(-3, 0);

        assertThat(floats.get(0)).isEqualTo(0.1f);
        assertThat(integers.getInt(0)).isEqualTo(-3);
        assertThatThrownBy(() -> integers.set(1e10, 0)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void slicesShareMemory() {
        Tensor tensor = numbered(DType.FLOAT64);
        Tensor slice = tensor.slice(2, 1, 3).slice(1, 1, 3);

        assertThat(slice.shape()).containsExactly(2, 2, 2);
        assertThat(slice.get(1, 0, 1)).isEqualTo(112);
        assertThat(slice.isContiguous()).isFalse();
        slice.set(-1, 0, 1, 0);
        assertThat(tensor.get(0, 2, 1)).isEqualTo(-1);
    }

    @Test
    void everySecondIndexOfAnAxis() {
        Tensor tensor = numbered(DType.FLOAT64);
        Tensor rows = tensor.every(1, 2);

        assertThat(rows.shape()).containsExactly(2, 2, 4);
        assertThat(rows.get(1, 1, 3)).isEqualTo(tensor.get(1, 2, 3));
        rows.set(-1, 0, 1, 0);
        assertThat(tensor.get(0, 2, 0)).isEqualTo(-1);
        assertThatThrownBy(() -> tensor.every(2, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> tensor.every(1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSliceReachesFromItsFirstToItsLastElement() {
        Tensor slice = numbered(DType.FLOAT32).slice(2, 1, 3);

        // The last element is (1, 2, 2), number 22 of the whole; the first is number 1.
        assertThat(slice.segment().byteSize()).isEqualTo((22 - 1 + 1) * Float.BYTES);
        assertThat(slice.segment().get(ValueLayout.JAVA_FLOAT, 0)).isEqualTo(1);
    }

    @Test
    void emptySlicesHaveNoMemory() {
        Tensor empty = numbered(DType.FLOAT32).slice(1, 3, 3);

        assertThat(empty.elements()).isZero();
        assertThat(empty.segment().byteSize()).isZero();
        assertThat(HostTensors.read(empty)).isEmpty();
    }

    @Test
    void atDropsTheFirstAxis() {
        Tensor row = numbered(DType.INT32).at(1).at(2);

        assertThat(row.shape()).containsExactly(4);
        assertThat(HostTensors.read(row)).containsExactly(120, 121, 122, 123);
        assertThat(row.getInt(3)).isEqualTo(123);
        assertThat(row.at(3).get()).isEqualTo(123);
    }

    @Test
    void runsAreRememberedViews() {
        Tensor tensor = numbered(DType.FLOAT64);

        assertThat(tensor.run(1)).isSameAs(tensor.run(1));
        assertThat(HostTensors.read(tensor.run(1))).isEqualTo(HostTensors.read(tensor.at(1)));
        assertThatThrownBy(() -> tensor.run(2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void namedTensorsAreViewsOfTheFlatVectorOfEachRun() {
        Tensor flat = Tensor.allocate(owner, DType.FLOAT64, 3, 10);
        HostTensors.write(flat, i -> i);
        Tensor weight = flat.viewPerRun(2, 2, 3);

        assertThat(weight.shape()).containsExactly(3, 2, 3);
        assertThat(HostTensors.read(weight.run(2))).containsExactly(22, 23, 24, 25, 26, 27);
        assertThat(weight.isContiguous()).isFalse();
        assertThat(weight.run(2).isContiguous()).isTrue();
        assertThatThrownBy(() -> flat.viewPerRun(5, 2, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> weight.viewPerRun(0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[runs, elements]");
    }

    @Test
    void reshapeKeepsTheOrder() {
        Tensor tensor = numbered(DType.FLOAT64);

        assertThat(HostTensors.read(tensor.reshape(6, 4))).isEqualTo(HostTensors.read(tensor));
        assertThatThrownBy(() -> tensor.reshape(5, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("FLOAT64[2, 3, 4] as [5, 5]");
        assertThatThrownBy(() -> tensor.slice(2, 0, 2).reshape(12)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void wrapNeedsExactlyTheSizeOfTheShape() {
        Tensor wrapped = Tensor.wrap(owner, DType.FLOAT32, owner.allocate(24), 2, 3);
        assertThat(wrapped.elements()).isEqualTo(6);

        for (long bytes : new long[] {20, 28}) {
            assertThatThrownBy(() -> Tensor.wrap(owner, DType.FLOAT32, owner.allocate(bytes), 2, 3))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a FLOAT32 tensor of shape [2, 3] needs 24 bytes, the segment has " + bytes);
        }
    }

    @Test
    void shapesTooLargeForMemoryAreRefusedBeforeAllocation() {
        assertThatThrownBy(() -> Tensor.allocate(owner, DType.FLOAT32, 1L << 40, 1L << 40))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void negativeSizesAreRefused() {
        Tensor tensor = Tensor.allocate(owner, DType.FLOAT32, 2, 8);

        assertThatThrownBy(() -> Tensor.allocate(owner, DType.FLOAT32, -1, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the shape [-1, -1] has a negative size");
        assertThatThrownBy(() -> Tensor.wrap(owner, DType.FLOAT32, owner.allocate(4), -1, -1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Tensor.onDevice(owner, null, FarMemory.BASE, DType.FLOAT32, -2, -2))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tensor.reshape(-4, -4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tensor.viewPerRun(0, -2, -4)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void indicesAreChecked() {
        Tensor tensor = numbered(DType.FLOAT32);

        assertThatThrownBy(() -> tensor.get(0, 3, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> tensor.get(0, -1, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> tensor.set(1, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("2 indices for FLOAT32[2, 3, 4]");
        assertThatThrownBy(() -> tensor.slice(1, 2, 4)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> tensor.at(2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void tensorsAndTheirViewsCannotBeUsedAfterTheirOwnerClosed() {
        Tensor tensor = numbered(DType.FLOAT32);
        Tensor view = tensor.slice(1, 0, 2);
        owner.close();

        assertThatThrownBy(tensor::address)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("tensor FLOAT32[2, 3, 4] was used after its owner 'tensor test' closed");
        assertThatThrownBy(view::segment).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> view.get(0, 0, 0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> view.set(1, 0, 0, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void leadingMovesAnAxisToTheFront() {
        Tensor ring = numbered(DType.FLOAT64).leading(1);

        assertThat(ring.shape()).containsExactly(3, 2, 4);
        assertThat(HostTensors.read(ring.at(2))).containsExactly(20, 21, 22, 23, 120, 121, 122, 123);
        assertThat(numbered(DType.FLOAT64).leading(0).shape()).containsExactly(2, 3, 4);
        assertThatThrownBy(() -> numbered(DType.FLOAT64).leading(2)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    /** Memory of a device, played by host memory at addresses that are {@code BASE} too large. */
    private record FarMemory(MemorySegment memory) implements DeviceMemory {
        static final long BASE = 1L << 60;

        @Override
        public long read(long address, int bytes) {
            long bits = 0;
            for (int i = bytes - 1; i >= 0; i--) {
                bits = (bits << 8) | (memory.get(ValueLayout.JAVA_BYTE, address - BASE + i) & 0xFF);
            }
            return bits;
        }

        @Override
        public void write(long address, int bytes, long bits) {
            for (int i = 0; i < bytes; i++) {
                memory.set(ValueLayout.JAVA_BYTE, address - BASE + i, (byte) (bits >>> (8 * i)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void elementsOnADeviceAreReachedThroughItsMemory(DType type) {
        FarMemory memory = new FarMemory(owner.allocate(24L * type.bytes()));
        Tensor tensor = Tensor.onDevice(owner, memory, FarMemory.BASE, type, 2, 3, 4);
        HostTensors.write(tensor, i -> 100 * (i / 12) + 10 * (i / 4 % 3) + i % 4 - 50);
        Tensor view = tensor.slice(2, 1, 3).run(1);

        assertThat(tensor.isOnDevice()).isTrue();
        assertThat(view.isOnDevice()).isTrue();
        assertThat(HostTensors.read(view)).containsExactly(51, 52, 61, 62, 71, 72);
        assertThat(tensor.deviceAddress()).isEqualTo(FarMemory.BASE);
        assertThat(view.deviceAddress()).isEqualTo(FarMemory.BASE + 13L * type.bytes());
        if (type == DType.INT32) {
            assertThat(view.at(0).getInt(1)).isEqualTo(52);
        }
        if (type == DType.FLOAT64) {
            assertThat(view.at(0).getDouble(1)).isEqualTo(52);
        }
    }

    @Test
    void hostAndDeviceMemoryAreNotMistakenForEachOther() {
        Tensor device = Tensor.onDevice(owner, new FarMemory(owner.allocate(4)), FarMemory.BASE, DType.FLOAT32, 1);
        Tensor host = Tensor.allocate(owner, DType.FLOAT32, 1);

        assertThat(host.isOnDevice()).isFalse();
        assertThatThrownBy(device::segment)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("tensor FLOAT32[1] is in device memory; copy it to a host tensor first");
        assertThatThrownBy(device::address).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(host::deviceAddress)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("tensor FLOAT32[1] is in host memory, needs device memory");
        owner.close();
        assertThatThrownBy(device::deviceAddress).hasMessageContaining("after its owner");
        assertThatThrownBy(() -> device.get(0)).hasMessageContaining("after its owner");
    }
}
