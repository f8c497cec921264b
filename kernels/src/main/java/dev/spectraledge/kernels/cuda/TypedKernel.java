package dev.spectraledge.kernels.cuda;

import dev.spectraledge.bindings.CudaDriver;
import dev.spectraledge.kernels.DType;
import java.util.EnumMap;

/** One kernel for all element types, loaded for a type when it is first launched with it. */
final class TypedKernel {
    private final CudaDevice device;
    private final String stem;
    private final String name;
    private final boolean usesLargeSharedMemory;
    private final EnumMap<DType, CudaDriver.Kernel> byType = new EnumMap<>(DType.class);

    TypedKernel(CudaDevice device, String stem, String name) {
        this(device, stem, name, false);
    }

    /** @param usesLargeSharedMemory whether launches may ask for all the shared memory that a block can have */
    TypedKernel(CudaDevice device, String stem, String name, boolean usesLargeSharedMemory) {
        this.device = device;
        this.stem = stem;
        this.name = name;
        this.usesLargeSharedMemory = usesLargeSharedMemory;
    }

    CudaDriver.Kernel of(DType type) {
        CudaDriver.Kernel kernel = byType.get(type);
        if (kernel == null) {
            kernel = device.modules().kernel(stem, type, name);
            if (usesLargeSharedMemory) {
                CudaDriver.setMaxDynamicSharedBytes(kernel, device.sharedBytesPerBlock());
            }
            byType.put(type, kernel);
        }
        return kernel;
    }
}
