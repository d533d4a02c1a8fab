package io.scorefield.live;

import io.scorefield.experiment.model.Model;
import io.scorefield.physics.Law;
import io.scorefield.physics.Variables;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a page has to know of a model to show its samples.
final class Shown {
  /// Components that are named one by one in a list at most.
  private static final int MOST_NAMED = 512;

  private Shown() {}

  /// The components, the fields among them, the laws, and what cannot be shown.
  static Map<String, Object> tree(Model model) {
    int made = model.dimension() - model.told().components();
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("components", model.labels().subList(0, Math.min(made, MOST_NAMED)));
    tree.put("dimension", made);
    List<Map<String, Object>> fields = new ArrayList<>();
    boolean structures = model.config().data().structures(model.components()).isPresent();
    for (Variables.Field field : model.variables().fields()) {
      boolean isClass = model.columns().stream().anyMatch(column -> column.name().equals(field.name()));
      if (!structures && !isClass && !field.shape().isEmpty() && field.offset() < made) {
        boolean particles =
            model.scaling().frame().centred().filter(of -> field.shape().size() == 2 && field.shape().getFirst() == of.particles()).isPresent();
        fields.add(Map.of("name", field.name(), "shape", field.shape(), "offset", field.offset(), "particles", particles));
      }
    }
    tree.put("fields", fields);
    tree.put("laws", model.constraint().map(all -> all.laws().stream().map(Law::name).toList()).orElse(List.of()));
    tree.put("parameters", model.architecture().parameterCount());
    tree.put("network", model.architecture().toString());
    tree.put("note", note(model, structures));
    return tree;
  }

  /// What a reader of the page should know of its pictures; empty where they are as one expects.
  private static String note(Model model, boolean structures) {
    if (structures) {
      return "Molecules and crystals cannot be drawn here: two of their coordinates are shown, without meaning by themselves. "
          + "The report of the run has the structures.";
    }
    if (model.latent().isPresent()) {
      return "This model's diffusion works on codes of an autoencoder, so only finished samples are shown, not their way from noise.";
    }
    return "";
  }
}
