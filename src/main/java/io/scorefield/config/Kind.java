package io.scorefield.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Names one alternative of a sealed interface: the value of its `kind` key.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Kind {
  String value();

  /// Whether the alternative is told by a key of its own name instead of by `kind`.
  boolean byKey() default false;

  /// Whether the alternative is meant where no `kind` is written.
  boolean usual() default false;

  /// What the alternative is.
  String doc();

  /// The order of a method in its number of steps, where it has one: "2", "1 in distribution".
  String order() default "";

  /// Where it comes from: authors, year, where to read it.
  String source() default "";
}
