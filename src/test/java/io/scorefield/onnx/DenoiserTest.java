package io.scorefield.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.Condition;
import io.scorefield.data.Conditions;
import io.scorefield.data.Frame;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.engine.Engine;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.schedule.ContinuousSchedule;
import io.scorefield.schedule.CosineSchedule;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.KarrasSchedule;
import io.scorefield.schedule.LearnedSchedule;
import io.scorefield.schedule.NoiseSchedule;
import io.scorefield.schedule.RectifiedFlow;
import io.scorefield.schedule.SigmoidSchedule;
import io.scorefield.schedule.SubVariancePreserving;
import io.scorefield.schedule.VarianceExploding;
import io.scorefield.schedule.VariancePreserving;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A denoiser in ONNX Runtime says what this program says, at every noise level of every schedule.
class DenoiserTest {
  @TempDir Path folder;

  static List<NoiseSchedule> schedules() {
    List<Double> steps = IntStream.range(0, 10).mapToObj(i -> 0.3 * Math.sin(2 * i + 1)).toList();
    return List.of(
        DiscreteSchedule.cosine(40), DiscreteSchedule.linear(100, 1e-4, 0.02), new VariancePreserving(0.1, 20, 1e-3, 1e-5),
        new VariancePreserving(0.1, 20, 1e-3, 0.2), new SubVariancePreserving(0.1, 20, 1e-2),
        new VarianceExploding(0.01, 50, 1e-3), new KarrasSchedule(0.002, 80, -1.2, 1.2), new CosineSchedule(0.008, 1e-3, 0.999),
        new CosineSchedule(0, 1e-3, 1), new SigmoidSchedule(1, 1e-3, 0.999), new SigmoidSchedule(0.1, 1e-3, 0.9),
        new RectifiedFlow(1e-3, 1), new LearnedSchedule(10, -8, List.of()), new LearnedSchedule(9, -7, steps));
  }

  private static List<TimeEmbedding> embeddings() {
    return List.of(new TimeEmbedding.Bare(0.7), new TimeEmbedding.Sinusoidal(8, 1), new TimeEmbedding.Levels(5));
  }

