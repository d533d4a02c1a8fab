package io.scorefield;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.data.DataSet;
import io.scorefield.data.PlaneDistribution;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.AncestralSampler;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Guidance;
import io.scorefield.diffusion.Objective;
import io.scorefield.diffusion.Parameterization;
import io.scorefield.diffusion.Weighting;
import io.scorefield.engine.AdamOptions;
import io.scorefield.engine.Engine;
import io.scorefield.engine.Engines;
import io.scorefield.network.Activation;
import io.scorefield.network.Mlp;
import io.scorefield.network.Network;
import io.scorefield.network.TimeEmbedding;
import io.scorefield.physics.Constraint;
import io.scorefield.schedule.DiscreteSchedule;
import io.scorefield.train.Trainer;
import io.scorefield.train.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The lines that README.md shows, run.
class LibraryExampleTest {
  @Test
  void theLinesOfTheReadmeTrainAndSample() {
    // README begins
    DataSet data = DataSet.draw(PlaneDistribution.circle(1.5), 100, 1);
    var diffuser = new Diffuser(DiscreteSchedule.cosine(100), Parameterization.EPS,
        new TimeEmbedding.Sinusoidal(32, 1), Scaling.identity(2));
    var options = new TrainingOptions(1000, 25, 1e-3, TrainingOptions.Decay.NONE,
        AdamOptions.defaults(), new Objective(Weighting.NONE, Objective.Reduction.MEAN), 1);
    Mlp mlp = Mlp.uniform(2, 32, 5, 64, Activation.LEAKY_RELU);

    try (Engine engine = Engines.open("auto", 0).engine();
        Trainer trainer = new Trainer(engine, diffuser, mlp, data, options)) {
      float[] noisy = diffuser.forward(engine, data.points(), 50, 1);
      Network network = trainer.run();
      float[] plain = diffuser.sample(engine, network, AncestralSampler.ddpm(), 1000, 1);
      float[] guided = diffuser.sample(engine, network, AncestralSampler.ddpm(),
          new Guidance.Likelihood(0.02, 1), Constraint.sphere(2, 1.5), 1000, 1);
      // README ends
      assertThat(noisy).hasSize(200);
      assertThat(residual(guided)).isLessThan(0.04);
      assertThat(residual(plain)).isBetween(2 * residual(guided), 0.5);
    }
  }

  private static double residual(float[] samples) {
    double sum = 0;
    for (int i = 0; i < samples.length; i += 2) {
      sum += Math.abs(Math.hypot(samples[i], samples[i + 1]) - 1.5);
    }
    return sum / (samples.length / 2.0);
  }

  @Test
  void theReadmeShowsTheseLines() throws IOException {
    List<String> source =
        Files.readAllLines(Path.of("src/test/java/io/scorefield/LibraryExampleTest.java"));
    int begin = source.indexOf("    // README begins") + 1;
    int end = source.indexOf("      // README ends");
    List<String> lines = source.subList(begin, end).stream().map(String::strip).toList();
    List<String> readme =
        Files.readAllLines(Path.of("README.md")).stream().map(String::strip).toList();
    assertThat(lines).hasSizeGreaterThan(12);
    assertThat(readme).containsSequence(lines);
  }
}
