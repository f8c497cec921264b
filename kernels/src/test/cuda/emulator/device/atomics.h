// Atomic operations and cached loads. One lane runs at a time, so that plain read-modify-write is atomic; the order of
// the lanes changes between launches orders, which shows results that depend on the order of float additions.
#pragma once
#include "abi.h"

#define EMULATOR_ATOMIC(name, type, expression) \
  EMULATOR_UNCHECKED inline type name(type* address, type value) { \
    emulator::checkedAccess(address, sizeof(type), emulator::AccessKind::Atomic); \
    type old = *address; \
    *address = static_cast<type>(expression); \
    return old; \
  }
#define EMULATOR_ATOMIC_INTEGER(type) \
  EMULATOR_ATOMIC(atomicExch, type, value) \
  EMULATOR_ATOMIC(atomicMin, type, value < old ? value : old) \
  EMULATOR_ATOMIC(atomicMax, type, value > old ? value : old) \
  EMULATOR_ATOMIC(atomicAnd, type, old& value) \
  EMULATOR_ATOMIC(atomicOr, type, old | value) \
  EMULATOR_ATOMIC(atomicXor, type, old ^ value) \
  EMULATOR_UNCHECKED inline type atomicCAS(type* address, type compare, type value) { \
    emulator::checkedAccess(address, sizeof(type), emulator::AccessKind::Atomic); \
    type old = *address; \
    if (old == compare) { \
      *address = value; \
    } \
    return old; \
  }
EMULATOR_ATOMIC_INTEGER(int)
EMULATOR_ATOMIC_INTEGER(unsigned)
EMULATOR_ATOMIC_INTEGER(unsigned long long)
EMULATOR_ATOMIC(atomicAdd, int, static_cast<unsigned>(old) + static_cast<unsigned>(value))
EMULATOR_ATOMIC(atomicAdd, unsigned, old + value)
EMULATOR_ATOMIC(atomicAdd, unsigned long long, old + value)
EMULATOR_ATOMIC(atomicAdd, float, old + value)
EMULATOR_ATOMIC(atomicAdd, double, old + value)
EMULATOR_ATOMIC(atomicSub, int, static_cast<unsigned>(old) - static_cast<unsigned>(value))
EMULATOR_ATOMIC(atomicSub, unsigned, old - value)
EMULATOR_ATOMIC(atomicInc, unsigned, old >= value ? 0u : old + 1u)
EMULATOR_ATOMIC(atomicDec, unsigned, old == 0u || old > value ? value : old - 1u)
EMULATOR_ATOMIC(atomicExch, float, value)

// Reads through the cache that all blocks share. Only such a read may see, in the same launch, what another block wrote.
template <class T>
EMULATOR_UNCHECKED inline T __ldcg(const T* address) {
  emulator::checkedAccess(address, sizeof(T), emulator::AccessKind::CoherentRead);
  return *address;
}
template <class T>
inline T __ldg(const T* address) {
  return *address;
}
template <class T>
inline T __ldcs(const T* address) {
  return *address;
}
template <class T>
inline void __stcs(T* address, T value) {
  *address = value;
}
template <class T>
inline void __stcg(T* address, T value) {
  *address = value;
}
