#include "common.cuh"

// Columns of a run's hyperparameters.
enum {
  LEARNING_RATE = 0,
  WEIGHT_DECAY = 1,
  BETA1 = 2,
  BETA2 = 3,
  EPSILON = 4,
  GRADIENT_SCALE = 5,
  STEP = 6,
  ACTIVE = 7,
  MAXIMUM_NORM = 8,
  DAMPENING = 9,
  CORRECTED_STEP = 10,
  FIRST_CORRECTION = 11,
  SECOND_CORRECTION = 12
};

// Columns of what a run's schedule says of a step.
enum { SCHEDULED_LEARNING_RATE = 0, SCHEDULED_WEIGHT_DECAY = 1, SCHEDULED_STEP = 2 };

// What PyTorch adds to the norm before it divides.
#define NORM_GUARD 1e-6

__device__ inline double correction(const double* own, int beta) {
  return 1 - pow(own[beta], own[STEP]);
}

// One thread a run.
extern "C" __global__ void __launch_bounds__(256, 2)
    beginOptimizerStep(int runs, const double* squares, View<const double> scheduled, View<double> hyperparameters) {
  for (int run = blockIdx.x * blockDim.x + threadIdx.x; run < runs; run += gridDim.x * blockDim.x) {
    double* own = hyperparameters.data + run * hyperparameters.runStride;
    const double* ofStep = scheduled.data + run * scheduled.runStride;
    double square = squares[run];
    if (own[ACTIVE] == 0) {
      continue;
    }
    if (!isfinite(square)) {
      own[ACTIVE] = 0;
      continue;
    }
    own[STEP] = ofStep[SCHEDULED_STEP];
    own[LEARNING_RATE] = ofStep[SCHEDULED_LEARNING_RATE];
    own[WEIGHT_DECAY] = ofStep[SCHEDULED_WEIGHT_DECAY];
    own[CORRECTED_STEP] = own[STEP];
    own[FIRST_CORRECTION] = correction(own, BETA1);
    own[SECOND_CORRECTION] = correction(own, BETA2);
    own[GRADIENT_SCALE] = (1 - own[DAMPENING]) * fmin(1.0, own[MAXIMUM_NORM] / (sqrt(square) + NORM_GUARD));
  }
}

// The vectors of a step; those that are null are not wanted.
struct State {
  View<REAL> parameters;
  View<const REAL> gradient;
  View<REAL> firstMoment;
  View<REAL> secondMoment;
  View<REAL> decayMoment;
  View<REAL> gradientPart;
  View<REAL> decayPart;
};

__device__ inline bool isWide(const State& state) {
  return areWide(state.parameters.ofRun(), state.gradient.ofRun()) &&
      (!state.firstMoment.isGiven() || areWide(state.firstMoment.ofRun())) &&
      (!state.secondMoment.isGiven() || areWide(state.secondMoment.ofRun())) &&
      (!state.decayMoment.isGiven() || areWide(state.decayMoment.ofRun())) &&
      (!state.gradientPart.isGiven() || areWide(state.gradientPart.ofRun())) &&
      (!state.decayPart.isGiven() || areWide(state.decayPart.ofRun()));
}

template <int N>
__device__ inline void addTo(const View<REAL>& part, long i, const Pack<N>& change) {
  REAL* to = part.ofRun() + i;
  Pack<N> sum = load<N>(to);
#pragma unroll
  for (int k = 0; k < N; k++) {
    sum.values[k] += change.values[k];
  }
  store<N>(to, sum);
}

