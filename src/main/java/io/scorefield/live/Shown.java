package io.scorefield.live;

import io.scorefield.experiment.model.Model;
import io.scorefield.matter.crystal.CrystalPoints;
import io.scorefield.physics.Law;
import io.scorefield.physics.Variables;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// What a page has to know of a model to show its samples.
final class Shown {
  /// Components that are named one by one in a list at most.
  private static final int MOST_NAMED = 512;

  private static final List<String> CELL =
      List.of(
          "logarithm of the cell's length a", "logarithm of the length b", "logarithm of the length c", "angle alpha in degrees",
          "angle beta in degrees", "angle gamma in degrees");

  private Shown() {}

  /// The components, the fields among them, the laws, and what cannot be shown.
  static Map<String, Object> tree(Model model) {
    int made = model.dimension() - model.told().components();
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("components", model.labels().subList(0, Math.min(made, MOST_NAMED)));
    tree.put("dimension", made);
    List<Map<String, Object>> fields = new ArrayList<>();
    boolean matter = isMatter(model);
    tree.put("structures", Shapes.of(model).isPresent());
    for (Variables.Field field : model.variables().fields()) {
      boolean isClass = model.columns().stream().anyMatch(column -> column.name().equals(field.name()));
      if (!matter && !isClass && !field.shape().isEmpty() && field.offset() < made) {
        boolean particles =
            model.scaling().frame().centred().filter(of -> field.shape().size() == 2 && field.shape().getFirst() == of.particles()).isPresent();
        fields.add(Map.of("name", field.name(), "shape", field.shape(), "offset", field.offset(), "particles", particles));
      }
    }
    tree.put("fields", fields);
    tree.put("distributions", distributions(model, made));
    tree.put("laws", model.constraint().map(all -> all.laws().stream().map(Law::name).toList()).orElse(List.of()));
    tree.put("parameters", model.architecture().parameterCount());
    tree.put("network", model.architecture().toString());
    tree.put("note", note(model));
    return tree;
  }

  private static boolean isMatter(Model model) {
    return model.config().data().structures(model.components()).isPresent();
  }

  /// The components whose values mean something by themselves, by number: of molecules none, of crystals those of a cell that is made.
  private static Map<Integer, String> distributions(Model model, int made) {
    Map<Integer, String> named = new LinkedHashMap<>();
    if (!isMatter(model)) {
      List<String> labels = model.labels();
      IntStream.range(0, Math.min(made, MOST_NAMED)).forEach(i -> named.put(i, labels.get(i)));
    } else if (model.config().data().structures(model.components()).orElseThrow() instanceof CrystalPoints points
        && points.task() != CrystalPoints.Task.PLACES) {
      IntStream.range(0, CELL.size()).forEach(i -> named.put(points.cell() + i, CELL.get(i)));
    }
    return named;
  }

  /// What a reader of the page should know of its pictures; empty where they are as one expects.
  private static String note(Model model) {
    if (Shapes.of(model).isEmpty() && isMatter(model)) {
      return "These are cells without atoms: two of their numbers are shown, logarithms of lengths in angstrom and angles in degrees.";
    }
    if (model.latent().isPresent()) {
      return "This model's diffusion works on codes of an autoencoder, so only finished samples are shown, not their way from noise.";
    }
    return "";
  }
}
