// Shuffles, votes and reductions of a warp. A lane that reads from a lane outside of the mask gets all bits set (NaN):
// on a GPU the value is undefined.
#pragma once
#include "abi.h"

#define EMULATOR_SHUFFLES(type) \
  EMULATOR_UNCHECKED inline type emulatorShuffle(unsigned mask, type value, unsigned source) { \
    unsigned long long bits = 0; \
    __builtin_memcpy(&bits, &value, sizeof value); \
    bits = emulator::warpExchange(emulator::WarpOperation::Shuffle, mask, bits)[source & 31]; \
    if ((mask >> (source & 31) & 1) == 0) { \
      bits = ~0ull; \
    } \
    __builtin_memcpy(&value, &bits, sizeof value); \
    return value; \
  } \
  inline type __shfl_sync(unsigned mask, type value, int source, int width = 32) { \
    unsigned first = emulator::laneIndex & ~static_cast<unsigned>(width - 1); \
    return emulatorShuffle(mask, value, first + (static_cast<unsigned>(source) & static_cast<unsigned>(width - 1))); \
  } \
  inline type __shfl_up_sync(unsigned mask, type value, unsigned delta, int width = 32) { \
    unsigned lane = emulator::laneIndex; \
    bool inside = (lane & static_cast<unsigned>(width - 1)) >= delta; \
    return emulatorShuffle(mask, value, inside ? lane - delta : lane); \
  } \
  inline type __shfl_down_sync(unsigned mask, type value, unsigned delta, int width = 32) { \
    unsigned lane = emulator::laneIndex; \
    bool inside = (lane & static_cast<unsigned>(width - 1)) + delta < static_cast<unsigned>(width); \
    return emulatorShuffle(mask, value, inside ? lane + delta : lane); \
  } \
  inline type __shfl_xor_sync(unsigned mask, type value, int laneMask, int width = 32) { \
    unsigned lane = emulator::laneIndex; \
    unsigned source = lane ^ static_cast<unsigned>(laneMask); \
    bool inside = (source & ~static_cast<unsigned>(width - 1)) <= (lane & ~static_cast<unsigned>(width - 1)); \
    return emulatorShuffle(mask, value, inside ? source : lane); \
  }
EMULATOR_SHUFFLES(int)
EMULATOR_SHUFFLES(unsigned)
EMULATOR_SHUFFLES(long)
EMULATOR_SHUFFLES(unsigned long)
EMULATOR_SHUFFLES(long long)
EMULATOR_SHUFFLES(unsigned long long)
EMULATOR_SHUFFLES(float)
EMULATOR_SHUFFLES(double)

inline void __syncwarp(unsigned mask = 0xffffffffu) {
  emulator::warpExchange(emulator::WarpOperation::Synchronise, mask, 0);
}

EMULATOR_UNCHECKED inline unsigned __ballot_sync(unsigned mask, int predicate) {
  const unsigned long long* posted =
      emulator::warpExchange(emulator::WarpOperation::Vote, mask, predicate != 0 ? 1 : 0);
  unsigned ballot = 0;
  for (unsigned lane = 0; lane < 32; lane++) {
    if ((mask >> lane & 1) != 0 && posted[lane] != 0) {
      ballot |= 1u << lane;
    }
  }
  return ballot;
}

inline int __any_sync(unsigned mask, int predicate) {
  return __ballot_sync(mask, predicate) != 0;
}

inline int __all_sync(unsigned mask, int predicate) {
  return __ballot_sync(mask, predicate) == mask;
}

inline unsigned __activemask() {
  return emulator::liveLanes();
}

#define EMULATOR_MATCH(type) \
  EMULATOR_UNCHECKED inline unsigned __match_any_sync(unsigned mask, type value) { \
    unsigned long long bits = 0; \
    __builtin_memcpy(&bits, &value, sizeof value); \
    const unsigned long long* posted = emulator::warpExchange(emulator::WarpOperation::Match, mask, bits); \
    unsigned equal = 0; \
    for (unsigned lane = 0; lane < 32; lane++) { \
      if ((mask >> lane & 1) != 0 && posted[lane] == bits) { \
        equal |= 1u << lane; \
      } \
    } \
    return equal; \
  }
EMULATOR_MATCH(int)
EMULATOR_MATCH(unsigned)
EMULATOR_MATCH(long long)
EMULATOR_MATCH(unsigned long long)
EMULATOR_MATCH(float)
EMULATOR_MATCH(double)

#define EMULATOR_REDUCE(name, type, expression) \
  EMULATOR_UNCHECKED inline type name(unsigned mask, type value) { \
    const unsigned long long* posted = emulator::warpExchange( \
        emulator::WarpOperation::Reduce, mask, static_cast<unsigned long long>(static_cast<unsigned>(value))); \
    bool first = true; \
    type a = 0; \
    for (unsigned lane = 0; lane < 32; lane++) { \
      if ((mask >> lane & 1) != 0) { \
        type b = static_cast<type>(static_cast<unsigned>(posted[lane])); \
        a = first ? b : static_cast<type>(expression); \
        first = false; \
      } \
    } \
    return a; \
  }
EMULATOR_REDUCE(__reduce_add_sync, int, static_cast<unsigned>(a) + static_cast<unsigned>(b))
EMULATOR_REDUCE(__reduce_add_sync, unsigned, a + b)
EMULATOR_REDUCE(__reduce_min_sync, int, min(a, b))
EMULATOR_REDUCE(__reduce_min_sync, unsigned, min(a, b))
EMULATOR_REDUCE(__reduce_max_sync, int, max(a, b))
EMULATOR_REDUCE(__reduce_max_sync, unsigned, max(a, b))
EMULATOR_REDUCE(__reduce_and_sync, unsigned, a& b)
EMULATOR_REDUCE(__reduce_or_sync, unsigned, a | b)
EMULATOR_REDUCE(__reduce_xor_sync, unsigned, a ^ b)
