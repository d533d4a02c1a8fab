package io.scorefield.experiment.settings;

import io.scorefield.config.ConfigReference;
import io.scorefield.config.ConfigText;
import java.util.List;

/// The text of a schooling: its defaults with changes to single keys.
public final class SchoolingSource {
  private static final String INTRODUCTION =
      """

      # Distillation

      The keys of `./scorefield distill CHECKPOINT --set KEY=VALUE`: how a student of few steps is taught.
      [few-steps.md](few-steps.md) compares the methods.
      """;

  private SchoolingSource() {}

  /// The part of the reference page about distillation.
  static String reference() {
    return ConfigReference.of(SchoolingConfig.class, INTRODUCTION);
  }

  /// The configuration.
  ///
  /// @param changes of the form `dotted.key=value`
  /// @throws io.scorefield.config.ConfigException for every mistake
  public static SchoolingConfig bind(List<String> changes) {
    ConfigText<SchoolingConfig> text = ConfigText.of(SchoolingConfig.class, "distill", "distill", "{}");
    for (String change : changes) {
      text = text.with(change);
    }
    return text.bind();
  }
}