template <int N>
__device__ inline void move(const State& state, long i, const Pack<N>& change, REAL keep, REAL decay) {
  REAL* parameters = state.parameters.ofRun() + i;
  Pack<N> theta = load<N>(parameters);
  Pack<N> moved;
#pragma unroll
  for (int k = 0; k < N; k++) {
    moved.values[k] = multiplyAdd(theta.values[k], keep, change.values[k]);
  }
  store<N>(parameters, moved);
  if (state.gradientPart.isGiven()) {
    addTo<N>(state.gradientPart, i, change);
  }
  if (state.decayPart.isGiven()) {
    REAL* part = state.decayPart.ofRun() + i;
    Pack<N> sum = load<N>(part);
#pragma unroll
    for (int k = 0; k < N; k++) {
      sum.values[k] = multiplyAdd(theta.values[k], decay, sum.values[k]);
    }
    store<N>(part, sum);
  }
}

struct AdamFactors {
  REAL scale;
  REAL keep;
  REAL decay;
  REAL keepFirst;
  REAL addFirst;
  REAL keepSecond;
  REAL addSecond;
  REAL stepSize;
  REAL rootCorrection;
  REAL epsilon;
  REAL weightDecay;
};

// As in PyTorch, the factors of a step are computed in double and rounded once.
__device__ AdamFactors adamFactors(const double* own) {
  AdamFactors factors;
  double beta1 = own[BETA1];
  double beta2 = own[BETA2];
  factors.scale = static_cast<REAL>(own[GRADIENT_SCALE]);
  factors.decay = static_cast<REAL>(-(own[LEARNING_RATE] * own[WEIGHT_DECAY]));
  factors.keep = static_cast<REAL>(1 + static_cast<double>(factors.decay));
  factors.keepFirst = static_cast<REAL>(beta1);
  factors.addFirst = static_cast<REAL>(1 - beta1);
  factors.keepSecond = static_cast<REAL>(beta2);
  factors.addSecond = static_cast<REAL>(1 - beta2);
  // Powers take longer than a block's share of a small vector; they are those of the step, unless somebody has set another.
  bool known = own[CORRECTED_STEP] == own[STEP];
  factors.stepSize = static_cast<REAL>(-own[LEARNING_RATE] / (known ? own[FIRST_CORRECTION] : correction(own, BETA1)));
  factors.rootCorrection = static_cast<REAL>(1 / sqrt(known ? own[SECOND_CORRECTION] : correction(own, BETA2)));
  factors.epsilon = static_cast<REAL>(own[EPSILON]);
  factors.weightDecay = static_cast<REAL>(own[WEIGHT_DECAY]);
  return factors;
}

extern "C" __global__ void __launch_bounds__(256, 2) adamW(long n, View<const double> hyperparameters, State state) {
  __shared__ AdamFactors factors;
  const double* own = hyperparameters.ofRun();
  if (own[ACTIVE] == 0) {
    return;
  }
  if (threadIdx.x == 0) {
    factors = adamFactors(own);
  }
  __syncthreads();
  AdamFactors f = factors;
  const REAL* gradient = state.gradient.ofRun();
  REAL* first = state.firstMoment.ofRun();
  REAL* second = state.secondMoment.ofRun();
  eachPackOfRun(n, isWide(state), [&](auto count, long i) {
    constexpr int N = decltype(count)::value;
    Pack<N> change = load<N>(gradient + i);
    Pack<N> m = load<N>(first + i);
    Pack<N> v = load<N>(second + i);
#pragma unroll
    for (int k = 0; k < N; k++) {
      REAL g = change.values[k] * f.scale;
      m.values[k] = multiplyAdd(g, f.addFirst, m.values[k] * f.keepFirst);
      v.values[k] = multiplyAdd(g * g, f.addSecond, v.values[k] * f.keepSecond);
      REAL denominator = multiplyAdd(squareRoot(v.values[k]), f.rootCorrection, f.epsilon);
      change.values[k] = m.values[k] * f.stepSize / denominator;
    }
    store<N>(first + i, m);
    store<N>(second + i, v);
    move<N>(state, i, change, f.keep, f.decay);
  });
}

