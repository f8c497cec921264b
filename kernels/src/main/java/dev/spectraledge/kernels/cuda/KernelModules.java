package dev.spectraledge.kernels.cuda;

import dev.spectraledge.bindings.CudaDriver;
import dev.spectraledge.kernels.DType;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The modules that are loaded on a device, each when its first kernel is asked for. */
final class KernelModules {
    private record Key(String stem, DType type) {}

    private final CudaDevice device;
    private final Map<Key, CudaDriver.KernelModule> modules = new HashMap<>();
    private final Path folder;
    private Cubins cubins;

    /** @param folder keeps what has been compiled */
    KernelModules(CudaDevice device, Path folder) {
        this.device = device;
        this.folder = folder;
    }

    /** A kernel of {@code stem.cu} with elements of one type; INT32 goes the way of FLOAT32, of the same size. */
    CudaDriver.Kernel kernel(String stem, DType type, String name) {
        Key key = new Key(stem, type == DType.INT32 ? DType.FLOAT32 : type);
        CudaDriver.KernelModule module = modules.get(key);
        if (module == null) {
            device.requireNotRecording("loading kernel " + name);
            module = CudaDriver.loadModule(cubins().image(stem, key.type()));
            modules.put(key, module);
        }
        return CudaDriver.kernel(module, name);
    }

    private Cubins cubins() {
        if (cubins == null) {
            cubins = new Cubins(device.architecture(), folder);
        }
        return cubins;
    }

    void unload() {
        modules.values().forEach(CudaDriver::unload);
        modules.clear();
    }
}
