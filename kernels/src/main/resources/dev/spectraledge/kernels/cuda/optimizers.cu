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

__device__ inline void move(const State& state, long i, REAL change, REAL keep, REAL decay) {
  REAL* parameter = state.parameters.ofRun() + i;
  REAL theta = *parameter;
  *parameter = multiplyAdd(theta, keep, change);
  if (state.gradientPart.isGiven()) {
    state.gradientPart.ofRun()[i] += change;
  }
  if (state.decayPart.isGiven()) {
    REAL* part = state.decayPart.ofRun() + i;
    *part = multiplyAdd(theta, decay, *part);
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
  for (long i = firstElement(); i < n; i += elementStep()) {
    REAL g = gradient[i] * f.scale;
    REAL m = multiplyAdd(g, f.addFirst, first[i] * f.keepFirst);
    REAL v = multiplyAdd(g * g, f.addSecond, second[i] * f.keepSecond);
    REAL denominator = multiplyAdd(squareRoot(v), f.rootCorrection, f.epsilon);
    first[i] = m;
    second[i] = v;
    move(state, i, m * f.stepSize / denominator, f.keep, f.decay);
  }
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
  for (long i = firstElement(); i < n; i += elementStep()) {
    REAL theta = parameters[i];
    REAL g = gradient[i] * f.scale;
    REAL l = theta * f.weightDecay;
    REAL h = g + l;
    REAL m = multiplyAdd(g, f.addFirst, first[i] * f.keepFirst);
    REAL d = multiplyAdd(l, f.addFirst, decayMoment[i] * f.keepFirst);
    REAL v = multiplyAdd(h * h, f.addSecond, second[i] * f.keepSecond);
    REAL rate = f.stepSize / multiplyAdd(squareRoot(v), f.rootCorrection, f.epsilon);
    REAL change = m * rate;
    REAL decay = d * rate;
    first[i] = m;
    decayMoment[i] = d;
    second[i] = v;
    parameters[i] = theta + (change + decay);
    if (state.gradientPart.isGiven()) {
      state.gradientPart.ofRun()[i] += change;
    }
    if (state.decayPart.isGiven()) {
      state.decayPart.ofRun()[i] += decay;
    }
  }
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
  for (long i = firstElement(); i < n; i += elementStep()) {
    REAL g = gradient[i] * scale;
    REAL direction = g;
    if (state.firstMoment.isGiven()) {
      REAL* buffer = state.firstMoment.ofRun() + i;
      REAL b = multiplyAdd(*buffer, momentum, g);
      *buffer = b;
      direction = nesterov ? multiplyAdd(b, momentum, g) : b;
    }
    move(state, i, direction * rate, keep, decay);
  }
}
