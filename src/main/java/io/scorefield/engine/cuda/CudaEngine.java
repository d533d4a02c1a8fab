package io.scorefield.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineChecks;
import io.scorefield.engine.EngineException;
import io.scorefield.engine.EngineInfo;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.SampleSink;
import io.scorefield.engine.StepCost;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.TrainingSession;
import io.scorefield.engine.TrainingState;
import io.scorefield.engine.layout.Tables;
import io.scorefield.network.Network;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// The engine for NVIDIA GPUs: kernels of this project, launched through the driver API.
public final class CudaEngine implements Engine {
  /// Floating-point operations after which a block is handed over, so that a call can be interrupted.
  private static final double BLOCK_FLOPS = 2e13;

  /// What the update of the state in a row counts as.
  private static final double ROW_FLOPS = 200;

  /// Activations of a block that is run one layer at a time.
  private static final long LAYER_BYTES = 1L << 30;

  /// Points of one launch of forwardNoise and evaluate: bounds the memory that a call takes.
  private static final int STRETCH = 1 << 22;

  private final CudaOptions options;
  private final List<Device> devices = new ArrayList<>();
  private final List<CudaTraining> trainings = new ArrayList<>();
  private boolean closed;
  private boolean sampling;

  /// @throws EngineException when a device cannot be used
  public CudaEngine(CudaOptions options) {
    this.options = options;
    if (!unavailable().isEmpty()) {
      throw new EngineException("engine 'cuda' is not available: " + unavailable());
    }
    try {
      for (int number : options.devices()) {
        devices.add(new Device(number));
      }
    } catch (RuntimeException | Error e) {
      Resources.closeAfter(e, this);
      throw e;
    }
  }

  /// Why this engine cannot run here and what to do about it; empty: it can.
  public static String unavailable() {
    String kernels = Kernels.unavailable();
    return kernels.isEmpty() ? Driver.unavailable() : kernels;
  }

  /// What there is of CUDA here: kernels, driver, devices, cuBLAS; a line each.
  public static List<String> describe() {
    List<String> lines = new ArrayList<>();
    String kernels = Kernels.unavailable();
    lines.add(
        kernels.isEmpty()
            ? "kernels    PTX 7.0 for compute capability 7.5 and 8.0 upwards, in the jar"
            : "kernels    none: " + kernels);
    if (!Driver.unavailable().isEmpty()) {
      lines.add("driver     none: " + Driver.unavailable());
      return lines;
    }
    lines.add("driver     for CUDA " + driverVersion());
    for (int number = 0; number < Driver.devices(); number++) {
      Device.Facts facts = Device.facts(number);
      String used;
      try {
        used = "kernels compute_" + Kernels.pick(facts.capability()) + ", the newest that it has";
      } catch (EngineException e) {
        used = e.getMessage();
      }
      lines.add("device " + number + "   " + facts + "; " + used);
    }
    lines.add(
        "cuBLAS     "
            + (Cublas.unavailable().isEmpty()
                ? Cublas.found()
                : "none, our own products are used instead: " + Cublas.unavailable()));
    return lines;
  }

  private static String driverVersion() {
    return Driver.version() / 1000 + "." + Driver.version() % 1000 / 10;
  }

  @Override
  public EngineInfo info() {
    List<String> names = new ArrayList<>();
    for (Device device : devices) {
      names.add(
          "device " + device.facts().number() + ": " + device.facts() + ", kernels compute_"
              + device.kernels().capability());
    }
    return new EngineInfo(
        "cuda",
        String.join("; ", names) + "; driver for CUDA " + driverVersion(),
        devices.size(),
        "float32, sampling " + options.precision().key());
  }

  @Override
  public synchronized void forwardNoise(
      NoiseTable table, int[] row, float[] x0, long seed, long first, float[] xt) {
    requireOpen();
    int dimension = EngineChecks.requireForwardNoise(table, row, x0, xt);
    if (x0.length == 0) {
      return;
    }
    Device device = devices.getFirst();
    device.call(
        () -> {
          int stretch = Math.min(Math.max(1, STRETCH / dimension), row.length);
          try (Arena arena = Arena.ofConfined();
              Resources resources = new Resources()) {
            DeviceMemory levels = resources.add(device.upload(Tables.noiseRows(table, arena)));
            HostMemory rowCopy = resources.add(new HostMemory((long) stretch * Integer.BYTES));
            HostMemory points = resources.add(new HostMemory((long) stretch * dimension * Float.BYTES));
            DeviceMemory rows = resources.add(new DeviceMemory((long) stretch * Integer.BYTES));
            DeviceMemory from = resources.add(new DeviceMemory((long) stretch * dimension * Float.BYTES));
            DeviceMemory to = resources.add(new DeviceMemory((long) stretch * dimension * Float.BYTES));
            Kernels.Kernel kernel = device.kernels().get("forward_noising", "forward_noising");
            for (int at = 0; at < row.length; at += stretch) {
              int count = Math.min(stretch, row.length - at);
              MemorySegment.copy(row, at, rowCopy.segment(), JAVA_INT, 0, count);
              MemorySegment.copy(x0, at * dimension, points.segment(), JAVA_FLOAT, 0, count * dimension);
              MemorySegment block = points.segment().asSlice(0, (long) count * dimension * Float.BYTES);
              device.copyLater(rowCopy.segment().asSlice(0, (long) count * Integer.BYTES), rows, 0);
              device.copyLater(block, from, 0);
              try (Arena once = Arena.ofConfined()) {
                device
                    .kernels()
                    .launch(
                        kernel,
                        ((long) count * ((dimension + 3) / 4) + 255) / 256, 1, 256, 0,
                        address(once, levels.address()), address(once, rows.address()),
                        address(once, from.address()), address(once, seed), address(once, first + at),
                        address(once, count), once.allocateFrom(JAVA_INT, dimension),
                        address(once, to.address()));
              }
              device.copy(to, 0, block);
              MemorySegment.copy(points.segment(), JAVA_FLOAT, 0, xt, at * dimension, count * dimension);
            }
          }
          return null;
        });
  }

