// Philox 4x32 with ten rounds (Salmon, Moraes, Dror and Shaw 2011), word for word what Philox.java says.
#ifndef SPECTRAL_EDGE_PHILOX
#define SPECTRAL_EDGE_PHILOX

struct PhiloxKey {
  unsigned long long seed;
  unsigned long long stream;
};

struct PhiloxBlock {
  unsigned words[4];

  // 64 bits from one half of the block, the upper 53 of them as a number in [0, 1).
  __device__ double unit(int half) const {
    unsigned long long bits = static_cast<unsigned long long>(words[2 * half + 1]) << 32 | words[2 * half];
    return static_cast<double>(bits >> 11) * 0x1p-53;
  }
};

__device__ inline PhiloxBlock philox(PhiloxKey key, unsigned long long block) {
  unsigned key0 = static_cast<unsigned>(key.seed);
  unsigned key1 = static_cast<unsigned>(key.seed >> 32);
  unsigned counter0 = static_cast<unsigned>(block);
  unsigned counter1 = static_cast<unsigned>(block >> 32);
  unsigned counter2 = static_cast<unsigned>(key.stream);
  unsigned counter3 = static_cast<unsigned>(key.stream >> 32);
#pragma unroll
  for (int round = 0; round < 10; round++) {
    unsigned long long product0 = 0xD2511F53ull * counter0;
    unsigned long long product1 = 0xCD9E8D57ull * counter2;
    counter0 = static_cast<unsigned>(product1 >> 32) ^ counter1 ^ key0;
    counter1 = static_cast<unsigned>(product1);
    counter2 = static_cast<unsigned>(product0 >> 32) ^ counter3 ^ key1;
    counter3 = static_cast<unsigned>(product0);
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return {{counter0, counter1, counter2, counter3}};
}

// The two normal numbers of a block, by Box and Muller (1958).
__device__ inline void normals(const PhiloxBlock& block, double& even, double& odd) {
  double radius = sqrt(-2 * log(1 - block.unit(0)));
  double sine;
  double cosine;
  sincospi(2 * block.unit(1), &sine, &cosine);
  even = radius * cosine;
  odd = radius * sine;
}

#endif
