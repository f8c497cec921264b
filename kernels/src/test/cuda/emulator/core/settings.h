// What a test can change about the emulated machine. Names and meanings: README.md of the emulator.
#pragma once
#include <cstddef>
#include <string>

namespace emulator {

struct Settings {
  int devices = 1;
  int driverVersion = 13000;
  int architecture = 90; // 10 * major + minor of the compute capability
  size_t memory = size_t(16) << 30;
  int order = 0;
  bool check = true;
  bool deferred = true;
  long failLaunch = 0; // counts down to the kernel that fails; 0 means never
  long hangLaunch = 0; // the same for the kernel that never ends
  std::string faultsOnce; // beginning of the names of files that say which of the two has happened in some process
  int blasCreateStatus = 0;
  int solverCreateStatus = 0;

  // Returns false where the key is unknown or the value is no number.
  bool set(const std::string& key, const std::string& value);
  // As at the start of the process.
  void restore();
};

// Starts from the environment variable SPECTRALEDGE_EMULATED_CUDA, "key=value,key=value".
Settings& settings();

} // namespace emulator
