package io.scorefield.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.scorefield.data.Frame;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.engine.Engine;
import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.network.Network;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.schedule.NoiseSchedule;
import io.scorefield.schedule.VariancePreserving;
import io.scorefield.thermodynamics.LevelObservables;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The harmonic well U = k |x|^2 / 2 in the space of three particles in the plane without their mean, at a temperature:
/// x is normal with the variance T/k. Scaled to a variance of 1 its best v is 0 at every noise level.
class LevelThermodynamicsTest {
  private static final int MODES = 4;
  private static final double TEMPERATURE = 0.7;
  private static final double STIFFNESS = 2.5;

  /// Gives 0, or the energy |x|^2/2 of the state as its first output.
  private static NetworkProgram program(boolean energy) {
    ProgramBuilder b = new ProgramBuilder();
    Value x = b.input(Space.SAMPLE, MODES, new Port(Channel.INPUT, 0, 0, 1));
    Value told = b.input(Space.SAMPLE, 1, new Port(Channel.INPUT, MODES, 0, 1));
    b.input(Space.SAMPLE, 1, new Port(Channel.INPUT, MODES + 1, 0, 1));
    Value half = b.scale(b.rowSum(b.square(x)), 0.5);
    // So that what is told is read: it does not count.
    Value value = b.add(b.scale(half, energy ? 1 : 0), b.scale(told, 0));
    b.output(value, new Port(Channel.RESULT, 0, 0, 1));
    b.output(b.filled(Space.SAMPLE, MODES, 0), new Port(Channel.RESULT, 1, 0, 1));
    return new NetworkProgram("exact", MODES + 1, 1, b.build());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void entropiesOfTheHarmonicWellAreTheClosedForm(boolean discrete) {
    NoiseSchedule schedule = discrete ? DiscreteSchedule.cosine(200) : new VariancePreserving(0.1, 20, 1e-3, 0);
    double deviation = Math.sqrt(TEMPERATURE / STIFFNESS);
    double[] deviations = new double[7];
    Arrays.fill(deviations, deviation);
    deviations[6] = 1;
    Scaling scaling =
        new Scaling(new double[7], deviations, new double[7], Frame.centred(3, 2).withConditions(1));
    Diffuser diffuser =
        new Diffuser(schedule, Parameterization.V, new TimeEmbedding.Bare(1), scaling).withConditions(TEMPERATURE);
    int n = 3000;
    float[] states = new float[n * (MODES + 1)];
    Random random = new Random(3);
    for (int i = 0; i < states.length; i++) {
      states[i] = i % (MODES + 1) < MODES ? (float) random.nextGaussian() : (float) TEMPERATURE;
    }
    float[] points = scaling.toData(states, n);
    NetworkProgram exact = program(false);
    NetworkProgram energy = program(true);
    LevelThermodynamics.Result result;
    try (Engine engine = new ReferenceEngine(2)) {
      result =
          new LevelThermodynamics(
                  engine, diffuser, new Network(exact, new float[0]), Optional.of(new Network(energy, new float[0])), 5)
              .of(points, TEMPERATURE);
    }
    double entropy = 0.5 * MODES * Math.log(2 * Math.PI * Math.E * TEMPERATURE / STIFFNESS);
    assertThat(result.entropy().error()).isLessThan(0.1);
    assertThat(result.entropy().value()).isCloseTo(entropy, within(3 * result.entropy().error() + 0.01));
    for (LevelObservables level : result.levels()) {
      double variance = TEMPERATURE / STIFFNESS + level.noise() * level.noise();
      assertThat(level.entropy())
          .isCloseTo(0.5 * MODES * Math.log(2 * Math.PI * Math.E * variance), within(0.12));
      assertThat(level.free()).isCloseTo(level.energy() - TEMPERATURE * level.entropy(), within(1e-9));
      // -T ln p of the state: v = 0 adds nothing, and this energy adds -|x|^2/2 alpha/sigma.
      double alpha = schedule.alpha(level.time());
      double sigma = schedule.sigma(level.time());
      double expected = 0.5 * MODES * (TEMPERATURE - alpha / sigma);
      assertThat(level.energy()).isCloseTo(expected, within(0.06 * (1 + alpha / sigma)));
    }
  }
}
