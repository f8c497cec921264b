// Device memory and page-locked host memory. Fresh memory reads as NaN; every allocation lies between red zones; freed
// memory is poisoned and kept for a while, so that late reads give NaN and late writes are noticed.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "access.h"

namespace emulator {

class DeviceMemory {
 public:
  // Null where the limit does not leave room.
  void* allocate(size_t bytes, size_t limit);
  // False where the address is not the start of an allocation.
  bool free(void* address);
  // Memory of a loaded program, of which nothing is checked but its bounds.
  void adopt(void* address, size_t bytes);
  void forget(void* address);

  // Whether [address, address + bytes) lies within one allocation.
  bool contains(const void* address, size_t bytes) const;
  // "is in allocation 3 (1024 bytes), 16 bytes before its end", for messages.
  std::string describe(const void* address) const;
  // What was written outside of allocations since the last check, or nothing; repairs it.
  std::string check();

  // All live memory, as a kernel may touch it.
  std::vector<AccessibleRange> accessible();

  void clear();

  size_t liveBytes() const { return liveBytes_; }
  size_t liveAllocations() const;

 private:
  struct Allocation {
    char* block;
    size_t bytes;
    unsigned long number;
    bool adopted;
    std::shared_ptr<AccessRecords> records; // made when a kernel first runs with checks
  };

  std::string checkZones(char* address, const Allocation& allocation) const;
  std::string checkFreed(char* address, const Allocation& allocation, size_t bytes) const;

  std::map<uintptr_t, Allocation> live_;
  std::deque<std::pair<char*, Allocation>> quarantine_;
  size_t liveBytes_ = 0;
  size_t quarantinedBytes_ = 0;
  unsigned long allocated_ = 0;
};

class PinnedMemory {
 public:
  void* allocate(size_t bytes);
  bool free(void* address);
  bool contains(const void* address, size_t bytes) const;
  void clear();
  size_t liveAllocations() const { return live_.size(); }

 private:
  std::map<uintptr_t, size_t> live_;
};

} // namespace emulator
