// Lanes exchange values through shared memory; SYNCHRONISE says how they meet.
extern "C" __global__ void warp_exchange(int* values) {
  __shared__ int shared[32];
  shared[threadIdx.x] = values[threadIdx.x];
  SYNCHRONISE;
  values[threadIdx.x] = shared[31 - threadIdx.x];
}
