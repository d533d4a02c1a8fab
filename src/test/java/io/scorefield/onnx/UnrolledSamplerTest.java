package io.scorefield.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.Condition;
import io.scorefield.data.Conditions;
import io.scorefield.data.DataRange;
import io.scorefield.data.Frame;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.AdamsBashforthSampler;
import io.scorefield.diffusion.AncestralSampler;
import io.scorefield.diffusion.AnnealedLangevinSampler;
import io.scorefield.diffusion.Annealing;
import io.scorefield.diffusion.ChurnSampler;
import io.scorefield.diffusion.ClassifierFree;
import io.scorefield.diffusion.Clipped;
import io.scorefield.diffusion.ConsistencySampler;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.EulerMaruyamaSampler;
import io.scorefield.diffusion.FlowFrame;
import io.scorefield.diffusion.FlowSampler;
import io.scorefield.diffusion.FlowScheme;
import io.scorefield.diffusion.GradientEstimationSampler;
import io.scorefield.diffusion.Guidance;
import io.scorefield.diffusion.MultistepSolver;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.diffusion.PredictorCorrector;
import io.scorefield.diffusion.Sampler;
import io.scorefield.diffusion.TimeGrid;
import io.scorefield.engine.Engine;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.rng.NoiseSource;
import io.scorefield.rng.NoiseStream;
import io.scorefield.schedule.NoiseSchedule;
import io.scorefield.schedule.RectifiedFlow;
import io.scorefield.schedule.VarianceExploding;
import io.scorefield.schedule.VariancePreserving;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A sampler in ONNX Runtime, fed with the program's own noise, makes the samples of the reference engine.
class UnrolledSamplerTest {
  private static final int COUNT = 23;
  private static final long SEED = 5;

  @TempDir Path folder;

  static List<Sampler> samplers() {
    TimeGrid eight = TimeGrid.uniform(8);
    return List.of(
        new AncestralSampler(8, 1), new AncestralSampler(8, 0), new AncestralSampler(8, 0.5), new EulerMaruyamaSampler(8),
        new FlowSampler(FlowScheme.HEUN, FlowFrame.values()[0], eight, true),
        new FlowSampler(FlowScheme.EULER, FlowFrame.values()[0], eight, false), new MultistepSolver(eight, 0),
        new MultistepSolver(eight, 1), new AdamsBashforthSampler(eight, 3), new ChurnSampler(eight, 5, 0, 50, 1.003),
        new GradientEstimationSampler(eight, 2, 0.5), new ConsistencySampler(TimeGrid.uniform(3)),
        new PredictorCorrector(new AncestralSampler(5, 1), 2, 0.1), new AnnealedLangevinSampler(TimeGrid.uniform(4), 2, 0.1),
        new Clipped(new AncestralSampler(8, 1)), new Clipped(new MultistepSolver(eight, 0)));
  }

  private static Diffuser diffuser(NoiseSchedule schedule) {
    Scaling scaling = new Scaling(new double[] {0.5, -2, 7}, new double[] {3, 0.25, 0});
    DataRange range = new DataRange(new double[] {-0.6, -0.3, 0}, new double[] {0.2, 0.7, 0}, 1);
    return new Diffuser(
        schedule, Parameterization.V, new TimeEmbedding.Sinusoidal(6, 3), scaling, Optional.of(range));
  }

  private static Network network(Diffuser diffuser) {
    return Network.initialize(
        new Mlp(diffuser.scaling().coordinates(), diffuser.featureCount(), new int[] {16, 16}, Activation.SILU), 3);
  }

