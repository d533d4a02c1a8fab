package io.scorefield.network.architecture;

import io.scorefield.network.Activation;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;
import java.util.List;

/// Two perceptrons. With one layer each, both halves are linear maps, and what they find are principal components.
///
/// @param dimension S
/// @param latents K
/// @param layers linear layers of each half, at least 1
/// @param hidden width of those between
public record PerceptronCoder(int dimension, int latents, int layers, int hidden, Activation activation) implements Coder {
  @Override
  public List<Value> state(ProgramBuilder builder, int offset, int told) {
    return List.of(builder.input(Space.SAMPLE, dimension, new Port(Channel.INPUT, offset, 0, 1)));
  }

  @Override
  public List<Value> code(ProgramBuilder builder, int offset, int told) {
    return List.of(builder.input(Space.SAMPLE, latents, new Port(Channel.INPUT, offset, 0, 1)));
  }

  @Override
  public Encoded encode(ProgramBuilder builder, List<Value> state, boolean withVariance, int told) {
    Value h = hidden(builder, state.getFirst(), "encoder");
    Value mean = builder.linear(h, "encoder.mean", latents);
    return new Encoded(
        List.of(mean), withVariance ? List.of(builder.linear(h, "encoder.log-variance", latents)) : List.of());
  }

  @Override
  public List<Value> decode(ProgramBuilder builder, List<Value> code, int told) {
    return List.of(builder.linear(hidden(builder, code.getFirst(), "decoder"), "decoder.out", dimension));
  }

  private Value hidden(ProgramBuilder builder, Value x, String name) {
    Value h = x;
    for (int layer = 0; layer + 1 < layers; layer++) {
      h = builder.activate(activation, builder.linear(h, name + "." + layer, hidden));
    }
    return h;
  }

  @Override
  public void outputState(ProgramBuilder builder, List<Value> state, int told) {
    builder.output(state.getFirst(), new Port(Channel.RESULT, 0, 0, 1));
  }

  @Override
  public void outputCode(ProgramBuilder builder, List<Value> code, int told) {
    builder.output(code.getFirst(), new Port(Channel.RESULT, 0, 0, 1));
  }

  @Override
  public String toString() {
    return "perceptrons of " + layers + " layers of width " + hidden + ", " + dimension + " to " + latents + " numbers";
  }
}
