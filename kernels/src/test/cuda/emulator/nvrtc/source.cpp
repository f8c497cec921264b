#include "source.h"

#include <cctype>

#include "../device/abi.h"

namespace emulator {

namespace {

bool inIdentifier(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// Splits into identifiers, literals and single characters; white space and line markers are left out.
std::vector<std::string> tokensOf(const std::string& source) {
  std::vector<std::string> tokens;
  for (size_t i = 0; i < source.size();) {
    char c = source[i];
    size_t from = i;
    if (std::isspace(static_cast<unsigned char>(c)) != 0) {
      i++;
      continue;
    }
    if (c == '#') { // a line marker or a pragma
      i = source.find('\n', i);
      i = i == std::string::npos ? source.size() : i;
      continue;
    }
    if (inIdentifier(c)) {
      while (i < source.size() && inIdentifier(source[i])) {
        i++;
      }
    } else if (c == '"' || c == '\'') {
      for (i++; i < source.size() && source[i] != c; i++) {
        i += source[i] == '\\' ? 1 : 0;
      }
      i++;
    } else {
      i++;
    }
    tokens.push_back(source.substr(from, i - from));
  }
  return tokens;
}

// The text between the parenthesis at `open` and its partner; moves `open` to the partner.
std::string parenthesised(const std::vector<std::string>& tokens, size_t& open) {
  std::string text;
  int depth = 0;
  for (; open < tokens.size(); open++) {
    depth += tokens[open] == "(" ? 1 : tokens[open] == ")" ? -1 : 0;
    if (depth == 0) {
      break;
    }
    if (depth > 1 || tokens[open] != "(") {
      text += tokens[open] + " ";
    }
  }
  return text;
}

} // namespace

std::vector<KernelDeclaration> kernelsOf(const std::string& source) {
  std::vector<std::string> tokens = tokensOf(source);
  std::vector<KernelDeclaration> kernels;
  std::set<std::string> names;
  for (size_t i = 0; i < tokens.size(); i++) {
    if (tokens[i] != "__global__") {
      continue;
    }
    KernelDeclaration kernel;
    std::string previous;
    for (i++; i < tokens.size(); i++) {
      if (tokens[i] != "(") {
        previous = tokens[i];
        continue;
      }
      if (previous == "__launch_bounds__") {
        kernel.launchBounds = parenthesised(tokens, i);
      } else if (previous == "__attribute__" || previous == "__maxnreg__" || previous == "__align__") {
        parenthesised(tokens, i);
      } else {
        break;
      }
    }
    kernel.name = previous;
    if (names.insert(kernel.name).second) {
      kernels.push_back(kernel);
    }
  }
  return kernels;
}

std::set<std::string> dynamicSharedOf(const std::string& source) {
  std::vector<std::string> tokens = tokensOf(source);
  std::set<std::string> names;
  for (size_t i = 0; i < tokens.size(); i++) {
    if (tokens[i] != "extern") {
      continue;
    }
    bool shared = false;
    for (i++; i < tokens.size() && tokens[i] != ";" && tokens[i] != "{"; i++) {
      shared = shared || tokens[i] == "__shared__";
      if (shared && tokens[i] == "[") {
        names.insert(tokens[i - 1]);
      }
    }
  }
  return names;
}

std::string imageDefinition(const std::string& source) {
  std::string text = "\n#line 1 \"the emulator's image definition\"\n";
  std::set<std::string> dynamic = dynamicSharedOf(source);
  if (!dynamic.empty()) {
    text += "asm(\".pushsection .tbss.emulator,\\\"awT\\\",@nobits\\n.balign 1024\\n";
    dynamic.insert("emulatorDynamicShared");
    for (const std::string& name : dynamic) {
      text += ".globl " + name + "\\n.hidden " + name + "\\n.type " + name + ", @object\\n" + name + ":\\n";
    }
    text += ".zero " + std::to_string(dynamicSharedLimit + dynamicSharedRedZone) + "\\n.popsection\");\n";
    text += "extern thread_local char emulatorDynamicShared[];\n";
    text += "static char* emulatorDynamicSharedAddress() { return emulatorDynamicShared; }\n";
  }
  text += "static thread_local char emulatorSharedAnchor;\n"
          "static char* emulatorSharedAnchorAddress() { return &emulatorSharedAnchor; }\n";
  std::vector<KernelDeclaration> kernels = kernelsOf(source);
  text += "static constexpr emulator::KernelEntry emulatorKernels[] = {\n";
  for (const KernelDeclaration& kernel : kernels) {
    std::string bounds = kernel.launchBounds.empty() ? "1024" : "emulator::firstOf(" + kernel.launchBounds + ")";
    text += "  emulator::kernelEntry<&" + kernel.name + ">(\"" + kernel.name + "\", " + bounds + "),\n";
  }
  text += "  {nullptr, nullptr, nullptr, 0, 0}};\n";
  text += "extern \"C\" const emulator::Image emulatorImage = {emulator::imageVersion, " +
      std::to_string(kernels.size()) + ", emulatorKernels, emulatorSharedAnchorAddress, " +
      (dynamic.empty() ? "nullptr" : "emulatorDynamicSharedAddress") + "};\n";
  return text;
}

} // namespace emulator