  private static MemorySegment address(Arena arena, long value) {
    return arena.allocateFrom(java.lang.foreign.ValueLayout.JAVA_LONG, value);
  }

  @Override
  public synchronized void evaluate(
      Network network, float[] x, double[] timeFeatures, float[] output) {
    requireOpen();
    int points = EngineChecks.requireEvaluate(network, x, timeFeatures, output);
    if (points == 0) {
      return;
    }
    Device device = devices.getFirst();
    device.call(
        () -> {
          int stretch = Math.min(Math.max(1, STRETCH / network.mlp().dimension()), points);
          try (CudaEvaluation evaluation =
              new CudaEvaluation(device, options.route(), network, timeFeatures, stretch, false)) {
            for (int at = 0; at < points; at += stretch) {
              evaluation.run(x, at, Math.min(stretch, points - at), output);
            }
          }
          return null;
        });
  }

  /// The Jacobian's transpose at every point of x times its gradient at the output, [n, D]; for tests.
  synchronized float[] vectorJacobian(Network network, float[] x, double[] timeFeatures, float[] gradient) {
    requireOpen();
    int points = EngineChecks.requireEvaluate(network, x, timeFeatures, gradient);
    Device device = devices.getFirst();
    float[] product = new float[x.length];
    return device.call(
        () -> {
          try (CudaEvaluation evaluation =
              new CudaEvaluation(device, options.route(), network, timeFeatures, points, true)) {
            evaluation.run(x, gradient, 0, points, new float[x.length], product);
          }
          return product;
        });
  }

  @Override
  public synchronized void sample(
      Network network, StepProgram program, PhysicsTerm physics, SampleRequest request, SampleSink sink)
      throws IOException {
    requireOpen();
    EngineChecks.requireSample(network, program, physics, request);
    if (request.count() == 0) {
      return;
    }
    boolean outer = sampling;
    sampling = true;
    try {
      int capacity = blockSize(network, program, physics, request);
      try (Calls calls = open(network, program, physics, request, capacity)) {
        new BlockStream(devices, calls.all, program, request, network.mlp().dimension()).run(sink);
      }
    } finally {
      sampling = outer;
    }
  }

  /// A call, open on every device.
  private final class Calls implements AutoCloseable {
    private final List<CudaSampling> all = new ArrayList<>();
    private final Resources resources = new Resources();

    Calls(Network network, StepProgram program, PhysicsTerm physics, SampleRequest request, int capacity) {
      try {
        for (Device device : devices) {
          CudaSampling call =
              device.call(
                  () -> new CudaSampling(device, options, network, program, physics, request, capacity));
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

  /// Samples of a block: as many as the memory of a block holds and can be made in about a second.
  private int blockSize(
      Network network, StepProgram program, PhysicsTerm physics, SampleRequest request) {
    StepCost cost = program.cost(physics);
    double perSample =
        ROW_FLOPS * cost.rows() + cost.inNetwork(network.mlp().flopsPerEvaluation()) + cost.inLaws(physics);
    long floats = (long) network.mlp().dimension() * (1 + request.snapshots().length);
    long share = (request.count() + devices.size() - 1) / devices.size();
    long most = Math.clamp(Math.min(options.blockFloats() / floats, (long) (BLOCK_FLOPS / perSample)), 1, 1 << 26);
    TilePlan.Needs needs = CudaSampling.needs(network.mlp(), program, physics);
    SamplingPlan plan = SamplingPlan.choose(devices.getFirst().facts(), options, needs);
    if (plan.byLayers()) {
      most = Math.clamp(LAYER_BYTES / plan.tile().scratchBytes(1), 1, most);
    }
    return Math.toIntExact(Math.min(share, most));
  }

  @Override
  public synchronized TrainingSession train(TrainingPlan plan, TrainingState state) {
    requireOpen();
    EngineChecks.requireTraining(plan, state);
    trainings.removeIf(CudaTraining::closed);
    Device device = devices.getFirst();
    CudaTraining training = device.call(() -> new CudaTraining(device, options.route(), plan, state));
    trainings.add(training);
    return training;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the engine is closed");
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    if (sampling) {
      throw new IllegalStateException("the engine cannot be closed while it is sampling");
    }
    closed = true;
    Resources all = new Resources();
    devices.forEach(all::add);
    trainings.forEach(all::add);
    all.close();
  }
}
