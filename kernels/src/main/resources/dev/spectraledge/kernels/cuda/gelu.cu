#include "common.cuh"

#define SQRT_HALF 0.70710678118654752440
#define INVERSE_SQRT_TWO_PI 0.39894228040143267794
#define SQRT_TWO_OVER_PI 0.79788456080286535588
#define CUBIC 0.044715

__device__ inline REAL distribution(REAL x) {
  return static_cast<REAL>(0.5) * (1 + errorFunction(x * static_cast<REAL>(SQRT_HALF)));
}

__device__ inline REAL tangent(REAL x) {
  return hyperbolicTangent(static_cast<REAL>(SQRT_TWO_OVER_PI) * (x + static_cast<REAL>(CUBIC) * x * x * x));
}

template <bool exact>
__device__ inline REAL value(REAL x) {
  return exact ? x * distribution(x) : x * (1 + tangent(x)) * static_cast<REAL>(0.5);
}

template <bool exact>
__device__ inline REAL derivative(REAL x) {
  if constexpr (exact) {
    REAL density = static_cast<REAL>(INVERSE_SQRT_TWO_PI) * exponential(-x * x * static_cast<REAL>(0.5));
    return distribution(x) + x * density;
  }
  REAL t = tangent(x);
  REAL square = 1 - t * t;
  REAL slope = static_cast<REAL>(SQRT_TWO_OVER_PI) * (1 + static_cast<REAL>(3 * CUBIC) * x * x);
  // Where the tangent is 1 the slope may overflow; the product's limit is 0.
  return (1 + t) * static_cast<REAL>(0.5) + (square == 0 ? 0 : x * square * slope * static_cast<REAL>(0.5));
}

template <bool exact>
__device__ inline void valuesOfRow(int width, const REAL* from, REAL* to) {
  eachPack(threadIdx.x, blockDim.x, width, areWide(from, to), [=](auto count, long column) {
    constexpr int N = decltype(count)::value;
    Pack<N> pack = load<N>(from + column);
#pragma unroll
    for (int k = 0; k < N; k++) {
      pack.values[k] = value<exact>(pack.values[k]);
    }
    store<N>(to + column, pack);
  });
}

template <bool exact>
__device__ inline void derivativesOfRow(int width, const REAL* dy, const REAL* x, REAL* dx) {
  // Two derivatives in double at once need more registers than a thread has.
  bool wide = sizeof(REAL) == sizeof(float) && areWide(dy, x, dx);
  eachPack(threadIdx.x, blockDim.x, width, wide, [=](auto count, long column) {
    constexpr int N = decltype(count)::value;
    Pack<N> gradient = load<N>(dy + column);
    Pack<N> at = load<N>(x + column);
#pragma unroll
    for (int k = 0; k < N; k++) {
      gradient.values[k] *= derivative<exact>(at.values[k]);
    }
    store<N>(dx + column, gradient);
  });
}

// One block a row, here and below. `exact` chooses the error function, otherwise the hyperbolic tangent.
extern "C" __global__ void __launch_bounds__(256, 2)
    gelu(Rows rows, int width, int exact, View<const REAL> input, View<REAL> output) {
  int row = blockIdx.x;
  if (row >= rows.count()) {
    return;
  }
  if (exact != 0) {
    valuesOfRow<true>(width, input.row(row), output.row(row));
  } else {
    valuesOfRow<false>(width, input.row(row), output.row(row));
  }
}

extern "C" __global__ void __launch_bounds__(256, 2) geluBackward(
    Rows rows,
    int width,
    int exact,
    View<const REAL> outputGradient,
    View<const REAL> input,
    View<REAL> inputGradient) {
  int row = blockIdx.x;
  if (row >= rows.count()) {
    return;
  }
  if (exact != 0) {
    derivativesOfRow<true>(width, outputGradient.row(row), input.row(row), inputGradient.row(row));
  } else {
    derivativesOfRow<false>(width, outputGradient.row(row), input.row(row), inputGradient.row(row));
  }
}
