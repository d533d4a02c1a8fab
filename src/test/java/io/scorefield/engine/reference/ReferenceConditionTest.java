package io.scorefield.engine.reference;

import io.scorefield.engine.ConditionContract;
import io.scorefield.engine.Engine;

class ReferenceConditionTest extends ConditionContract {
  @Override
  protected Engine open(int threads) {
    return new ReferenceEngine(threads);
  }
}
