// Integer and bit functions, conversions, explicitly rounded arithmetic.
#pragma once

#define EMULATOR_REINTERPRET(name, to, from) \
  inline to name(from x) { \
    to y; \
    __builtin_memcpy(&y, &x, sizeof y); \
    return y; \
  }
EMULATOR_REINTERPRET(__float_as_int, int, float)
EMULATOR_REINTERPRET(__float_as_uint, unsigned, float)
EMULATOR_REINTERPRET(__int_as_float, float, int)
EMULATOR_REINTERPRET(__uint_as_float, float, unsigned)
EMULATOR_REINTERPRET(__double_as_longlong, long long, double)
EMULATOR_REINTERPRET(__longlong_as_double, double, long long)

inline double __hiloint2double(int high, int low) {
  return __longlong_as_double(static_cast<long long>(
      (static_cast<unsigned long long>(static_cast<unsigned>(high)) << 32) | static_cast<unsigned>(low)));
}

inline int __double2hiint(double x) {
  return static_cast<int>(__double_as_longlong(x) >> 32);
}

inline int __double2loint(double x) {
  return static_cast<int>(__double_as_longlong(x));
}

#define EMULATOR_MINMAX(type) \
  inline type min(type a, type b) { \
    return b < a ? b : a; \
  } \
  inline type max(type a, type b) { \
    return a < b ? b : a; \
  }
EMULATOR_MINMAX(int)
EMULATOR_MINMAX(unsigned)
EMULATOR_MINMAX(long)
EMULATOR_MINMAX(unsigned long)
EMULATOR_MINMAX(long long)
EMULATOR_MINMAX(unsigned long long)

inline unsigned min(unsigned a, int b) {
  return min(a, static_cast<unsigned>(b));
}
inline unsigned min(int a, unsigned b) {
  return min(static_cast<unsigned>(a), b);
}
inline unsigned max(unsigned a, int b) {
  return max(a, static_cast<unsigned>(b));
}
inline unsigned max(int a, unsigned b) {
  return max(static_cast<unsigned>(a), b);
}

inline int abs(int x) {
  return x < 0 ? -x : x;
}
inline long abs(long x) {
  return x < 0 ? -x : x;
}
inline long long abs(long long x) {
  return x < 0 ? -x : x;
}
inline long labs(long x) {
  return abs(x);
}
inline long long llabs(long long x) {
  return abs(x);
}

inline int __mulhi(int a, int b) {
  return static_cast<int>((static_cast<long long>(a) * b) >> 32);
}
inline unsigned __umulhi(unsigned a, unsigned b) {
  return static_cast<unsigned>((static_cast<unsigned long long>(a) * b) >> 32);
}
inline long long __mul64hi(long long a, long long b) {
  return static_cast<long long>((static_cast<__int128>(a) * b) >> 64);
}
inline unsigned long long __umul64hi(unsigned long long a, unsigned long long b) {
  return static_cast<unsigned long long>((static_cast<unsigned __int128>(a) * b) >> 64);
}
inline int __popc(unsigned x) {
  return __builtin_popcount(x);
}
inline int __popcll(unsigned long long x) {
  return __builtin_popcountll(x);
}
inline int __clz(int x) {
  return x == 0 ? 32 : __builtin_clz(static_cast<unsigned>(x));
}
inline int __clzll(long long x) {
  return x == 0 ? 64 : __builtin_clzll(static_cast<unsigned long long>(x));
}
inline int __ffs(int x) {
  return __builtin_ffs(x);
}
inline int __ffsll(long long x) {
  return __builtin_ffsll(x);
}
inline unsigned __brev(unsigned x) {
  unsigned y = 0;
  for (int i = 0; i < 32; i++) {
    y |= (x >> i & 1) << (31 - i);
  }
  return y;
}
inline unsigned __funnelshift_l(unsigned low, unsigned high, unsigned shift) {
  return static_cast<unsigned>(((static_cast<unsigned long long>(high) << 32 | low) << (shift & 31)) >> 32);
}
inline unsigned __funnelshift_r(unsigned low, unsigned high, unsigned shift) {
  return static_cast<unsigned>((static_cast<unsigned long long>(high) << 32 | low) >> (shift & 31));
}

