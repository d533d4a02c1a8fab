package io.scorefield.diffusion;

/// The slope of the probability flow at a noise level in a frame, linear in the scaled state y and the network's output:
/// dy/du = fromState y + fromOutput o.
///
/// @param clock u
/// @param scale x = scale y
record FlowSlope(double clock, double scale, double fromState, double fromOutput) {
  static FlowSlope at(Diffuser diffuser, FlowFrame frame, double t) {
    FlowFrame.Point point = frame.at(diffuser.schedule(), t);
    Parameterization.Coefficients c = diffuser.coefficients(t);
    return new FlowSlope(
        point.clock(), point.scale(), point.scale() * (point.x0Rate() * c.x0FromX() + point.epsRate() * c.epsFromX()),
        point.x0Rate() * c.x0FromOutput() + point.epsRate() * c.epsFromOutput());
  }
}
