/* The one header that jextract reads for package dev.spectraledge.bindings.raw.nvrtc. */
#include <nvrtc.h>