// Compiled without contraction: these are what the plain operators give here. On a GPU they are what keeps the compiler
// from joining a product and a sum.
inline float __fadd_rn(float a, float b) {
  return a + b;
}
inline float __fsub_rn(float a, float b) {
  return a - b;
}
inline float __fmul_rn(float a, float b) {
  return a * b;
}
inline float __fdiv_rn(float a, float b) {
  return a / b;
}
inline float __frcp_rn(float a) {
  return 1.0f / a;
}
inline float __fsqrt_rn(float a) {
  return __builtin_sqrtf(a);
}
inline float __fmaf_rn(float a, float b, float c) {
  return __builtin_fmaf(a, b, c);
}
inline double __dadd_rn(double a, double b) {
  return a + b;
}
inline double __dsub_rn(double a, double b) {
  return a - b;
}
inline double __dmul_rn(double a, double b) {
  return a * b;
}
inline double __ddiv_rn(double a, double b) {
  return a / b;
}
inline double __drcp_rn(double a) {
  return 1.0 / a;
}
inline double __dsqrt_rn(double a) {
  return __builtin_sqrt(a);
}
inline double __fma_rn(double a, double b, double c) {
  return __builtin_fma(a, b, c);
}

// Out of range, x86 gives the smallest integer where CUDA saturates (and 0 for NaN): saturate by hand.
template <class To, class From>
inline To emulatorSaturated(From x) {
  constexpr bool isSigned = static_cast<To>(-1) < static_cast<To>(0);
  constexpr int bits = sizeof(To) * 8 - (isSigned ? 1 : 0);
  constexpr To largest = static_cast<To>(~0ull >> (64 - bits));
  constexpr To smallest = isSigned ? static_cast<To>(-largest - 1) : static_cast<To>(0);
  const double bound = __builtin_ldexp(1.0, bits);
  return x != x ? static_cast<To>(0)
      : static_cast<double>(x) >= bound ? largest
      : static_cast<double>(x) <= static_cast<double>(smallest) ? smallest
                                                                : static_cast<To>(x);
}

#define EMULATOR_TO_INTEGER(name, to, from, suffix) \
  inline to name##_rn(from x) { \
    return emulatorSaturated<to>(__builtin_nearbyint##suffix(x)); \
  } \
  inline to name##_rz(from x) { \
    return emulatorSaturated<to>(__builtin_trunc##suffix(x)); \
  } \
  inline to name##_rd(from x) { \
    return emulatorSaturated<to>(__builtin_floor##suffix(x)); \
  } \
  inline to name##_ru(from x) { \
    return emulatorSaturated<to>(__builtin_ceil##suffix(x)); \
  }
EMULATOR_TO_INTEGER(__float2int, int, float, f)
EMULATOR_TO_INTEGER(__float2uint, unsigned, float, f)
EMULATOR_TO_INTEGER(__float2ll, long long, float, f)
EMULATOR_TO_INTEGER(__float2ull, unsigned long long, float, f)
EMULATOR_TO_INTEGER(__double2int, int, double, )
EMULATOR_TO_INTEGER(__double2uint, unsigned, double, )
EMULATOR_TO_INTEGER(__double2ll, long long, double, )
EMULATOR_TO_INTEGER(__double2ull, unsigned long long, double, )

inline float __int2float_rn(int x) {
  return static_cast<float>(x);
}
inline float __uint2float_rn(unsigned x) {
  return static_cast<float>(x);
}
inline float __ll2float_rn(long long x) {
  return static_cast<float>(x);
}
inline float __ull2float_rn(unsigned long long x) {
  return static_cast<float>(x);
}
inline double __int2double_rn(int x) {
  return x;
}
inline double __uint2double_rn(unsigned x) {
  return x;
}
inline double __ll2double_rn(long long x) {
  return static_cast<double>(x);
}
inline double __ull2double_rn(unsigned long long x) {
  return static_cast<double>(x);
}
inline float __double2float_rn(double x) {
  return static_cast<float>(x);
}
