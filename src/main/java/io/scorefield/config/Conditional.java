package io.scorefield.config;

import java.util.Map;

/// A part of the configuration in which some keys mean something only where others have certain values.
///
/// A key that means nothing is refused where someone has written it, even with its default, and is not written by
/// {@link ConfigWriter}.
public interface Conditional {
  /// The keys that mean nothing beside the values of the others, such as `layers`, each with the reason.
  Map<String, String> meaningless();
}
