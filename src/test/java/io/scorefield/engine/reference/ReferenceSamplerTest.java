package io.scorefield.engine.reference;

import io.scorefield.engine.Engine;
import io.scorefield.engine.SamplerContract;

class ReferenceSamplerTest extends SamplerContract {
  @Override
  protected Engine open() {
    return new ReferenceEngine(1);
  }
}
