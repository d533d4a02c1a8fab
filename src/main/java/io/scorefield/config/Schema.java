package io.scorefield.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Names and annotations of configuration types, shared by the binder and the documentation.
public final class Schema {
  private Schema() {}

  /// minSigma -> min-sigma.
  static String key(RecordComponent component) {
    return component.getName().replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }

  public static String key(Enum<?> constant) {
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

  /// The alternative that is meant where none is named.
  static Optional<Class<?>> usual(Class<?> sealedType) {
    for (Class<?> permitted : sealedType.getPermittedSubclasses()) {
      if (permitted.getAnnotation(Kind.class).usual()) {
        return Optional.of(permitted);
      }
    }
    return Optional.empty();
  }

  /// Whether the alternatives of a choice are told by keys of their names.
  static boolean byKey(Class<?> sealedType) {
    return sealedType.getPermittedSubclasses()[0].getAnnotation(Kind.class).byKey();
  }

  /// Whether a dotted key names a file.
  static boolean isPath(Class<?> type, String dottedKey) {
    int dot = dottedKey.indexOf('.');
    String first = dot < 0 ? dottedKey : dottedKey.substring(0, dot);
    if (isChoice(type)) {
      return Arrays.stream(type.getPermittedSubclasses()).anyMatch(one -> isPath(one, dottedKey));
    }
    for (RecordComponent component : type.isRecord() ? type.getRecordComponents() : new RecordComponent[0]) {
      if (key(component).equals(first)) {
        return dot < 0
            ? setting(component).path()
            : isPath(component.getType(), dottedKey.substring(dot + 1));
      }
    }
    return false;
  }

  static boolean isChoice(Class<?> type) {
    return type.isSealed() && type.isInterface();
  }
}
