package io.scorefield.experiment.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Names and annotations of configuration types, shared by the binder and the documentation.
final class Schema {
  private Schema() {}

  /// minSigma -> min-sigma.
  static String key(RecordComponent component) {
    return component.getName().replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }

  static String key(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static List<String> enumKeys(Class<?> type) {
    List<String> keys = new ArrayList<>();
    for (Object constant : type.getEnumConstants()) {
      keys.add(key((Enum<?>) constant));
    }
    return keys;
  }

  static Setting setting(RecordComponent component) {
    Setting setting = component.getAnnotation(Setting.class);
    if (setting == null) {
      throw new IllegalStateException(component + " lacks @Setting");
    }
    return setting;
  }

  static String kind(Class<?> type) {
    return type.getAnnotation(Kind.class).value();
  }

  static List<String> kinds(Class<?> sealedType) {
    List<String> kinds = new ArrayList<>();
    for (Class<?> permitted : sealedType.getPermittedSubclasses()) {
      kinds.add(kind(permitted));
    }
    return kinds;
  }

  /// Whether the alternatives of a choice are told by keys of their names.
  static boolean byKey(Class<?> sealedType) {
    return sealedType.getPermittedSubclasses()[0].getAnnotation(Kind.class).byKey();
  }

  static boolean isChoice(Class<?> type) {
    return type.isSealed() && type.isInterface();
  }
}
