#include "machine.h"

#include <cstdio>

namespace emulator {

Machine& machine() {
  // Never destroyed: threads of the process may still be in a call when it ends.
  static Machine* instance = new Machine;
  return *instance;
}

CUcontext& currentContext() {
  static thread_local CUcontext current = nullptr;
  return current;
}

void faulted(const Fault& fault) {
  Machine& m = machine();
  m.sticky = static_cast<CUresult>(fault.code);
  m.lastFailure = fault.what();
  std::fprintf(stderr, "emulated CUDA: %s\n", fault.what());
}

void destroyContext() {
  Machine& m = machine();
  m.executables.clear();
  m.graphs.clear();
  m.events.clear();
  m.streams.clear();
  for (auto& [handle, module] : m.modules) {
    module->loaded = false;
  }
  m.modules.clear();
  m.memory.clear();
  m.pinned.clear();
  m.sticky = CUDA_SUCCESS;
  m.retained = 0;
}

void requireDeviceMemory(const void* address, size_t bytes, const std::string& what) {
  const DeviceMemory& memory = machine().memory;
  if (bytes != 0 && !memory.contains(address, bytes)) {
    throw Fault(
        CUDA_ERROR_ILLEGAL_ADDRESS,
        what + ": " + std::to_string(bytes) + " bytes at an address that " + memory.describe(address));
  }
}

} // namespace emulator
