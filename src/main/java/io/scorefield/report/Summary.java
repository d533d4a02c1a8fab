package io.scorefield.report;

import io.scorefield.config.ConfigWriter;
import io.scorefield.data.DataSet;
import io.scorefield.engine.EngineInfo;
import io.scorefield.eval.MetricValue;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.experiment.model.Model;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.io.AtomicFile;
import io.scorefield.io.FormatException;
import io.scorefield.matter.Evidence;
import io.scorefield.matter.ParticleSystem;
import io.scorefield.matter.TemperedParticles;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// summary.json: metrics by method, and where they come from. docs/formats.md describes it.
public final class Summary {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private Summary() {}

  /// The tree of a single run.
  ///
  /// @param data what was trained on
  /// @param steps optimiser steps of the network that was sampled
  public static Map<String, Object> tree(
      String name,
      Model model,
      DataSet data,
      long steps,
      String reference,
      Map<String, Map<String, MetricValue>> metrics,
      EngineInfo engine) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("experiment", name);
    tree.put("seed", model.config().seed());
    tree.put("training-steps", steps);
    tree.put("network", model.architecture().toString());
    tree.put("parameters", model.architecture().parameterCount());
    model.latent().ifPresent(space -> tree.put("autoencoder", space.autoencoder().toString()));
    tree.put("data", dataTree(model, data));
    tree.put("compared-with", reference);
    Map<String, Object> methods = new LinkedHashMap<>();
    metrics.forEach((method, values) -> methods.put(method, metricsTree(values)));
    tree.put("metrics", methods);
    tree.put("config", ConfigWriter.tree(model.config()));
    tree.put("provenance", new Provenance().tree(engine));
    tree.put("written", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    return tree;
  }

  private static Map<String, Object> dataTree(Model model, DataSet data) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("name", data.name());
    tree.put("points", data.size());
    tree.put("notes", data.notes());
    int drawn = data.size() + model.heldOut();
    switch (data.source().orElse(null)) {
      case ParticleSystem system ->
          tree.put("sampler", evidenceTree(system.evidence(model.config().seed(), drawn)));
      case TemperedParticles tempered -> {
        List<Map<String, Object>> samplers = new ArrayList<>();
        List<Evidence> all = tempered.evidence(model.config().seed(), drawn);
        for (int k = 0; k < all.size(); k++) {
          Map<String, Object> one = new LinkedHashMap<>();
          one.put("temperature", tempered.trained().get(k).temperature());
          one.putAll(evidenceTree(all.get(k)));
          samplers.add(one);
        }
        tree.put("samplers", samplers);
      }
      case null, default -> {}
    }
    return tree;
  }

  private static Map<String, Object> evidenceTree(Evidence evidence) {
    Map<String, Object> sampler = new LinkedHashMap<>();
    sampler.put("chains", evidence.chains());
    sampler.put("energy", evidence.energy());
    sampler.put("energy-standard-error", evidence.energyError());
    sampler.put("virial", evidence.virial());
    sampler.put("virial-standard-error", evidence.virialError());
    sampler.put("virial-exact", evidence.expectedVirial());
    sampler.put("reduction", evidence.reduction());
    sampler.put("acceptance", evidence.acceptance());
    return sampler;
  }

  /// The tree with the methods that failed, where there are some: their messages by name.
  public static Map<String, Object> withFailed(Map<String, Object> tree, Map<String, String> failed) {
    Map<String, Object> with = new LinkedHashMap<>();
    tree.forEach(
        (key, value) -> {
          if (key.equals("config") && !failed.isEmpty()) {
            with.put("failed", failed);
          }
          with.put(key, value);
        });
    return with;
  }

  /// A written summary as a tree.
  ///
  /// @throws FormatException when the file is not JSON, or is of something else
  public static JsonNode read(Path file) throws IOException {
    try {
      JsonNode root = JSON.readTree(Files.readString(file));
      if (!root.isObject()) {
        throw new FormatException(file + ": not a summary");
      }
      return root;
    } catch (JacksonException | CharacterCodingException e) {
      throw new FormatException(file + ": not a summary", e);
    }
  }

  /// The methods that a written summary says have failed, with their messages.
  public static Map<String, String> readFailed(Path file) throws IOException {
    Map<String, String> failed = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> method : read(file).path("failed").properties()) {
      failed.put(method.getKey(), method.getValue().asString(""));
    }
    return failed;
  }

  public static Map<String, Object> metricsTree(Map<String, MetricValue> metrics) {
    Map<String, Object> tree = new LinkedHashMap<>();
    metrics.forEach(
        (name, metric) -> {
          Map<String, Object> value = new LinkedHashMap<>();
          value.put("value", metric.value());
          value.put("standard-error", metric.standardError());
          value.put("noise-floor", Double.isNaN(metric.noiseFloor()) ? null : metric.noiseFloor());
          value.put("samples", metric.samples());
          tree.put(name, value);
        });
    return tree;
  }

  /// Numbers that JSON has none for are texts: "Infinity".
  private static double number(JsonNode node) {
    if (node.isNumber()) {
      return node.doubleValue();
    }
    return switch (node.asString("")) {
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> Double.NaN;
    };
  }

  public static void write(Path file, Map<String, Object> tree) throws IOException {
    AtomicFile.writeString(file, JSON.writeValueAsString(tree) + "\n");
  }

  /// Whether a folder holds the finished run of exactly this configuration.
  public static boolean isFinished(RunFolder folder, ExperimentConfig config) throws IOException {
    if (!Files.exists(folder.summary()) || !Files.exists(folder.report())) {
      return false;
    }
    try {
      JsonNode stored = JSON.readTree(Files.readString(folder.summary())).path("config");
      return stored.equals(JSON.readTree(ConfigWriter.json(config)));
    } catch (JacksonException e) {
      return false;
    }
  }

  /// The name of the experiment in a written summary.
  public static String readName(Path file) throws IOException {
    return read(file).path("experiment").asString("");
  }

  /// The metrics of a written summary, by method.
  ///
  /// @throws FormatException when one of them has no value
  public static Map<String, Map<String, MetricValue>> readMetrics(Path file) throws IOException {
    Map<String, Map<String, MetricValue>> all = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> method : read(file).path("metrics").properties()) {
      Map<String, MetricValue> metrics = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> metric : method.getValue().properties()) {
        JsonNode node = metric.getValue();
        if (!node.has("value")) {
          throw new FormatException(
              file + ": the metric " + metric.getKey() + " of " + method.getKey() + " has no value");
        }
        metrics.put(
            metric.getKey(),
            new MetricValue(
                number(node.path("value")),
                number(node.path("standard-error")),
                number(node.path("noise-floor")),
                node.path("samples").asInt(0)));
      }
      all.put(method.getKey(), metrics);
    }
    return all;
  }
}
