// Elementary functions: the C library's, under CUDA's names and overloads. Fast variants (__expf, ...) are the accurate
// functions here: their error is only to be seen on a GPU.
#pragma once

#define EMULATOR_UNARY(name) \
  extern "C" double name(double) noexcept; \
  extern "C" float name##f(float) noexcept; \
  inline float name(float x) { \
    return name##f(x); \
  }
#define EMULATOR_BINARY(name) \
  extern "C" double name(double, double) noexcept; \
  extern "C" float name##f(float, float) noexcept; \
  inline float name(float x, float y) { \
    return name##f(x, y); \
  }
EMULATOR_UNARY(acos)
EMULATOR_UNARY(acosh)
EMULATOR_UNARY(asin)
EMULATOR_UNARY(asinh)
EMULATOR_UNARY(atan)
EMULATOR_UNARY(atanh)
EMULATOR_UNARY(cbrt)
EMULATOR_UNARY(ceil)
EMULATOR_UNARY(cos)
EMULATOR_UNARY(cosh)
EMULATOR_UNARY(erf)
EMULATOR_UNARY(erfc)
EMULATOR_UNARY(exp)
EMULATOR_UNARY(exp10)
EMULATOR_UNARY(exp2)
EMULATOR_UNARY(expm1)
EMULATOR_UNARY(fabs)
EMULATOR_UNARY(floor)
EMULATOR_UNARY(lgamma)
EMULATOR_UNARY(log)
EMULATOR_UNARY(log10)
EMULATOR_UNARY(log1p)
EMULATOR_UNARY(log2)
EMULATOR_UNARY(nearbyint)
EMULATOR_UNARY(rint)
EMULATOR_UNARY(round)
EMULATOR_UNARY(sin)
EMULATOR_UNARY(sinh)
EMULATOR_UNARY(sqrt)
EMULATOR_UNARY(tan)
EMULATOR_UNARY(tanh)
EMULATOR_UNARY(tgamma)
EMULATOR_UNARY(trunc)
EMULATOR_BINARY(atan2)
EMULATOR_BINARY(copysign)
EMULATOR_BINARY(fdim)
EMULATOR_BINARY(fmax)
EMULATOR_BINARY(fmin)
EMULATOR_BINARY(fmod)
EMULATOR_BINARY(hypot)
EMULATOR_BINARY(nextafter)
EMULATOR_BINARY(pow)
EMULATOR_BINARY(remainder)

extern "C" double ldexp(double, int) noexcept;
extern "C" float ldexpf(float, int) noexcept;
extern "C" double frexp(double, int*) noexcept;
extern "C" float frexpf(float, int*) noexcept;

inline float ldexp(float x, int exponent) {
  return ldexpf(x, exponent);
}
inline float frexp(float x, int* exponent) {
  return frexpf(x, exponent);
}
inline float abs(float x) {
  return __builtin_fabsf(x);
}
inline double abs(double x) {
  return __builtin_fabs(x);
}
inline double fma(double a, double b, double c) {
  return __builtin_fma(a, b, c);
}
inline float fmaf(float a, float b, float c) {
  return __builtin_fmaf(a, b, c);
}
inline float fma(float a, float b, float c) {
  return __builtin_fmaf(a, b, c);
}

// min and max of floating-point arguments are fmin and fmax: the other one where one is NaN.
inline float min(float a, float b) {
  return __builtin_fminf(a, b);
}
inline float max(float a, float b) {
  return __builtin_fmaxf(a, b);
}
inline double min(double a, double b) {
  return __builtin_fmin(a, b);
}
inline double max(double a, double b) {
  return __builtin_fmax(a, b);
}
inline double min(float a, double b) {
  return __builtin_fmin(a, b);
}
inline double max(float a, double b) {
  return __builtin_fmax(a, b);
}
inline double min(double a, float b) {
  return __builtin_fmin(a, b);
}
inline double max(double a, float b) {
  return __builtin_fmax(a, b);
}

inline bool isnan(float x) {
  return __builtin_isnan(x);
}
inline bool isnan(double x) {
  return __builtin_isnan(x);
}
inline bool isinf(float x) {
  return __builtin_isinf(x);
}
inline bool isinf(double x) {
  return __builtin_isinf(x);
}
inline bool isfinite(float x) {
  return __builtin_isfinite(x);
}
inline bool isfinite(double x) {
  return __builtin_isfinite(x);
}
inline bool signbit(float x) {
  return __builtin_signbit(x);
}
inline bool signbit(double x) {
  return __builtin_signbit(x);
}

