package io.scorefield.engine.cuda;

import io.scorefield.engine.Engine;
import io.scorefield.engine.EngineChecks;
import io.scorefield.engine.EngineException;
import io.scorefield.engine.EngineInfo;
import io.scorefield.engine.NoiseTable;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.SampleSink;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.TrainingSession;
import io.scorefield.engine.TrainingState;
import io.scorefield.engine.cuda.driver.Cublas;
import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.driver.Driver;
import io.scorefield.engine.cuda.driver.Kernels;
import io.scorefield.engine.cuda.training.ClusterCheck;
import io.scorefield.engine.cuda.driver.Resources;
import io.scorefield.engine.cuda.network.CudaEvaluation;
import io.scorefield.engine.cuda.sampling.CudaSampler;
import io.scorefield.engine.cuda.training.CudaTraining;
import io.scorefield.network.Network;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/// The engine for NVIDIA GPUs: kernels of this project, launched through the driver API.
public final class CudaEngine implements Engine {
  /// Points of one launch of forwardNoise and evaluate: bounds the memory that a call takes.
  private static final int STRETCH = 1 << 22;

  private final CudaOptions options;
  private final List<Device> devices = new ArrayList<>();
  private final List<CudaTraining> trainings = new ArrayList<>();
  private final CudaSampler sampler;
  private boolean closed;
  private boolean sampling;

  /// @throws EngineException when a device cannot be used
  public CudaEngine(CudaOptions options) {
    this.options = options;
    if (!unavailable().isEmpty()) {
      throw new EngineException("engine 'cuda' is not available: " + unavailable());
    }
    sampler = new CudaSampler(devices, options.route(), options.precision(), options.blockFloats());
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
    if (!Driver.unsupported().isEmpty()) {
      return Driver.unsupported();
    }
    String kernels = Kernels.unavailable();
    return kernels.isEmpty() ? Driver.unavailable() : kernels;
  }

  /// What there is of CUDA here: kernels, driver, devices, cuBLAS; a line each.
  public static List<String> describe() {
    List<String> lines = new ArrayList<>();
    String kernels = Kernels.unavailable();
    lines.add(
        kernels.isEmpty()
            ? "kernels    " + Kernels.describe()
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
        used = Kernels.used(facts.capability());
      } catch (EngineException e) {
        used = e.getMessage();
      }
      lines.add("device " + number + "   " + facts + "; " + used + clusters(number));
    }
    lines.add(
        "cuBLAS     "
            + (Cublas.unavailable().isEmpty()
                ? Cublas.found()
                : "none, our own products are used instead: " + Cublas.unavailable()));
    return lines;
  }

  /// Found out by a launch, so of a device that kernels run on; where that fails, training will tell.
  private static String clusters(int number) {
    if (!Device.facts(number).hopper() || !Kernels.unavailable().isEmpty()) {
      return "";
    }
    try (Device device = new Device(number)) {
      return "; " + device.call(() -> ClusterCheck.describe(device));
    } catch (EngineException e) {
      return "; " + e.getMessage();
    }
  }

  private static String driverVersion() {
    return Driver.version() / 1000 + "." + Driver.version() % 1000 / 10;
  }

  @Override
  public EngineInfo info() {
    List<String> names = new ArrayList<>();
    for (Device device : devices) {
      names.add(
          "device " + device.facts().number() + ": " + device.facts() + ", " + device.kernels().used());
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
          try (ForwardNoising noising = new ForwardNoising(device, table, dimension, stretch)) {
            noising.run(row, x0, seed, first, xt);
          }
          return null;
        });
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
          int most = options.route().atOnce(device.facts(), network.architecture().flopsPerEvaluation());
          int stretch = Math.min(Math.min(Math.max(1, STRETCH / network.architecture().dimension()), points), most);
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
      sampler.sample(network, program, physics, request, sink);
    } finally {
      sampling = outer;
    }
  }

  @Override
  public synchronized TrainingSession train(TrainingPlan plan, TrainingState state) {
    requireOpen();
    EngineChecks.requireTraining(plan, state);
    trainings.removeIf(CudaTraining::closed);
    // Its memory may be wanted.
    sampler.close();
    Device device = devices.getFirst();
    CudaTraining training = device.call(() -> new CudaTraining(device, options.route(), plan, state));
    trainings.add(training);
    return training;
  }

  @Override
  public OptionalDouble deviceSeconds() {
    return devices.stream().mapToDouble(Device::seconds).max();
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
    all.add(sampler);
    all.close();
  }
}