  private double[] unrolled(Diffuser diffuser, StepProgram program, Conditions told, float[] conditions) throws Exception {
    UnrolledSampler sampler = UnrolledSampler.of(diffuser, network(diffuser), program, told);
    assertThat(sampler.evaluations()).isEqualTo(program.networkEvaluations());
    Path file = folder.resolve("sampler.onnx");
    sampler.model().write(file, "0", Map.of());
    int varied = diffuser.scaling().frame().varied();
    try (OnnxRun onnx = new OnnxRun(file)) {
      onnx.with("noise", normals(NoiseStream.PRIOR, 0, varied), COUNT, varied);
      if (!sampler.noises().isEmpty()) {
        int steps = sampler.noises().size();
        float[] all = new float[steps * COUNT * varied];
        for (int k = 0; k < steps; k++) {
          UnrolledSampler.Noise noise = sampler.noises().get(k);
          long first = (long) noise.step() * diffuser.scaling().coordinates();
          System.arraycopy(normals(noise.stream(), first, varied), 0, all, k * COUNT * varied, COUNT * varied);
        }
        onnx.with("step_noise", all, steps, COUNT, varied);
      }
      if (conditions.length > 0) {
        onnx.with("conditions", conditions, COUNT, conditions.length / COUNT);
      }
      return onnx.run().get("samples");
    }
  }

  private static float[] normals(NoiseStream stream, long first, int width) {
    float[] numbers = new float[COUNT * width];
    NoiseSource source = new NoiseSource(SEED);
    for (int i = 0; i < COUNT; i++) {
      source.normals(stream, i, first, numbers, i * width, width);
    }
    return numbers;
  }

  /// [COUNT, made], in data units.
  private static double[] expected(Diffuser diffuser, StepProgram program) throws Exception {
    int wide = diffuser.scaling().dimension();
    int made = diffuser.scaling().frame().made();
    double[] samples = new double[COUNT * made];
    try (Engine engine = new ReferenceEngine(1)) {
      diffuser.sample(
          engine, network(diffuser), program, PhysicsTerm.none(), SampleRequest.of(SEED, 0, COUNT),
          (first, count, block) -> {
            for (int i = 0; i < count * made; i++) {
              int d = i % made;
              samples[(int) first * made + i] = block[i / made * wide + d] + diffuser.scaling().origin()[d];
            }
          });
    }
    return samples;
  }

