// block_sum without its barrier.
__device__ float warp_sum(float value) {
  for (int offset = 16; offset > 0; offset /= 2) {
    value += __shfl_xor_sync(0xffffffffu, value, offset);
  }
  return value;
}

extern "C" __global__ void __launch_bounds__(256)
    missing_barrier(const float* __restrict__ values, float* __restrict__ sums, int columns) {
  __shared__ float warps[32];
  float sum = 0.0f;
  for (int i = threadIdx.x; i < columns; i += blockDim.x) {
    sum += values[static_cast<long>(blockIdx.x) * columns + i];
  }
  sum = warp_sum(sum);
  if (threadIdx.x % 32 == 0) {
    warps[threadIdx.x / 32] = sum;
  }
  if (threadIdx.x < 32) {
    sum = warp_sum(threadIdx.x < blockDim.x / 32 ? warps[threadIdx.x] : 0.0f);
    if (threadIdx.x == 0) {
      sums[blockIdx.x] = sum;
    }
  }
}
