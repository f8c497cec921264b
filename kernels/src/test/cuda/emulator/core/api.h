// Marks a function that a library of the emulator exports to programs.
#pragma once
#define EMULATOR_EXPORT extern "C" __attribute__((visibility("default")))
