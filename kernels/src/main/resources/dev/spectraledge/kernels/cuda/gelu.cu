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

__device__ inline REAL value(bool exact, REAL x) {
  return exact ? x * distribution(x) : x * (1 + tangent(x)) * static_cast<REAL>(0.5);
}

__device__ inline REAL derivative(bool exact, REAL x) {
  if (exact) {
    REAL density = static_cast<REAL>(INVERSE_SQRT_TWO_PI) * exponential(-x * x * static_cast<REAL>(0.5));
    return distribution(x) + x * density;
  }
  REAL t = tangent(x);
  REAL square = 1 - t * t;
  REAL slope = static_cast<REAL>(SQRT_TWO_OVER_PI) * (1 + static_cast<REAL>(3 * CUBIC) * x * x);
  // Where the tangent is 1 the slope may overflow; the product's limit is 0.
  return (1 + t) * static_cast<REAL>(0.5) + (square == 0 ? 0 : x * square * slope * static_cast<REAL>(0.5));
}

// One block a row, here and below. `exact` chooses the error function, otherwise the hyperbolic tangent.
extern "C" __global__ void __launch_bounds__(256, 2)
    gelu(Rows rows, int width, int exact, View<const REAL> input, View<REAL> output) {
  int row = blockIdx.x;
  if (row >= rows.count()) {
    return;
  }
  const REAL* from = input.row(row);
  REAL* to = output.row(row);
  for (int column = threadIdx.x; column < width; column += blockDim.x) {
    to[column] = value(exact, from[column]);
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
  const REAL* dy = outputGradient.row(row);
  const REAL* x = input.row(row);
  REAL* dx = inputGradient.row(row);
  for (int column = threadIdx.x; column < width; column += blockDim.x) {
    dx[column] = dy[column] * derivative(exact, x[column]);
  }
}
