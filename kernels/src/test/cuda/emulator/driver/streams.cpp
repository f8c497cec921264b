// Streams, events and graphs.
#include <algorithm>

#include "../core/api.h"
#include "../core/machine.h"
#include "../core/settings.h"

using emulator::inContext;
using emulator::machine;
using emulator::refusedByCapture;

namespace {

bool known(CUstream stream) {
  return stream == nullptr || machine().streams.count(stream) != 0;
}

bool known(CUevent event) {
  return machine().events.count(event) != 0;
}

// Runs the body with a stream that exists.
template <class Body>
CUresult withStream(CUstream stream, Body body) {
  return inContext([&] { return known(stream) ? body() : CUDA_ERROR_INVALID_HANDLE; });
}

// What a call that looks at the progress of an event answers before it looks.
CUresult refused(CUevent event) {
  if (event->capture != nullptr) {
    event->capture->invalidated = true;
    return CUDA_ERROR_CAPTURED_EVENT;
  }
  return refusedByCapture();
}

std::vector<emulator::Operation> instantiated(const CUgraph_st& graph) {
  return emulator::sorted(graph, static_cast<emulator::LaneOrder>(emulator::settings().order));
}

} // namespace

EMULATOR_EXPORT CUresult CUDAAPI cuStreamCreate(CUstream* stream, unsigned flags) {
  return inContext([&] {
    auto created = std::make_unique<CUstream_st>();
    created->blocking = (flags & CU_STREAM_NON_BLOCKING) == 0;
    *stream = created.get();
    machine().streams[*stream] = std::move(created);
    return CUDA_SUCCESS;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuStreamDestroy_v2(CUstream stream) {
  return inContext([&] {
    if (stream == nullptr || !known(stream)) {
      return CUDA_ERROR_INVALID_HANDLE;
    }
    if (stream->capture != nullptr) {
      stream->capture->invalidated = true;
      stream->capture->streams.erase(stream);
    }
    emulator::complete(stream);
    machine().streams.erase(stream);
    return CUDA_SUCCESS;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuStreamSynchronize(CUstream stream) {
  return withStream(stream, [&] {
    CUresult result = refusedByCapture(stream);
    if (result == CUDA_SUCCESS && stream != nullptr) {
      emulator::complete(stream);
    } else if (result == CUDA_SUCCESS) {
      result = emulator::enqueue(nullptr, CU_GRAPH_NODE_TYPE_EMPTY, [] {});
    }
    return result != CUDA_SUCCESS ? result : machine().sticky;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuStreamQuery(CUstream stream) {
  return withStream(stream, [&] {
    CUresult result = refusedByCapture(stream);
    if (result != CUDA_SUCCESS || stream == nullptr) {
      return result;
    }
    emulator::progress(stream); // who asks again and again gets there
    return machine().sticky != CUDA_SUCCESS ? machine().sticky
        : stream->pending.empty()           ? CUDA_SUCCESS
                                            : CUDA_ERROR_NOT_READY;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuStreamWaitEvent(CUstream stream, CUevent event, unsigned) {
  return withStream(stream, [&] {
    return known(event) ? emulator::waitForEvent(stream, event) : CUDA_ERROR_INVALID_HANDLE;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuStreamBeginCapture_v2(CUstream stream, CUstreamCaptureMode mode) {
  return withStream(stream, [&] { return emulator::beginCapture(stream, mode); });
}

EMULATOR_EXPORT CUresult CUDAAPI cuStreamEndCapture(CUstream stream, CUgraph* graph) {
  return withStream(stream, [&] {
    return stream == nullptr ? CUDA_ERROR_ILLEGAL_STATE : emulator::endCapture(stream, graph);
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuStreamIsCapturing(CUstream stream, CUstreamCaptureStatus* status) {
  return withStream(stream, [&] {
    *status = stream == nullptr || stream->capture == nullptr ? CU_STREAM_CAPTURE_STATUS_NONE
        : stream->capture->invalidated                        ? CU_STREAM_CAPTURE_STATUS_INVALIDATED
                                                              : CU_STREAM_CAPTURE_STATUS_ACTIVE;
    return CUDA_SUCCESS;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuLaunchHostFunc(CUstream stream, CUhostFn function, void* data) {
  return withStream(
      stream, [&] { return emulator::enqueue(stream, CU_GRAPH_NODE_TYPE_HOST, [=] { function(data); }); });
}

EMULATOR_EXPORT CUresult CUDAAPI cuEventCreate(CUevent* event, unsigned flags) {
  return inContext([&] {
    auto created = std::make_unique<CUevent_st>();
    created->timed = (flags & CU_EVENT_DISABLE_TIMING) == 0;
    *event = created.get();
    machine().events[*event] = std::move(created);
    return CUDA_SUCCESS;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuEventDestroy_v2(CUevent event) {
  return inContext([&] { return machine().events.erase(event) == 1 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE; });
}

EMULATOR_EXPORT CUresult CUDAAPI cuEventRecord(CUevent event, CUstream stream) {
  return withStream(stream, [&] {
    return known(event) ? emulator::recordEvent(event, stream) : CUDA_ERROR_INVALID_HANDLE;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuEventSynchronize(CUevent event) {
  return inContext([&] {
    if (!known(event)) {
      return CUDA_ERROR_INVALID_HANDLE;
    }
    CUresult result = refused(event);
    if (result != CUDA_SUCCESS) {
      return result;
    }
    if (event->record != nullptr) {
      emulator::await(*event->record);
    }
    return machine().sticky;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuEventQuery(CUevent event) {
  return inContext([&] {
    if (!known(event)) {
      return CUDA_ERROR_INVALID_HANDLE;
    }
    CUresult result = refused(event);
    if (result != CUDA_SUCCESS || event->record == nullptr || event->record->done) {
      return result;
    }
    emulator::progress(event->record->stream);
    return machine().sticky != CUDA_SUCCESS ? machine().sticky
        : event->record->done               ? CUDA_SUCCESS
                                            : CUDA_ERROR_NOT_READY;
  });
}

static CUresult elapsed(float* milliseconds, CUevent from, CUevent to) {
  return inContext([&] {
    if (!known(from) || !known(to) || !from->timed || !to->timed || from->record == nullptr || to->record == nullptr) {
      return CUDA_ERROR_INVALID_HANDLE;
    }
    if (!from->record->done || !to->record->done) {
      return CUDA_ERROR_NOT_READY;
    }
    *milliseconds = std::chrono::duration<float, std::milli>(to->record->at - from->record->at).count();
    return CUDA_SUCCESS;
  });
}

// Before driver 12.8 the function had no version in its name.
#undef cuEventElapsedTime
EMULATOR_EXPORT CUresult CUDAAPI cuEventElapsedTime(float* milliseconds, CUevent from, CUevent to) {
  return elapsed(milliseconds, from, to);
}

EMULATOR_EXPORT CUresult CUDAAPI cuEventElapsedTime_v2(float* milliseconds, CUevent from, CUevent to) {
  return elapsed(milliseconds, from, to);
}

EMULATOR_EXPORT CUresult CUDAAPI cuGraphGetNodes(CUgraph graph, CUgraphNode* nodes, size_t* count) {
  return inContext([&] {
    if (machine().graphs.count(graph) == 0) {
      return CUDA_ERROR_INVALID_VALUE;
    }
    size_t available = graph->nodes.size();
    for (size_t i = 0; nodes != nullptr && i < *count; i++) {
      nodes[i] = i < available ? graph->nodes[i].get() : nullptr;
    }
    *count = nodes == nullptr ? available : std::min(*count, available);
    return CUDA_SUCCESS;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI
cuGraphInstantiateWithFlags(CUgraphExec* executable, CUgraph graph, unsigned long long) {
  return inContext([&] {
    if (machine().graphs.count(graph) == 0) {
      return CUDA_ERROR_INVALID_VALUE;
    }
    auto created = std::make_unique<CUgraphExec_st>();
    created->operations = std::make_shared<std::vector<emulator::Operation>>(instantiated(*graph));
    machine().graphDepth = std::max(machine().graphDepth, emulator::depth(*graph));
    *executable = created.get();
    machine().executables[*executable] = std::move(created);
    return CUDA_SUCCESS;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI
cuGraphExecUpdate_v2(CUgraphExec executable, CUgraph graph, CUgraphExecUpdateResultInfo* result) {
  return inContext([&] {
    if (machine().executables.count(executable) == 0 || machine().graphs.count(graph) == 0) {
      return CUDA_ERROR_INVALID_VALUE;
    }
    if (graph->nodes.size() != executable->operations->size()) {
      result->result = CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED;
      return CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE;
    }
    executable->operations = std::make_shared<std::vector<emulator::Operation>>(instantiated(*graph));
    result->result = CU_GRAPH_EXEC_UPDATE_SUCCESS;
    return CUDA_SUCCESS;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuGraphUpload(CUgraphExec executable, CUstream stream) {
  return withStream(stream, [&] {
    return machine().executables.count(executable) == 0 ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuGraphLaunch(CUgraphExec executable, CUstream stream) {
  return withStream(stream, [&] {
    if (machine().executables.count(executable) == 0) {
      return CUDA_ERROR_INVALID_VALUE;
    }
    auto operations = executable->operations;
    machine().graphsLaunched++;
    return emulator::enqueue(stream, CU_GRAPH_NODE_TYPE_GRAPH, [operations] {
      for (const emulator::Operation& operation : *operations) {
        operation.run();
      }
    });
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuGraphExecDestroy(CUgraphExec executable) {
  return inContext([&] {
    return machine().executables.erase(executable) == 1 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuGraphDestroy(CUgraph graph) {
  return inContext([&] { return machine().graphs.erase(graph) == 1 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE; });
}
