#include <algorithm>
#include <unordered_map>

#include "machine.h"
#include "settings.h"
#include "work.h"

CUgraphNode CUgraph_st::add(
    CUgraphNodeType type, emulator::Operation operation, const std::vector<CUgraphNode>& after) {
  nodes.push_back(std::unique_ptr<CUgraphNode_st>(new CUgraphNode_st{type, std::move(operation), after}));
  return nodes.back().get();
}

namespace emulator {

std::vector<Operation> sorted(const CUgraph_st& graph, LaneOrder order) {
  std::unordered_map<CUgraphNode, size_t> waitsFor;
  std::unordered_map<CUgraphNode, std::vector<CUgraphNode>> successors;
  std::vector<CUgraphNode> ready;
  for (const auto& node : graph.nodes) {
    waitsFor[node.get()] = node->after.size();
    for (CUgraphNode before : node->after) {
      successors[before].push_back(node.get());
    }
    if (node->after.empty()) {
      ready.push_back(node.get());
    }
  }
  std::vector<Operation> operations;
  while (!ready.empty()) {
    // The oldest branch first, the youngest first, or in turns.
    size_t chosen = order == LaneOrder::Forward ? 0
        : order == LaneOrder::Reverse          ? ready.size() - 1
                                               : operations.size() % ready.size();
    CUgraphNode node = ready[chosen];
    ready.erase(ready.begin() + static_cast<ptrdiff_t>(chosen));
    operations.push_back(node->operation);
    for (CUgraphNode next : successors[node]) {
      if (--waitsFor[next] == 0) {
        ready.push_back(next);
      }
    }
  }
  return operations;
}

size_t depth(const CUgraph_st& graph) {
  std::unordered_map<CUgraphNode, size_t> depths;
  size_t deepest = 0;
  for (const auto& node : graph.nodes) { // successors come after
    size_t before = 0;
    for (CUgraphNode earlier : node->after) {
      before = std::max(before, depths[earlier]);
    }
    depths[node.get()] = before + 1;
    deepest = std::max(deepest, before + 1);
  }
  return deepest;
}

static bool forbids(const Capture& capture) {
  switch (capture.mode) {
    case CU_STREAM_CAPTURE_MODE_GLOBAL:
      return true;
    case CU_STREAM_CAPTURE_MODE_THREAD_LOCAL:
      return capture.thread == std::this_thread::get_id();
    default:
      return false;
  }
}

CUresult refusedByCapture() {
  CUresult result = CUDA_SUCCESS;
  for (auto& [handle, stream] : machine().streams) {
    if (stream->capture != nullptr && forbids(*stream->capture)) {
      stream->capture->invalidated = true;
      result = CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    }
  }
  return result;
}

CUresult refusedByCapture(CUstream stream) {
  if (stream != nullptr && stream->capture != nullptr) {
    stream->capture->invalidated = true;
    return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
  }
  return refusedByCapture();
}

CUresult beginCapture(CUstream stream, CUstreamCaptureMode mode) {
  if (stream == nullptr) {
    return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
  }
  if (stream->capture != nullptr) {
    return CUDA_ERROR_ILLEGAL_STATE;
  }
  auto graph = std::make_unique<CUgraph_st>();
  auto capture = std::make_shared<Capture>();
  capture->mode = mode;
  capture->thread = std::this_thread::get_id();
  capture->origin = stream;
  capture->graph = graph.get();
  capture->streams.insert(stream);
  machine().graphs[graph.get()] = std::move(graph);
  stream->capture = capture;
  stream->frontier.clear();
  return CUDA_SUCCESS;
}

// Whether every node leads to the frontier of the stream.
static bool joined(const CUgraph_st& graph, const std::vector<CUgraphNode>& frontier) {
  std::unordered_set<CUgraphNode> reached(frontier.begin(), frontier.end());
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) { // successors come after
    if (reached.count(node->get()) == 0) {
      return false;
    }
    reached.insert((*node)->after.begin(), (*node)->after.end());
  }
  return true;
}

CUresult endCapture(CUstream stream, CUgraph* graph) {
  *graph = nullptr;
  std::shared_ptr<Capture> capture = stream->capture;
  if (capture == nullptr) {
    return CUDA_ERROR_ILLEGAL_STATE;
  }
  if (capture->origin != stream) {
    return CUDA_ERROR_STREAM_CAPTURE_UNMATCHED;
  }
  if (capture->mode != CU_STREAM_CAPTURE_MODE_RELAXED && capture->thread != std::this_thread::get_id()) {
    return CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD;
  }
  CUresult result = capture->invalidated ? CUDA_ERROR_STREAM_CAPTURE_INVALIDATED
      : joined(*capture->graph, stream->frontier) ? CUDA_SUCCESS
                                                  : CUDA_ERROR_STREAM_CAPTURE_UNJOINED;
  for (CUstream member : capture->streams) {
    if (machine().streams.count(member) != 0) {
      member->capture = nullptr;
      member->frontier.clear();
    }
  }
  capture->ended = true;
  if (result == CUDA_SUCCESS) {
    *graph = capture->graph;
  } else {
    machine().graphs.erase(capture->graph);
  }
  return result;
}

} // namespace emulator
