// The state of the emulated driver. Calls hold its lock, so that one thread at a time is inside.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "../declarations/driver.h"
#include "fault.h"
#include "memory.h"
#include "modules.h"
#include "work.h"

struct CUctx_st {
  int device;
};

namespace emulator {

struct Machine {
  std::recursive_mutex lock;
  bool initialised = false;
  CUctx_st context{0};
  int retained = 0;
  CUresult sticky = CUDA_SUCCESS;
  std::string lastFailure;
  DeviceMemory memory;
  PinnedMemory pinned;
  std::unordered_map<CUstream, std::unique_ptr<CUstream_st>> streams;
  std::unordered_map<CUevent, std::unique_ptr<CUevent_st>> events;
  std::unordered_map<CUgraph, std::unique_ptr<CUgraph_st>> graphs;
  std::unordered_map<CUgraphExec, std::unique_ptr<CUgraphExec_st>> executables;
  std::unordered_map<CUmodule, std::shared_ptr<CUmod_st>> modules;
  long kernelsRun = 0;
  long graphsLaunched = 0;
  size_t graphDepth = 0; // of the deepest one that was instantiated
  std::map<std::string, long> products; // of float32, by how they were asked for
};

Machine& machine();

// The calling thread's current context.
CUcontext& currentContext();

// Notes a fault: every later call answers with it until the primary context is gone.
void faulted(const Fault& fault);

// Frees what a context owns and forgets the fault.
void destroyContext();

// Runs the body of a call of the driver: under the lock, and only where the driver is initialised, the thread has a
// context and no fault is pending.
template <class Body>
CUresult inContext(Body body) {
  Machine& m = machine();
  std::lock_guard<std::recursive_mutex> guard(m.lock);
  if (!m.initialised) {
    return CUDA_ERROR_NOT_INITIALIZED;
  }
  if (currentContext() == nullptr || m.retained == 0) {
    return CUDA_ERROR_INVALID_CONTEXT;
  }
  if (m.sticky != CUDA_SUCCESS) {
    return m.sticky;
  }
  try {
    return body();
  } catch (const Fault& fault) {
    faulted(fault);
    return m.sticky;
  }
}

// Throws Fault unless [address, address + bytes) is device memory.
void requireDeviceMemory(const void* address, size_t bytes, const std::string& what);

} // namespace emulator
