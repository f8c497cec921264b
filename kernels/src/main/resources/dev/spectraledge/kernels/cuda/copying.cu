#include "common.cuh"

// Elements of a strided tensor of up to four axes, the last one contiguous, or of one slot of a ring of such tensors: the
// slot is what the counter says, so that it may change from replay to replay of a recording.
template <class T>
struct Elements {
  T* data;
  long strides[3];
  const double* counter;
  long slots;
  long slotStride;

  __device__ T* row(long outer, const long* sizes) const {
    long first = outer / (sizes[1] * sizes[2]);
    long rest = outer % (sizes[1] * sizes[2]);
    long slot = counter == nullptr ? 0 : static_cast<long>(*counter) % slots;
    return data + slot * slotStride + first * strides[0] + rest / sizes[2] * strides[1] + rest % sizes[2] * strides[2];
  }
};

struct Sizes {
  long axes[4];
};

template <class From, class To>
__device__ inline void move(const Sizes& sizes, const Elements<const From>& source, const Elements<To>& target) {
  long rows = sizes.axes[0] * sizes.axes[1] * sizes.axes[2];
  for (long outer = blockIdx.y; outer < rows; outer += gridDim.y) {
    const From* from = source.row(outer, sizes.axes);
    To* to = target.row(outer, sizes.axes);
    for (long i = firstElement(); i < sizes.axes[3]; i += elementStep()) {
      to[i] = static_cast<To>(from[i]);
    }
  }
}

// Copies between tensors of one type. Integers go the same way as floats: a copy keeps the bits.
extern "C" __global__ void __launch_bounds__(256, 2) copy(Sizes sizes, Elements<const REAL> source, Elements<REAL> target) {
  move(sizes, source, target);
}

extern "C" __global__ void __launch_bounds__(256, 2)
    copyFromFloat(Sizes sizes, Elements<const float> source, Elements<REAL> target) {
  move(sizes, source, target);
}

extern "C" __global__ void __launch_bounds__(256, 2)
    copyFromDouble(Sizes sizes, Elements<const double> source, Elements<REAL> target) {
  move(sizes, source, target);
}

extern "C" __global__ void __launch_bounds__(256, 2) fill(Sizes sizes, Elements<REAL> target, REAL value) {
  long rows = sizes.axes[0] * sizes.axes[1] * sizes.axes[2];
  for (long outer = blockIdx.y; outer < rows; outer += gridDim.y) {
    REAL* to = target.row(outer, sizes.axes);
    for (long i = firstElement(); i < sizes.axes[3]; i += elementStep()) {
      to[i] = value;
    }
  }
}

extern "C" __global__ void increment(double* counter) {
  if (threadIdx.x == 0) {
    *counter += 1;
  }
}

// What is taken from a ring of slots of `words` words of 4 bytes.
struct Loaded {
  unsigned* target;
  const unsigned* ring;
  long words;
};

#define MOST_LOADED 16
struct AllLoaded {
  Loaded parts[MOST_LOADED];
};

// To each target what the counter says of its ring; a row of blocks for each. The last block counts on, where it shall.
extern "C" __global__ void __launch_bounds__(256, 2)
    loadNext(const __grid_constant__ AllLoaded all, long slots, double* counter, int counts, unsigned* ticket) {
  const Loaded& own = all.parts[blockIdx.y];
  double number = __ldcg(counter);
  const unsigned* from = own.ring + static_cast<long>(number) % slots * own.words;
  for (long i = firstElement(); i < own.words; i += elementStep()) {
    own.target[i] = from[i];
  }
  if (isLastBlock(ticket, gridDim.x * gridDim.y) && threadIdx.x == 0 && counts != 0) {
    *counter = number + 1;
  }
}

// The source to the slot that the counter says, which then counts on; then zeros to what is cleared. One block.
extern "C" __global__ void __launch_bounds__(256, 2) storeNext(
    long words, const unsigned* source, unsigned* ring, long slots, double* counter, long clearedWords, unsigned* cleared) {
  unsigned* to = ring + static_cast<long>(*counter) % slots * words;
  for (long i = threadIdx.x; i < words; i += blockDim.x) {
    to[i] = source[i];
  }
  __syncthreads();
  for (long i = threadIdx.x; i < clearedWords; i += blockDim.x) {
    cleared[i] = 0;
  }
  if (threadIdx.x == 0) {
    *counter += 1;
  }
}
