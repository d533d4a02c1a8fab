package io.scorefield.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.Scaling;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.ProgramInterpreter;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.physics.Tape;
import io.scorefield.physics.TapeBuilder;
import io.scorefield.schedule.DiscreteSchedule;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.junit.jupiter.api.Test;

/// Inpainting by projection: of a Gaussian point x is known, and y must come to fit it.
class ResamplingTest {
  private static final double CORRELATION = 0.8;
  private static final double KNOWN = 1.5;
  private static final double DEVIATION = 0.6; // of the other coordinate, where one is known
  private static final int SAMPLES = 120;
  private static final DiscreteSchedule SCHEDULE = DiscreteSchedule.cosine(15);
  private static final Diffuser DIFFUSER =
      new Diffuser(SCHEDULE, Parameterization.X0, new TimeEmbedding.Bare(1), Scaling.identity(2));

  /// The mean of x_0 given x_t of the Gaussian with unit variances.
  private static double[] mean(StepRow row, double[] x) {
    double alpha = SCHEDULE.alpha(row.time());
    double sigma = SCHEDULE.sigma(row.time());
    double a = alpha * alpha + sigma * sigma;
    double b = alpha * alpha * CORRELATION;
    double determinant = a * a - b * b;
    double u = (a * x[0] - b * x[1]) / determinant;
    double v = (a * x[1] - b * x[0]) / determinant;
    return new double[] {alpha * (u + CORRELATION * v), alpha * (CORRELATION * u + v)};
  }

  private static Tape known() {
    TapeBuilder tape = new TapeBuilder(2);
    tape.residual(tape.subtract(tape.input(0), tape.constant(KNOWN)));
    return tape.build();
  }

  private static SummaryStatistics others(Projection.Noise noise, int resampling) {
    Projection projection = new Projection(false, 1, 10, noise, resampling);
    StepProgram program = DIFFUSER.program(AncestralSampler.ddpm(), projection);
    assertThat(program.networkEvaluations()).isEqualTo(15 * resampling);
    assertThat(program.rows().stream().filter(row -> row.noise() != 0).map(StepRow::noiseStep)).doesNotHaveDuplicates();
    PhysicsTerm term = projection.term(known());
    SummaryStatistics others = new SummaryStatistics();
    for (int sample = 0; sample < SAMPLES; sample++) {
      double[] x = ProgramInterpreter.run(program, term, ResamplingTest::mean, 5, sample, 2);
      assertThat(x[0]).isCloseTo(KNOWN, within(1e-9));
      others.addValue(x[1]);
    }
    return others;
  }

  @Test
  void takingStepsAgainLetsTheOthersFitWhatIsKnown() {
    double expected = CORRELATION * KNOWN;
    double error = DEVIATION / Math.sqrt(SAMPLES);
    for (Projection.Noise noise : Projection.Noise.values()) {
      SummaryStatistics once = others(noise, 1);
      SummaryStatistics often = others(noise, 6);
      assertThat(often.getMean()).as("%s", noise).isCloseTo(expected, within(4 * error));
      assertThat(expected - once.getMean()).as("%s", noise).isGreaterThan(4 * error);
    }
  }

  @Test
  void refusesWhatTakesNoSteps() {
    assertThatThrownBy(() -> new Projection(true, 1, 10, Projection.Noise.FRESH, 2)).hasMessageContaining("final-only");
    assertThatThrownBy(() -> new Projection(false, 1, 10, Projection.Noise.FRESH, 0)).hasMessageContaining("at least once");
  }
}