  private static boolean goesWith(Parameterization predict, NoiseSchedule schedule) {
    try {
      predict.at(schedule.level(schedule.end()));
      return predict != Parameterization.EPS && predict != Parameterization.SCORE || schedule.alpha(schedule.end()) > 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /// Ten times from the least noise to the most.
  private static double[] times(NoiseSchedule schedule) {
    double[] times = new double[10];
    for (int i = 0; i < times.length; i++) {
      double t = schedule.start() * Math.pow(schedule.end() / schedule.start(), i / 9.0);
      times[i] = schedule instanceof DiscreteSchedule ? Math.round(t) : (float) Math.clamp(t, schedule.start(), schedule.end());
    }
    return times;
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void estimatesAsTheProgram(NoiseSchedule schedule) throws Exception {
    Scaling scaling = new Scaling(new double[] {0.5, -2}, new double[] {3, 0.25});
    int next = 0;
    for (Parameterization predict : Parameterization.values()) {
      if (goesWith(predict, schedule)) {
        TimeEmbedding embedding = embeddings().get(next++ % embeddings().size());
        check(new Diffuser(schedule, predict, embedding, scaling));
      }
    }
    assertThat(next).isPositive();
  }

  private OnnxRun open(Diffuser diffuser, Network network, Conditions told) throws Exception {
    Path file = folder.resolve("denoiser.onnx");
    Denoiser.of(diffuser, network, told).write(file, "0", Map.of("seed", "1"));
    return new OnnxRun(file);
  }

  private void check(Diffuser diffuser) throws Exception {
    Network network =
        Network.initialize(new Mlp(2, diffuser.featureCount(), new int[] {9, 7}, Activation.SOFTPLUS), 3);
    NoiseSchedule schedule = diffuser.schedule();
    double[] times = times(schedule);
    Random random = new Random(2);
    float[] x = new float[2 * times.length];
    for (int i = 0; i < x.length; i++) {
      double spread = Math.hypot(schedule.alpha(times[i / 2]), schedule.sigma(times[i / 2]));
      x[i] = (float) (spread * random.nextGaussian());
    }
    Map<String, double[]> all;
    try (OnnxRun onnx = open(diffuser, network, Conditions.NONE)) {
      onnx.with("x", x, times.length, 2);
      all = at(onnx, schedule, times).run();
    }
    try (Engine engine = new ReferenceEngine(1)) {
      for (int i = 0; i < times.length; i++) {
        double t = times[i];
        Parameterization.Coefficients c = diffuser.coefficients(t);
        float scale = (float) diffuser.inputScale(t);
        float[] output = new float[2];
        engine.evaluate(network, new float[] {scale * x[2 * i], scale * x[2 * i + 1]}, diffuser.features(t), output);
        String what = diffuser.parameterization() + " of " + schedule + " at " + t;
        close(all.get("alpha")[i], schedule.alpha(t), 1, what);
        close(all.get("sigma")[i], schedule.sigma(t), schedule.sigma(t), what);
        for (int d = 0; d < 2; d++) {
          float at = x[2 * i + d];
          double x0Size = Math.abs(c.x0FromX() * at) + Math.abs(c.x0FromOutput());
          double epsSize = Math.abs(c.epsFromX() * at) + Math.abs(c.epsFromOutput());
          close(all.get("x0")[2 * i + d], c.x0hat(at, output[d]), x0Size, what);
          close(all.get("eps")[2 * i + d], c.eps(at, output[d]), epsSize, what);
          double deviation = diffuser.scaling().deviation()[d];
          close(
              all.get("denoised")[2 * i + d], deviation * c.x0hat(at, output[d]) + diffuser.scaling().mean()[d],
              deviation * x0Size + 2, what);
        }
      }
    }
  }

  private static OnnxRun at(OnnxRun onnx, NoiseSchedule schedule, double[] times) throws Exception {
    if (schedule instanceof ContinuousSchedule) {
      float[] t = new float[times.length];
      IntStream.range(0, t.length).forEach(i -> t[i] = (float) times[i]);
      return onnx.with("t", t, t.length);
    }
    return onnx.with("t", IntStream.range(0, times.length).mapToLong(i -> (long) times[i]).toArray(), times.length);
  }

  private static void close(double actual, double expected, double size, String what) {
    assertThat(actual).as(what).isCloseTo(expected, within(4e-5 * size));
  }

  /// The data themselves are no noise level of a network.
  @Test
  void levelZeroOfAScheduleInStepsIsNoNumber() throws Exception {
    Diffuser diffuser =
        new Diffuser(DiscreteSchedule.cosine(9), Parameterization.V, new TimeEmbedding.Bare(1), Scaling.identity(1));
    Network network = Network.initialize(new Mlp(1, 1, new int[] {3}, Activation.TANH), 3);
    try (OnnxRun onnx = open(diffuser, network, Conditions.NONE)) {
      assertThat(onnx.with("x", new float[1], 1, 1).with("t", new long[] {0}, 1).run().get("x0")).containsOnly(Double.NaN);
      assertThat(onnx.session().getMetadata().getCustomMetadata()).containsEntry("seed", "1").containsEntry("kind", "denoiser");
    }
  }

  /// Numbers are told standardised, and nothing at all where the mark behind them is 0.
  @Test
  void conditionsAreInTheirOwnUnits() throws Exception {
    Conditions told = new Conditions(List.of(Condition.number("pressure")));
    Scaling scaling =
        new Scaling(new double[] {0, 100, 0}, new double[] {1, 5, 1}, new double[3], Frame.of(1).withConditions(2));
    Diffuser diffuser =
        new Diffuser(new RectifiedFlow(1e-3, 1), Parameterization.VELOCITY, new TimeEmbedding.Bare(1), scaling);
    Network network = Network.initialize(new Mlp(3, 1, new int[] {11}, Activation.TANH), 3);
    float[][] inputs = {{0.4f, 1.2f, 1}, {0.4f, 0, 0}};
    try (OnnxRun onnx = open(diffuser, network, told);
        Engine engine = new ReferenceEngine(1)) {
      float[] conditions = {106, 1, 93, 0};
      double[] x0 =
          onnx.with("x", new float[] {0.4f, 0.4f}, 2, 1)
              .with("t", new float[] {0.5f, 0.5f}, 2)
              .with("conditions", conditions, 2, 2)
              .run()
              .get("x0");
      for (int i = 0; i < 2; i++) {
        float[] output = new float[3];
        engine.evaluate(network, inputs[i], new double[] {0.5}, output);
        assertThat(x0[i]).isCloseTo(0.4 - 0.5 * output[0], within(1e-6));
      }
    }
  }
}
