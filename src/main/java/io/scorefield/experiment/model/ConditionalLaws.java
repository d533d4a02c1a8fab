package io.scorefield.experiment.model;

import io.scorefield.config.ConfigException;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Law;
import java.util.List;
import java.util.Optional;

/// Laws of a network that is told conditions: of the components that it makes, given those.
public final class ConditionalLaws {
  private ConditionalLaws() {}

  /// @throws ConfigException when a law reads conditions only, or methods guide to one that reads conditions which samples are
  ///     not asked for under
  static void check(Model model) {
    int made = model.scaling().frame().made();
    for (Law law : model.constraint().map(Constraint::laws).orElse(List.of())) {
      if (!model.told().isEmpty() && law.tape().components().noneMatch(d -> d < made)) {
        throw new ConfigException(
            "the law '" + law.name() + "' reads conditions only, and nothing that the network makes; leave it out");
      }
      boolean guides =
          model.config().guidance().stream()
              .anyMatch(method -> method.guidance(model.config().inverse(), model.config().guidance()).usesLaws());
      if (guides && !model.told().isEmpty() && model.asked().isEmpty() && readsConditions(model, law)) {
        throw new ConfigException(
            "the law '" + law.name() + "' reads conditions, and samples are asked for under none; set sample.conditions");
      }
    }
  }

  private static boolean readsConditions(Model model, Law law) {
    int made = model.scaling().frame().made();
    return law.tape().components().anyMatch(d -> d >= made);
  }

  /// The laws that samples of a model can be judged by: all, or those that read no conditions where samples have none.
  public static Optional<Constraint> judged(Model model) {
    if (model.told().isEmpty() || model.asked().isPresent()) {
      return model.constraint();
    }
    List<Law> some =
        model.constraint().map(Constraint::laws).orElse(List.of()).stream()
            .filter(law -> !readsConditions(model, law))
            .toList();
    return some.isEmpty() ? Optional.empty() : Optional.of(new Constraint(some));
  }
}
