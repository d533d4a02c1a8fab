package io.scorefield.report;

import io.scorefield.data.Condition;
import io.scorefield.data.ConditionalDistribution;
import io.scorefield.data.DataSet;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.model.Model;
import io.scorefield.network.Network;
import io.scorefield.physics.Variables;
import io.scorefield.plot.FieldFigures.Curves;
import io.scorefield.plot.FieldFigures;
import io.scorefield.plot.Figure;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Fields on a line under two different conditions, true ones beside samples: all numbers low and the first class of each
/// condition, and all numbers high and the last class.
final class ConditionProfiles {
  private static final int CURVES = 12;
  private static final double LOW = 0.1; // quantile of each number in the data
  private static final double HIGH = 0.9;

  private final Engine engine;
  private final Model model;
  private final DataSet data;
  private final Network network;

  /// @param data with their conditions
  ConditionProfiles(Engine engine, Model model, DataSet data, Network network) {
    this.engine = engine;
    this.model = model;
    this.data = data;
    this.network = network;
  }

  /// The picture; empty where the truth under conditions is not known, or there are no fields on a line.
  Optional<Figure> figure() {
    int made = data.dimension() - data.conditions();
    List<Variables.Field> fields =
        model.variables().first(made).fields().stream().filter(field -> field.shape().size() == 1).toList();
    if (fields.isEmpty() || data.source().isEmpty() || !(data.source().get() instanceof ConditionalDistribution truth)) {
      return Optional.empty();
    }
    List<List<Curves>> rows = new ArrayList<>();
    fields.forEach(field -> rows.add(new ArrayList<>()));
    for (double quantile : new double[] {LOW, HIGH}) {
      Map<String, String> values = values(quantile);
      double[] told = data.told().of(values);
      float[] known = truth.given(told).draw(model.config().seed(), CURVES);
      float[] samples =
          model.diffuser().withConditions(told)
              .sample(engine, network, model.config().sampler().sampler(), CURVES, model.config().seed());
      String of = " (" + String.join(", ", values.values()) + ")";
      for (int f = 0; f < fields.size(); f++) {
        Variables.Field field = fields.get(f);
        rows.get(f).add(new Curves(field.name() + ": truth" + of, curves(known, made, field)));
        rows.get(f).add(new Curves(field.name() + ": samples" + of, curves(samples, data.dimension(), field)));
      }
    }
    return Optional.of(FieldFigures.curves(rows));
  }

  private Map<String, String> values(double quantile) {
    Map<String, String> values = new LinkedHashMap<>();
    int at = data.dimension() - data.conditions();
    for (Condition condition : data.told().all()) {
      values.put(
          condition.name(),
          condition.isNumber()
              ? number(at, quantile)
              : quantile < 0.5 ? condition.classes().getFirst() : condition.classes().getLast());
      at += condition.components();
    }
    return values;
  }

  private String number(int component, double quantile) {
    double[] all = new double[data.size()];
    Arrays.setAll(all, i -> data.at(i, component));
    Arrays.sort(all);
    double value = all[(int) (quantile * (all.length - 1))];
    return new BigDecimal(value).round(new MathContext(2)).stripTrailingZeros().toPlainString();
  }

  private static List<double[]> curves(float[] points, int dimension, Variables.Field field) {
    List<double[]> curves = new ArrayList<>();
    for (int i = 0; i < points.length / dimension; i++) {
      double[] curve = new double[field.size()];
      for (int p = 0; p < curve.length; p++) {
        curve[p] = points[i * dimension + field.offset() + p];
      }
      curves.add(curve);
    }
    return curves;
  }
}
