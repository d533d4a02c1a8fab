package io.scorefield.engine;

import io.scorefield.network.Network;
import java.io.IOException;
import java.util.OptionalDouble;

/// Executes tables. An engine knows no schedule, sampler or parameterisation by name.
///
/// Every engine does the same: for equal tables and seeds the results agree to rounding, noise to
/// the bit. An engine may be used by one thread at a time.
public interface Engine extends AutoCloseable {
  EngineInfo info();

  /// x_t = alpha x_0 + sigma eps, conditions apart.
  ///
  /// @param row the row of the table for each point, `[n]`
  /// @param x0 [n, D]
  /// @param seed eps of point i is that of sample first + i in the training noise stream
  /// @param xt receives [n, D]
  void forwardNoise(NoiseTable table, int[] row, float[] x0, long seed, long first, float[] xt);

  /// Evaluates the network at n points with the same time features.
  ///
  /// @param x [n, D], as the network sees it (input scale applied)
  /// @param timeFeatures `[E]`
  /// @param output receives [n, D]
  void evaluate(Network network, float[] x, double[] timeFeatures, float[] output);

  /// Runs the program for the samples asked for and hands finished blocks to the sink in order.
  ///
  /// @throws EngineException when a state stops being finite, naming the sample and the row
  /// @throws IOException what the sink throws
  void sample(
      Network network,
      StepProgram program,
      PhysicsTerm physics,
      SampleRequest request,
      SampleSink sink)
      throws IOException;

  /// Starts or, from a stored state, goes on with a training.
  ///
  /// @param state where to begin; copied
  TrainingSession train(TrainingPlan plan, TrainingState state);

  /// The largest relative error that sampling rounds a number with.
  default double coarsestRounding() {
    return 0x1p-24;
  }

  /// Measures what the engine's device can do at most, in multiply-adds on registers.
  ///
  /// @return floating-point operations a second, where the engine can tell
  default OptionalDouble measurePeak(double seconds) {
    return OptionalDouble.empty();
  }

  /// How long the engine's devices have computed so far, by their own clock and without copies to and from the host: of
  /// several devices, that of the busiest.
  ///
  /// @return seconds since the engine was opened, where the devices have a clock
  default OptionalDouble deviceSeconds() {
    return OptionalDouble.empty();
  }

  @Override
  void close();
}
