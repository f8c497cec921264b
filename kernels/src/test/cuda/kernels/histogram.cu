// Counts by atomic additions, within the block and then for all blocks.
extern "C" __global__ void histogram(const int* values, int count, int* bins) {
  __shared__ int own[4];
  if (threadIdx.x < 4) {
    own[threadIdx.x] = 0;
  }
  __syncthreads();
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < count) {
    atomicAdd(&own[values[i]], 1);
  }
  __syncthreads();
  if (threadIdx.x < 4) {
    atomicAdd(&bins[threadIdx.x], own[threadIdx.x]);
  }
}
