package io.scorefield.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Writes the reference page of a configuration.
public final class ConfigReference {
  private ConfigReference() {}

  /// All keys of a configuration, in Markdown: a section a part, a table each.
  ///
  /// @param introduction stands above them
  public static String of(Class<? extends Record> type, String introduction) {
    StringBuilder page = new StringBuilder(introduction);
    writeSection(page, "", type);
    return page.toString();
  }

  private record Section(String path, Class<?> type) {}

  private static void writeSection(StringBuilder page, String path, Class<?> type) {
    // Alternatives may have a part in common.
    Set<Section> inner = new LinkedHashSet<>();
    if (Schema.isChoice(type)) {
      page.append("\n## ").append(path).append("\n");
      for (Class<?> permitted : type.getPermittedSubclasses()) {
        Kind kind = permitted.getAnnotation(Kind.class);
        page.append("\n### ").append(path).append(kind.byKey() ? ": `" : ": `kind: ").append(kind.value());
        page.append(kind.byKey() ? ": ...`" : "`").append(kind.usual() ? ", meant where no kind is written" : "");
        page.append("\n\n").append(kind.doc());
        page.append(kind.order().isEmpty() ? "" : " Order " + kind.order() + ".");
        page.append(kind.source().isEmpty() ? "" : " Source: " + kind.source() + ".").append('\n');
        writeTable(page, path, permitted, inner::add);
      }
    } else {
      page.append("\n## ").append(path.isEmpty() ? "Top level" : path).append('\n');
      writeTable(page, path, type, inner::add);
    }
    for (Section section : inner) {
      writeSection(page, section.path(), section.type());
    }
  }

  private static void writeTable(
      StringBuilder page, String path, Class<?> type, Consumer<Section> inner) {
    RecordComponent[] components = type.getRecordComponents();
    if (components.length == 0) {
      return;
    }
    page.append("\n| key | default | range | meaning |\n| --- | --- | --- | --- |\n");
    for (RecordComponent component : components) {
      Setting setting = Schema.setting(component);
      String key = path.isEmpty() ? Schema.key(component) : path + "." + Schema.key(component);
      Class<?> part = part(component);
      boolean section = part.isRecord() || Schema.isChoice(part);
      String fallback = setting.value().isEmpty() ? "required" : "`" + setting.value() + "`";
      page.append("| `").append(key).append("` | ").append(fallback);
      page.append(" | ").append(section ? "see below" : values(part, setting));
      page.append(" | ").append(setting.doc().replace("|", "\\|")).append(" |\n");
      if (section) {
        inner.accept(
            new Section(component.getType() == List.class ? key + "[]" : key, part));
      }
    }
  }

  private static Class<?> part(RecordComponent component) {
    if (component.getType() == List.class) {
      ParameterizedType generic = (ParameterizedType) component.getGenericType();
      return (Class<?>) generic.getActualTypeArguments()[0];
    }
    return component.getType();
  }

  private static String values(Class<?> type, Setting setting) {
    if (type.isEnum()) {
      return String.join(", ", Schema.enumKeys(type));
    }
    if (type == boolean.class) {
      return "true, false";
    }
    if (type == String.class) {
      return "text";
    }
    if (type == Map.class) {
      return "keys and values";
    }
    String range = Binder.range(setting);
    boolean many = type == Double.class;
    String kind = many ? "numbers" : type == double.class ? "number" : "whole number";
    return range.isEmpty() ? kind : kind + ", " + range;
  }
}
