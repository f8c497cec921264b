#include "access.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <new>

#include "fibers.h"
#include "machine.h"

namespace emulator {

AccessRecords::AccessRecords(size_t bytes) : mappedBytes_((bytes / 4 + 2) * sizeof(AccessRecord)) {
  void* memory =
      mmap(nullptr, mappedBytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    throw std::bad_alloc();
  }
  records_ = static_cast<AccessRecord*>(memory);
}

AccessRecords::~AccessRecords() {
  munmap(records_, mappedBytes_);
}

namespace {

// Codes of readThread: several lanes of one warp, or threads of several warps.
constexpr uint16_t lanesOfWarp = 0x8000;
constexpr uint16_t severalWarps = 0xffff;
constexpr unsigned maximumWarps = 32;

bool checking = false;
std::vector<AccessibleRange> accessible; // by address
const AccessibleRange* lastRange;
const CheckedProgram* program;
// Counts on through the life of the process: no record of an earlier launch looks like one of this launch.
uint64_t now;
uint64_t launchBegin;
uint64_t blockBegin;
uint64_t blockMet;
uint64_t warpMet[maximumWarps];
char text[1024];

// What a block's fences have let other blocks see: what each thread stored before its own last one, and what all threads
// stored before they met for the last time before one.
struct BlockFences {
  uint64_t begin;
  uint64_t met;
  std::vector<uint64_t> ofThreads; // by thread; empty where the block had none
};
std::vector<BlockFences> fences; // of the blocks of this launch, by their begin

struct Access {
  const char* address;
  unsigned bytes;
  AccessKind kind;
  uint32_t place;
};

const AccessibleRange* find(const char* address, unsigned bytes) {
  if (address >= lastRange->begin && address + bytes <= lastRange->end) {
    return lastRange;
  }
  auto after = std::upper_bound(
      accessible.begin(), accessible.end(), address,
      [](const char* wanted, const AccessibleRange& range) { return wanted < range.begin; });
  if (after == accessible.begin() || address + bytes > (after - 1)->end) {
    return nullptr;
  }
  lastRange = &*(after - 1);
  return lastRange;
}

// "file:line" of an instruction, or nothing where addr2line is not installed.
std::string placeOf(uint32_t offset) {
  char command[256];
  std::snprintf(command, sizeof command, "addr2line -s -e %s %x 2>/dev/null", program->file.c_str(), offset - 1);
  FILE* output = popen(command, "r");
  char line[256] = "";
  if (output != nullptr) {
    line[std::fread(line, 1, sizeof line - 1, output)] = '\0';
    pclose(output);
  }
  std::string place(line, std::strcspn(line, " \n")); // the rest distinguishes copies of the line
  return place.empty() || place[0] == '?' ? "" : " at " + place;
}

const char* verb(AccessKind kind) {
  switch (kind) {
    case AccessKind::Read:
    case AccessKind::CoherentRead:
      return "reads";
    case AccessKind::Write:
      return "writes";
    default:
      return "updates";
  }
}

[[noreturn]] void reportOutside(const Access& access) {
  std::snprintf(
      text, sizeof text, "%s %u bytes%s outside of all memory it may touch: the address %s", verb(access.kind),
      access.bytes, placeOf(access.place).c_str(), machine().memory.describe(access.address).c_str());
  laneFailed(text);
}

[[noreturn]] void reportRace(
    const Access& access, const AccessibleRange& range, bool sameBlock, const char* earlierVerb, uint32_t earlierPlace) {
  std::string where = range.kind == MemoryKind::Shared
      ? "shared memory"
      : "memory that " + machine().memory.describe(access.address);
  std::snprintf(
      text, sizeof text, "race: the thread %s%s %s, and %s thread %s it%s, with nothing between that orders them",
      verb(access.kind), placeOf(access.place).c_str(), where.c_str(),
      sameBlock ? "another" : "another block's", earlierVerb, placeOf(earlierPlace).c_str());
  laneFailed(text);
}

[[noreturn]] void reportUnfenced(const Access& access, uint32_t earlierPlace) {
  std::snprintf(
      text, sizeof text,
      "the thread reads%s memory that %s, and another block's thread wrote it%s with no __threadfence behind: it may still "
      "be in that block's store buffer",
      placeOf(access.place).c_str(), machine().memory.describe(access.address).c_str(), placeOf(earlierPlace).c_str());
  laneFailed(text);
}

[[noreturn]] void reportMisaligned(const char* file, unsigned line, unsigned alignment, const char* address) {
  const char* folder = std::strrchr(file, '/');
  std::string where = isOnStack(address) ? "is its own memory" : machine().memory.describe(address);
  std::snprintf(
      text, sizeof text, "the thread accesses at %s:%u an object whose address has to be a multiple of %u and is %u beyond "
      "one: it %s", folder == nullptr ? file : folder + 1, line, alignment,
      static_cast<unsigned>(reinterpret_cast<uintptr_t>(address) % alignment), where.c_str());
  laneFailed(text);
}

// Whether a store of another block has left that block's store buffer.
bool isFenced(uint64_t time, uint16_t thread) {
  auto after = std::upper_bound(fences.begin(), fences.end(), time, [](uint64_t wanted, const BlockFences& block) {
    return wanted < block.begin;
  });
  const BlockFences& block = *(after - 1);
  return time < block.met || (!block.ofThreads.empty() && time < block.ofThreads[thread]);
}

enum class Earlier { Ordered, SameBlock, OtherBlock };

// How an access of `thread` at `time` relates to one that thread `self` makes now.
Earlier earlier(uint64_t time, uint16_t thread, unsigned self, MemoryKind kind) {
  if (time < launchBegin || (time >= blockBegin && time < blockMet)) {
    return Earlier::Ordered;
  }
  if (time < blockBegin) {
    return kind == MemoryKind::Shared ? Earlier::Ordered : Earlier::OtherBlock;
  }
  if (thread == self) {
    return Earlier::Ordered;
  }
  unsigned warp = self / 32;
  bool sameWarp = thread == (lanesOfWarp | warp) || ((thread & lanesOfWarp) == 0 && thread / 32u == warp);
  return sameWarp && time < warpMet[warp] ? Earlier::Ordered : Earlier::SameBlock;
}

// Checks one access against the records of up to four bytes and adds it to them.
void checkWord(
    AccessRecord& record, uint8_t bytes, const Access& access, const AccessibleRange& range, unsigned self) {
  bool reads = access.kind == AccessKind::Read || access.kind == AccessKind::CoherentRead;
  bool coherent = access.kind == AccessKind::CoherentRead;
  bool atomic = access.kind == AccessKind::Atomic;
  if (record.writeTime >= launchBegin && (record.writtenBytes & bytes) != 0) {
    Earlier write = earlier(record.writeTime, record.writeThread, self, range.kind);
    bool allowed = write == Earlier::Ordered || (record.writeWasAtomic && atomic) ||
        (write == Earlier::OtherBlock && (coherent || (record.writeWasAtomic && !reads)));
    if (!allowed) {
      reportRace(
          access, range, write == Earlier::SameBlock, record.writeWasAtomic ? "updates" : "wrote", record.writePlace);
    }
    if (write == Earlier::OtherBlock && coherent && !record.writeWasAtomic &&
        !isFenced(record.writeTime, record.writeThread)) {
      reportUnfenced(access, record.writePlace);
    }
  }
  Earlier read = record.readTime >= launchBegin && (record.readBytes & bytes) != 0
      ? earlier(record.readTime, record.readThread, self, range.kind)
      : Earlier::Ordered;
  if (reads) {
    // Of several readers that nothing orders, what counts is whether all are in one warp.
    uint16_t thread = static_cast<uint16_t>(self);
    if (read == Earlier::SameBlock) {
      bool oneWarp = record.readThread == (lanesOfWarp | self / 32) ||
          ((record.readThread & lanesOfWarp) == 0 && record.readThread / 32u == self / 32);
      thread = oneWarp ? static_cast<uint16_t>(lanesOfWarp | self / 32) : severalWarps;
    }
    record.readTime = now;
    record.readThread = thread;
    record.readBytes = bytes;
    record.readWasCoherent = coherent;
    record.readPlace = access.place;
    return;
  }
  if (read != Earlier::Ordered && !(read == Earlier::OtherBlock && record.readWasCoherent)) {
    reportRace(access, range, read == Earlier::SameBlock, "read", record.readPlace);
  }
  record.writeTime = now;
  record.writeThread = static_cast<uint16_t>(self);
  record.writtenBytes = bytes;
  record.writeWasAtomic = atomic;
  record.writePlace = access.place;
}

void check(const Access& access) {
  if (isOnStack(access.address)) {
    return;
  }
  const AccessibleRange* range = find(access.address, access.bytes);
  bool reads = access.kind == AccessKind::Read || access.kind == AccessKind::CoherentRead;
  if (range == nullptr || (range->kind == MemoryKind::Constant && !reads)) {
    reportOutside(access);
  }
  if (range->records == nullptr) {
    return;
  }
  unsigned self = runningThread();
  size_t offset = static_cast<size_t>(access.address - range->origin);
  for (unsigned left = access.bytes; left > 0;) {
    unsigned first = offset % 4;
    unsigned count = std::min(left, 4 - first);
    checkWord(range->records->at(offset), static_cast<uint8_t>(((1u << count) - 1) << first), access, *range, self);
    offset += count;
    left -= count;
  }
}

inline void checkFrom(const void* address, size_t bytes, AccessKind kind, const void* caller) {
  if (checking) {
    check(
        {static_cast<const char*>(address), static_cast<unsigned>(bytes), kind,
         static_cast<uint32_t>(static_cast<const char*>(caller) - program->base)});
  }
}

} // namespace

AccessChecks::AccessChecks(std::vector<AccessibleRange> ranges, const CheckedProgram& checked) {
  accessible = std::move(ranges);
  std::sort(accessible.begin(), accessible.end(), [](const AccessibleRange& a, const AccessibleRange& b) {
    return a.begin < b.begin;
  });
  lastRange = accessible.data();
  program = &checked;
  launchBegin = ++now;
  fences.clear();
  checking = true;
}

AccessChecks::~AccessChecks() {
  checking = false;
}

void checksOfBlock() {
  blockBegin = ++now;
  blockMet = blockBegin;
  if (checking) {
    fences.push_back({blockBegin, 0, {}});
  }
}

void checksAfterBlockBarrier() {
  blockMet = ++now;
}

void checksAfterWarpBarrier(unsigned warp) {
  warpMet[warp] = ++now;
}

void fence() {
  if (!checking) {
    return;
  }
  BlockFences& own = fences.back();
  if (own.ofThreads.empty()) {
    own.ofThreads.resize(maximumWarps * 32);
  }
  own.met = blockMet > blockBegin ? blockMet : own.met;
  own.ofThreads[runningThread()] = ++now;
}

void checkedAccess(const void* address, unsigned bytes, AccessKind kind) {
  checkFrom(address, bytes, kind, __builtin_return_address(0));
}

} // namespace emulator

