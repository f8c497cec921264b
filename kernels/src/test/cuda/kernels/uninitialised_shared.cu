// Adds to shared memory that nothing has set.
extern "C" __global__ void uninitialised_shared(float* sum) {
  __shared__ float total;
  for (int i = 0; i < static_cast<int>(blockDim.x); i++) {
    if (i == static_cast<int>(threadIdx.x)) {
      total += 1.0f;
    }
    __syncthreads();
  }
  if (threadIdx.x == 0) {
    *sum = total;
  }
}
