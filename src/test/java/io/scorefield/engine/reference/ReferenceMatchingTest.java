package io.scorefield.engine.reference;

import io.scorefield.engine.Engine;
import io.scorefield.engine.MatchingContract;

class ReferenceMatchingTest extends MatchingContract {
  @Override
  protected Engine open() {
    return new ReferenceEngine(1);
  }
}
