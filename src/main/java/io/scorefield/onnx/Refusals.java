package io.scorefield.onnx;

import io.scorefield.data.Frame;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.engine.RowUse;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;

/// What does not go into an ONNX file.
final class Refusals {
  /// A sampler of more operations takes a runtime minutes to load.
  static final int MOST_OPERATIONS = 50_000;

  private Refusals() {}

  static void requireWritable(Diffuser diffuser) {
    Frame frame = diffuser.scaling().frame();
    if (frame.presence().isPresent()) {
      throw new IllegalArgumentException(
          "the samples of this model have different numbers of atoms, which an ONNX file of this program does not tell apart");
    }
  }

  static void requireUnrollable(StepProgram program) {
    for (StepRow row : program.rows()) {
      String what =
          row.usesGradient() ? "a guidance by laws, which goes back through the network in every step"
              : row.uses(RowUse.PROJECTION) ? "a projection onto laws"
              : row.tests() ? "proposals that are accepted or rejected"
              : row.diverges() ? "a divergence"
              : row.confines() ? "boundaries of the state" : "";
      if (!what.isEmpty()) {
        throw new IllegalArgumentException("a sampler in an ONNX file is made of sums and evaluations; this one has " + what);
      }
    }
  }
}
