package io.scorefield.live;

import io.scorefield.config.ConfigException;
import io.scorefield.diffusion.Guidance;
import io.scorefield.engine.Engine;
import io.scorefield.experiment.Draw;
import io.scorefield.experiment.Drawing;
import io.scorefield.experiment.DrawnMethod;
import io.scorefield.experiment.DrawnSampler;
import io.scorefield.experiment.model.Model;
import io.scorefield.network.Network;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Draws what pages wish for from one model.
final class Easel {
  /// Numbers of a draw at most, 64 MB: with less room fewer noise levels are kept.
  private static final long MOST_NUMBERS = 1 << 24;

  private static final int FRAMES = 32;

  private final Model model;
  private final DrawnSampler samplers;
  private final List<DrawnMethod> methods;

  Easel(Model model) {
    this.model = model;
    samplers = new DrawnSampler(model);
    methods = DrawnMethod.of(model);
  }

  Model model() {
    return model;
  }

  DrawnSampler samplers() {
    return samplers;
  }

  /// Draws samples; on the thread that the engine belongs to.
  Draw draw(Engine engine, Network network, Wish wish) throws IOException {
    long numbers = (long) wish.count() * model.dimension();
    int frames = Math.clamp(MOST_NUMBERS / numbers, 1, FRAMES);
    if (numbers > MOST_NUMBERS) {
      throw new ConfigException(wish.count() + " samples are too many to show; ask for " + MOST_NUMBERS / model.dimension() + " at most");
    }
    Guidance guidance = method(wish).guidance(model, wish.strength());
    return new Drawing(engine, model, network)
        .draw(guidance, samplers.of(wish.sampler(), wish.steps()), wish.count(), wish.seed(), frames);
  }

  private DrawnMethod method(Wish wish) {
    return methods.stream()
        .filter(method -> method.name().equals(wish.method()))
        .findFirst()
        .orElseThrow(() -> new ConfigException("there is no method '" + wish.method() + "'"));
  }

  /// What was asked for, in words.
  Map<String, Object> told(Wish wish) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("method", wish.method());
    tree.put("settings", method(wish).settings(model, wish.strength()));
    tree.put("strength", wish.strength());
    tree.put("sampler", wish.sampler());
    tree.put("steps", wish.steps());
    tree.put("seed", wish.seed());
    return tree;
  }

  /// What can be asked for.
  Map<String, Object> choices() {
    Map<String, Object> tree = new LinkedHashMap<>();
    List<Map<String, Object>> all = new ArrayList<>();
    for (DrawnMethod method : methods) {
      all.add(
          Map.of("name", method.name(), "adjustable", method.isAdjustable(), "ready", method.isReady(model)));
    }
    tree.put("methods", all);
    tree.put("samplers", samplers.names());
    tree.put("steps", samplers.ownSteps());
    tree.put("mostSteps", Math.min(samplers.mostSteps(), 1000));
    tree.put("seed", model.config().seed());
    return tree;
  }
}
