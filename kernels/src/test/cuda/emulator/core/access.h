// Checks every load and store of a kernel: is it in memory that the kernel may touch, and is it ordered with what other
// threads did there? g++ calls in before each access (-fsanitize=thread; the functions behind it are ours).
//
// Two accesses of different threads to the same bytes, one of them a write, are a race unless something orders them:
// __syncthreads within a block, __syncwarp within a warp, the end of the launch between blocks. Atomic operations do not
// race with each other; what another block wrote may be read by __ldcg, once a __threadfence has brought it out of that
// block's store buffer: blocks may run side by side, so that the end of one is no earlier than that of the launch. Shuffles
// and votes order nothing, as CUDA says.
//
// Every access has to be aligned as its type demands, a float4 to 16 bytes (-fsanitize=alignment).
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace emulator {

// What is known of four bytes. Times count launches, blocks and barriers.
struct AccessRecord {
  uint64_t writeTime;
  uint64_t readTime;
  uint16_t writeThread;
  uint16_t readThread; // or a code for several readers
  uint8_t writtenBytes; // a bit for each of the four
  uint8_t readBytes;
  bool writeWasAtomic;
  bool readWasCoherent;
  uint32_t writePlace; // offset of the instruction in its program
  uint32_t readPlace;
};

// The records of a range of memory; pages come into being when they are touched.
class AccessRecords {
 public:
  explicit AccessRecords(size_t bytes);
  ~AccessRecords();
  AccessRecords(const AccessRecords&) = delete;
  AccessRecords& operator=(const AccessRecords&) = delete;

  AccessRecord& at(size_t offset) { return records_[offset / 4]; }

 private:
  AccessRecord* records_;
  size_t mappedBytes_;
};

enum class MemoryKind { Device, Shared, Constant };

// Memory that a kernel may touch.
struct AccessibleRange {
  const char* begin;
  const char* end;
  MemoryKind kind;
  AccessRecords* records; // null where only the bounds are checked
  const char* origin;     // the address that the first record is of
};

struct CheckedProgram {
  const char* base; // where it is loaded
  std::string file; // its image, for names of places
};

// The launch under way: begins at construction, ends at destruction.
class AccessChecks {
 public:
  AccessChecks(std::vector<AccessibleRange> ranges, const CheckedProgram& program);
  ~AccessChecks();
  AccessChecks(const AccessChecks&) = delete;
  AccessChecks& operator=(const AccessChecks&) = delete;
};

// A block begins; what the one before did to shared memory is forgotten.
void checksOfBlock();
// All threads of the block have met.
void checksAfterBlockBarrier();
// Lanes of a warp have met at __syncwarp.
void checksAfterWarpBarrier(unsigned warp);

} // namespace emulator
