// What all kernels share. Kernels see no headers, neither CUDA's nor the host's, so that NVRTC needs nothing but their
// text: the library puts this file in place of the #include. REAL is float or double, by -D.
//
// The run axis is blockIdx.y everywhere. No result depends on the order in which blocks or atomic operations happen: sums
// have a fixed order, and whichever block is the last of a launch adds up the parts of all blocks.
#ifndef SPECTRAL_EDGE_COMMON
#define SPECTRAL_EDGE_COMMON

#define ALL_LANES 0xffffffffu
#define WARP 32

// One run's part of a tensor [runs, rows, columns], or of [runs, columns] with rows of no meaning; strides in elements.
template <class T>
struct View {
  T* data;
  long runStride;
  long rowStride;

  __device__ bool isGiven() const {
    return data != nullptr;
  }

  __device__ T* ofRun() const {
    return data + blockIdx.y * runStride;
  }

  __device__ T* row(long index) const {
    return ofRun() + index * rowStride;
  }
};

// A table of sequences: their number, the row where each begins, and the number of rows.
struct Sequences {
  const int* table;
  long runStride;

  __device__ const int* ofRun() const {
    return table + blockIdx.y * runStride;
  }
};

// How many rows are in use: `same` in every run; or, where there is a table of sequences, those from number `same >> 32` on, as
// far as the table has them and at most as many as the lower half of `same` says.
struct Rows {
  Sequences sequences;
  long same;

  __device__ int count() const {
    if (sequences.table == nullptr) {
      return static_cast<int>(same);
    }
    const int* own = sequences.ofRun();
    int after = own[1 + own[0]] - static_cast<int>(same >> 32);
    return max(0, min(after, static_cast<int>(same)));
  }
};

// What the host learns of a number in a tensor that has to be refused: the first one that any thread finds.
struct Fault {
  int kind;
  int value;
  int place;
  int bound;
};

enum { FAULT_TOKEN = 1, FAULT_POSITION = 2, FAULT_TARGET = 3, FAULT_KEYS = 4 };

__device__ inline void report(Fault* fault, int kind, int value, int place, int bound) {
  if (atomicCAS(&fault->kind, 0, kind) == 0) {
    fault->value = value;
    fault->place = place;
    fault->bound = bound;
  }
}

__device__ inline int laneIndex() {
  return threadIdx.x % WARP;
}

__device__ inline int warpIndex() {
  return threadIdx.x / WARP;
}

__device__ inline int warpCount() {
  return blockDim.x / WARP;
}

// Where a loop over a vector begins and how far it jumps, when the blocks of a run share the vector.
__device__ inline long firstElement() {
  return static_cast<long>(blockIdx.x) * blockDim.x + threadIdx.x;
}

__device__ inline long elementStep() {
  return static_cast<long>(gridDim.x) * blockDim.x;
}

// Elements that are loaded and stored together.
template <int N>
struct __align__(N * sizeof(REAL)) Pack {
  REAL values[N];
};

// As many as one access can have at most.
#define WIDE static_cast<int>(16 / sizeof(REAL))

template <int N>
__device__ inline Pack<N> load(const REAL* from) {
  return *reinterpret_cast<const Pack<N>*>(from);
}

// In the compiler's own words where there is one for GPUs: it takes a structure apart whose members come from branches.

__device__ inline void storeWide(float* to, const float* values) {
#ifdef __CUDA_ARCH__
  asm volatile("st.global.v4.f32 [%0], {%1, %2, %3, %4};"
               :
               : "l"(to), "f"(values[0]), "f"(values[1]), "f"(values[2]), "f"(values[3])
               : "memory");
#else
  *reinterpret_cast<float4*>(to) = make_float4(values[0], values[1], values[2], values[3]);
#endif
}

__device__ inline void storeWide(double* to, const double* values) {
#ifdef __CUDA_ARCH__
  asm volatile("st.global.v2.f64 [%0], {%1, %2};" : : "l"(to), "d"(values[0]), "d"(values[1]) : "memory");
#else
  *reinterpret_cast<double2*>(to) = make_double2(values[0], values[1]);
#endif
}

template <int N>
__device__ inline void store(REAL* to, const Pack<N>& pack) {
  if constexpr (N == WIDE) {
    storeWide(to, pack.values);
  } else {
    *reinterpret_cast<Pack<N>*>(to) = pack;
  }
}

__device__ inline bool areWide() {
  return true;
}

// Whether all begin where an access of 16 bytes may; a null pointer does.
template <class... Others>
__device__ inline bool areWide(const REAL* first, const Others*... others) {
  return reinterpret_cast<unsigned long long>(first) % 16 == 0 && areWide(others...);
}

template <int N>
struct Count {
  static constexpr int value = N;
};

// Calls body(Count<N>, i) for each pack of N elements from i on, of n elements that are dealt out to `step` threads: wide ones
// where that is allowed, and what is left over one by one.
template <class Body>
__device__ inline void eachPack(long first, long step, long n, bool wide, const Body& body) {
  long packs = wide ? n / WIDE : 0;
#pragma unroll 1
  for (long pack = first; pack < packs; pack += step) {
    body(Count<WIDE>(), pack * WIDE);
  }
#pragma unroll 1
  for (long i = packs * WIDE + first; i < n; i += step) {
    body(Count<1>(), i);
  }
}

// The same of a vector that the blocks of a run share.
template <class Body>
__device__ inline void eachPackOfRun(long n, bool wide, const Body& body) {
  eachPack(firstElement(), elementStep(), n, wide, body);
}

// The sum over the lanes, in every lane.
template <class T>
__device__ inline T warpSum(T value) {
#pragma unroll
  for (int offset = WARP / 2; offset > 0; offset /= 2) {
    value += __shfl_xor_sync(ALL_LANES, value, offset);
  }
  return value;
}

template <class T>
__device__ inline T warpMax(T value) {
#pragma unroll
  for (int offset = WARP / 2; offset > 0; offset /= 2) {
    T other = __shfl_xor_sync(ALL_LANES, value, offset);
    value = other > value ? other : value;
  }
  return value;
}

// Whether all other blocks of this ticket have finished what they wrote before; asked by all threads of all `blocks`
// blocks. The ticket, 0 before the first launch, is 0 again afterwards. What other blocks wrote must be read by __ldcg.
__device__ inline bool isLastBlock(unsigned* ticket, unsigned blocks) {
  __shared__ bool last;
  __threadfence();
  __syncthreads();
  if (threadIdx.x == 0) {
    last = atomicInc(ticket, blocks - 1) == blocks - 1;
  }
  __syncthreads();
  __threadfence();
  return last;
}

// Functions under one name for both types.

__device__ inline float exponential(float x) {
  return expf(x);
}

__device__ inline double exponential(double x) {
  return exp(x);
}

__device__ inline float squareRoot(float x) {
  return sqrtf(x);
}

__device__ inline double squareRoot(double x) {
  return sqrt(x);
}

__device__ inline float errorFunction(float x) {
  return erff(x);
}

__device__ inline double errorFunction(double x) {
  return erf(x);
}

__device__ inline float hyperbolicTangent(float x) {
  return tanhf(x);
}

__device__ inline double hyperbolicTangent(double x) {
  return tanh(x);
}

__device__ inline float multiplyAdd(float a, float b, float c) {
  return fmaf(a, b, c);
}

__device__ inline double multiplyAdd(double a, double b, double c) {
  return fma(a, b, c);
}

__device__ inline REAL negativeInfinity() {
  return static_cast<REAL>(-__int_as_float(0x7f800000));
}

#endif
