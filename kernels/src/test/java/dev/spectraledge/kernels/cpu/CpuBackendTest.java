package dev.spectraledge.kernels.cpu;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.BackendContract;

class CpuBackendTest extends BackendContract {
    @Override
    public Backend backend() {
        return new CpuBackend();
    }
}
