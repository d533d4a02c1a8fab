package com.example.ring;

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

/// Trains on 100 points of a circle, and samples it plain and guided to the circle.
public final class Ring {
  private static final double RADIUS = 1.5;

  private Ring() {}

  public static void main(String[] args) throws Exception {
    DataSet data = DataSet.draw(PlaneDistribution.circle(RADIUS), 100, 1);
    var diffuser =
        new Diffuser(
            DiscreteSchedule.cosine(100), Parameterization.EPS, new TimeEmbedding.Sinusoidal(32, 1), Scaling.identity(2));
    var options =
        new TrainingOptions(
            1000, 25, 1e-3, TrainingOptions.Decay.NONE, AdamOptions.defaults(),
            new Objective(Weighting.NONE, Objective.Reduction.MEAN), 1);
    try (Engine engine = Engines.open("auto", 0).engine();
        Trainer trainer = new Trainer(engine, diffuser, Mlp.uniform(2, 32, 5, 64, Activation.LEAKY_RELU), data, options)) {
      System.out.println("engine: " + engine.info().name());
      Network network = trainer.run();
      print("plain", diffuser.sample(engine, network, AncestralSampler.ddpm(), 1000, 1));
      print(
          "guided",
          diffuser.sample(
              engine, network, AncestralSampler.ddpm(), new Guidance.Likelihood(0.02, 1), Constraint.sphere(2, RADIUS), 1000, 1));
    }
  }

  private static void print(String method, float[] samples) {
    double sum = 0;
    for (int i = 0; i < samples.length; i += 2) {
      sum += Math.abs(Math.hypot(samples[i], samples[i + 1]) - RADIUS);
    }
    System.out.printf("%-7s mean distance from the circle %.4f%n", method, sum / (samples.length / 2.0));
  }
}
