package io.scorefield.engine.reference;

import io.scorefield.engine.Engine;
import io.scorefield.engine.FlowContract;

class ReferenceFlowTest extends FlowContract {
  @Override
  protected Engine open() {
    return new ReferenceEngine(1);
  }
}