// What g++ -fsanitize=thread calls.
extern "C" {
#define EMULATOR_HOOK(name, bytes, kind) \
  void name(void* address) { \
    emulator::checkFrom(address, bytes, emulator::AccessKind::kind, __builtin_return_address(0)); \
  }
EMULATOR_HOOK(__tsan_read1, 1, Read)
EMULATOR_HOOK(__tsan_read2, 2, Read)
EMULATOR_HOOK(__tsan_read4, 4, Read)
EMULATOR_HOOK(__tsan_read8, 8, Read)
EMULATOR_HOOK(__tsan_read16, 16, Read)
EMULATOR_HOOK(__tsan_write1, 1, Write)
EMULATOR_HOOK(__tsan_write2, 2, Write)
EMULATOR_HOOK(__tsan_write4, 4, Write)
EMULATOR_HOOK(__tsan_write8, 8, Write)
EMULATOR_HOOK(__tsan_write16, 16, Write)
EMULATOR_HOOK(__tsan_unaligned_read2, 2, Read)
EMULATOR_HOOK(__tsan_unaligned_read4, 4, Read)
EMULATOR_HOOK(__tsan_unaligned_read8, 8, Read)
EMULATOR_HOOK(__tsan_unaligned_read16, 16, Read)
EMULATOR_HOOK(__tsan_unaligned_write2, 2, Write)
EMULATOR_HOOK(__tsan_unaligned_write4, 4, Write)
EMULATOR_HOOK(__tsan_unaligned_write8, 8, Write)
EMULATOR_HOOK(__tsan_unaligned_write16, 16, Write)

void __tsan_read_range(void* address, size_t bytes) {
  emulator::checkFrom(address, bytes, emulator::AccessKind::Read, __builtin_return_address(0));
}

void __tsan_write_range(void* address, size_t bytes) {
  emulator::checkFrom(address, bytes, emulator::AccessKind::Write, __builtin_return_address(0));
}

void __tsan_init() {}

// What g++ -fsanitize=alignment calls at an access to an object of a type with a larger alignment than its address has; the
// layout of what it knows is the compiler's.
struct EmulatorMisaligned {
  const char* file;
  uint32_t line;
  uint32_t column;
  const void* type;
  unsigned char logOfAlignment;
  unsigned char kind;
};

void __ubsan_handle_type_mismatch_v1(const EmulatorMisaligned* what, const void* address) {
  emulator::reportMisaligned(what->file, what->line, 1u << what->logOfAlignment, static_cast<const char*>(address));
}
}
