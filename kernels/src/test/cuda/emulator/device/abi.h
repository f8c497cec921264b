// What compiled kernels and the emulator's core agree on. No standard headers: kernels see this file, and NVRTC
// gives them none either.
#pragma once

// For functions whose loads and stores the checks must not see.
#define EMULATOR_UNCHECKED __attribute__((no_sanitize("thread"), noinline))

namespace emulator {

struct uint3 {
  unsigned x, y, z;
};

struct dim3 {
  unsigned x, y, z;
  constexpr dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
  constexpr dim3(uint3 v) : x(v.x), y(v.y), z(v.z) {}
};

// Where a thread is. Every lane sees its own values whenever it runs, and always the same: constants to a kernel, though
// the scheduler writes them.
extern const uint3 threadIndex __asm__("emulatorThreadIndex");
extern const unsigned laneIndex __asm__("emulatorLaneIndex"); // within the warp
extern const uint3 blockIndex __asm__("emulatorBlockIndex");
extern const uint3 blockDimensions __asm__("emulatorBlockDimensions");
extern const uint3 gridDimensions __asm__("emulatorGridDimensions");

enum class WarpOperation { Synchronise, Shuffle, Vote, Match, Reduce };

// Posts a value and waits until every lane of the mask has posted one in the same kind of operation. The result holds
// the 32 posted values, valid until the lane stops again; only those of the mask's lanes mean anything.
const unsigned long long* warpExchange(WarpOperation operation, unsigned mask, unsigned long long value);

// Waits for all threads of the block that have not exited.
void blockBarrier();

// The same; counts the threads whose predicate holds, the exited ones left out.
unsigned blockBarrierCount(bool predicate);

// Lanes of this warp that have not exited.
unsigned liveLanes();

// What the checks have to know of an access that is more than a load or a store.
enum class AccessKind { Read, Write, CoherentRead, Atomic };
void checkedAccess(const void* address, unsigned bytes, AccessKind kind);

// Lets other blocks see what this thread stored, and what it has met others behind.
void fence();

// Ends the launch as a fault of this thread.
[[noreturn]] void laneFailed(const char* what);

struct KernelEntry {
  const char* name;
  void (*invoke)(void* const* parameters);
  const unsigned* parameterSizes;
  unsigned parameterCount;
  unsigned maximumThreads;
};

// What each compiled program exports as `emulatorImage`.
struct Image {
  unsigned version;
  unsigned kernelCount;
  const KernelEntry* kernels;
  // An address in the calling thread's shared memory of the program; asking for it makes that memory exist.
  char* (*sharedAnchor)();
  // The calling thread's memory behind `extern __shared__`; null in a program that declares none.
  char* (*dynamicShared)();
};

constexpr unsigned imageVersion = 1;
constexpr unsigned dynamicSharedLimit = 232448;
constexpr unsigned dynamicSharedRedZone = 1024;

template <unsigned... I>
struct Indices {};

template <unsigned N, unsigned... I>
struct MakeIndices : MakeIndices<N - 1, N - 1, I...> {};

template <unsigned... I>
struct MakeIndices<0, I...> {
  using type = Indices<I...>;
};

// Unpacks the driver's array of parameter addresses by the kernel's own signature.
template <auto Kernel>
struct Binding;

template <class... Parameters, void (*Kernel)(Parameters...)>
struct Binding<Kernel> {
  static constexpr unsigned sizes[sizeof...(Parameters) + 1] = {sizeof(Parameters)..., 0};

  template <unsigned... I>
  EMULATOR_UNCHECKED static void call(void* const* parameters, Indices<I...>) {
    (void)parameters;
    Kernel(*static_cast<Parameters*>(parameters[I])...);
  }

  EMULATOR_UNCHECKED static void invoke(void* const* parameters) {
    call(parameters, typename MakeIndices<sizeof...(Parameters)>::type{});
  }
};

template <auto Kernel>
constexpr KernelEntry kernelEntry(const char* name, unsigned maximumThreads) {
  using Bound = Binding<Kernel>;
  return {name, Bound::invoke, Bound::sizes, sizeof(Bound::sizes) / sizeof(unsigned) - 1, maximumThreads};
}

constexpr unsigned firstOf(unsigned first, unsigned = 0, unsigned = 0) {
  return first;
}

} // namespace emulator
