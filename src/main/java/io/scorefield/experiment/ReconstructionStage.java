package io.scorefield.experiment;

import io.scorefield.data.Conditions;
import io.scorefield.data.DataSet;
import io.scorefield.data.Scaling;
import io.scorefield.diffusion.LatentSpace;
import io.scorefield.engine.Engine;
import io.scorefield.eval.MetricValue;
import io.scorefield.eval.StructureErrors;
import io.scorefield.experiment.model.Model;
import io.scorefield.watch.Reporter;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Optional;

/// Points that were not trained on, encoded and decoded: what the autoencoder loses, without any diffusion. Where all points of a
/// file are trained on, there are only these.
final class ReconstructionStage {
  /// The name among the methods.
  static final String METHOD = "reconstruction";

  /// The root of the mean square error, in units of the data's deviation from their mean, over all components alike.
  static final String ERROR = "reconstruction-error";

  /// Added to the seed for fresh points.
  private static final long FRESH = 5L << 40;

  /// Points of a picture.
  private static final int SHOWN = 2000;

  private final Engine engine;
  private final Model model;
  private final DataSet whole;

  /// @param all the data, of which those held out are taken where there are some
  ReconstructionStage(Engine engine, Model model, DataSet all) throws IOException {
    this.engine = engine;
    this.model = model;
    Optional<DataSet> others = model.others(all);
    whole = (others.isPresent() ? others : model.config().data().heldOut(model.config().seed())).orElse(all);
  }

  /// The error over all points, and the metrics of reconstructions as of samples: under the conditions that samples are asked for
  /// under, where the data have enough of them.
  Map<String, MetricValue> evaluate(EvaluateStage stage, Reporter reporter) {
    float[] points = points(whole);
    float[] decoded = decoded(points);
    Map<String, MetricValue> metrics = new LinkedHashMap<>();
    metrics.put(ERROR, error(madeOf(points), madeOf(decoded)));
    model
        .config()
        .data()
        .structures(model.components())
        .ifPresent(of -> metrics.putAll(StructureErrors.of(of, points, decoded)));
    if (model.told().isEmpty()) {
      metrics.putAll(stage.evaluate(METHOD, decoded, reporter));
    } else {
      whole
          .made(model.asked())
          .ifPresent(made -> metrics.putAll(stage.evaluate(METHOD, decoded(told(points(made))), reporter)));
    }
    return metrics;
  }

  /// The first training points of a picture, encoded and decoded: samples in the order of the points.
  ///
  /// @param data those trained on
  float[] shown(DataSet data) {
    if (model.told().isEmpty()) {
      return decoded(Arrays.copyOf(data.points(), Math.min(SHOWN, data.size()) * data.dimension()));
    }
    DataSet shown = data.made(model.asked()).or(() -> data.made(Optional.empty())).orElseThrow();
    return decoded(told(Arrays.copyOf(shown.points(), Math.min(SHOWN, shown.size()) * shown.dimension())));
  }

  /// Points without their conditions.
  private float[] madeOf(float[] points) {
    int conditions = model.scaling().frame().conditions();
    return conditions == 0 ? points : Conditions.without(points, model.dimension(), conditions);
  }

  private float[] decoded(float[] points) {
    LatentSpace space = model.latent().orElseThrow().trained();
    return space.decode(engine, space.encode(engine, points), points.length / model.dimension());
  }

  /// Fresh points where they can be drawn.
  private float[] points(DataSet data) {
    int most = (int) Math.min(model.config().evaluate().samples(), model.config().sample().countOn(engine.info().name()));
    return data.source().isPresent()
        ? data.source().get().draw(model.config().seed() + FRESH, most)
        : Arrays.copyOf(data.points(), Math.min(most, data.size()) * data.dimension());
  }

  /// Points with the conditions asked for behind them, which the autoencoder does not see; 0 where none are asked for.
  private float[] told(float[] points) {
    int conditions = model.scaling().frame().conditions();
    if (conditions == 0) {
      return points;
    }
    int narrow = model.dimension() - conditions;
    double[] values = model.asked().orElseGet(() -> new double[conditions]);
    double[] rows = new double[conditions];
    Arrays.setAll(rows, c -> values[c] - model.scaling().origin()[narrow + c]);
    double[][] all = new double[points.length / narrow][];
    Arrays.fill(all, rows);
    return model.told().behind(points, all);
  }

  private MetricValue error(float[] points, float[] decoded) {
    int narrow = model.dimension() - model.scaling().frame().conditions();
    int n = points.length / narrow;
    double[] squares = new double[n];
    for (int i = 0; i < points.length; i++) {
      double off = (double) decoded[i] - points[i];
      squares[i / narrow] += off * off / narrow;
    }
    double variance = Arrays.stream(Scaling.standardize(points, narrow).deviation()).map(s -> s * s).average().orElseThrow();
    double mean = Arrays.stream(squares).average().orElseThrow();
    double spread = Arrays.stream(squares).map(s -> (s - mean) * (s - mean)).sum() / Math.max(1, n - 1);
    double root = Math.sqrt(mean / variance);
    double standardError = Math.sqrt(spread / n) / variance / (2 * Math.max(root, Double.MIN_NORMAL));
    return new MetricValue(root, standardError, Double.NaN, n);
  }
}
