// Qualifiers, built-in variables, barriers and diagnostics.
#pragma once
#include "abi.h"

typedef decltype(sizeof(0)) size_t;
typedef decltype(static_cast<char*>(nullptr) - static_cast<char*>(nullptr)) ptrdiff_t;
typedef long clock_t;

#define __global__
#define __device__
#define __host__
#define __constant__
// Blocks run one after another on the launching thread, so memory of the thread is memory of the block.
#define __shared__ thread_local
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __align__(n) __attribute__((aligned(n)))
#define __launch_bounds__(...)
#define __grid_constant__

using emulator::dim3;
using emulator::uint3;

#define threadIdx emulator::threadIndex
#define blockIdx emulator::blockIndex
#define blockDim emulator::blockDimensions
#define gridDim emulator::gridDimensions
#define warpSize 32

inline void __syncthreads() {
  emulator::blockBarrier();
}

inline int __syncthreads_count(int predicate) {
  return static_cast<int>(emulator::blockBarrierCount(predicate != 0));
}

inline int __syncthreads_or(int predicate) {
  return emulator::blockBarrierCount(predicate != 0) != 0;
}

inline int __syncthreads_and(int predicate) {
  return emulator::blockBarrierCount(predicate == 0) == 0;
}

inline void __threadfence() {
  emulator::fence();
}

inline void __threadfence_system() {
  emulator::fence();
}

inline void __threadfence_block() {}
inline void __nanosleep(unsigned) {}

inline long long clock64() {
  return static_cast<long long>(__builtin_ia32_rdtsc());
}

inline clock_t clock() {
  return clock64();
}

extern "C" int printf(const char* format, ...);

[[noreturn]] inline void __trap() {
  emulator::laneFailed("__trap()");
}

#define EMULATOR_TEXT_OF(x) #x
#define EMULATOR_TEXT(x) EMULATOR_TEXT_OF(x)
#define assert(condition) \
  ((condition) ? static_cast<void>(0) \
               : emulator::laneFailed("assertion " #condition " at " __FILE__ ":" EMULATOR_TEXT(__LINE__)))