inline double rsqrt(double x) {
  return 1.0 / __builtin_sqrt(x);
}
inline float rsqrtf(float x) {
  return static_cast<float>(1.0 / __builtin_sqrt(static_cast<double>(x)));
}
inline float rsqrt(float x) {
  return rsqrtf(x);
}

inline void sincos(double x, double* sine, double* cosine) {
  *sine = sin(x);
  *cosine = cos(x);
}
inline void sincosf(float x, float* sine, float* cosine) {
  *sine = sinf(x);
  *cosine = cosf(x);
}
inline void sincos(float x, float* sine, float* cosine) {
  sincosf(x, sine, cosine);
}

// sin(pi x) and cos(pi x), reduced exactly to |x| <= 1/4 before the multiplication by pi.
inline void sincospi(double x, double* sine, double* cosine) {
  constexpr double pi = 3.14159265358979323846;
  if (!(__builtin_fabs(x) < 4503599627370496.0)) { // all such numbers are integers, or not finite
    bool odd = __builtin_fabs(x) < 9007199254740992.0 && __builtin_fmod(x, 2.0) != 0.0;
    double nan = x - x;
    *sine = nan != 0.0 || nan != nan ? nan : __builtin_copysign(0.0, x);
    *cosine = nan != nan ? nan : odd ? -1.0 : 1.0;
    return;
  }
  double quarter = __builtin_nearbyint(2.0 * x);
  double rest = __builtin_fma(-0.5, quarter, x) * pi;
  double s = sin(rest);
  double c = cos(rest);
  switch (static_cast<long long>(quarter) & 3) {
    case 0:
      *sine = s;
      *cosine = c;
      break;
    case 1:
      *sine = c;
      *cosine = -s;
      break;
    case 2:
      *sine = -s;
      *cosine = -c;
      break;
    default:
      *sine = -c;
      *cosine = s;
  }
}
inline void sincospif(float x, float* sine, float* cosine) {
  double s;
  double c;
  sincospi(static_cast<double>(x), &s, &c);
  *sine = static_cast<float>(s);
  *cosine = static_cast<float>(c);
}
inline void sincospi(float x, float* sine, float* cosine) {
  sincospif(x, sine, cosine);
}
inline double sinpi(double x) {
  double s;
  double c;
  sincospi(x, &s, &c);
  return s;
}
inline double cospi(double x) {
  double s;
  double c;
  sincospi(x, &s, &c);
  return c;
}
inline float sinpif(float x) {
  return static_cast<float>(sinpi(static_cast<double>(x)));
}
inline float cospif(float x) {
  return static_cast<float>(cospi(static_cast<double>(x)));
}
inline float sinpi(float x) {
  return sinpif(x);
}
inline float cospi(float x) {
  return cospif(x);
}
inline double normcdf(double x) {
  return 0.5 * erfc(-x * 0.70710678118654752440);
}
inline float normcdff(float x) {
  return static_cast<float>(normcdf(static_cast<double>(x)));
}

inline float __expf(float x) {
  return expf(x);
}
inline float __exp10f(float x) {
  return exp10f(x);
}
inline float __logf(float x) {
  return logf(x);
}
inline float __log2f(float x) {
  return log2f(x);
}
inline float __log10f(float x) {
  return log10f(x);
}
inline float __sinf(float x) {
  return sinf(x);
}
inline float __cosf(float x) {
  return cosf(x);
}
inline float __tanf(float x) {
  return tanf(x);
}
inline void __sincosf(float x, float* sine, float* cosine) {
  sincosf(x, sine, cosine);
}
inline float __powf(float x, float y) {
  return powf(x, y);
}
inline float __fdividef(float x, float y) {
  return x / y;
}
inline float fdividef(float x, float y) {
  return x / y;
}
inline float __frsqrt_rn(float x) {
  return rsqrtf(x);
}
inline float __saturatef(float x) {
  return x > 0.0f ? (x < 1.0f ? x : 1.0f) : 0.0f;
}
