package io.scorefield.cli;

import io.scorefield.config.ConfigException;
import io.scorefield.data.Scaling;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.model.ToldPoints;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options of what a network is told of points.
final class ConditionOptions {
  @Option(
      names = "--condition",
      paramLabel = "NAME=VALUE",
      description =
          "What the network is told of all points, such as class=upper; all conditions, each by an option of its own "
              + "(default: what the file says of each).")
  private Map<String, String> values = new LinkedHashMap<>();

  @Option(names = "--without-conditions", description = "Tell the network nothing, which objective.drop-condition has taught it.")
  private boolean without;

  @Mixin private TableOptions tables;

  /// Points and codes of files for a model.
  ToldPoints points(Model model) {
    return new ToldPoints(model, same(model), tables.reading());
  }

  /// The conditions of points that have none of their own, [C] in data units less the origin: those given, or those that the
  /// training's samples were asked for under.
  float[] ofAll(Model model) {
    Scaling scaling = model.diffuser().scaling();
    int made = scaling.frame().made();
    return same(model)
        .orElseGet(
            () -> {
              float[] asked = new float[model.diffuser().conditions().size()];
              for (int c = 0; c < asked.length; c++) {
                asked[c] = (float) (model.diffuser().conditions().get(c) - scaling.origin()[made + c]);
              }
              return asked;
            });
  }

  /// The conditions of all points, [C] in data units less the origin; empty: each has its own.
  private Optional<float[]> same(Model model) {
    if (!without && values.isEmpty()) {
      return Optional.empty();
    }
    if (model.told().isEmpty()) {
      throw new ConfigException("the network of this checkpoint is told no conditions; leave out --condition and --without-conditions");
    }
    if (without && !values.isEmpty()) {
      throw new ConfigException("--condition and --without-conditions: give one of the two");
    }
    if (without && model.config().objective().dropCondition() == 0) {
      throw new ConfigException(
          "--without-conditions: this network has not learned to do without; train with objective.drop-condition");
    }
    Scaling scaling = model.diffuser().scaling();
    int made = scaling.frame().made();
    double[] told = without ? null : TrainedModel.orRefuse(() -> model.told().of(values));
    float[] same = new float[scaling.frame().conditions()];
    for (int c = 0; c < same.length; c++) {
      same[c] = (float) (told == null ? scaling.mean()[made + c] : told[c] - scaling.origin()[made + c]);
    }
    return Optional.of(same);
  }
}
