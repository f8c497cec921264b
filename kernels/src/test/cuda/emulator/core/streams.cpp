#include "machine.h"
#include "settings.h"
#include "work.h"

namespace emulator {

namespace {

void run(const Operation& operation) {
  if (machine().sticky != CUDA_SUCCESS && !operation.bookkeeping) {
    return;
  }
  try {
    operation.run();
  } catch (const Fault& fault) {
    faulted(fault);
  }
}

} // namespace

bool progress(CUstream stream) {
  if (stream->pending.empty()) {
    return false;
  }
  Operation next = std::move(stream->pending.front());
  stream->pending.pop_front();
  run(next);
  return true;
}

void complete(CUstream stream) {
  while (progress(stream)) {
  }
}

void completeAll() {
  for (auto& [handle, stream] : machine().streams) {
    complete(handle);
  }
}

void await(const Record& record) {
  while (!record.done) {
    progress(record.stream);
  }
}

// The legacy default stream: waits for all blocking streams, and they for it.
static CUresult runInDefaultStream(const Operation& operation) {
  for (auto& [handle, stream] : machine().streams) {
    if (stream->blocking && stream->capture != nullptr) {
      stream->capture->invalidated = true;
      return CUDA_ERROR_STREAM_CAPTURE_IMPLICIT;
    }
  }
  for (auto& [handle, stream] : machine().streams) {
    if (stream->blocking) {
      complete(handle);
    }
  }
  run(operation);
  return machine().sticky;
}

static CUresult push(CUstream stream, Operation operation) {
  if (stream == nullptr) {
    return runInDefaultStream(operation);
  }
  stream->pending.push_back(std::move(operation));
  if (!settings().deferred) {
    complete(stream);
    return machine().sticky;
  }
  return CUDA_SUCCESS;
}

CUresult enqueue(CUstream stream, CUgraphNodeType type, std::function<void()> body) {
  if (stream != nullptr && machine().streams.count(stream) == 0) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  Operation operation{std::move(body), false};
  if (stream != nullptr && stream->capture != nullptr) {
    if (stream->capture->invalidated) {
      return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    }
    stream->frontier = {stream->capture->graph->add(type, std::move(operation), stream->frontier)};
    return CUDA_SUCCESS;
  }
  return push(stream, std::move(operation));
}

CUresult recordEvent(CUevent event, CUstream stream) {
  event->record = nullptr;
  event->capture = nullptr;
  if (stream != nullptr && stream->capture != nullptr) {
    if (stream->capture->invalidated) {
      return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    }
    event->capture = stream->capture;
    event->frontier = stream->frontier;
    return CUDA_SUCCESS;
  }
  auto record = std::make_shared<Record>(Record{stream, false, {}});
  event->record = record;
  return push(
      stream, {[record] {
                 record->at = std::chrono::steady_clock::now();
                 record->done = true;
               },
               true});
}

CUresult waitForEvent(CUstream stream, CUevent event) {
  bool capturing = stream != nullptr && stream->capture != nullptr;
  if (event->capture != nullptr && event->capture->ended) {
    return CUDA_ERROR_CAPTURED_EVENT;
  }
  if (event->capture != nullptr) {
    if (stream == nullptr) {
      event->capture->invalidated = true;
      return CUDA_ERROR_STREAM_CAPTURE_IMPLICIT;
    }
    if (event->capture->invalidated) {
      return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    }
    if (capturing && stream->capture != event->capture) {
      event->capture->invalidated = true;
      stream->capture->invalidated = true;
      return CUDA_ERROR_STREAM_CAPTURE_MERGE;
    }
    if (!capturing) { // the stream joins the capture
      stream->capture = event->capture;
      stream->capture->streams.insert(stream);
      stream->frontier.clear();
    }
    for (CUgraphNode node : event->frontier) {
      bool known = false;
      for (CUgraphNode own : stream->frontier) {
        known = known || own == node;
      }
      if (!known) {
        stream->frontier.push_back(node);
      }
    }
    return CUDA_SUCCESS;
  }
  if (capturing) {
    if (event->record == nullptr) {
      return CUDA_SUCCESS;
    }
    stream->capture->invalidated = true;
    return CUDA_ERROR_STREAM_CAPTURE_ISOLATION;
  }
  if (event->record == nullptr || event->record->done) {
    return CUDA_SUCCESS;
  }
  std::shared_ptr<Record> record = event->record;
  return push(stream, {[record] { await(*record); }, true});
}

} // namespace emulator
