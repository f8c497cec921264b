#include "modules.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "memory.h"

namespace emulator {

namespace {

// Stands in for `extern __shared__` memory in a launch that asks for some without the kernel's declaring any.
thread_local char undeclaredDynamicShared[dynamicSharedLimit + dynamicSharedRedZone];

// The size of an ELF file whose section headers come last, as the linker writes it; 0 where these are no such bytes.
size_t imageBytes(const void* bytes) {
  Elf64_Ehdr header;
  std::memcpy(&header, bytes, SELFMAG);
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
    return 0;
  }
  std::memcpy(&header, bytes, sizeof header);
  if (header.e_machine != EM_X86_64 || header.e_type != ET_DYN) {
    return 0;
  }
  return header.e_shoff + size_t(header.e_shnum) * header.e_shentsize;
}

struct ThreadSegment {
  const char* inside;
  char* begin = nullptr;
  size_t bytes = 0;
};

int findThreadSegment(dl_phdr_info* info, size_t, void* data) {
  auto* wanted = static_cast<ThreadSegment*>(data);
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const auto& header = info->dlpi_phdr[i];
    char* begin = static_cast<char*>(info->dlpi_tls_data);
    if (header.p_type == PT_TLS && begin != nullptr && wanted->inside >= begin &&
        wanted->inside < begin + header.p_memsz) {
      wanted->begin = begin;
      wanted->bytes = header.p_memsz;
      return 1;
    }
  }
  return 0;
}

// Where the program lies, and what of it a kernel may touch.
int findSegments(dl_phdr_info* info, size_t, void* data) {
  auto* module = static_cast<CUmod_st*>(data);
  std::vector<AccessibleRange> segments;
  bool found = false;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const auto& header = info->dlpi_phdr[i];
    auto* begin = reinterpret_cast<const char*>(info->dlpi_addr + header.p_vaddr);
    auto* end = begin + header.p_memsz;
    if (header.p_type == PT_LOAD) {
      auto* image = reinterpret_cast<const char*>(module->image);
      found = found || (image >= begin && image < end);
      MemoryKind kind = (header.p_flags & PF_W) != 0 ? MemoryKind::Device : MemoryKind::Constant;
      segments.push_back({begin, end, kind, nullptr, begin});
    }
  }
  if (found) {
    module->program.base = reinterpret_cast<const char*>(info->dlpi_addr);
    module->segments = segments;
  }
  return found ? 1 : 0;
}

} // namespace

std::shared_ptr<CUmod_st> loadModule(const void* bytes, std::string& error) {
  size_t size = imageBytes(bytes);
  if (size == 0) {
    error = "not an image of the emulated NVRTC";
    return nullptr;
  }
  // A name of its own: the loader takes a name that it has seen for the library that it has loaded.
  const char* temporary = std::getenv("TMPDIR");
  std::string path = std::string(temporary == nullptr ? "/tmp" : temporary) + "/emulated-cuda-module-XXXXXX";
  int file = mkstemp(path.data());
  if (file < 0 || write(file, bytes, size) != static_cast<ssize_t>(size)) {
    error = "cannot write the image to " + path;
    return nullptr;
  }
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    error = dlerror();
  }
  unlink(path.c_str());
  if (library == nullptr) {
    close(file);
    return nullptr;
  }
  auto* image = static_cast<const Image*>(dlsym(library, "emulatorImage"));
  if (image == nullptr || image->version != imageVersion) {
    error = "image of another version of the emulator";
    dlclose(library);
    close(file);
    return nullptr;
  }
  auto module = std::make_shared<CUmod_st>();
  module->library = library;
  module->image = image;
  module->file = file;
  module->program.file = "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(file);
  for (unsigned i = 0; i < image->kernelCount; i++) {
    module->functions.push_back(
        std::unique_ptr<CUfunc_st>(new CUfunc_st{module.get(), &image->kernels[i], 48 << 10}));
  }
  ThreadSegment segment{image->sharedAnchor()};
  dl_iterate_phdr(findThreadSegment, &segment);
  dl_iterate_phdr(findSegments, module.get());
  module->staticSharedOffset = segment.begin - segment.inside;
  module->staticSharedBytes = segment.bytes;
  module->sharedRecords = std::make_unique<AccessRecords>(segment.bytes);
  return module;
}

} // namespace emulator

CUmod_st::~CUmod_st() {
  if (library != nullptr) {
    dlclose(library);
    close(file);
  }
}

void CUmod_st::addAccessible(
    const emulator::SharedMemory& shared, std::vector<emulator::AccessibleRange>& ranges) const {
  ranges.insert(ranges.end(), segments.begin(), segments.end());
  const char* begin = shared.staticBegin;
  const char* end = begin + shared.staticBytes;
  auto add = [&](const char* from, const char* to) {
    if (from < to) { // an empty one could hide the range that begins at the same address
      ranges.push_back({from, to, emulator::MemoryKind::Shared, sharedRecords.get(), begin});
    }
  };
  if (image->dynamicShared == nullptr) {
    add(begin, end);
  } else {
    add(begin, shared.dynamic);
    add(shared.dynamic, shared.dynamic + shared.dynamicBytes);
    add(shared.dynamic + emulator::dynamicSharedLimit + emulator::dynamicSharedRedZone, end);
  }
}

emulator::SharedMemory CUmod_st::sharedMemory(size_t dynamicBytes) const {
  emulator::SharedMemory shared;
  shared.staticBegin = image->sharedAnchor() + staticSharedOffset;
  shared.staticBytes = staticSharedBytes;
  shared.dynamic = image->dynamicShared == nullptr ? emulator::undeclaredDynamicShared : image->dynamicShared();
  shared.dynamicBytes = dynamicBytes;
  return shared;
}
