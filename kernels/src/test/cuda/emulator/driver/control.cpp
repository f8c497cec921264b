// What a test asks of the emulated machine itself, through libcuda.so.1.
#include <cstring>
#include <string>

#include "../core/api.h"
#include "../core/machine.h"
#include "../core/settings.h"

using emulator::machine;

// Sets a setting; 0, or 1 where there is no such setting or value.
EMULATOR_EXPORT int cudaEmulatorSet(const char* key, const char* value) {
  std::lock_guard<std::recursive_mutex> guard(machine().lock);
  return emulator::settings().set(key, value) ? 0 : 1;
}

// Settings as at the start of the process, no context and nothing that belonged to one, no fault.
EMULATOR_EXPORT void cudaEmulatorReset() {
  std::lock_guard<std::recursive_mutex> guard(machine().lock);
  emulator::settings().restore();
  emulator::destroyContext();
  machine().lastFailure.clear();
  machine().kernelsRun = 0;
  machine().graphsLaunched = 0;
  machine().graphDepth = 0;
  machine().products.clear();
}

// 1 where this is device memory, which is the host's as well; else 0.
EMULATOR_EXPORT int cudaEmulatorHolds(const void* address, long long bytes) {
  std::lock_guard<std::recursive_mutex> guard(machine().lock);
  return machine().memory.contains(address, static_cast<size_t>(bytes)) ? 1 : 0;
}

// A figure, or -1 where there is none of that name.
EMULATOR_EXPORT long long cudaEmulatorGet(const char* name) {
  std::lock_guard<std::recursive_mutex> guard(machine().lock);
  std::string wanted = name;
  if (wanted == "device-allocations") {
    return static_cast<long long>(machine().memory.liveAllocations());
  }
  if (wanted == "device-bytes") {
    return static_cast<long long>(machine().memory.liveBytes());
  }
  if (wanted == "pinned-allocations") {
    return static_cast<long long>(machine().pinned.liveAllocations());
  }
  if (wanted == "streams") {
    return static_cast<long long>(machine().streams.size());
  }
  if (wanted == "events") {
    return static_cast<long long>(machine().events.size());
  }
  if (wanted == "graphs") {
    return static_cast<long long>(machine().graphs.size() + machine().executables.size());
  }
  if (wanted == "contexts") {
    return machine().retained;
  }
  if (wanted == "kernels-run") {
    return machine().kernelsRun;
  }
  if (wanted == "graphs-launched") {
    return machine().graphsLaunched;
  }
  if (wanted == "graph-depth") {
    return static_cast<long long>(machine().graphDepth);
  }
  if (wanted.rfind("products-", 0) == 0) {
    return machine().products[wanted.substr(std::strlen("products-"))];
  }
  return -1;
}

// The text of the last fault, empty where there was none; valid until the next call.
EMULATOR_EXPORT const char* cudaEmulatorLastFailure() {
  return machine().lastFailure.c_str();
}
