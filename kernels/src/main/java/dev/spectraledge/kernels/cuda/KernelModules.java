package dev.spectraledge.kernels.cuda;

import dev.spectraledge.bindings.CudaDriver;
import dev.spectraledge.bindings.CudaException;
import dev.spectraledge.kernels.DType;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The modules that are loaded on a device, each when its first kernel is asked for. */
final class KernelModules {
    private record Key(String stem, DType type) {}

    private final CudaDevice device;
    private final Map<Key, CudaDriver.KernelModule> modules = new HashMap<>();
    private final Path cache;
    private Cubins cubins;

    /** @param cache the folder of all that is cached, compiled kernels among it */
    KernelModules(CudaDevice device, Path cache) {
        this.device = device;
        this.cache = cache;
    }

    /** A kernel of {@code stem.cu} with elements of one type; INT32 goes the way of FLOAT32, of the same size. */
    CudaDriver.Kernel kernel(String stem, DType type, String name) {
        Key key = new Key(stem, type == DType.INT32 ? DType.FLOAT32 : type);
        CudaDriver.KernelModule module = modules.get(key);
        if (module == null) {
            device.requireNotRecording("loading kernel " + name);
            module = load(stem, key.type());
            modules.put(key, module);
        }
        return CudaDriver.kernel(module, name);
    }

    private CudaDriver.KernelModule load(String stem, DType type) {
        Optional<byte[]> kept = cubins().kept(stem, type);
        if (kept.isPresent()) {
            try {
                return CudaDriver.loadModule(kept.get());
            } catch (CudaException refused) {
                // As by a driver older than the one that it was kept under. If the driver still refuses what is
                // compiled
                // now, that is reported.
            }
        }
        return CudaDriver.loadModule(cubins().compile(stem, type));
    }

    private Cubins cubins() {
        if (cubins == null) {
            cubins = new Cubins(device.architecture(), cache);
        }
        return cubins;
    }

    void unload() {
        modules.values().forEach(CudaDriver::unload);
        modules.clear();
    }
}
