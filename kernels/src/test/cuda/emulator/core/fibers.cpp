#include "fibers.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <numeric>
#include <vector>

#include "access.h"
#include "fault.h"

#if !defined(__x86_64__)
#error "the CUDA emulator switches stacks in x86-64 assembly: port emulatorSwitch to build it here"
#endif

// void emulatorSwitch(void** saved, void* target): saves the callee-saved registers and the stack pointer, goes on where
// `target` was saved. Returning by a jump keeps the return predictor of the other stacks out of it.
asm(R"(
.text
.type emulatorSwitch, @function
.hidden emulatorSwitch
emulatorSwitch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  popq %rcx
  jmp *%rcx
.size emulatorSwitch, .-emulatorSwitch
)");
extern "C" void emulatorSwitch(void** saved, void* target) __attribute__((visibility("hidden")));

// What kernels see as constants.
extern "C" {
emulator::uint3 emulatorThreadIndex;
unsigned emulatorLaneIndex;
emulator::uint3 emulatorBlockIndex;
emulator::uint3 emulatorBlockDimensions;
emulator::uint3 emulatorGridDimensions;
}

namespace emulator {

FiberState fiberState;

namespace {

constexpr unsigned maximumThreads = 1024;
constexpr unsigned warpLanes = 32;
constexpr size_t stackBytes = size_t(128) << 10;
constexpr size_t pageBytes = 4096;
// Stacks at a stride that is a power of two would share the same few cache sets.
constexpr size_t stackColour = 448;

enum class LaneState { Fresh, Ready, AtWarpOperation, AtBlockBarrier, Exited };

struct Lane {
  uint3 threadIndex;
  unsigned index; // within its warp
  LaneState state;
  WarpOperation operation;
  unsigned mask;
  unsigned long long posted;
  bool predicate;
  void* stackPointer;
};

struct Warp {
  unsigned first;
  unsigned lanes;
  bool finished;
  unsigned long long delivered[warpLanes];
};

Lane lanes[maximumThreads];
Warp warps[maximumThreads / warpLanes];
unsigned char sweepOrders[3][warpLanes + 1][warpLanes];

const Grid* grid;
unsigned threadCount;
Warp* warp;
const unsigned char* sweepOrder;
unsigned sweepPosition;
unsigned barrierCount;
void* schedulerStackPointer;
const char* failure;
Lane* failedLane;

// Fibers live as long as the process: each waits, on its own stack, for the next fresh lane.
char* stacks;
unsigned usedStacks;
std::vector<unsigned> idleFibers;
void* idleStackPointers[maximumThreads];

Lane* running;

void makeRunning(Lane* lane) {
  running = lane;
  fiberState.thread = static_cast<unsigned>(lane - lanes);
  emulatorThreadIndex = lane->threadIndex;
  emulatorLaneIndex = lane->index;
}

Lane* nextInSweep() {
  while (sweepPosition < warp->lanes) {
    Lane* lane = &lanes[warp->first + sweepOrder[sweepPosition++]];
    if (lane->state == LaneState::Fresh || lane->state == LaneState::Ready) {
      return lane;
    }
  }
  return nullptr;
}

[[noreturn]] void fiberMain() {
  const unsigned self = usedStacks - 1;
  for (;;) {
    grid->kernel->invoke(grid->parameters);
    running->state = LaneState::Exited;
    Lane* next = nextInSweep();
    if (next != nullptr && next->state == LaneState::Fresh) {
      makeRunning(next);
      continue;
    }
    idleFibers.push_back(self);
    if (next != nullptr) {
      makeRunning(next);
    }
    emulatorSwitch(&idleStackPointers[self], next == nullptr ? schedulerStackPointer : next->stackPointer);
  }
}

void* newFiber() {
  if (stacks == nullptr) {
    void* memory = mmap(
        nullptr, stackBytes * maximumThreads, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
      throw Fault(2, "no memory for the stacks of the emulated threads");
    }
    stacks = static_cast<char*>(memory);
    fiberState.stacksBegin = stacks;
    fiberState.stacksEnd = stacks + stackBytes * maximumThreads;
  }
  char* stack = stacks + stackBytes * usedStacks;
  mprotect(stack, pageBytes, PROT_NONE); // running over the end of a stack must not reach the next one
  char* top = stack + stackBytes - stackColour * (usedStacks % 8);
  void** pointer = reinterpret_cast<void**>(reinterpret_cast<uintptr_t>(top) & ~uintptr_t(63));
  *--pointer = nullptr; // where fiberMain would return to; leaves the alignment that a called function finds
  *--pointer = reinterpret_cast<void*>(fiberMain);
  for (int saved = 0; saved < 6; saved++) {
    *--pointer = nullptr;
  }
  usedStacks++;
  return pointer;
}

// The stack on which the lane goes on; makes it the current one.
void* stackOf(Lane* lane) {
  makeRunning(lane);
  if (lane->state != LaneState::Fresh) {
    return lane->stackPointer;
  }
  if (idleFibers.empty()) {
    return newFiber();
  }
  void* pointer = idleStackPointers[idleFibers.back()];
  idleFibers.pop_back();
  return pointer;
}

// Hands over to the next lane of the sweep, or to the scheduler after the last one.
void stop(LaneState state) {
  Lane* self = running;
  self->state = state;
  Lane* next = nextInSweep();
  emulatorSwitch(&self->stackPointer, next == nullptr ? schedulerStackPointer : stackOf(next));
}

[[noreturn]] void fail(Lane* lane, const char* what) {
  char text[1024];
  std::snprintf(
      text, sizeof text, "kernel %s: %s, at block (%u,%u,%u) thread (%u,%u,%u)", grid->kernel->name, what, emulatorBlockIndex.x,
      emulatorBlockIndex.y, emulatorBlockIndex.z, lane->threadIndex.x, lane->threadIndex.y, lane->threadIndex.z);
  // The stacks of the lanes that stopped half-way are given up with what stood on them.
  usedStacks = 0;
  idleFibers.clear();
  throw Fault(719, text); // CUDA_ERROR_LAUNCH_FAILED
}

// Lets go the groups of lanes that are complete; false where no lane of the warp waits for its warp.
bool releaseWarp() {
  bool waiting = false;
  bool released = false;
  unsigned seen = 0;
  for (unsigned k = 0; k < warp->lanes; k++) {
    Lane& lane = lanes[warp->first + k];
    if (lane.state != LaneState::AtWarpOperation || (seen >> k & 1) != 0) {
      continue;
    }
    waiting = true;
    if ((lane.mask >> k & 1) == 0) {
      fail(&lane, "the lane is not in the mask that it gives to a warp operation");
    }
    bool complete = true;
    for (unsigned j = 0; j < warp->lanes && complete; j++) {
      if ((lane.mask >> j & 1) == 0) {
        continue;
      }
      Lane& other = lanes[warp->first + j];
      if (other.state == LaneState::Exited) {
        fail(&other, "the lane has exited but is in the mask of a warp operation that others wait at");
      }
      if (other.state == LaneState::AtBlockBarrier) {
        fail(&other, "the lane waits at __syncthreads but is in the mask of a warp operation that others wait at");
      }
      complete = other.state == LaneState::AtWarpOperation && other.mask == lane.mask;
      if (complete && other.operation != lane.operation) {
        fail(&other, "the lane waits at another kind of warp operation than the other lanes of its mask");
      }
    }
    if (complete) {
      for (unsigned j = 0; j < warp->lanes; j++) {
        if ((lane.mask >> j & 1) != 0) {
          Lane& other = lanes[warp->first + j];
          warp->delivered[j] = other.posted;
          other.state = LaneState::Ready;
        }
      }
      if (lane.operation == WarpOperation::Synchronise) {
        checksAfterWarpBarrier(warp->first / warpLanes);
      }
      seen |= lane.mask;
      released = true;
    }
  }
  if (waiting && !released) {
    for (unsigned k = 0; k < warp->lanes; k++) {
      if (lanes[warp->first + k].state == LaneState::AtWarpOperation) {
        fail(&lanes[warp->first + k], "lanes wait at warp operations with masks that contradict each other");
      }
    }
  }
  return waiting;
}

// Runs the lanes of a warp until all have exited or wait for the block.
void runWarp(LaneOrder order) {
  sweepOrder = sweepOrders[static_cast<int>(order)][warp->lanes];
  do {
    sweepPosition = 0;
    Lane* next = nextInSweep();
    if (next != nullptr) {
      emulatorSwitch(&schedulerStackPointer, stackOf(next));
    }
    if (failure != nullptr) {
      fail(failedLane, failure);
    }
  } while (releaseWarp());
}

// Lets go the threads at a barrier; false where all have exited.
bool releaseBlock() {
  bool waiting = false;
  barrierCount = 0;
  for (unsigned i = 0; i < threadCount; i++) {
    if (lanes[i].state == LaneState::AtBlockBarrier) {
      waiting = true;
      barrierCount += lanes[i].predicate ? 1 : 0;
      lanes[i].state = LaneState::Ready;
    }
  }
  checksAfterBlockBarrier();
  return waiting;
}

void poisonShared(const SharedMemory& shared) {
  char* end = shared.staticBegin + shared.staticBytes;
  char* dynamicEnd = shared.dynamic + dynamicSharedLimit + dynamicSharedRedZone;
  if (shared.dynamic >= shared.staticBegin && shared.dynamic < end) {
    std::memset(shared.staticBegin, 0xff, static_cast<size_t>(shared.dynamic - shared.staticBegin));
    std::memset(dynamicEnd, 0xff, static_cast<size_t>(end - dynamicEnd));
  } else {
    std::memset(shared.staticBegin, 0xff, shared.staticBytes);
  }
  std::memset(shared.dynamic, 0xff, shared.dynamicBytes);
}

constexpr unsigned char sharedRedZone = 0xab;

void checkShared(const SharedMemory& shared) {
  const unsigned char* zone = reinterpret_cast<unsigned char*>(shared.dynamic) + shared.dynamicBytes;
  unsigned changed = 0;
  for (unsigned i = 0; i < dynamicSharedRedZone; i++) {
    changed |= zone[i] ^ sharedRedZone;
  }
  if (changed != 0) {
    unsigned i = 0;
    while (zone[i] == sharedRedZone) {
      i++;
    }
    char text[160];
    std::snprintf(
        text, sizeof text, "wrote byte %zu of %zu bytes of dynamic shared memory", shared.dynamicBytes + i,
        shared.dynamicBytes);
    fail(&lanes[0], text);
  }
}

void runBlock() {
  checksOfBlock();
  for (unsigned i = 0; i < threadCount; i++) {
    lanes[i].state = LaneState::Fresh;
  }
  unsigned warpCount = (threadCount + warpLanes - 1) / warpLanes;
  do {
    for (unsigned w = 0; w < warpCount; w++) {
      warp = &warps[ordered(grid->order, w, warpCount)];
      runWarp(grid->order);
    }
  } while (releaseBlock());
}

void prepareSweepOrders() {
  if (sweepOrders[0][1][0] != 0 || sweepOrders[1][2][0] != 0) {
    return;
  }
  for (int order = 0; order < 3; order++) {
    for (unsigned n = 1; n <= warpLanes; n++) {
      for (unsigned k = 0; k < n; k++) {
        sweepOrders[order][n][k] = static_cast<unsigned char>(ordered(static_cast<LaneOrder>(order), k, n));
      }
    }
  }
}

} // namespace

unsigned ordered(LaneOrder order, unsigned k, unsigned n) {
  switch (order) {
    case LaneOrder::Forward:
      return k;
    case LaneOrder::Reverse:
      return n - 1 - k;
    default: {
      // A stride near the golden ratio of n, without a common divisor with it.
      unsigned stride = static_cast<unsigned>(0.618 * n) | 1;
      while (std::gcd(stride, n) != 1) {
        stride += 2;
      }
      return static_cast<unsigned>((static_cast<unsigned long long>(k) * stride + n / 3) % n);
    }
  }
}

const unsigned long long* warpExchange(WarpOperation operation, unsigned mask, unsigned long long value) {
  Lane* self = running;
  self->operation = operation;
  self->mask = mask;
  self->posted = value;
  Warp* own = warp;
  stop(LaneState::AtWarpOperation);
  return own->delivered;
}

void blockBarrier() {
  running->predicate = false;
  stop(LaneState::AtBlockBarrier);
}

unsigned blockBarrierCount(bool predicate) {
  running->predicate = predicate;
  stop(LaneState::AtBlockBarrier);
  return barrierCount;
}

unsigned liveLanes() {
  unsigned live = 0;
  for (unsigned k = 0; k < warp->lanes; k++) {
    live |= lanes[warp->first + k].state == LaneState::Exited ? 0u : 1u << k;
  }
  return live;
}

void laneFailed(const char* what) {
  failure = what;
  failedLane = running;
  void* abandoned;
  emulatorSwitch(&abandoned, schedulerStackPointer);
  __builtin_unreachable();
}

void runGrid(const Grid& requested) {
  prepareSweepOrders();
  grid = &requested;
  failure = nullptr;
  emulatorBlockDimensions = {requested.threads.x, requested.threads.y, requested.threads.z};
  emulatorGridDimensions = {requested.blocks.x, requested.blocks.y, requested.blocks.z};
  threadCount = requested.threads.x * requested.threads.y * requested.threads.z;
  for (unsigned i = 0; i < threadCount; i++) {
    lanes[i].threadIndex = {
        i % emulatorBlockDimensions.x, i / emulatorBlockDimensions.x % emulatorBlockDimensions.y, i / (emulatorBlockDimensions.x * emulatorBlockDimensions.y)};
    lanes[i].index = i % warpLanes;
  }
  for (unsigned w = 0; w * warpLanes < threadCount; w++) {
    unsigned first = w * warpLanes;
    warps[w].first = first;
    warps[w].lanes = threadCount - first < warpLanes ? threadCount - first : warpLanes;
  }
  const SharedMemory& shared = requested.shared;
  std::memset(shared.dynamic + shared.dynamicBytes, sharedRedZone, dynamicSharedRedZone);
  const dim3& blocks = requested.blocks;
  for (unsigned z = 0; z < blocks.z; z++) {
    for (unsigned y = 0; y < blocks.y; y++) {
      for (unsigned x = 0; x < blocks.x; x++) {
        emulatorBlockIndex = {
            ordered(requested.order, x, blocks.x), ordered(requested.order, y, blocks.y),
            ordered(requested.order, z, blocks.z)};
        poisonShared(shared);
        runBlock();
        checkShared(shared);
      }
    }
  }
}

} // namespace emulator
