package io.scorefield.experiment.model;

import io.scorefield.data.AskedConditions;
import io.scorefield.data.Frame;
import io.scorefield.data.Presence;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The coordinates of the state, and what each sample is asked for under, in the metadata of a checkpoint.
final class FrameFile {
  private FrameFile() {}

  static void write(Frame frame, Map<String, Object> model) {
    frame.centred().ifPresent(space -> model.put("centred-particles", space.particles()));
    if (frame.conditions() > 0) {
      model.put("conditions", frame.conditions());
    }
    if (frame.features() > 0) {
      model.put("features", frame.features());
    }
    frame
        .presence()
        .ifPresent(
            of ->
                model.put(
                    "presence",
                    Map.of("condition", of.condition(), "above", of.above(), "features", of.features())));
  }

  static void write(AskedConditions each, Map<String, Object> model) {
    model.put("asked", each.rows());
    model.put("asked-weights", each.weights());
  }

  static Frame frame(JsonNode model, int dimension) {
    int conditions = count(model, "conditions");
    int features = count(model, "features");
    JsonNode particles = model.path("centred-particles");
    int placed = dimension - conditions - features;
    if (particles.isMissingNode()) {
      return Frame.of(placed).withFeatures(features).withConditions(conditions);
    }
    int number = ModelFile.whole("number of particles", particles, 2);
    if (placed % number != 0) {
      throw new IllegalArgumentException(placed + " components are not " + number + " particles");
    }
    Frame frame = Frame.centred(number, placed / number).withFeatures(features).withConditions(conditions);
    JsonNode presence = model.path("presence");
    return presence.isMissingNode()
        ? frame
        : frame.withPresence(
            new Presence(
                Arrays.stream(ModelFile.numbers(presence.path("condition"))).mapToInt(c -> (int) c).toArray(),
                ModelFile.numbers(presence.path("above")), count(presence, "features")));
  }

  static Optional<AskedConditions> asked(JsonNode model) {
    if (model.path("asked").isMissingNode()) {
      return Optional.empty();
    }
    double[] numbers = ModelFile.numbers(model.path("asked"));
    float[] rows = new float[numbers.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) numbers[i];
    }
    return Optional.of(
        new AskedConditions(rows, count(model, "conditions"), ModelFile.numbers(model.path("asked-weights"))));
  }

  private static int count(JsonNode model, String name) {
    return model.has(name) ? ModelFile.whole("number of " + name, model.path(name), 0) : 0;
  }
}