// Weight decay is coupled through the gradient; the first moment is kept in two parts, of the gradient and of the decay.
extern "C" __global__ void __launch_bounds__(256, 2) adam(long n, View<const double> hyperparameters, State state) {
  __shared__ AdamFactors factors;
  const double* own = hyperparameters.ofRun();
  if (own[ACTIVE] == 0) {
    return;
  }
  if (threadIdx.x == 0) {
    factors = adamFactors(own);
  }
  __syncthreads();
  AdamFactors f = factors;
  REAL* parameters = state.parameters.ofRun();
  const REAL* gradient = state.gradient.ofRun();
  REAL* first = state.firstMoment.ofRun();
  REAL* second = state.secondMoment.ofRun();
  REAL* decayMoment = state.decayMoment.ofRun();
  eachPackOfRun(n, isWide(state), [&](auto count, long i) {
    constexpr int N = decltype(count)::value;
    Pack<N> theta = load<N>(parameters + i);
    Pack<N> change = load<N>(gradient + i);
    Pack<N> decay;
    Pack<N> m = load<N>(first + i);
    Pack<N> d = load<N>(decayMoment + i);
    Pack<N> v = load<N>(second + i);
#pragma unroll
    for (int k = 0; k < N; k++) {
      REAL g = change.values[k] * f.scale;
      REAL l = theta.values[k] * f.weightDecay;
      REAL h = g + l;
      m.values[k] = multiplyAdd(g, f.addFirst, m.values[k] * f.keepFirst);
      d.values[k] = multiplyAdd(l, f.addFirst, d.values[k] * f.keepFirst);
      v.values[k] = multiplyAdd(h * h, f.addSecond, v.values[k] * f.keepSecond);
      REAL rate = f.stepSize / multiplyAdd(squareRoot(v.values[k]), f.rootCorrection, f.epsilon);
      change.values[k] = m.values[k] * rate;
      decay.values[k] = d.values[k] * rate;
      theta.values[k] += change.values[k] + decay.values[k];
    }
    store<N>(first + i, m);
    store<N>(decayMoment + i, d);
    store<N>(second + i, v);
    store<N>(parameters + i, theta);
    if (state.gradientPart.isGiven()) {
      addTo<N>(state.gradientPart, i, change);
    }
    if (state.decayPart.isGiven()) {
      addTo<N>(state.decayPart, i, decay);
    }
  });
}

// The descent direction of momentum is g + momentum buffer with Nesterov's look-ahead, otherwise the buffer.
extern "C" __global__ void __launch_bounds__(256, 2)
    sgd(long n, int nesterov, View<const double> hyperparameters, State state) {
  const double* own = hyperparameters.ofRun();
  if (own[ACTIVE] == 0) {
    return;
  }
  REAL scale = static_cast<REAL>(own[GRADIENT_SCALE]);
  REAL rate = static_cast<REAL>(-own[LEARNING_RATE]);
  REAL momentum = static_cast<REAL>(own[BETA1]);
  REAL decay = static_cast<REAL>(-(own[LEARNING_RATE] * own[WEIGHT_DECAY]));
  REAL keep = static_cast<REAL>(1 + static_cast<double>(decay));
  const REAL* gradient = state.gradient.ofRun();
  eachPackOfRun(n, isWide(state), [&](auto count, long i) {
    constexpr int N = decltype(count)::value;
    Pack<N> change = load<N>(gradient + i);
    Pack<N> buffer;
    if (state.firstMoment.isGiven()) {
      buffer = load<N>(state.firstMoment.ofRun() + i);
    }
#pragma unroll
    for (int k = 0; k < N; k++) {
      REAL g = change.values[k] * scale;
      REAL direction = g;
      if (state.firstMoment.isGiven()) {
        buffer.values[k] = multiplyAdd(buffer.values[k], momentum, g);
        direction = nesterov ? multiplyAdd(buffer.values[k], momentum, g) : buffer.values[k];
      }
      change.values[k] = direction * rate;
    }
    if (state.firstMoment.isGiven()) {
      store<N>(state.firstMoment.ofRun() + i, buffer);
    }
    move<N>(state, i, change, keep, decay);
  });
}
