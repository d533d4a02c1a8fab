package io.scorefield.engine.cuda.sampling;

import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.SampleSink;
import io.scorefield.engine.StepCost;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.driver.Driver;
import io.scorefield.engine.cuda.driver.Resources;
import io.scorefield.engine.cuda.network.Precision;
import io.scorefield.engine.cuda.network.Route;
import io.scorefield.network.Architecture;
import io.scorefield.network.Network;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Samples on several devices, in blocks of a size that they have the memory for. What a call has put on the devices, its
/// tables and buffers, stays there for the next one, which may want the same of other seeds or samples.
public final class CudaSampler implements AutoCloseable {
  /// Floating-point operations after which a block is handed over, so that a call can be interrupted.
  private static final double BLOCK_FLOPS = 2e13;

  /// What the update of the state in a row counts as.
  private static final double ROW_FLOPS = 200;

  /// Activations of a block that is run one layer at a time.
  private static final long LAYER_BYTES = 1L << 30;

  private final List<Device> devices;
  private final Route route;
  private final Precision precision;
  private final long blockFloats;
  private Calls kept;

  /// @param devices to deal blocks out to; there may be more of them later
  /// @param route the kernels to use
  /// @param precision of the network
  /// @param blockFloats about how many floats of samples and snapshots a device makes before they are handed over
  public CudaSampler(List<Device> devices, Route route, Precision precision, long blockFloats) {
    this.devices = devices;
    this.route = route;
    this.precision = precision;
    this.blockFloats = blockFloats;
  }

  /// Makes the samples asked for and hands them to the sink in order.
  ///
  /// @throws IOException what the sink throws
  public void sample(
      Network network, StepProgram program, PhysicsTerm physics, SampleRequest request, SampleSink sink)
      throws IOException {
    // Taken away meanwhile: a sink may sample too.
    Calls calls = kept != null && kept.asked.fits(network, program, physics, request) ? kept : null;
    if (calls == null) {
      close();
      calls = open(network, program, physics, request, blockSize(network, program, physics, request));
    }
    kept = null;
    try {
      new BlockStream(devices, calls.all, program, request, network.architecture().dimension()).run(sink);
    } catch (IOException | RuntimeException | Error e) {
      Resources.closeAfter(e, calls);
      throw e;
    }
    close();
    kept = calls;
  }

  /// Takes everything off the devices.
  @Override
  public void close() {
    Calls old = kept;
    kept = null;
    if (old != null) {
      old.close();
    }
  }

  /// What tables and buffers on the devices are for.
  ///
  /// @param parameters of the network, a copy
  /// @param starts whether initial states are given
  private record Asked(
      Architecture architecture, float[] parameters, StepProgram program, PhysicsTerm physics, int[] snapshots,
      boolean starts, long count) {
    static Asked of(Network network, StepProgram program, PhysicsTerm physics, SampleRequest request) {
      return new Asked(
          network.architecture(), network.parameters().clone(), program, physics, request.snapshots().clone(),
          request.initial().isPresent(), request.count());
    }

    /// Architectures, programs and laws are the same objects or taken for others.
    boolean fits(Network network, StepProgram program, PhysicsTerm physics, SampleRequest request) {
      return architecture == network.architecture()
          && this.program == program
          && this.physics == physics
          && starts == request.initial().isPresent()
          && count == request.count()
          && Arrays.equals(snapshots, request.snapshots())
          && Arrays.equals(parameters, network.parameters());
    }
  }

  /// A call, open on every device.
  private final class Calls implements AutoCloseable {
    private final List<CudaSampling> all = new ArrayList<>();
    private final Resources resources = new Resources();
    private final Asked asked;

    Calls(Network network, StepProgram program, PhysicsTerm physics, SampleRequest request, int capacity) {
      asked = Asked.of(network, program, physics, request);
      try {
        for (Device device : devices) {
          CudaSampling call =
              device.call(
                  () -> new CudaSampling(device, route, precision, network, program, physics, request, capacity));
          all.add(call);
          resources.add(
              () ->
                  device.call(
                      () -> {
                        call.close();
                        return null;
                      }));
        }
      } catch (RuntimeException | Error e) {
        Resources.closeAfter(e, this);
        throw e;
      }
    }

    @Override
    public void close() {
      resources.close();
    }
  }

  /// Opens the call on every device; where one has too little memory, with smaller blocks on all.
  private Calls open(
      Network network, StepProgram program, PhysicsTerm physics, SampleRequest request, int most) {
    int capacity = most;
    while (true) {
      try {
        return new Calls(network, program, physics, request, capacity);
      } catch (Driver.Failure e) {
        if (e.code() != Driver.OUT_OF_MEMORY || capacity == 1) {
          throw e;
        }
        capacity = Math.max(1, capacity / 4);
      }
    }
  }

  /// Floating-point operations of a sample.
  static double flops(Network network, StepProgram program, PhysicsTerm physics) {
    StepCost cost = program.cost(network.architecture().dimension(), physics);
    return ROW_FLOPS * cost.rows() + cost.inNetwork(network.architecture().flopsPerEvaluation()) + cost.inLaws(physics);
  }

  /// Samples of a block: as many as the memory of a block holds and can be made in about a second.
  private int blockSize(
      Network network, StepProgram program, PhysicsTerm physics, SampleRequest request) {
    double perSample = flops(network, program, physics);
    long floats = (long) network.architecture().dimension() * (1 + request.snapshots().length);
    long share = (request.count() + devices.size() - 1) / devices.size();
    long most = Math.clamp(Math.min(blockFloats / floats, (long) (BLOCK_FLOPS / perSample)), 1, 1 << 26);
    SamplingPlan.Work work = CudaSampling.work(network, program, physics, Math.toIntExact(Math.min(share, most)));
    SamplingPlan plan = SamplingPlan.choose(devices.getFirst().facts(), route, precision, work);
    if (plan.way().byLayers()) {
      most = Math.clamp(LAYER_BYTES / plan.tile().scratchBytes(1), 1, most);
    }
    return Math.toIntExact(Math.min(share, most));
  }
}
