#include "memory.h"

#include <cstdlib>
#include <cstring>

namespace emulator {

namespace {

constexpr size_t alignment = 512;
constexpr size_t redZone = 512;
constexpr unsigned char zonePattern = 0xab;
constexpr unsigned char poison = 0xff; // NaN in every floating-point type
constexpr size_t quarantineBytes = size_t(64) << 20;
constexpr size_t quarantineBlocks = 64;
// How much of each freed block every check looks at; all of it is looked at when the block leaves the quarantine.
constexpr size_t freedHead = 2048;

// Index of the first byte that is not the pattern, or `bytes`.
size_t firstChange(const char* memory, size_t bytes, unsigned char pattern) {
  size_t i = 0;
  for (; i + 64 <= bytes; i += 64) {
    unsigned char changed = 0;
    for (size_t j = 0; j < 64; j++) {
      changed |= static_cast<unsigned char>(memory[i + j]) ^ pattern;
    }
    if (changed != 0) {
      break;
    }
  }
  while (i < bytes && static_cast<unsigned char>(memory[i]) == pattern) {
    i++;
  }
  return i;
}

std::string named(unsigned long number, size_t bytes) {
  return "allocation " + std::to_string(number) + " (" + std::to_string(bytes) + " bytes)";
}

} // namespace

void* DeviceMemory::allocate(size_t bytes, size_t limit) {
  if (bytes > limit || liveBytes_ > limit - bytes) {
    return nullptr;
  }
  size_t block = (redZone + bytes + redZone + alignment - 1) / alignment * alignment;
  char* start = static_cast<char*>(std::aligned_alloc(alignment, block));
  if (start == nullptr) {
    return nullptr;
  }
  char* address = start + redZone;
  std::memset(start, zonePattern, redZone);
  std::memset(address, poison, bytes);
  std::memset(address + bytes, zonePattern, redZone);
  live_[reinterpret_cast<uintptr_t>(address)] = {start, bytes, ++allocated_, false, nullptr};
  liveBytes_ += bytes;
  return address;
}

bool DeviceMemory::free(void* address) {
  auto found = live_.find(reinterpret_cast<uintptr_t>(address));
  if (found == live_.end() || found->second.adopted) {
    return false;
  }
  Allocation allocation = found->second;
  allocation.records = nullptr;
  live_.erase(found);
  liveBytes_ -= allocation.bytes;
  if (allocation.bytes > quarantineBytes) {
    std::free(allocation.block);
    return true;
  }
  std::memset(address, poison, allocation.bytes);
  quarantine_.emplace_back(static_cast<char*>(address), allocation);
  quarantinedBytes_ += allocation.bytes;
  return true;
}

void DeviceMemory::adopt(void* address, size_t bytes) {
  live_[reinterpret_cast<uintptr_t>(address)] = {nullptr, bytes, ++allocated_, true, nullptr};
}

void DeviceMemory::forget(void* address) {
  live_.erase(reinterpret_cast<uintptr_t>(address));
}

bool DeviceMemory::contains(const void* address, size_t bytes) const {
  uintptr_t first = reinterpret_cast<uintptr_t>(address);
  auto after = live_.upper_bound(first);
  if (after == live_.begin()) {
    return false;
  }
  auto allocation = std::prev(after);
  size_t offset = first - allocation->first;
  return offset <= allocation->second.bytes && bytes <= allocation->second.bytes - offset;
}

std::string DeviceMemory::describe(const void* address) const {
  uintptr_t first = reinterpret_cast<uintptr_t>(address);
  auto after = live_.upper_bound(first);
  if (after != live_.begin()) {
    auto allocation = std::prev(after);
    size_t offset = first - allocation->first;
    const Allocation& of = allocation->second;
    if (offset < of.bytes) {
      return "is in " + named(of.number, of.bytes) + ", " + std::to_string(of.bytes - offset) + " bytes before its end";
    }
    if (offset < of.bytes + redZone) {
      return "is " + std::to_string(offset - of.bytes) + " bytes after " + named(of.number, of.bytes);
    }
  }
  if (after != live_.end() && after->first - first <= redZone) {
    return "is " + std::to_string(after->first - first) + " bytes before " +
        named(after->second.number, after->second.bytes);
  }
  for (const auto& [freed, allocation] : quarantine_) {
    if (address >= freed && address < freed + allocation.bytes) {
      return "is in " + named(allocation.number, allocation.bytes) + ", which has been freed";
    }
  }
  return "is no device memory";
}

std::string DeviceMemory::checkZones(char* address, const Allocation& allocation) const {
  size_t before = firstChange(allocation.block, redZone, zonePattern);
  if (before < redZone) {
    return "wrote " + std::to_string(redZone - before) + " bytes before " + named(allocation.number, allocation.bytes);
  }
  const char* zone = address + allocation.bytes;
  if (firstChange(zone, redZone, zonePattern) < redZone) {
    size_t after = redZone;
    while (static_cast<unsigned char>(zone[after - 1]) == zonePattern) {
      after--;
    }
    return "wrote " + std::to_string(after) + " bytes after the end of " + named(allocation.number, allocation.bytes);
  }
  return "";
}

std::string DeviceMemory::checkFreed(char* address, const Allocation& allocation, size_t bytes) const {
  size_t changed = firstChange(address, bytes, poison);
  return changed == bytes ? ""
                          : "wrote byte " + std::to_string(changed) + " of " +
          named(allocation.number, allocation.bytes) + ", which had been freed";
}

std::string DeviceMemory::check() {
  std::string found;
  for (auto& [start, allocation] : live_) {
    if (allocation.adopted) {
      continue;
    }
    char* address = reinterpret_cast<char*>(start);
    std::string wrong = checkZones(address, allocation);
    if (!wrong.empty()) {
      std::memset(allocation.block, zonePattern, redZone);
      std::memset(address + allocation.bytes, zonePattern, redZone);
      found = found.empty() ? wrong : found;
    }
  }
  for (auto& [address, allocation] : quarantine_) {
    std::string wrong = checkFreed(address, allocation, std::min(allocation.bytes, freedHead));
    if (!wrong.empty()) {
      std::memset(address, poison, allocation.bytes);
      found = found.empty() ? wrong : found;
    }
  }
  while (quarantinedBytes_ > quarantineBytes || quarantine_.size() > quarantineBlocks) {
    auto [address, allocation] = quarantine_.front();
    std::string wrong = checkFreed(address, allocation, allocation.bytes);
    found = found.empty() ? wrong : found;
    quarantine_.pop_front();
    quarantinedBytes_ -= allocation.bytes;
    std::free(allocation.block);
  }
  return found;
}

std::vector<AccessibleRange> DeviceMemory::accessible() {
  std::vector<AccessibleRange> ranges;
  ranges.reserve(live_.size());
  for (auto& [start, allocation] : live_) {
    if (allocation.adopted) { // the program's own ranges have it
      continue;
    }
    if (allocation.records == nullptr) {
      allocation.records = std::make_shared<AccessRecords>(allocation.bytes);
    }
    const char* begin = reinterpret_cast<const char*>(start);
    ranges.push_back({begin, begin + allocation.bytes, MemoryKind::Device, allocation.records.get(), begin});
  }
  return ranges;
}

void DeviceMemory::clear() {
  for (auto& [start, allocation] : live_) {
    std::free(allocation.block);
  }
  for (auto& [address, allocation] : quarantine_) {
    std::free(allocation.block);
  }
  live_.clear();
  quarantine_.clear();
  liveBytes_ = 0;
  quarantinedBytes_ = 0;
}

size_t DeviceMemory::liveAllocations() const {
  size_t count = 0;
  for (const auto& [start, allocation] : live_) {
    count += allocation.adopted ? 0 : 1;
  }
  return count;
}

void* PinnedMemory::allocate(size_t bytes) {
  void* address = std::aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (address != nullptr) {
    std::memset(address, poison, bytes);
    live_[reinterpret_cast<uintptr_t>(address)] = bytes;
  }
  return address;
}

bool PinnedMemory::free(void* address) {
  if (live_.erase(reinterpret_cast<uintptr_t>(address)) == 0) {
    return false;
  }
  std::free(address);
  return true;
}

bool PinnedMemory::contains(const void* address, size_t bytes) const {
  uintptr_t first = reinterpret_cast<uintptr_t>(address);
  auto after = live_.upper_bound(first);
  if (after == live_.begin()) {
    return false;
  }
  auto allocation = std::prev(after);
  size_t offset = first - allocation->first;
  return offset <= allocation->second && bytes <= allocation->second - offset;
}

void PinnedMemory::clear() {
  for (const auto& [start, bytes] : live_) {
    std::free(reinterpret_cast<void*>(start));
  }
  live_.clear();
}

} // namespace emulator
