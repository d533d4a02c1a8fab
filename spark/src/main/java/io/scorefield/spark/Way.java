package io.scorefield.spark;

import io.scorefield.cli.SampleOptions;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.util.List;

/// How samples are made of a checkpoint, beside what its configuration says.
///
/// @param method plain, classifier, or the name of a guidance of the configuration
/// @param formulas of crystals: the compositions asked for; mostly empty
/// @param perSample whether every sample chooses its steps
/// @param guides the classifier of the method classifier; else empty
public record Way(String method, List<String> formulas, boolean perSample, List<Guide> guides) implements Serializable {
  private static final long serialVersionUID = 1L;

  /// Plain samples, which need no laws.
  public static final String PLAIN = "plain";

  /// A classifier that guides to a class.
  ///
  /// @param file its content, so that executors need no file
  /// @param name of the class
  /// @param weight at least 0
  public record Guide(byte[] file, String name, double weight) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  public Way {
    formulas = List.copyOf(formulas);
    guides = List.copyOf(guides);
  }

  /// A method without more.
  public static Way of(String method) {
    return new Way(method, List.of(), false, List.of());
  }

  /// What options ask for.
  ///
  /// @throws IOException where the classifier cannot be read
  public static Way of(SampleOptions.Asked asked) throws IOException {
    List<Guide> guides = List.of();
    if (asked.classifier().isPresent()) {
      SampleOptions.Classifier of = asked.classifier().get();
      guides = List.of(new Guide(Files.readAllBytes(of.file()), of.name(), of.weight()));
    }
    return new Way(asked.method(), asked.formulas(), asked.perSample(), guides);
  }

  /// Whether no law takes part.
  boolean isLawless() {
    return method.equals(PLAIN) || !guides.isEmpty();
  }
}
