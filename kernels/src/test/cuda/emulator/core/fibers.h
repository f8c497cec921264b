// Runs the blocks of a grid one after another, each of their threads as a fiber. A fiber stops only at a barrier or a
// warp operation; a kernel without any runs all its lanes on one fiber, without a single switch.
#pragma once
#include <cstddef>
#include <string>

#include "../device/abi.h"

namespace emulator {

// The order in which lanes, warps and blocks run.
enum class LaneOrder { Forward, Reverse, Permuted };

// Memory that every block finds undefined.
struct SharedMemory {
  char* staticBegin = nullptr; // may contain the dynamic part, which is left out
  size_t staticBytes = 0;
  char* dynamic = nullptr;
  size_t dynamicBytes = 0;
};

struct Grid {
  const KernelEntry* kernel;
  void* const* parameters;
  dim3 blocks;
  dim3 threads;
  SharedMemory shared;
  LaneOrder order;
};

// Runs the grid; throws Fault where a thread does what CUDA does not allow.
void runGrid(const Grid& grid);

// Where the scheduler is, for what is asked at every access.
struct FiberState {
  const char* stacksBegin = nullptr;
  const char* stacksEnd = nullptr;
  unsigned thread = 0;
};
extern FiberState fiberState __attribute__((visibility("hidden")));

// The running thread's number in its block.
inline unsigned runningThread() {
  return fiberState.thread;
}

// Whether the address is on the stack of an emulated thread: its own memory.
inline bool isOnStack(const char* address) {
  return address >= fiberState.stacksBegin && address < fiberState.stacksEnd;
}

// k-th of n in the given order, for every k < n once.
unsigned ordered(LaneOrder order, unsigned k, unsigned n);

} // namespace emulator
