package io.scorefield.experiment.model;

import io.scorefield.config.ConfigWriter;
import io.scorefield.data.Scaling;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.train.Checkpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Everything that gives the weights of a training their meaning: the settings, the data with their scaling, and the laws
/// where they have a part in the loss. A training goes on, and is sampled, only where all of it is as it was.
public final class TrainingIdentity {
  /// How long a training is, and how often it is saved, may change; what it finds on its way does.
  private static final Set<String> FREE =
      Set.of(
          "train.steps", "train.epochs", "train.checkpoint-every", "train.ema-snapshots", "schedule.parameters",
          "schedule.fitted-at");

  private static final int MOST_SHOWN = 6;

  /// Characters of a value in a message.
  private static final int LONGEST = 60;

  private TrainingIdentity() {}

  /// The settings that weights depend on, by dotted key.
  private static Map<String, String> settings(ExperimentConfig config) {
    Map<String, Object> tree = ConfigWriter.tree(config);
    Map<String, String> settings = new LinkedHashMap<>();
    for (String section : List.of("seed", "source", "latent", "network", "schedule", "objective", "train")) {
      flatten(section, tree.get(section), settings);
    }
    settings.keySet().removeAll(FREE);
    if (!config.objective().objective().usesPhysics()) {
      settings.keySet().removeIf(key -> key.startsWith("objective.physics.") && !key.endsWith(".estimate"));
    }
    return settings;
  }

  private static void flatten(String key, Object value, Map<String, String> to) {
    if (value instanceof Map<?, ?> map) {
      map.forEach((name, inner) -> flatten(key + "." + name, inner, to));
    } else {
      to.put(key, String.valueOf(value));
    }
  }

  /// The settings that differ, as `key was A, now is B`.
  public static List<String> differences(ExperimentConfig stored, ExperimentConfig wanted) {
    return differences(settings(stored), settings(wanted));
  }

  private static List<String> differences(Map<String, String> before, Map<String, String> now) {
    List<String> differences = new ArrayList<>();
    for (String key : before.keySet()) {
      if (!before.get(key).equals(now.get(key))) {
        differences.add(
            key + " was " + shown(before.get(key)) + (now.containsKey(key) ? ", now is " + shown(now.get(key)) : ""));
      }
    }
    now.keySet().stream()
        .filter(key -> !before.containsKey(key))
        .forEach(key -> differences.add(key + " now is " + shown(now.get(key))));
    return differences;
  }

  /// A value on one line, of long lists their beginning.
  private static String shown(String value) {
    return value.length() <= LONGEST ? value : value.substring(0, LONGEST) + " ...";
  }

  /// All that differs between a checkpoint and the model that is to go on from it.
  public static List<String> differences(Checkpoint.Stored stored, Model wanted) throws IOException {
    Model before = ModelFile.readPlain(stored, ModelFile.config(stored, List.of()));
    List<String> differences = new ArrayList<>(differences(before.config(), wanted.config()));
    if (!before.fingerprint().isEmpty() && !before.fingerprint().equals(wanted.fingerprint())) {
      differences.add("on other data" + ofData(before.config(), wanted.config()));
    } else if (!same(before.scaling(), wanted.scaling())) {
      boolean was = before.config().data().standardize();
      boolean is = wanted.config().data().standardize();
      differences.add(
          was == is ? "with another scaling of the data" : "data.standardize was " + was + ", now is " + is);
    }
    if (wanted.config().objective().objective().usesPhysics()
        && !stored.require(ModelFile.LAWS_KEY).equals(Fingerprint.of(wanted.constraint()))) {
      differences.add("with other laws in 'physics'");
    }
    return differences;
  }

  /// The settings of the data that differ.
  private static String ofData(ExperimentConfig stored, ExperimentConfig wanted) {
    Map<String, String> before = new LinkedHashMap<>();
    Map<String, String> now = new LinkedHashMap<>();
    flatten("data", ConfigWriter.tree(stored).get("data"), before);
    flatten("data", ConfigWriter.tree(wanted).get("data"), now);
    List<String> differences = differences(before, now);
    return differences.isEmpty() ? "" : " (" + line(differences) + ")";
  }

  private static boolean same(Scaling a, Scaling b) {
    return Arrays.equals(a.mean(), b.mean())
        && Arrays.equals(a.deviation(), b.deviation())
        && Arrays.equals(a.origin(), b.origin())
        && a.frame().equals(b.frame());
  }

  /// Differences in one line.
  public static String line(List<String> differences) {
    int shown = Math.min(MOST_SHOWN, differences.size());
    return String.join("; ", differences.subList(0, shown))
        + (shown < differences.size() ? "; and " + (differences.size() - shown) + " more" : "");
  }
}
