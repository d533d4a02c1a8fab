package io.scorefield.live;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a page asks for: samples drawn in some way.
///
/// @param method "plain" or a guidance of the configuration
/// @param strength of the guidance, 1 is that of the configuration
/// @param sampler of {@link io.scorefield.experiment.DrawnSampler}
/// @param conditions that samples are asked for under, values by name; empty: none
/// @param text of {@link io.scorefield.experiment.model.AskedText}; empty: what the training asks for
record Wish(String method, double strength, String sampler, int steps, int count, long seed, Map<String, String> conditions, String text) {
  /// Samples of one request.
  static final int MOST_SAMPLES = 100_000;

  private static final double MOST_STRENGTH = 1e6;

  /// Reads one.
  ///
  /// @throws IllegalArgumentException when a number is missing or out of its range
  static Wish of(String body) {
    JsonNode tree;
    try {
      tree = JsonMapper.shared().readTree(body);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("the request is no JSON", e);
    }
    Map<String, String> conditions = new LinkedHashMap<>();
    tree.path("conditions").properties().forEach(entry -> conditions.put(entry.getKey(), entry.getValue().asString()));
    return new Wish(
        tree.path("method").asString("plain"), number(tree, "strength", 0, MOST_STRENGTH), tree.path("sampler").asString("own"),
        (int) number(tree, "steps", 1, 1e6), (int) number(tree, "count", 1, MOST_SAMPLES), (long) number(tree, "seed", 0, 1e15),
        conditions, tree.path("text").asString("").strip());
  }

  private static double number(JsonNode tree, String name, double least, double most) {
    double value = tree.path(name).asDouble(Double.NaN);
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          "'" + name + "' must be a number from " + (long) least + " to " + (long) most);
    }
    return value;
  }
}
