package io.scorefield.distill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.Assignment;
import io.scorefield.data.DataSet;
import io.scorefield.data.PlaneDistribution;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.AncestralSampler;
import io.scorefield.diffusion.ConsistencySampler;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.FlowFrame;
import io.scorefield.diffusion.Objective;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.diffusion.Sampler;
import io.scorefield.diffusion.TimeGrid;
import io.scorefield.diffusion.Weighting;
import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.Engine;
import io.scorefield.engine.NoiseColumn;
import io.scorefield.engine.StepRow;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.KarrasSchedule;
import io.scorefield.schedule.NoiseSchedule;
import io.scorefield.schedule.RectifiedFlow;
import io.scorefield.schedule.VariancePreserving;
import io.scorefield.train.Trainer;
import io.scorefield.train.TrainingOptions;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Students go where their teacher goes.
class DistillationTest {
  private static final Mlp MLP = Mlp.uniform(2, 8, 3, 48, Activation.SILU);
  private static final Scaling SCALING = Scaling.identity(2);
  private static final int SAMPLES = 1000;

  private static Engine engine;
  private static Teacher teacher;

  private static Diffuser diffuser(NoiseSchedule schedule, Parameterization predicted) {
    return new Diffuser(schedule, predicted, new TimeEmbedding.Sinusoidal(8, 10), SCALING);
  }

  private static TrainingOptions options(long steps) {
    return new TrainingOptions(
        steps, 64, 3e-3, TrainingOptions.Decay.COSINE, new AdamOptions(0.9, 0.999, 1e-8, Double.POSITIVE_INFINITY, 0.95),
        new Objective(Weighting.NONE, Objective.Reduction.SUM), 3);
  }

