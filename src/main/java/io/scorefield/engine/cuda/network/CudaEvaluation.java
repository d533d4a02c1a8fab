package io.scorefield.engine.cuda.network;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.driver.DeviceMemory;
import io.scorefield.engine.cuda.driver.HostMemory;
import io.scorefield.engine.cuda.driver.Kernels;
import io.scorefield.engine.cuda.driver.Resources;
import io.scorefield.engine.cuda.driver.Struct;
import io.scorefield.engine.layout.FoldedFeatures;
import io.scorefield.engine.layout.RowFeatures;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.NetworkProgram.Way;
import io.scorefield.network.plan.Plan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// A network with given time features on a device, ready for points. Used and closed on the device's thread.
public final class CudaEvaluation implements AutoCloseable {
  static final int STRUCT = 152;

  private final Device device;
  private final int dimension;
  private final Resources resources = new Resources();
  private final TilePlan plan;
  private final int threads;
  private final Kernels.Kernel kernel;
  private final long blocks;
  private final KernelNetwork network;
  private final DeviceMemory bias;
  private final DeviceMemory from;
  private final DeviceMemory to;
  private final DeviceMemory outputGradient;
  private final DeviceMemory inputGradient;
  private final DeviceMemory scratch;
  private final HostMemory host;

  /// @param capacity points of a launch at most
  /// @param gradients whether vector-Jacobian products are wanted as well
  public CudaEvaluation(
      Device device, Route route, Network given, double[] timeFeatures, int capacity, boolean gradients) {
    this.device = device;
    dimension = given.architecture().dimension();
    int limit = device.facts().sharedLimit();
    try (Arena arena = Arena.ofConfined()) {
      int groups;
      switch (given.architecture()) {
        case Mlp mlp -> {
          TilePlan.Needs needs = new TilePlan.Needs(mlp, dimension, gradients, ConstraintMemory.Needs.NONE);
          boolean plain = route == Route.PLAIN;
          plan = plain ? TilePlan.plain(needs) : TilePlan.fused(needs, limit);
          threads = plan.threads();
          groups = plan.groups();
          kernel =
              device.kernels().get("fused_mlp", plain ? "evaluate_plain" : "evaluate_fused_" + plan.samples());
          network = resources.add(new NetworkMemory(device, mlp, given.parameters()));
          bias =
              resources.add(
                  device.upload(FoldedFeatures.of(given, timeFeatures, NetworkMemory.padded(mlp.out(0)), arena)));
        }
        case NetworkProgram program -> {
          route.requireProgram(program);
          ProgramTile tile =
              ProgramTile.largest(
                  Plan.of(program, gradients ? Way.TO_STATE : Way.FORWARD),
                  new TilePlan.Needs(program, gradients, ConstraintMemory.Needs.NONE), limit);
          plan = tile.arrays();
          threads = ProgramTile.THREADS;
          groups = 1;
          kernel = device.kernels().get("program_evaluation", "evaluate_program");
          network = resources.add(new ProgramMemory(device, tile, given.parameters()));
          bias = resources.add(device.upload(RowFeatures.of(List.of(timeFeatures), arena)));
        }
      }
      blocks = plan.blocks(device, kernel, threads, groups, plan.shared(), capacity);
      long bytes = (long) capacity * dimension * Float.BYTES;
      from = resources.add(new DeviceMemory(bytes));
      to = resources.add(new DeviceMemory(bytes));
      outputGradient = resources.add(new DeviceMemory(gradients ? bytes : 0));
      inputGradient = resources.add(new DeviceMemory(gradients ? bytes : 0));
      host = resources.add(new HostMemory(bytes));
      scratch = resources.add(new DeviceMemory(plan.scratchBytes(blocks * groups)));
    } catch (RuntimeException | Error e) {
      Resources.closeAfter(e, this);
      throw e;
    }
  }

  /// Evaluates points [at, at + count) of x.
  public void run(float[] x, int at, int count, float[] output) {
    upload(x, at, count, from);
    launch(count, 0);
    download(to, at, count, output);
  }

  /// Also multiplies the Jacobian's transpose at each point by a gradient at the output.
  public void run(float[] x, float[] gradient, int at, int count, float[] output, float[] product) {
    upload(x, at, count, from);
    upload(gradient, at, count, outputGradient);
    launch(count, outputGradient.address());
    download(to, at, count, output);
    download(inputGradient, at, count, product);
  }

  private void launch(int count, long gradient) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment call =
          new Struct(arena, STRUCT)
              .struct(network.struct(arena))
              .struct(plan.struct(arena))
              .longs(
                  bias.address(), from.address(), to.address(), gradient, inputGradient.address(),
                  scratch.address())
              .integers(count, 0)
              .done();
      device.kernels().launch(kernel, blocks, 1, threads, plan.shared(), KernelNetwork.behind(call, network.arguments(arena)));
    }
  }

  private MemorySegment block(int count) {
    return host.segment().asSlice(0, (long) count * dimension * Float.BYTES);
  }

  private void upload(float[] points, int at, int count, DeviceMemory memory) {
    MemorySegment.copy(points, at * dimension, host.segment(), JAVA_FLOAT, 0, count * dimension);
    device.copy(block(count), memory, 0);
  }

  private void download(DeviceMemory memory, int at, int count, float[] points) {
    device.copy(memory, 0, block(count));
    MemorySegment.copy(host.segment(), JAVA_FLOAT, 0, points, at * dimension, count * dimension);
  }

  @Override
  public void close() {
    resources.close();
  }
}
