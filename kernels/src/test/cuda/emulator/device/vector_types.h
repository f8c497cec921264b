// float4 and its relatives.
#pragma once

#define EMULATOR_VECTOR_2(type, name, alignment) \
  struct alignas(alignment) name##2 { \
    type x, y; \
  }; \
  inline name##2 make_##name##2(type x, type y) { \
    return {x, y}; \
  }
#define EMULATOR_VECTOR_3(type, name) \
  struct name##3 { \
    type x, y, z; \
  }; \
  inline name##3 make_##name##3(type x, type y, type z) { \
    return {x, y, z}; \
  }
#define EMULATOR_VECTOR_4(type, name, alignment) \
  struct alignas(alignment) name##4 { \
    type x, y, z, w; \
  }; \
  inline name##4 make_##name##4(type x, type y, type z, type w) { \
    return {x, y, z, w}; \
  }

EMULATOR_VECTOR_2(signed char, char, 2)
EMULATOR_VECTOR_4(signed char, char, 4)
EMULATOR_VECTOR_2(unsigned char, uchar, 2)
EMULATOR_VECTOR_4(unsigned char, uchar, 4)
EMULATOR_VECTOR_2(short, short, 4)
EMULATOR_VECTOR_4(short, short, 8)
EMULATOR_VECTOR_2(unsigned short, ushort, 4)
EMULATOR_VECTOR_4(unsigned short, ushort, 8)
EMULATOR_VECTOR_2(int, int, 8)
EMULATOR_VECTOR_3(int, int)
EMULATOR_VECTOR_4(int, int, 16)
EMULATOR_VECTOR_2(unsigned, uint, 8)
EMULATOR_VECTOR_4(unsigned, uint, 16)
EMULATOR_VECTOR_2(float, float, 8)
EMULATOR_VECTOR_3(float, float)
EMULATOR_VECTOR_4(float, float, 16)
EMULATOR_VECTOR_2(double, double, 16)
EMULATOR_VECTOR_3(double, double)
EMULATOR_VECTOR_4(double, double, 16)
EMULATOR_VECTOR_2(long long, longlong, 16)
EMULATOR_VECTOR_4(long long, longlong, 16)
EMULATOR_VECTOR_2(unsigned long long, ulonglong, 16)
EMULATOR_VECTOR_4(unsigned long long, ulonglong, 16)

inline uint3 make_uint3(unsigned x, unsigned y, unsigned z) {
  return {x, y, z};
}