  private static void same(double[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double most = 0;
    for (int i = 0; i < actual.length; i++) {
      most = Math.max(most, Math.abs(expected[i]));
      assertThat(actual[i]).as("number %d", i).isCloseTo(expected[i], within(3e-5 * Math.max(1, Math.abs(expected[i]))));
    }
    assertThat(most).isGreaterThan(0.1);
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void samplesAsTheReference(Sampler sampler) throws Exception {
    for (NoiseSchedule schedule :
        new NoiseSchedule[] {new VariancePreserving(0.1, 12, 1e-2, 1e-5), new VarianceExploding(0.05, 10, 1e-2)}) {
      Diffuser diffuser = diffuser(schedule);
      StepProgram program = diffuser.program(sampler, new Guidance.None());
      same(unrolled(diffuser, program, Conditions.NONE, new float[0]), expected(diffuser, program));
    }
  }

  /// Without its noise a stochastic sampler makes other samples: the test above would see it if the noise were not used.
  @Test
  void noiseOfTheStepsCounts() throws Exception {
    Diffuser diffuser = diffuser(new VariancePreserving(0.1, 12, 1e-2, 1e-5));
    StepProgram noisy = diffuser.program(new AncestralSampler(8, 1), new Guidance.None());
    StepProgram quiet = diffuser.program(new AncestralSampler(8, 0), new Guidance.None());
    double[] one = unrolled(diffuser, noisy, Conditions.NONE, new float[0]);
    double[] other = unrolled(diffuser, quiet, Conditions.NONE, new float[0]);
    assertThat(Math.abs(one[0] - other[0])).isGreaterThan(0.01);
  }

  @Test
  void conditionsAreAnInput() throws Exception {
    Conditions told = new Conditions(List.of(new Condition("class", List.of("upper", "lower")), Condition.number("size")));
    Scaling scaling =
        new Scaling(
            new double[] {0.5, -2, 0, 0, 30}, new double[] {3, 0.25, 1, 1, 4}, new double[5], Frame.of(2).withConditions(3));
    Diffuser diffuser =
        new Diffuser(
                new RectifiedFlow(1e-2, 1), Parameterization.VELOCITY, new TimeEmbedding.Bare(1), scaling)
            .withConditions(0, 1, 33);
    float[] conditions = new float[3 * COUNT];
    for (int i = 0; i < COUNT; i++) {
      System.arraycopy(new float[] {0, 1, 33}, 0, conditions, 3 * i, 3);
    }
    Sampler sampler = new FlowSampler(FlowScheme.HEUN, FlowFrame.values()[0], TimeGrid.uniform(6), true);
    for (Guidance guidance : new Guidance[] {new Guidance.None(), new ClassifierFree(1.5), ClassifierFree.UNCONDITIONAL}) {
      StepProgram program = diffuser.program(sampler, guidance);
      same(unrolled(diffuser, program, told, conditions), expected(diffuser, program));
    }
  }

  /// A condition without a name has the value that it is sampled under, which may change from step to step.
  @Test
  void conditionsWithoutNamesAreConstants() throws Exception {
    Scaling scaling = new Scaling(new double[3], new double[] {1, 1, 1}, new double[3], Frame.of(2).withConditions(1));
    Annealing annealing = (share, asked) -> asked * (2 - share);
    Diffuser diffuser =
        new Diffuser(
                new VariancePreserving(0.1, 12, 1e-2, 1e-5), Parameterization.EPS, new TimeEmbedding.Bare(1), scaling)
            .withConditions(1.3)
            .withAnnealing(annealing);
    StepProgram program = diffuser.program(new AncestralSampler(6, 1), new Guidance.None());
    same(unrolled(diffuser, program, Conditions.NONE, new float[0]), expected(diffuser, program));
  }

  /// Particles without their mean, and numbers that float32 cannot hold.
  @Test
  void samplesAreInUnitsOfTheData() throws Exception {
    Scaling particles =
        new Scaling(new double[6], new double[] {2, 2, 2, 2, 2, 2}, new double[6], Frame.centred(3, 2));
    Scaling far = new Scaling(new double[] {0.5}, new double[] {2}, new double[] {1e7});
    for (Scaling scaling : new Scaling[] {particles, far}) {
      Diffuser diffuser =
          new Diffuser(new VariancePreserving(0.1, 12, 1e-2, 1e-5), Parameterization.V, new TimeEmbedding.Bare(1), scaling);
      StepProgram program = diffuser.program(new AncestralSampler(4, 0), new Guidance.None());
      double[] actual = unrolled(diffuser, program, Conditions.NONE, new float[0]);
      double[] expected = expected(diffuser, program);
      for (int i = 0; i < actual.length; i++) {
        assertThat(actual[i]).isCloseTo(expected[i], within(1e-4));
      }
    }
  }

  /// Rows that change some components only leave the others and their memory alone.
  @Test
  void rowsMayChangeSomeComponents() throws Exception {
    Diffuser diffuser = diffuser(new VariancePreserving(0.1, 12, 1e-2, 1e-5));
    StepProgram plain = diffuser.program(new MultistepSolver(TimeGrid.uniform(8), 1), new Guidance.None());
    int[] number = {0};
    StepProgram program =
        plain.withRows(
            plain.rows().stream()
                .map(row -> row.toBuilder().components(number[0] % 2, 2 + number[0]++ % 2).build())
                .toList());
    same(unrolled(diffuser, program, Conditions.NONE, new float[0]), expected(diffuser, program));
  }

  @Test
  void whatCannotBeUnrolledIsRefused() {
    Diffuser diffuser = diffuser(new VariancePreserving(0.1, 12, 1e-2, 1e-5));
    StepProgram many = diffuser.program(new AncestralSampler(6000, 1), new Guidance.None());
    assertThatThrownBy(() -> UnrolledSampler.of(diffuser, network(diffuser), many, Conditions.NONE))
        .hasMessageContaining("more than 50000 operations")
        .hasMessageContaining("sampler.steps");
    StepRow guided = many.rows().getFirst().toBuilder().guidance(1).build();
    assertThatThrownBy(
            () -> UnrolledSampler.of(diffuser, network(diffuser), many.withRows(List.of(guided)), Conditions.NONE))
        .hasMessageContaining("guidance by laws");
  }
}
