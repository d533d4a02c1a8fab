package io.scorefield.spark;

import io.scorefield.cli.SampleOptions;
import io.scorefield.experiment.model.AskedFor;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.util.List;

/// How samples are made of a checkpoint, beside what its configuration says.
///
/// @param method plain, classifier, or the name of a guidance of the configuration
/// @param matter which crystals, conformers or molecules; at most one, mostly none
/// @param perSample whether every sample chooses its steps
/// @param guides the classifier of the method classifier; else empty
public record Way(String method, List<AskedFor> matter, boolean perSample, List<Guide> guides) implements Serializable {
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
    matter = List.copyOf(matter);
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
    return new Way(asked.method(), asked.matter().stream().toList(), asked.perSample(), guides);
  }

  /// Whether no law takes part.
  boolean isLawless() {
    return method.equals(PLAIN) || !guides.isEmpty();
  }
}
