// Streams, events and graphs. Work is deferred: an operation runs when somebody waits for it and no earlier, streams that
// nobody waits for stay behind, and the nodes of a graph run in any order that their dependencies allow. What a program
// forgets to wait for, it therefore does not see.
#pragma once
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include "../declarations/driver.h"
#include "fibers.h"

namespace emulator {

struct Operation {
  std::function<void()> run; // throws Fault
  bool bookkeeping = false;  // runs even after a fault
};

// One recording of an event.
struct Record {
  CUstream stream;
  bool done = false;
  std::chrono::steady_clock::time_point at;
};

struct Capture {
  CUstreamCaptureMode mode;
  std::thread::id thread;
  CUstream origin;
  bool invalidated = false;
  bool ended = false;
  CUgraph graph;
  std::unordered_set<CUstream> streams;
};

} // namespace emulator

struct CUgraphNode_st {
  CUgraphNodeType type;
  emulator::Operation operation;
  std::vector<CUgraphNode> after;
};

struct CUgraph_st {
  std::vector<std::unique_ptr<CUgraphNode_st>> nodes;

  CUgraphNode add(CUgraphNodeType type, emulator::Operation operation, const std::vector<CUgraphNode>& after);
};

struct CUgraphExec_st {
  // In an order of the dependencies; a launch under way keeps its own reference.
  std::shared_ptr<std::vector<emulator::Operation>> operations;
};

struct CUevent_st {
  bool timed;
  std::shared_ptr<emulator::Record> record;
  std::shared_ptr<emulator::Capture> capture;
  std::vector<CUgraphNode> frontier;
};

struct CUstream_st {
  bool blocking;
  std::deque<emulator::Operation> pending;
  std::shared_ptr<emulator::Capture> capture;
  std::vector<CUgraphNode> frontier;
};

namespace emulator {

// All that is enqueued goes through here: into the stream, or into the graph that it is being captured into.
CUresult enqueue(CUstream stream, CUgraphNodeType type, std::function<void()> run);

// Runs one operation of the stream; false where there is none.
bool progress(CUstream stream);
void complete(CUstream stream);
void completeAll();
void await(const Record& record);

CUresult recordEvent(CUevent event, CUstream stream);
CUresult waitForEvent(CUstream stream, CUevent event);

CUresult beginCapture(CUstream stream, CUstreamCaptureMode mode);
CUresult endCapture(CUstream stream, CUgraph* graph);
// What a call that waits or allocates answers while a capture forbids it; the capture is then lost, as on a real device.
CUresult refusedByCapture();
// The same for a call that waits for this stream.
CUresult refusedByCapture(CUstream stream);

// Nodes of which each waits for the one before.
size_t depth(const CUgraph_st& graph);

// The nodes in an order that their dependencies allow.
std::vector<Operation> sorted(const CUgraph_st& graph, LaneOrder order);

} // namespace emulator
