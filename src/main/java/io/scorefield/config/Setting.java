package io.scorefield.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Documents one key of the configuration: the single source of its default, its range, the reference
/// page and the commented default file.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
  /// What the key means, with its unit.
  String doc();

  /// The default as YAML text; empty: the key must be given.
  String value() default "";

  /// The smallest value of a number, inclusive.
  double min() default Double.NEGATIVE_INFINITY;

  /// The largest value of a number, inclusive.
  double max() default Double.POSITIVE_INFINITY;

  /// Whether the text is the path of a file: a relative one is relative to the folder of the file that it stands in, and
  /// the configuration has it absolute.
  boolean path() default false;

  /// Whether `min` itself is excluded.
  boolean aboveMin() default false;
}
