// Kernels with accesses of one kind each, for a reader of machine code to tell apart.

extern "C" __global__ void loadsAndStores4Bytes(const float* from, float* to) {
  to[threadIdx.x] = from[threadIdx.x];
}

extern "C" __global__ void loadsAndStores8Bytes(const float2* from, float2* to) {
  to[threadIdx.x] = from[threadIdx.x];
}

extern "C" __global__ void loadsAndStores16Bytes(const float4* from, float4* to) {
  to[threadIdx.x] = from[threadIdx.x];
}

// No register can be chosen by its number.
extern "C" __global__ void indexesAnArrayOfItsOwn(const int* from, int* to) {
  int own[32];
  for (int i = 0; i < 32; i++) {
    own[i] = from[i];
  }
#pragma unroll 1
  for (int i = 0; i < 64; i++) {
    own[own[i & 31] & 31] += i;
  }
  to[0] = own[to[0] & 31];
}

extern "C" __global__ void addsFloats(float* to) {
  atomicAdd(to, static_cast<float>(threadIdx.x));
}

extern "C" __global__ void addsFloatsAndReads(float* to) {
  to[1 + threadIdx.x] = atomicAdd(to, 1.0f);
}

extern "C" __global__ void addsDoubles(double* to) {
  atomicAdd(to, 1.0);
}

extern "C" __global__ void addsFloatsInSharedMemory(const float* from, float* to) {
  __shared__ float sum;
  sum = 0;
  __syncthreads();
  atomicAdd(&sum, from[threadIdx.x]);
  __syncthreads();
  to[0] = sum;
}

extern "C" __global__ void addsIntegers(int* to) {
  atomicAdd(to, 3 + threadIdx.x);
}

extern "C" __global__ void takesATicket(unsigned* to) {
  to[1 + threadIdx.x] = atomicInc(to, 5);
}

extern "C" __global__ void comparesAndSwaps(int* to) {
  to[1 + threadIdx.x] = atomicCAS(to, 0, 1);
}
