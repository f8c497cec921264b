// A fault of the device: what a GPU reports asynchronously and never recovers from.
#pragma once
#include <stdexcept>
#include <string>

namespace emulator {

class Fault : public std::runtime_error {
 public:
  Fault(int code, const std::string& text) : std::runtime_error(text), code(code) {}

  const int code; // a CUresult
};

} // namespace emulator
