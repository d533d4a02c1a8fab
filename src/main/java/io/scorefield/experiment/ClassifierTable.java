package io.scorefield.experiment;

import io.scorefield.config.ConfigException;
import io.scorefield.config.Suggestion;
import io.scorefield.data.ClassMixture;
import io.scorefield.data.DataSet;
import io.scorefield.data.LabelledPoints;
import io.scorefield.diffusion.ClassifierGuidance;
import io.scorefield.diffusion.Guidance;
import io.scorefield.engine.Engine;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.eval.Distances;
import io.scorefield.eval.MetricValue;
import io.scorefield.experiment.model.ClassifierFile;
import io.scorefield.experiment.model.Model;
import io.scorefield.network.Network;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Samples of a class by a classifier, measured over its weight: how many look like the class, and how far they are from it.
///
/// @param plain the network of the model
/// @param mixture the distribution of the data
public record ClassifierTable(Engine engine, ClassifierFile classifier, Network plain, ClassMixture mixture) {
  private static final int DIRECTIONS = 128;

  /// @param share of the samples whose most likely class it is; its noise floor is that of true points of the class
  /// @param distance sliced 2-Wasserstein distance to true points of the class
  public record Line(double weight, MetricValue share, double distance) {}

  /// All lines.
  ///
  /// @param floor sliced 2-Wasserstein distance of two draws of the class
  public record Measured(List<Line> lines, double floor) {}

  /// The table for the data that the classifier was trained on.
  static ClassifierTable of(Engine engine, ClassifierFile classifier, Network plain, DataSet labelled) {
    LabelledPoints points =
        (LabelledPoints) labelled.source().orElseThrow(() -> new ConfigException("--measure: the true classes are not known"));
    return new ClassifierTable(engine, classifier, plain, points.mixture());
  }

  /// Measures.
  ///
  /// @param name of the class
  /// @param weights of the classifier
  /// @param count of samples a weight
  /// @throws ConfigException when there is no such class
  public Measured measure(String name, List<Double> weights, int count, long seed) throws IOException {
    int k = mixture.classes().indexOf(name);
    if (k < 0) {
      throw new ConfigException(
          "--measure: there is no class '" + name + "'; there is " + String.join(", ", mixture.classes())
              + Suggestion.of(name, mixture.classes()));
    }
    AskedClass asked = new AskedClass(mixture, k, seed + EvaluateStage.FRESH_DRAWS);
    float[] truth = mixture.part(k).draw(seed + EvaluateStage.FRESH_DRAWS, count);
    float[] other = mixture.part(k).draw(seed + EvaluateStage.FRESH_DRAWS + 1, count);
    Network guided = classifier.guided(classifier.model(), plain, name);
    List<Line> lines = new ArrayList<>();
    for (double weight : weights) {
      float[] samples = samples(guided, weight, count, seed);
      lines.add(new Line(weight, asked.share(samples, count), distance(samples, truth)));
    }
    return new Measured(lines, distance(other, truth));
  }

  private double distance(float[] samples, float[] truth) {
    return Distances.slicedWasserstein2(samples, truth, mixture.dimension(), DIRECTIONS);
  }

  private float[] samples(Network guided, double weight, int count, long seed) throws IOException {
    Model model = classifier.model();
    Guidance guidance = new ClassifierGuidance(weight, model.diffuser());
    float[] all = new float[count * model.dimension()];
    model
        .diffuser()
        .sample(
            engine, guided, model.diffuser().program(model.config().sampler().sampler(), guidance), PhysicsTerm.none(),
            SampleRequest.of(seed, 0, count),
            (first, size, block) ->
                System.arraycopy(block, 0, all, (int) first * model.dimension(), size * model.dimension()));
    return all;
  }
}
