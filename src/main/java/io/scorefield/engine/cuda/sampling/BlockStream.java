package io.scorefield.engine.cuda.sampling;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.scorefield.engine.EngineChecks;
import io.scorefield.engine.EngineException;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.SampleSink;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.cuda.driver.Device;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Future;

/// Deals the samples of a call out to the devices, block by block, and hands them over in order. While the sink has a
/// block, the devices make the next ones.
final class BlockStream {
  private final List<Device> devices;
  private final List<CudaSampling> calls;
  private final StepProgram program;
  private final SampleRequest request;
  private final int dimension;
  private final int capacity;

  BlockStream(
      List<Device> devices, List<CudaSampling> calls, StepProgram program, SampleRequest request, int dimension) {
    this.devices = devices;
    this.calls = calls;
    this.program = program;
    this.request = request;
    this.dimension = dimension;
    this.capacity = calls.getFirst().capacity();
  }

  void run(SampleSink sink) throws IOException {
    Deque<Future<CudaSampling.Block>> pending = new ArrayDeque<>();
    long blocks = (request.count() + capacity - 1) / capacity;
    long started = 0;
    long fellBack = 0;
    float[] samples = new float[capacity * dimension];
    float[] states = new float[request.snapshots().length > 0 ? samples.length : 0];
    try {
      for (long block = 0; block < blocks; block++) {
        while (started < blocks && started < block + 2L * devices.size()) {
          pending.add(start(started++));
        }
        CudaSampling.Block made = Device.result(pending.remove());
        deliver(made, sink, samples, states);
        fellBack += made.fellBack();
      }
      EngineChecks.count(program, fellBack, sink);
    } finally {
      // What is still being made uses memory that is about to be freed.
      for (Future<CudaSampling.Block> rest : pending) {
        settle(rest);
      }
    }
  }

  private Future<CudaSampling.Block> start(long block) {
    int device = (int) (block % devices.size());
    int buffer = (int) (block / devices.size() % 2);
    long first = request.first() + block * capacity;
    int count = (int) Math.min(capacity, request.first() + request.count() - first);
    return devices.get(device).submit(() -> calls.get(device).run(request, first, count, buffer));
  }

  private void deliver(CudaSampling.Block block, SampleSink sink, float[] samples, float[] states)
      throws IOException {
    if (block.failure() != -1) {
      EngineException failure =
          EngineChecks.notFinite(
              block.first() + (block.failure() >>> 32), (int) block.failure(), program);
      throw calls.getFirst().onTensorCores()
          ? new EngineException(
              failure.getMessage()
                  + "; halves on tensor cores end at 65504: --precision float32 shows whether that is why")
          : failure;
    }
    int floats = block.count() * dimension;
    for (int i = 0; i < request.snapshots().length; i++) {
      long from = (long) i * floats * Float.BYTES;
      MemorySegment.copy(block.snapshots(), JAVA_FLOAT, from, states, 0, floats);
      sink.snapshot(i, block.first(), block.count(), states);
    }
    if (program.diverges()) {
      float[] sums = new float[block.count()];
      MemorySegment.copy(block.divergence(), JAVA_FLOAT, 0, sums, 0, sums.length);
      sink.divergence(block.first(), block.count(), sums);
    }
    MemorySegment.copy(block.samples(), JAVA_FLOAT, 0, samples, 0, floats);
    sink.accept(block.first(), block.count(), samples);
  }

  private static void settle(Future<CudaSampling.Block> rest) {
    try {
      Device.result(rest);
    } catch (RuntimeException e) {
      // The first failure is the one that is thrown.
    }
  }
}
