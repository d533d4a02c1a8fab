package io.scorefield.config;

import java.util.ArrayList;
import java.util.List;

/// One of the alternatives that a key of a configuration takes.
///
/// @param name what is written in the configuration
/// @param order of a method in its number of steps; empty where it has none
/// @param doc one line about it
/// @param source where it comes from; may be empty
public record Choice(String name, String order, String doc, String source) {
  /// Without an order.
  public Choice(String name, String doc, String source) {
    this(name, "", doc, source);
  }

  /// The alternatives of a sealed interface, in the order in which they are declared.
  public static List<Choice> of(Class<?> sealedType) {
    List<Choice> choices = new ArrayList<>();
    for (Class<?> permitted : sealedType.getPermittedSubclasses()) {
      Kind kind = permitted.getAnnotation(Kind.class);
      choices.add(new Choice(kind.value(), kind.order(), kind.doc(), kind.source()));
    }
    return choices;
  }
}