  /// A model of a ring, of modest quality: what is measured is how far students are from it.
  @BeforeAll
  static void trainTheTeacher() {
    engine = new ReferenceEngine(2);
    Diffuser diffuser = diffuser(new VariancePreserving(0.1, 20, 1e-3, 1e-3), Parameterization.V);
    DataSet data = DataSet.draw(PlaneDistribution.circle(1.5), 400, 1);
    try (Trainer trainer = new Trainer(engine, diffuser, MLP, data, options(1500))) {
      teacher = new Teacher(engine, diffuser, trainer.run());
    }
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  static Stream<Distillation> ways() {
    return Stream.of(new Direct(2), new Progressive(2), new Consistency(8, 40), new Reflow(1, 2));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aStudentMakesTheTeachersSamplesOfTheSameNoise(Distillation way) {
    // A consistency model's second step begins with fresh noise: its samples are others, and have a test of their own.
    for (int steps : way instanceof Consistency ? new int[] {1} : new int[] {1, 2}) {
      Student student = way.of(teacher, steps, new Schooling(2000, 16, 600, 64, 5e-3, 0.95, 3));
      assertThat(student.levels()).hasSize(steps);
      assertThat(student.renoises()).isEqualTo(way instanceof Consistency);
      double[] fine = Levels.of(teacher.diffuser().schedule(), FlowFrame.CIRCLE, 32);
      float[] truth = teacher.accurate(fine, fine.length - 1, new Draws(9, 0, SAMPLES)).states()[1];
      double apart = distance(truth, sampled(student.diffuser(), student.network(), student.levels(), student.renoises()));
      double before = distance(truth, sampled(teacher.diffuser(), teacher.network(), student.levels(), false));
      double most = way instanceof Reflow ? 0.3 : 0.15;
      assertThat(apart).as("%s in %d steps; the teacher's own %.3f", way, steps, before).isLessThan(most * before);
    }
  }

  @Test
  void aConsistencyModelsSecondStepKeepsTheTeachersDistribution() {
    Student student = new Consistency(8, 40).of(teacher, 2, new Schooling(2000, 16, 600, 64, 5e-3, 0.95, 3));
    assertThat(student.levels()).hasSize(2);
    assertThat(student.renoises()).isTrue();
    double[] fine = Levels.of(teacher.diffuser().schedule(), FlowFrame.CIRCLE, 32);
    float[] truth = teacher.accurate(fine, fine.length - 1, new Draws(10, 0, SAMPLES)).states()[1];
    float[] others = teacher.accurate(fine, fine.length - 1, new Draws(11, 0, SAMPLES)).states()[1];
    double floor = Assignment.wasserstein2(truth, others, 2);
    double apart = Assignment.wasserstein2(truth, sampled(student.diffuser(), student.network(), student.levels(), true), 2);
    double untaught =
        Assignment.wasserstein2(truth, sampled(teacher.diffuser(), teacher.network(), student.levels(), true), 2);
    assertThat(apart).as("true samples %.3f, untaught %.3f", floor, untaught).isLessThan(1.5 * floor);
    assertThat(untaught).isGreaterThan(2 * floor);
  }

  private static float[] sampled(Diffuser diffuser, Network network, List<Double> levels, boolean renoises) {
    TimeGrid grid = new TimeGrid.Given(levels);
    Sampler sampler = renoises ? new ConsistencySampler(grid) : new AncestralSampler(grid, 0, 0);
    return diffuser.sample(engine, network, sampler, SAMPLES, 9);
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (double) (a[i] - b[i]);
    }
    return Math.sqrt(2 * sum / a.length);
  }

  static Stream<Diffuser> models() {
    return Stream.of(
        diffuser(new VariancePreserving(0.1, 20, 1e-3, 1e-3), Parameterization.V),
        diffuser(new VariancePreserving(0.1, 20, 1e-3, 1e-3), Parameterization.X0),
        diffuser(new RectifiedFlow(0.02, 1), Parameterization.VELOCITY),
        diffuser(new KarrasSchedule(0.01, 10, -1.2, 1.2), Parameterization.EDM),
        diffuser(DiscreteSchedule.cosine(50), Parameterization.EDM));
  }

  @ParameterizedTest
  @MethodSource("models")
  void aLessonIsAPairWhoseStepOfDdimLeadsToTheWantedState(Diffuser model) {
    double[] times = Levels.of(model.schedule(), FlowFrame.CIRCLE, 4);
    Random random = new Random(1);
    float[][] states = new float[times.length][6];
    for (float[] state : states) {
      for (int i = 0; i < state.length; i++) {
        state[i] = (float) random.nextGaussian();
      }
    }
    Lesson lesson = Direct.lesson(model, new Teacher.Paths(times, states));
    TrainingPlan plan = lesson.plan(MLP, options(1));
    List<StepRow> rows = new AncestralSampler(Teacher.grid(times), 0, 0).compile(model).rows();
    assertThat(plan.pairing().orElseThrow().parts()).isEqualTo(4);
    for (int level = 0; level < 4; level++) {
      for (int i = 0; i < 6; i++) {
        double x0 = plan.data()[6 * level + i];
        double eps = plan.pairing().get().noise()[6 * level + i];
        double x = plan.table().get(NoiseColumn.ALPHA, level) * x0 + plan.table().get(NoiseColumn.SIGMA, level) * eps;
        double target =
            plan.table().get(NoiseColumn.TARGET_X0, level) * x0 + plan.table().get(NoiseColumn.TARGET_EPS, level) * eps;
        assertThat(x).isCloseTo(states[level][i], within(1e-4));
        double next = rows.get(level).state() * states[level][i] + rows.get(level).output() * target;
        assertThat(next).isCloseTo(states[level + 1][i], within(1e-4));
      }
    }
  }

  @Test
  void whereNoSignalIsLeftEpsAndTheScoreAreNotLearned() {
    Diffuser score = diffuser(new VariancePreserving(0.1, 20, 1e-3, 1e-3), Parameterization.SCORE);
    Diffuser student = Student.diffuser(new Teacher(engine, score, teacher.network()));
    assertThat(student.parameterization()).isEqualTo(Parameterization.EDM);
    assertThat(Student.beginner(new Teacher(engine, score, teacher.network()), student, 5).parameters())
        .isEqualTo(Network.initialize(MLP, 5).parameters());
    assertThat(Student.beginner(teacher, Student.diffuser(teacher), 5)).isSameAs(teacher.network());
  }

  @Test
  void levelsAreAtEqualAnglesAndNestWhenStepsAreDivided() {
    NoiseSchedule schedule = teacher.diffuser().schedule();
    double[] times = Levels.divided(schedule, FlowFrame.CIRCLE, 3, 4);
    assertThat(times).hasSize(13).endsWith(0.0);
    double end = FlowFrame.CIRCLE.clock(schedule, schedule.end());
    for (int i = 0; i < 12; i++) {
      assertThat(FlowFrame.CIRCLE.clock(schedule, times[i])).isCloseTo(end * (12 - i) / 12, within(1e-6));
    }
    assertThat(Levels.every(times, 4)).containsExactly(times[0], times[4], times[8], 0);
    DiscreteSchedule few = DiscreteSchedule.cosine(6);
    assertThat(Levels.divided(few, FlowFrame.CIRCLE, 2, 64)).hasSizeLessThanOrEqualTo(7).endsWith(0.0);
    assertThat(Levels.halved(few, FlowFrame.CIRCLE, 2, 6).length % 2).isEqualTo(1);
    assertThatThrownBy(() -> Levels.of(few, FlowFrame.CIRCLE, 10)).hasMessageContaining("has no 10 levels");
  }

  @Test
  void aTeacherThatAddsNoiseIsRefused() {
    double[] times = Levels.of(teacher.diffuser().schedule(), FlowFrame.CIRCLE, 2);
    assertThatThrownBy(() -> teacher.paths(new AncestralSampler(Teacher.grid(times), 1, 0), times, new Draws(1, 0, 2)))
        .hasMessageContaining("noise is added on its way");
  }
}
