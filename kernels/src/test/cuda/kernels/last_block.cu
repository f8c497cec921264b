// The last block of the launch adds up what all blocks wrote; READ says how it reads.
extern "C" __global__ void last_block(int* parts, unsigned* ticket, int* total) {
  __shared__ bool last;
  if (threadIdx.x == 0) {
    parts[blockIdx.x] = static_cast<int>(blockIdx.x) + 1;
    __threadfence();
    last = atomicAdd(ticket, 1u) == gridDim.x - 1;
  }
  __syncthreads();
  if (last && threadIdx.x == 0) {
    int sum = 0;
    for (unsigned i = 0; i < gridDim.x; i++) {
      sum += READ(&parts[i]);
    }
    *total = sum;
    *ticket = 0;
  }
}
